import ArgumentParser
import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Where transcripts go and in which form.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customLong("format"), .customLong("output-format"), .customLong("output_format")],
        help: ArgumentHelp(
            "The transcript's format; may be repeated with --output-dir (default: lines with times on standard "
                + "output, txt in files).", valueName: "format"))
    var formatChoices: [FormatChoice] = []

    @Flag(help: .hidden)
    var formatFlags: [FormatFlag] = []

    @Option(
        name: [.customShort("o"), .customLong("output-dir"), .customLong("output_dir")],
        help: ArgumentHelp(
            "Write each transcript into this directory, under the recording's name.", valueName: "directory"),
        completion: .directory)
    var directoryPath: String?

    @Flag(
        name: [.short, .long, .customLong("no-prints"), .customLong("np", withSingleDash: true)],
        help: "Say nothing on standard error but what failed.")
    var quiet = false

    @Flag(
        help:
            "Say more on standard error: what was converted, and what speech is in no segment for what reason."
    )
    var verbose = false

    /// The formats asked for, each once, in the order they were named.
    var formats: [TranscriptFormat] {
        let named = formatChoices.flatMap(\.formats) + formatFlags.map(\.format)
        return named.indices.filter { !named[..<$0].contains(named[$0]) }.map { named[$0] }
    }

    private var directory: OutputDirectory? { directoryPath.map(OutputDirectory.init) }

    func validate() throws {
        guard directoryPath != nil || formats.count <= 1 else {
            throw ValidationError("Standard output holds one format; for several name an --output-dir.")
        }
        guard !(quiet && verbose) else { throw ValidationError("--quiet and --verbose exclude each other.") }
        guard directoryPath != "" else { throw ValidationError("--output-dir is empty.") }
    }

    /// A usage error where two recordings would be written to one file.
    func refuseCollisions(of names: [String]) throws {
        guard let directoryPath else { return }
        var owners: [String: String] = [:]
        for name in names {
            let stem = OutputDirectory.stem(of: name)
            if let owner = owners.updateValue(name, forKey: stem) {
                throw ValidationError(
                    "\(owner) and \(name) would both be written to \(directoryPath)/\(stem).*; ".printable
                        + "transcribe them into directories of their own.")
            }
        }
    }

    /// Whether transcripts go to standard output.
    var isStandardOutput: Bool { directory == nil }

    /// Makes sure that transcripts have somewhere to go, before anything is computed.
    func prepare() throws(OutputError) {
        // A reader that goes away is to be noticed, not to end the program on the spot.
        _ = signal(SIGPIPE, SIG_IGN)
        if let directory { return try directory.create() }
        guard StandardStreams.isOutputOpen else { throw OutputError(name: "standard output", code: EBADF) }
    }

    /// The transcripts to be made of a recording, none of them begun.
    func transcripts(of name: String, withTimes: Bool) -> TranscriptOutputs {
        guard let directory else {
            let lines: any TranscriptWriter = withTimes ? TimedTextWriter() : PlainTextWriter()
            let writer = formats.first?.makeWriter() ?? lines
            return TranscriptOutputs([TranscriptOutput(writer: writer, file: .standardOutput)])
        }
        let formats = formats.isEmpty ? [.txt] : formats
        return TranscriptOutputs(
            formats.map {
                TranscriptOutput(
                    writer: $0.makeWriter(), file: directory.file(for: name, extension: $0.rawValue))
            })
    }
}
