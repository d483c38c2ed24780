import ArgumentParser
import Earshot
import Microphone

/// `earshot devices`: what can be recorded from.
struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists what can be recorded from.",
        discussion:
            "Any part of a line names the device, if no other line has it. The one with * is the default.")

    @Flag(help: "Print the list as JSON.")
    var json = false

    func run() throws {
        let devices = AudioDevices.list()
        guard !devices.isEmpty else {
            StandardError.say(
                "earshot: nothing to record from: is a microphone plugged in (arecord -l lists cards), does the sound "
                    + "server run, and may you use it (group audio)?")
            throw ExitCode.failure
        }
        try OutputFile.standardOutput.append(json ? Self.json(devices) : Self.table(devices))
    }

    private static func table(_ devices: [AudioDevice]) -> String {
        let width = devices.map(\.name.count).max() ?? 0
        return devices.map { device in
            let padding = String(repeating: " ", count: width - device.name.count)
            return "\(device.isDefault ? "*" : " ") \(device.name)\(padding)  \(device.title)".printable
                + "\n"
        }.joined()
    }

    private static func json(_ devices: [AudioDevice]) -> String {
        let list = devices.map { device -> JSONValue in
            ["device": .text(device.name), "name": .text(device.title), "default": .truth(device.isDefault)]
        }
        return JSONValue.list(list).written(ascii: false) + "\n"
    }
}
