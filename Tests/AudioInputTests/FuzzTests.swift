import AudioInput
import Glibc
import TestSupport
import Testing

/// Seeded damage to every container: no crash, no hang, no memory beyond a few times the file.
///
/// Each container is a process of its own, so that a crash inside a decoder library is one failed test, which
/// names the input.
@Suite("Damaged recordings", .timeLimit(.minutes(20)))
struct FuzzTests {
    static let containers = [
        "s16.wav", "f32.wav", "ima.wav", "ms.wav", "gsm.wav", "extensible.wav", "s16.aiff", "s16.au",
        "s16.caf",
        "big.rf64", "s16.flac", "44100x2.flac", "vorbis.ogg", "opus.ogg", "layer3.mp3", "variable.mp3",
    ]
    static let inputsPerContainer = 800  // 12,800 in all

    @Test("Nothing crashes, hangs or eats memory", arguments: containers)
    func survives(_ container: String) async throws {
        let progress = try temporaryFile()
        let passed = await #expect(processExitsWith: .success) {
            [container = container as String, progress = progress as String] in
            let marker = open(progress, O_WRONLY)
            // A hang is a failure, too; how long the others keep the processors is none.
            var limit = rlimit(rlim_cur: 60, rlim_max: 60)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit) == 0)
            alarm(900)
            let original = try Fixtures.bytes("AudioInput/\(container)")
            _ = readSome(of: original)
            let before = peakMemory()
            var decoded = 0
            for number in 0..<FuzzTests.inputsPerContainer {
                pwrite(marker, [UInt32(number)], 4, 0)
                decoded += readSome(of: damaged(original, number: number)) > 0 ? 1 : 0
            }
            #expect(peakMemory() - before < 32 << 20)
            // Damage that every header check refuses would show nothing.
            #expect(decoded > FuzzTests.inputsPerContainer / 20)
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
/// - Returns: how many samples there were.
private func readSome(of bytes: [UInt8]) -> Int {
    guard let reader = try? AudioInput.bytes(bytes, name: "damaged").open() else { return 0 }
    var total = 0
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 8000)
    defer { buffer.deallocate() }
    for _ in 0..<8 {
        guard let count = try? reader.read(into: buffer), count > 0 else { break }
        #expect(count <= 8000)
        let areNumbers = buffer[..<count].allSatisfy { $0.isFinite }
        #expect(areNumbers)
        total += count
    }
    return total
}
