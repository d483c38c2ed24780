import ArgumentParser
import Earshot

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

    @OptionGroup
    var raw: RawOptions

    /// All recordings in the order they were named.
    var names: [String] { files + furtherFiles }

    /// What messages call the recording of this name.
    func title(of name: String) -> String { raw.title(of: name) }

    /// The recording of this name as the library takes it.
    func recording(_ name: String) throws(UnreadableName) -> Recording { try raw.recording(name) }

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
    }
}
