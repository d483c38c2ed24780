/// Something that can be recorded from.
public struct AudioDevice: Sendable, Hashable {
    /// What ALSA opens: "default", "pulse", "plughw:CARD=PCH,DEV=0".
    public let name: String
    /// What people call it: "HDA Intel PCH, ALC257 Analog".
    public let title: String
    /// Whether it is what is recorded from when none is named.
    public fileprivate(set) var isDefault = false

    /// Whether it is there. ALSA finds cards itself, but lists sound servers whether they answer or not.
    var isPresent: Bool { name.contains(":") || PCM.exists(name) }
}

/// The machine's recording devices.
public enum AudioDevices {
    /// What can be recorded from, the default first.
    ///
    /// Cards are listed as ALSA finds them, without opening them; sound servers only where they answer.
    public static func list() -> [AudioDevice] {
        markingDefault(recordable(from: DeviceHint.all()).filter(\.isPresent))
    }

    /// Those of ALSA's names that somebody who looks for a microphone means: sound servers, and each card's inputs
    /// once, with conversions (`plughw`).
    package static func recordable(from hints: [DeviceHint]) -> [AudioDevice] {
        var seen: Set<String> = []
        return hints.compactMap { hint in
            let kind = hint.name.prefix { $0 != ":" }
            guard hint.canRecord, !plumbing.contains(String(kind)), !kind.hasPrefix("surround"),
                !(kind == "default" && hint.name != kind), seen.insert(hint.name).inserted
            else { return nil }
            return AudioDevice(name: hint.name, title: hint.title)
        }
    }

    /// Puts what is recorded from when no device is named in front.
    package static func markingDefault(_ devices: [AudioDevice]) -> [AudioDevice] {
        let order = DeviceChoice.unasked(among: devices)
        guard let first = order.first(where: { name in devices.contains { $0.name == name } }),
            let index = devices.firstIndex(where: { $0.name == first })
        else { return devices }
        var devices = devices
        var chosen = devices.remove(at: index)
        chosen.isDefault = true
        return [chosen] + devices
    }

    /// Names of ALSA's parts: other ways to the same cards, converters, outputs, and nothing at all.
    private static let plumbing: Set<String> = [
        "null", "hw", "sysdefault", "dsnoop", "dmix", "dshare", "usbstream",
        "front", "rear", "center_lfe", "side", "iec958", "spdif", "hdmi", "modem", "phoneline",
        "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "oss", "jack",
    ]
}

extension DeviceHint {
    /// The first line of the description; the others say what ALSA does with the device. What distributions say of
    /// "default" names an output.
    fileprivate var title: String {
        if name == "default" { return "System default" }
        return description.split(whereSeparator: \.isNewline).first.map(String.init) ?? name
    }
}
