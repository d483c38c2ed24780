/// What a device is asked for; where it has something else, the nearest it has is taken.
public struct CaptureWish: Sendable {
    /// Frames a second, in Hz. Not 16000: a sound server would convert to it, and less well than soxr does.
    public var rate = 48_000
    /// Channels; their mean is heard.
    public var channels = 1
    /// How samples are stored; nil for the best there is.
    package var encoding: SampleEncoding?

    /// What suits speech.
    public init() {}
}

/// What a device gives.
package struct CaptureForm: Sendable {
    /// Frames a second, in Hz.
    package var rate: Int
    /// Samples a frame.
    package var channels: Int
    /// How one sample is stored.
    package var encoding: SampleEncoding
    /// Frames that arrive together.
    package var period: Int
    /// Frames the device keeps until they are fetched.
    package var buffer: Int

    /// A form whose period and buffer are in frames.
    package init(rate: Int, channels: Int, encoding: SampleEncoding, period: Int, buffer: Int) {
        self.rate = rate
        self.channels = channels
        self.encoding = encoding
        self.period = period
        self.buffer = buffer
    }
}

extension CaptureForm: CustomStringConvertible {
    /// "48000 Hz, mono, 32 bits; period 100 ms, buffer 1000 ms".
    package var description: String {
        func milliseconds(_ frames: Int) -> String { "\((frames * 1000 + rate / 2) / max(1, rate)) ms" }
        let channels = channels == 1 ? "mono" : "\(channels) channels"
        return "\(rate) Hz, \(channels), \(encoding.rawValue); "
            + "period \(milliseconds(period)), buffer \(milliseconds(buffer))"
    }
}
