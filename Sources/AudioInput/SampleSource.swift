/// Mono samples at 16 kHz, read as they are asked for.
public protocol SampleSource: AnyObject {
    /// Seconds of audio, where the container tells.
    var duration: Double? { get }

    /// Fills the start of `buffer` with the next samples, in −1…1.
    /// - Returns: how many were read; fewer than asked only at the end, 0 when nothing is left.
    /// - Throws: `AudioError` when the input cannot be decoded further.
    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int
}
