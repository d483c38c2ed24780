import Earshot
import FoundationEssentials
import TestSupport
import Testing

/// What the built command does with recordings it can read.
@Suite("earshot transcribe", .serialized)
struct TranscribeTests {
    private static func reference(_ name: String) throws -> Transcript {
        let golden = try #require(
            ReferenceTranscripts("default").recordings.first { $0.recording == name })
        let segments = golden.segments.map {
            Segment(
                id: $0.id, seek: $0.seek, start: $0.start, end: $0.end, text: $0.text, tokens: $0.tokens,
                temperature: $0.temperature, averageLogProbability: $0.averageLogProbability,
                compressionRatio: $0.compressionRatio, noSpeechProbability: $0.noSpeechProbability)
        }
        return Transcript(text: golden.text, segments: segments, language: golden.language)
    }

    @Test("shows times and text on standard output and the model on standard error")
    func lines() throws {
        let run = try earshot(sample("demo.flac"))
        var writer = TimedTextWriter()
        #expect(run.status == 0)
        #expect(run.output == (try Self.reference("demo.flac")).segments.map { writer.write($0) }.joined())
        #expect(run.errorLines.count == 1)
        #expect(run.errors.contains("commands") && run.errors.contains("numbers to the millions"))
        #expect(run.errors.contains("--model PATH"))
    }

    @Test("is what a bare file name means, and is silent with --quiet")
    func quiet() throws {
        let named = try earshot("transcribe", "--quiet", sample("demo.flac"))
        let bare = try earshot("-q", sample("demo.flac"))
        #expect(named.output == bare.output && !bare.output.isEmpty)
        #expect(named.errors.isEmpty && bare.errors.isEmpty)
    }

    @Test(
        "writes the reference's files", arguments: ["demo.flac", "seventy-seconds.flac", "silence.flac"],
        [TranscriptFormat.txt, .srt, .vtt, .tsv])
    func formats(name: String, format: TranscriptFormat) throws {
        let run = try earshot("--format", format.rawValue, sample(name))
        #expect(run.status == 0)
        #expect(run.output == (try Self.reference(name)).formatted(as: format))
    }

    @Test("writes JSON with the reference's text, tokens and times")
    func json() throws {
        struct Result: Decodable {
            let text: String
            let segments: [ReferenceTranscripts.Segment]
            let language: String
        }
        let expected = try Self.reference("demo.flac")
        let run = try earshot("-oj", sample("demo.flac"))
        let result = try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
        #expect(run.output.hasSuffix("}\n"))
        #expect(result.text == expected.text)
        #expect(result.language == "en")
        #expect(result.segments.map(\.tokens) == expected.segments.map(\.tokens))
        for (segment, expected) in zip(result.segments, expected.segments) {
            #expect(abs(segment.start - expected.start) < 1e-9)
            #expect(abs(segment.end - expected.end) < 1e-9)
        }
    }

    @Test("prints text alone where no times are asked for", arguments: ["--no-timestamps", "-nt"])
    func withoutTimes(flag: String) throws {
        let run = try earshot(flag, "-l", "English", sample("pin.flac"))
        #expect(run.status == 0)
        #expect(!run.output.isEmpty && !run.output.contains("-->"))
    }

    @Test("gives the same transcript whatever the number of threads")
    func threads() throws {
        let one = try earshot("-t", "1", "--format", "json", sample("demo.flac"))
        let three = try earshot("--threads", "3", "--format", "json", sample("demo.flac"))
        #expect(one.output == three.output && one.status == 0)
    }

    @Test("reads standard input, as a file and as a pipe")
    func standardInput() throws {
        let expected = try earshot(sample("telephone-8k.wav")).output
        #expect(!expected.isEmpty)
        for script in [#""$0" -q - < "$1""#, #"cat "$1" | "$0" -q -"#] {
            #expect(try shell(script, [sample("telephone-8k.wav")]).output == expected)
        }
    }

    @Test("reads samples without a header")
    func raw() throws {
        let expected = try earshot(sample("telephone-8k.wav")).output
        let run = try shell(
            #"tail -c +45 "$1" | "$0" --raw s16le --rate 8000 --channels 1 -"#, [sample("telephone-8k.wav")])
        #expect(run.status == 0)
        #expect(run.output == expected)
    }

    @Test("writes a file for each recording and format into a directory it makes")
    func directory() throws {
        let folder = try TemporaryFolder()
        let run = try earshot(
            "--output_dir", folder.path("new/deep"), "--format", "srt", "-otxt", sample("demo.flac"),
            sample("pin.flac"))
        #expect(run.status == 0)
        #expect(run.output.isEmpty)
        #expect(try folder.names(in: "new/deep") == ["demo.srt", "demo.txt", "pin.srt", "pin.txt"])
        #expect(try folder.text("new/deep/demo.srt") == Self.reference("demo.flac").formatted(as: .srt))
        #expect(try folder.text("new/deep/pin.txt") == Self.reference("pin.flac").formatted(as: .txt))
    }
}
