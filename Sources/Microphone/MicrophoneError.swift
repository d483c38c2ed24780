import CALSA

/// A device that cannot be recorded from, and why.
public struct MicrophoneError: Error, CustomStringConvertible, Hashable {
    /// The device as ALSA or the user names it; empty where it is about all of them.
    public let device: String
    /// What is wrong with it.
    public let reason: String

    init(_ device: String, _ reason: String) {
        self.device = device
        self.reason = reason
    }

    /// What ALSA reported, and the message that explains it.
    init(_ device: String, code: Int32, doing action: String = "", message: String? = nil) {
        let text = (action.isEmpty ? "" : "\(action): ") + alsaText(code)
        self.init(device, message.map { "\(text) (\($0.trimmed))" } ?? text)
    }

    /// One line: `DEVICE: what is wrong`.
    public var description: String { device.isEmpty ? reason : "\(device): \(reason)" }
}

/// What a negative code of ALSA means.
func alsaText(_ code: Int32) -> String {
    snd_strerror(code).map { String(cString: $0) } ?? "error \(code)"
}

extension String {
    /// Without the line breaks that some plugins end their messages with.
    fileprivate var trimmed: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
