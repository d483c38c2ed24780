/// Mono samples at 16 kHz, read as they are asked for.
public protocol SampleSource: AnyObject {
    /// Seconds of audio, where the container tells.
    var duration: Double? { get }

    /// Fills the start of `buffer` with the next samples, in −1…1 (recordings in floating point may exceed it).
    ///
    /// A short count means that the end, or an error, comes next: read until 0, or an error at the end of
    /// a damaged recording goes unseen.
    /// - Returns: how many were read; fewer than asked only at the end, 0 when nothing is left.
    /// - Throws: `AudioError` when the input cannot be decoded further; all that could be was delivered before.
    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int

    /// Passes over samples, without decoding them where the recording can be entered anywhere.
    /// - Returns: how many were passed over; fewer than asked only where the recording ends before.
    func skip(_ count: Int) throws -> Int
}

extension SampleSource {
    /// Passes over samples by reading them.
    public func skip(_ count: Int) throws -> Int { try skipReading(count) }

    func skipReading(_ count: Int) throws -> Int {
        let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(0, min(count, 65_536)))
        defer { scratch.deallocate() }
        var left = count
        while left > 0 {
            let read = try read(into: scratch.extracting(0..<min(left, scratch.count)))
            if read == 0 { break }
            left -= read
        }
        return count - left
    }
}

/// Samples that are already in memory.
public final class ArraySource: SampleSource {
    private let samples: [Float]
    private var position = 0

    /// A source of mono samples at 16 kHz.
    public init(_ samples: [Float]) {
        self.samples = samples
    }

    /// Seconds of audio.
    public var duration: Double? { Double(samples.count) / Double(AudioInput.sampleRate) }

    /// Copies the next samples; never throws.
    public func read(into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
        let count = min(buffer.count, samples.count - position)
        _ = buffer.update(fromContentsOf: samples[position..<position + count])
        position += count
        return count
    }

    /// Moves on; never throws.
    public func skip(_ count: Int) -> Int {
        let passed = min(count, samples.count - position)
        position += passed
        return passed
    }
}
