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
}
