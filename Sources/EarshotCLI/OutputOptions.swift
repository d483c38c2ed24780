import ArgumentParser
import Checkpoints
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
            "The transcript's format; may be repeated where transcripts are files (default: lines with times on "
                + "standard output, txt in files).", valueName: "format"))
    var formatChoices: [FormatChoice] = []

    @Flag(help: .hidden)
    var formatFlags: [FormatFlag] = []

    @Option(
        name: [.customShort("o"), .customLong("output-dir"), .customLong("output_dir")],
        help: ArgumentHelp(
            "Write each transcript into this directory, under the recording's name.", valueName: "directory"),
        completion: .directory)
    var directoryPath: String?

    @Option(
        name: [
            .customLong("output-file"), .customLong("output_file"), .customLong("of", withSingleDash: true),
        ],
        help: ArgumentHelp(
            "Write the transcript to this path, behind which the format's extension is put; once for each recording.",
            valueName: "path"),
        completion: .file())
    var filePaths: [String] = []

    @Flag(
        name: [
            .customLong("print-colors"), .customLong("print_colors"), .customLong("pc", withSingleDash: true),
        ],
        help: "Show on a terminal how sure the model is, from red to green; twice: elsewhere, too.")
    var printColors: Int

    @Flag(
        name: [.short, .long, .customLong("no-prints"), .customLong("np", withSingleDash: true)],
        help: "Say nothing on standard error but what failed.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "Say more on standard error: what was converted, and what speech is in no segment for what reason.",
            valueName: "true|false"))
    var verbose: TruthArgument?

    /// Whether everything is to be told.
    var isVerbose: Bool { verbose?.value ?? false }

    /// The formats asked for, each once, in the order they were named.
    func formats(withWords: Bool) -> [TranscriptFormat] {
        let named = formatChoices.flatMap { $0.formats(withWords: withWords) } + formatFlags.map(\.format)
        return named.indices.filter { !named[..<$0].contains(named[$0]) }.map { named[$0] }
    }

    /// Whether transcripts go to standard output.
    var isStandardOutput: Bool { directoryPath == nil && filePaths.isEmpty }

    func validate() throws {
        guard !isStandardOutput || formats(withWords: true).count <= 1 else {
            throw ValidationError("Standard output holds one format; for several name an --output-dir.")
        }
        guard !(quiet && isVerbose) else {
            throw ValidationError("--quiet and --verbose exclude each other.")
        }
        guard directoryPath != "" else { throw ValidationError("--output-dir is empty.") }
        guard !filePaths.contains("") else { throw ValidationError("--output-file is empty.") }
        if let folder = filePaths.first(where: { $0.hasSuffix("/") }) {
            throw ValidationError(
                "--output-file \(folder) names no file; for a directory there is --output-dir.")
        }
        guard directoryPath == nil || filePaths.isEmpty else {
            throw ValidationError(
                "--output-dir and --output-file both say where transcripts go; give one of them.")
        }
        if printColors > 0 { try requireColorable() }
    }

    private func requireColorable() throws {
        guard isStandardOutput else {
            throw ValidationError(
                "--print-colors colors lines on standard output, but transcripts go to files.")
        }
        if let format = formats(withWords: true).first {
            throw ValidationError(
                "--print-colors colors lines for people; --format \(format.rawValue) is for programs.")
        }
    }

    /// A usage error where two recordings would be written to one file, over a recording, or into one document.
    func refuseCollisions(of names: [String]) throws {
        guard filePaths.isEmpty || filePaths.count == names.count else {
            throw ValidationError(
                "--output-file is given \(filePaths.count) times for \(names.count) recordings.")
        }
        guard !isStandardOutput else {
            let format = formats(withWords: true).first { ![.txt, .json, .jsonFull].contains($0) }
            if names.count > 1, let format {
                throw ValidationError(
                    "Several transcripts are no one .\(format.fileExtension) document; name an --output-dir.")
            }
            return
        }
        let recordings = Set(names.compactMap(realPath))
        var owners: [String: String] = [:]
        for (index, name) in names.enumerated() {
            for path in fileFormats(withWords: true).map({ path(of: name, at: index, $0) }) {
                if let place = realPath(path), recordings.contains(place) {
                    throw ValidationError(
                        "\(path) is a recording, which its transcript would replace; write it elsewhere."
                            .printable)
                }
                if let owner = owners.updateValue(name, forKey: path) {
                    throw ValidationError(
                        "\(owner) and \(name) would both be written to \(path); ".printable
                            + "transcribe them into directories of their own.")
                }
            }
        }
    }

    /// Makes sure that transcripts have somewhere to go, before anything is computed.
    func prepare() throws(OutputError) {
        StandardStreams.surviveFaults()
        if let directoryPath { return try OutputDirectory(path: directoryPath).create() }
        for path in filePaths { try OutputDirectory(containing: path).requireWritable() }
        guard StandardStreams.isOutputOpen || !isStandardOutput else {
            throw OutputError(name: "standard output", code: EBADF)
        }
    }

    /// The transcripts to be made of a recording, none of them begun.
    /// - Parameters:
    ///   - name: the recording's.
    ///   - index: its place among all.
    ///   - details: what they are made with.
    ///   - subtitles: how words become cues.
    func transcripts(
        of name: String, at index: Int, _ details: TranscriptDetails, subtitles: SubtitleStyle
    ) -> TranscriptOutputs {
        let formats = formats(withWords: details.hasWords)
        if isStandardOutput {
            let writer = formats.first?.makeWriter(details, subtitles: subtitles) ?? lines(details)
            return TranscriptOutputs([TranscriptOutput(writer: writer, file: .standardOutput)])
        }
        return TranscriptOutputs(
            fileFormats(withWords: details.hasWords).map { format in
                TranscriptOutput(
                    writer: format.makeWriter(details, subtitles: subtitles),
                    file: OutputFile(path: path(of: name, at: index, format)))
            })
    }

    /// The formats that go into files: text where none is asked for.
    private func fileFormats(withWords: Bool) -> [TranscriptFormat] {
        let formats = formats(withWords: withWords)
        return formats.isEmpty ? [.txt] : formats
    }

    private func lines(_ details: TranscriptDetails) -> any TranscriptWriter {
        if Terminal.showsColors(asked: printColors) {
            return ConfidenceWriter(details, withTimes: details.hasTimes)
        }
        return details.hasTimes ? TimedTextWriter() : SpokenTextWriter()
    }

    private func path(of name: String, at index: Int, _ format: TranscriptFormat) -> String {
        let stem = directoryPath.map { "\($0)/\(OutputDirectory.stem(of: name))" } ?? filePaths[index]
        return "\(stem).\(format.fileExtension)"
    }
}
