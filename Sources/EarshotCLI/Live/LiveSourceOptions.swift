import ArgumentParser
import Earshot
import Microphone

/// What is listened to: a microphone, or a stream.
struct LiveSourceOptions: ParsableArguments {
    @Argument(
        help:
            "A stream or recording to hear as if it were spoken now; - is standard input (default: a microphone).",
        completion: .file())
    var source: String?

    @Option(
        help: ArgumentHelp(
            "The microphone: a name that `earshot devices` lists, a part of one, or ALSA's.",
            valueName: "name"))
    var device: String?

    @Flag(help: "Wait for a microphone that was unplugged, instead of ending.")
    var reconnect = false

    @OptionGroup
    var raw: RawOptions

    /// Whether keys can be read from standard input.
    var leavesStandardInput: Bool { source != "-" }

    /// What messages call it.
    var title: String { source.map(raw.title) ?? device ?? "microphone" }

    func validate() throws {
        guard source != "" else { throw ValidationError("The name of the stream is empty.") }
        guard device != "" else { throw ValidationError("--device is empty.") }
        guard source == nil || (device == nil && !reconnect) else {
            throw ValidationError("--device and --reconnect are about microphones, but a stream is named.")
        }
        guard source != nil || !raw.areGiven else {
            throw ValidationError("--raw describes a stream; name one, or - for standard input.")
        }
    }

    /// Opens what is listened to.
    /// - Throws: `MicrophoneError`; `UnreadableName`.
    func open() throws -> any LiveSource {
        if let source { return StreamSource(try raw.recording(source), name: raw.title(of: source)) }
        var options = MicrophoneOptions()
        options.device = device
        options.reconnect = reconnect
        return MicrophoneSource(try Microphone(options), isPatient: reconnect)
    }
}
