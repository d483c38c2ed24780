import ArgumentParser
import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The recordings to transcribe.
struct InputOptions: ParsableArguments {
    @Argument(
        help: "Recordings in any format libsndfile or ffmpeg reads; - is standard input.", completion: .file()
    )
    var files: [String] = []

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("A recording, as whisper.cpp spells it.", valueName: "file"), completion: .file())
    var furtherFiles: [String] = []

    @Option(help: ArgumentHelp("The recordings are samples without a header.", valueName: "samples"))
    var raw: RawSampleFormat?

    @Option(help: ArgumentHelp("Samples a second of --raw recordings (default: 16000).", valueName: "hertz"))
    var rate: Int?

    @Option(help: ArgumentHelp("Channels of --raw recordings (default: 1).", valueName: "number"))
    var channels: Int?

    /// All recordings in the order they were named.
    var names: [String] { files + furtherFiles }

    /// What messages call the recording of this name.
    func title(of name: String) -> String { name == "-" ? "standard input" : name }

    /// The recording of this name as the library takes it.
    func recording(_ name: String) throws(UnreadableName) -> Recording {
        if UnreadableName.isMet(in: name) { throw UnreadableName(name: name) }
        let (rate, channels) = (rate ?? 16_000, channels ?? 1)
        return switch raw {
        case .s16le: .raw(name, .init(encoding: .s16le, rate: rate, channels: channels))
        case .f32le: .raw(name, .init(encoding: .f32le, rate: rate, channels: channels))
        case nil: .file(name)
        }
    }

    func validate() throws {
        if let format = furtherFiles.first(where: { TranscriptFormat(rawValue: $0) != nil }) {
            throw ValidationError(
                "-f names a recording, as in whisper.cpp; for the format write --format \(format).")
        }
        guard !names.isEmpty else {
            throw ValidationError("Name at least one recording, or - for standard input.")
        }
        guard !names.contains("") else { throw ValidationError("The name of a recording is empty.") }
        guard names.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("Standard input (-) can be read only once.")
        }
        guard raw != nil || (rate == nil && channels == nil) else {
            throw ValidationError(
                "--rate and --channels describe --raw recordings; other files say so themselves.")
        }
    }
}

/// How headerless samples are encoded.
enum RawSampleFormat: String, CaseIterable, ExpressibleByArgument {
    case s16le
    case f32le
}

/// A recording whose name is not UTF-8: it arrives with U+FFFD in place of what is wrong in it.
struct UnreadableName: Error, CustomStringConvertible {
    let name: String

    var description: String { "\(name): files whose names are not UTF-8 cannot be opened" }

    /// Whether this name was repaired. One that has the character itself is the name of a file.
    static func isMet(in name: String) -> Bool { name.contains("\u{FFFD}") && access(name, F_OK) != 0 }
}
