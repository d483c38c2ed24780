import TestSupport
import Testing

/// Transcripts, read by readers that somebody else wrote: `make test` installs those that Debian has.
@Suite("Transcript files are understood by others:")
struct ReaderTests {
    /// What is read: a fixture with scripts of all kinds, and what the command makes of a recording.
    enum Sample: CaseIterable { case fixture, recording }

    @Test(
        "srt", .enabled(if: Reader.hasModule("srt"), "Python has no module srt"), arguments: Sample.allCases)
    func srt(_ sample: Sample) throws { try compare("srt", "srt", sample) }

    @Test(
        "vtt, and with words that have their moments",
        .enabled(if: Reader.hasModule("webvtt"), "Python has no module webvtt"), arguments: Sample.allCases)
    func vtt(_ sample: Sample) throws {
        try compare("vtt", "vtt", sample)
        try compare("karaoke", "karaoke.vtt", sample)
    }

    @Test(
        "csv and json", .enabled(if: Reader.hasModule("csv"), "there is no Python"),
        arguments: Sample.allCases)
    func python(_ sample: Sample) throws {
        try compare("csv", "csv", sample)
        try compare("json", "json", sample)
    }

    @Test(
        "full json", .enabled(if: Reader.has("jq"), "there is no jq, or no Python"),
        arguments: Sample.allCases)
    func jq(_ sample: Sample) throws { try compare("json-full", "full.json", sample) }

    @Test(
        "lrc",
        .enabled(
            if: Reader.has("ffmpeg") && Reader.hasModule("srt"), "there is no ffmpeg, or no Python with srt"),
        arguments: Sample.allCases)
    func ffmpeg(_ sample: Sample) throws { try compare("lrc", "lrc", sample) }

    private static let demo = sample("demo.flac")

    /// Compares what a reader finds with the .tsv file.
    private func compare(_ format: String, _ fileExtension: String, _ sample: Sample) throws {
        let folder = try TemporaryFolder()
        let stem: String
        switch sample {
        case .fixture:
            stem = Fixtures.path("Writers/spoken/spoken")
        case .recording:
            stem = folder.path("demo")
            let run = try earshot(
                "-q", "-o", folder.path(), "--format", "tsv", "--format", format, Self.demo)
            #expect(run.status == 0 && run.errors.isEmpty)
        }
        let expected = try shell(#"tail -n +2 "$1""#, ["\(stem).tsv"]).output
        let read = try Reader.run(format, "\(stem).\(fileExtension)")
        #expect(read.status == 0, "\(read.errors)")
        var lines = read.output.split(separator: "\n")
        try #require(!lines.isEmpty)
        print(lines.removeFirst())
        #expect(lines.map(Cue.init) == expected.split(separator: "\n").map { Cue($0).seen(in: format) })
    }
}

/// The script beside the fixtures, which hands each format to its reader.
private enum Reader {
    static func run(_ format: String, _ path: String) throws -> Outcome {
        try shell(
            #"exec /usr/bin/python3 "$1" "$2" "$3""#,
            [Fixtures.path("Writers/read_transcript.py"), format, path])
    }

    // Debian's own Python is the one that finds Debian's modules.

    static func has(_ program: String) -> Bool { answers(#"command -v "$1""#, program) && hasModule("csv") }

    static func hasModule(_ name: String) -> Bool { answers(#"/usr/bin/python3 -c "import $1""#, name) }

    private static func answers(_ script: String, _ argument: String) -> Bool {
        (try? shell(script, [argument]))?.status == 0
    }
}

/// A line of a .tsv file.
private struct Cue: Equatable {
    var start: String
    var end: String
    var text: String

    init(_ line: Substring) {
        let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        start = columns.first.map(String.init) ?? ""
        end = columns.dropFirst().first.map(String.init) ?? ""
        text = columns.dropFirst(2).first.map(String.init) ?? ""
    }

    /// What a format keeps of it: lyrics have no ends, and hundredths.
    func seen(in format: String) -> Cue {
        guard format == "lrc" else { return self }
        var cue = self
        cue.end = ""
        cue.start = String(start.dropLast()) + "0"
        return cue
    }
}
