import CSoxr

/// libsoxr for one channel: any rate to 16 kHz, as a stream.
///
/// soxr's "high quality" (20 bits: pass band to 91 % of the lower Nyquist frequency, stop band below −120 dB)
/// removes its own delay, so sample 0 comes out as sample 0 and n samples give n · 16000 / rate.
public final class Resampler {
    private let handle: soxr_t

    /// A stream that begins.
    /// - Parameters:
    ///   - rate: of what comes in, in Hz.
    ///   - name: what messages call it.
    public init(from rate: Int, name: String) throws {
        var quality = soxr_quality_spec(UInt(SOXR_HQ), 0)
        var error: soxr_error_t?
        let handle = soxr_create(Double(rate), Double(AudioInput.sampleRate), 1, &error, nil, &quality, nil)
        guard let handle, error == nil else {
            throw AudioError(name, "cannot be resampled from \(rate) Hz: \(Self.text(error))")
        }
        self.handle = handle
    }

    deinit { soxr_delete(handle) }

    /// Takes samples in and gives samples out, as many of each as it can; nil input ends the stream, after
    /// which calls give what is left, and then 0.
    public func process(
        _ input: UnsafeBufferPointer<Float>?, into output: UnsafeMutableBufferPointer<Float>, name: String
    ) throws -> (used: Int, made: Int) {
        var used = 0
        var made = 0
        let error = soxr_process(
            handle, input?.baseAddress, input?.count ?? 0, &used, output.baseAddress, output.count, &made)
        guard error == nil else { throw AudioError(name, "cannot be resampled: \(Self.text(error))") }
        return (used, made)
    }

    private static func text(_ error: soxr_error_t?) -> String {
        error.map { String(cString: $0) } ?? "no reason given"
    }
}
