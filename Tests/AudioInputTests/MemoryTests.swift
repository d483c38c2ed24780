import AudioInput
import Testing

@Suite("Memory", .timeLimit(.minutes(10)))
struct MemoryTests {
    @Test("An hour of 44.1 kHz stereo is read in the memory of a minute")
    func flat() async {
        // A process of its own: the peak of this one is other tests' as well.
        await #expect(processExitsWith: .success) {
            let minute = try peakAfterReading(seconds: 60)
            let hour = try peakAfterReading(seconds: 3600)
            #expect(minute > 0)
            #expect(hour - minute < 2 << 20)
        }
    }
}

/// Peak memory after a recording of silence of this length was read.
private func peakAfterReading(seconds: Int) throws -> Int {
    let format = RawFormat(encoding: .s16le, rate: 44_100, channels: 2)
    let reader = try AudioInput.raw(temporaryFile(size: seconds * 44_100 * 4), format).open()
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 16_000)
    defer { buffer.deallocate() }
    var total = 0
    while case let count = try reader.read(into: buffer), count > 0 { total += count }
    #expect(total == seconds * 16_000)
    return peakMemory()
}
