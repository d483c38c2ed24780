import Checkpoints
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Damaged files of every format, 10,000 each, are read or refused: in a process of its own, so that a crash
/// fails this test alone, and under a limit of address space, so that a huge allocation is a crash.
struct FuzzTests {
    @Test(.timeLimit(.minutes(5))) func damagedFilesAreReadOrRefused() async {
        await #expect(processExitsWith: .success) {
            try limitAddressSpace(growth: 16 << 20)
            for (seed, name) in Fuzz.files.enumerated() {
                let counts = try Fuzz.run(file: name, seed: UInt64(seed), times: 10_000)
                // A fuzzer that is always refused, or never, tests nothing.
                #expect(counts.read > 100 && counts.refused > 1000, "\(name) \(counts)")
            }
        }
    }
}

private enum Fuzz {
    static let files = [
        "nano-f16.pt", "nano-bf16.pt", "hf/model.safetensors", "hf/config.json", "earshot-nano.safetensors",
        "earshot-nano-int8", "ggml-nano-f16.bin", "ggml-micro-q5_0.bin",
    ]

    /// Opens a file `times` times, each time damaged otherwise, and reads every tensor of what opens.
    static func run(file: String, seed: UInt64, times: Int) throws -> (read: Int, refused: Int) {
        let original =
            try file == "earshot-nano-int8" ? roundedNano() : Fixtures.bytes("Checkpoints/\(file)")
        let weights = try Fixtures.bytes("Checkpoints/hf/model.safetensors")
        let config = try Fixtures.bytes("Checkpoints/hf/config.json")
        var mutator = Mutator(original, seed: seed)
        var counts = (read: 0, refused: 0)
        for _ in 0..<times {
            let damaged = mutator.next()
            do {
                let isConfig = file.hasSuffix("config.json")
                let checkpoint = try Checkpoint.open(
                    bytes: isConfig ? weights : damaged, config: isConfig ? damaged : config, name: file)
                for tensor in checkpoint.tensors.values {
                    precondition(tensor.floats().count == tensor.count)
                }
                counts.read += 1
            } catch let error as CheckpointError {
                precondition(error.path.hasPrefix(file))
                counts.refused += 1
            }
        }
        return counts
    }
}

/// Allows this process `growth` bytes of address space beyond what it has, some of which glibc sets aside for
/// the heap of each thread.
private func limitAddressSpace(growth: Int) throws {
    #if os(Linux)
        let pages = String(decoding: try readFile("/proc/self/statm"), as: UTF8.self).split(separator: " ")
            .first
        let size = try #require(pages.flatMap { Int($0) }) * sysconf(Int32(_SC_PAGESIZE))
        var limit = rlimit(rlim_cur: rlim_t(size + growth), rlim_max: rlim_t(size + growth))
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
    #endif
}

/// Makes damaged copies of a file, the same ones for the same seed.
private struct Mutator {
    private let original: [UInt8]
    private var state: UInt64

    init(_ original: [UInt8], seed: UInt64) {
        self.original = original
        state = seed
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func random(below bound: Int) -> Int { Int(random() % UInt64(max(1, bound))) }

    /// A place in the file: mostly near its ends, where the structure is.
    private mutating func place(in bytes: [UInt8]) -> Int {
        switch random(below: 4) {
        case 0: random(below: bytes.count)
        case 1: max(0, bytes.count - 1 - random(below: 4096))
        default: random(below: min(bytes.count, 4096))
        }
    }

    mutating func next() -> [UInt8] {
        var bytes = original
        for _ in 0...random(below: 3) where !bytes.isEmpty { damage(&bytes) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = place(in: bytes)
        let length = min(bytes.count - place, 1 + random(below: 64))
        switch random(below: 8) {
        case 0, 1: bytes[place] ^= 1 << UInt8(random(below: 8))
        case 2: bytes[place] = UInt8(truncatingIfNeeded: random())
        case 3, 4: overwrite(&bytes, at: place)
        case 5: bytes.removeSubrange(place..<place + length)
        case 6: bytes.insert(contentsOf: bytes[place..<place + length], at: self.place(in: bytes))
        default:
            if random(below: 4) == 0 {
                bytes.removeLast(random(below: bytes.count))
            } else {
                let source = min(self.place(in: bytes), bytes.count - length)
                bytes.replaceSubrange(place..<place + length, with: bytes[source..<source + length])
            }
        }
    }

    /// An extreme or small number of 1 to 8 bytes.
    private mutating func overwrite(_ bytes: inout [UInt8], at place: Int) {
        let extremes: [UInt64] = [
            0, 1, .max, 1 << 63, 1 << 62, 0x7FFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
            0xFFFF, 0x7FFF,
            UInt64(bytes.count), random() % 300,
        ]
        let number = extremes[random(below: extremes.count)].bytes.prefix(1 << random(below: 4))
        for (offset, byte) in number.enumerated() where place + offset < bytes.count {
            bytes[place + offset] = byte
        }
    }
}
