/// Which device is meant.
package enum DeviceChoice {
    /// The names that ALSA is to try, in order.
    ///
    /// A name that ALSA lists is that device; so is whatever has ALSA's own syntax. Otherwise, a part of one
    /// device's name or title is that device. Anything else may still be a name that ALSA knows without listing it.
    /// - Parameters:
    ///   - wanted: what the user typed; nil for whatever there is.
    ///   - hints: what ALSA lists.
    /// - Throws: `MicrophoneError` with the candidates where several devices are meant.
    package static func names(for wanted: String?, among hints: [DeviceHint]) throws(MicrophoneError)
        -> [String]
    {
        let devices = AudioDevices.recordable(from: hints)
        guard let wanted else { return unasked(among: devices) }
        if wanted.contains(":") || hints.contains(where: { $0.name == wanted }) { return [wanted] }
        let exact = devices.filter { $0.title == wanted }
        let matches = exact.isEmpty ? devices.filter { $0.matches(wanted) } : exact
        guard matches.count < 2 else {
            let names = matches.map { "\($0.name) (\($0.title))" }.joined(separator: ", ")
            throw MicrophoneError(wanted, "is a part of several devices' names: \(names)")
        }
        return [matches.first?.name ?? wanted]
    }

    /// What is tried when no device is named: what the system is set up for, the sound server, the first card.
    static func unasked(among devices: [AudioDevice]) -> [String] {
        let card = devices.first { $0.name.hasPrefix("plughw:") }
        return ["default", "pulse"] + (card.map { [$0.name] } ?? [])
    }
}

extension AudioDevice {
    fileprivate func matches(_ part: String) -> Bool {
        let part = part.lowercased()
        return !part.isEmpty && (name.lowercased().contains(part) || title.lowercased().contains(part))
    }
}
