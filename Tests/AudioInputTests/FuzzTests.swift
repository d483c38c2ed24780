import AudioInput
import Glibc
import TestSupport
import Testing

/// Seeded damage to every container: no crash, no hang, no memory beyond a few times the file.
///
/// Each container is a process of its own, so that a crash inside a decoder library is one failed test, which
/// names the input.
@Suite("Damaged recordings", .timeLimit(.minutes(2)))
struct FuzzTests {
    static let containers = [
        "s16.wav", "f32.wav", "ima.wav", "ms.wav", "gsm.wav", "extensible.wav", "s16.aiff", "s16.au",
        "s16.caf",
        "big.rf64", "s16.flac", "vorbis.ogg", "opus.ogg", "layer3.mp3",
    ]
    static let inputsPerContainer = 800  // 11,200 in all

    @Test("Nothing crashes, hangs or eats memory", arguments: containers)
    func survives(_ container: String) async throws {
        let progress = temporaryFile()
        let passed = await #expect(processExitsWith: .success) {
            [container = container as String, progress = progress as String] in
            let marker = open(progress, O_WRONLY)
            alarm(60)  // a hang is a failure, too
            let original = try Fixtures.bytes("AudioInput/\(container)")
            for number in 0..<FuzzTests.inputsPerContainer {
                pwrite(marker, [UInt32(number)], 4, 0)
                readSome(of: damaged(original, number: number))
            }
            #expect(peakMemory() < 96 << 20)
        }
        if passed == nil {
            var last: UInt32 = 0
            let file = open(progress, O_RDONLY)
            pread(file, &last, 4, 0)
            close(file)
            Issue.record("the last input was damaged(\(container), number: \(last))")
        }
    }
}

/// Reads up to four seconds: enough for every decoder to meet the damage.
private func readSome(of bytes: [UInt8]) {
    guard let reader = try? AudioInput.bytes(bytes, name: "damaged").open() else { return }
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8000)
    defer { buffer.deallocate() }
    for _ in 0..<8 {
        guard let count = try? reader.read(into: buffer), count > 0 else { return }
        #expect(count <= 8000)
        let areNumbers = buffer[..<count].allSatisfy { $0.isFinite }
        #expect(areNumbers)
    }
}

/// The `number`th damaged version of a file.
private func damaged(_ original: [UInt8], number: Int) -> [UInt8] {
    var random = SplitMix(state: UInt64(number))
    var bytes = original
    for _ in 0...random.below(8) {
        // Most of what can go wrong is in the headers.
        let reach = random.below(3) == 0 ? bytes.count : min(bytes.count, 200)
        let place = random.below(max(reach, 1))
        switch random.below(7) {
        case 0: bytes.removeSubrange(min(place, bytes.count)...)
        case 1: bytes.removeSubrange(place..<min(place + random.below(64), bytes.count))
        case 2: bytes.insert(contentsOf: (0..<random.below(64)).map { _ in random.byte() }, at: place)
        case 3: set(littleEndian(random.extreme()), in: &bytes, at: place)
        case 4: set(littleEndian(random.extreme().byteSwapped), in: &bytes, at: place)
        case 5: set([random.byte()], in: &bytes, at: place)
        default: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        }
        if bytes.isEmpty { bytes = Array(original.prefix(random.below(64))) }
    }
    return bytes
}

private func set(_ new: [UInt8], in bytes: inout [UInt8], at place: Int) {
    for (index, byte) in zip(place..., new) where index < bytes.count { bytes[index] = byte }
}

/// Vigna's SplitMix64: the same damage on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// Lengths and counts that readers get wrong.
    mutating func extreme() -> UInt32 {
        let values: [UInt32] = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
        return random(of: values)
    }

    private mutating func random(of values: [UInt32]) -> UInt32 {
        below(3) == 0 ? UInt32(truncatingIfNeeded: next()) : values[below(values.count)]
    }
}
