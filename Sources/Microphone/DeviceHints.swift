import CALSA

/// One line of what ALSA says there is: a name that it opens, with what it calls it.
package struct DeviceHint: Sendable {
    package let name: String
    let description: String
    let canRecord: Bool

    /// A hint as ALSA gives it.
    /// - Parameters:
    ///   - name: what `snd_pcm_open` takes.
    ///   - description: several lines for people; empty where the configuration has none.
    ///   - canRecord: false where it only plays.
    package init(_ name: String, _ description: String, canRecord: Bool = true) {
        self.name = name
        self.description = description
        self.canRecord = canRecord
    }

    /// Everything that ALSA names, software and all cards.
    static func all() -> [DeviceHint] { AlsaMessages.kept(read).result }

    private static func read() -> [DeviceHint] {
        var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard snd_device_name_hint(-1, "pcm", &list) == 0, let list else { return [] }
        defer { snd_device_name_free_hint(list) }
        var hints: [DeviceHint] = []
        var next = list
        while let entry = next.pointee {
            if let name = field("NAME", of: entry) {
                // Without a direction it does both.
                let direction = field("IOID", of: entry)
                hints.append(
                    DeviceHint(
                        name, field("DESC", of: entry) ?? "", canRecord: direction ?? "Input" == "Input"))
            }
            next += 1
        }
        return hints
    }

    private static func field(_ id: String, of hint: UnsafeMutableRawPointer) -> String? {
        guard let text = snd_device_name_get_hint(hint, id) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
