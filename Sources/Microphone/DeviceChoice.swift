/// Which device is meant.
package enum DeviceChoice {
    /// The names that ALSA is to try, in order.
    ///
    /// A name that ALSA lists is that device, and so is the title or a part of the name or title of one device.
    /// Anything else may still be a name that ALSA knows without listing it, or have ALSA's own syntax.
    /// - Parameters:
    ///   - wanted: what the user typed; nil for whatever there is.
    ///   - hints: what ALSA lists.
    ///   - isPresent: whether a device is there; asked only where it decides, as sound servers take their time.
    /// - Throws: `MicrophoneError` with the candidates where several devices are meant.
    package static func names(
        for wanted: String?, among hints: [DeviceHint], isPresent: (AudioDevice) -> Bool
    ) throws(MicrophoneError) -> [String] {
        let devices = AudioDevices.recordable(from: hints)
        guard let wanted else { return unasked(among: devices) }
        if hints.contains(where: { $0.name == wanted }) { return [wanted] }
        let exact = devices.filter { $0.title == wanted }
        let matches = exact.isEmpty ? devices.filter { $0.matches(wanted) } : exact
        guard let first = matches.first else { return [wanted] }
        if matches.count == 1 { return [first.name] }
        let present = matches.filter(isPresent)
        guard present.count < 2 else {
            let names = present.map { "\($0.name) (\($0.title))" }.joined(separator: ", ")
            throw MicrophoneError(wanted, "is a part of several devices' names: \(names)")
        }
        return (present.isEmpty ? matches : present).map(\.name)
    }

    /// What is tried when no device is named: what the system is set up for, the sound server, the first card.
    static func unasked(among devices: [AudioDevice]) -> [String] {
        let card = devices.first { $0.name.hasPrefix("plughw:") }
        return ["default", "pulse"] + (card.map { [$0.name] } ?? [])
    }
}

extension AudioDevice {
    /// What has ALSA's syntax is no part of a name: "hw:0" is not meant to be "plughw:0".
    fileprivate func matches(_ part: String) -> Bool {
        let part = part.lowercased()
        if part.isEmpty { return false }
        return title.lowercased().contains(part) || !part.contains(":") && name.lowercased().contains(part)
    }
}
