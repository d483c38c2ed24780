import ArgumentParser
import Checkpoints
import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Where live text goes and in which form.
struct LiveOutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "Append each segment to this file, too, which is a whole transcript at every moment; may be repeated.",
            valueName: "file"),
        completion: .file())
    var output: [String] = []

    @Option(
        name: [.customLong("format"), .customLong("output-format"), .customLong("output_format")],
        help: "The file's format (default: what its name ends with).")
    var format: TranscriptFormat?

    @Flag(help: "Replace what the files hold, instead of going on behind it.")
    var force = false

    @Flag(help: "Write events to standard output, one JSON object a line.")
    var json = false

    @Flag(name: [.short, .long], help: "Write confirmed lines, and nothing else but what failed.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "Say more on standard error: what is recorded from, and how.", valueName: "true|false"))
    var verbose: TruthArgument?

    /// Whether everything is to be told.
    var isVerbose: Bool { verbose?.value ?? false }

    /// The files.
    var targets: [LiveTarget] {
        output.compactMap { path in
            (format ?? LiveTarget.format(of: path)).map { LiveTarget(path: path, format: $0) }
        }
    }

    func validate() throws {
        guard !output.contains("") else { throw ValidationError("--output is empty.") }
        guard Set(output.map(Self.place)).count == output.count else {
            throw ValidationError("Two --output files have the same name.")
        }
        guard format == nil || output.count == 1 else {
            throw ValidationError("--format is that of one --output file; several are told by their names.")
        }
        guard !force || !output.isEmpty else {
            throw ValidationError("--force replaces --output files; name one.")
        }
        if format == nil, let path = output.first(where: { LiveTarget.format(of: $0) == nil }) {
            let known = TranscriptFormat.allCases.map { ".\($0.fileExtension)" }.joined(separator: ", ")
            throw ValidationError(
                "\(path.printable) ends with none of \(known); name its --format.")
        }
        guard !(quiet && isVerbose) else {
            throw ValidationError("--quiet and --verbose exclude each other.")
        }
        guard !(quiet && json) else { throw ValidationError("--quiet and --json exclude each other.") }
    }

    /// Where a file is or would be, whatever it is called by.
    private static func place(of path: String) -> String {
        if let real = realPath(path) { return real }
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let folder = String(path.dropLast(name.count))
        return (realPath(folder.isEmpty ? "." : folder) ?? folder) + "/" + name
    }

    /// Makes sure that all can be written, before anything is computed.
    func prepare() throws {
        StandardStreams.surviveFaults()
        for target in targets { try target.check(anew: force) }
        guard StandardStreams.isOutputOpen else { throw OutputError(name: "standard output", code: EBADF) }
    }

    /// The files with what stands before the first segment.
    func transcripts(_ details: TranscriptDetails) throws -> [GrowingTranscript] {
        try targets.map { try GrowingTranscript($0, anew: force, details: details) }
    }

    /// What standard output gets.
    var form: LiveWriter.Form { json ? .json(LiveJSON()) : showsText ? .nothing : .lines }

    /// Whether the text is a view on a terminal.
    private var showsText: Bool { !quiet && !json && Terminal.canDraw(on: STDOUT_FILENO) }

    /// The view, where somebody looks: with the text on standard output, else the status alone on standard error.
    func display() -> LiveDisplay? {
        if quiet { return nil }
        if showsText { return LiveDisplay(on: STDOUT_FILENO, showsText: true) }
        if isatty(STDOUT_FILENO) == 1 { return nil }
        return Terminal.canDraw(on: STDERR_FILENO) ? LiveDisplay(on: STDERR_FILENO, showsText: false) : nil
    }
}

extension TranscriptFormat: ExpressibleByArgument {}
