import Earshot
import TestSupport
import Testing

/// Words and subtitles, as the command makes them.
@Suite("earshot's words", .serialized)
struct CommandWordTests {
    @Test(
        "are asked for with a value or without",
        arguments: [["--word-timestamps"], ["--word_timestamps", "True"], ["--word-timestamps=true"]])
    func asked(flags: [String]) throws {
        let run = try earshot(flags: flags + [sample("pin.flac"), "--format", "json"])
        #expect(run.status == 0)
        #expect(run.output.contains(#""words": [{"word": " "#))
    }

    @Test("are not there unless they are", arguments: [[], ["--word-timestamps", "false"]])
    func notAsked(flags: [String]) throws {
        let run = try earshot(flags: flags + ["--format", "json", sample("pin.flac")])
        #expect(run.status == 0 && !run.output.contains("words"))
    }

    @Test("make subtitles of one word each, without being asked for by name")
    func oneWord() throws {
        let run = try earshot("--max-words-per-line", "1", "--format", "srt", sample("count-up.flac"))
        #expect(run.status == 0)
        #expect(run.output.contains("\none\n") && run.output.contains("\ntwo\n"))
        let readable = try earshot("--subtitles", "--highlight-words", "--format", "vtt", sample("demo.flac"))
        #expect(readable.output.hasPrefix("WEBVTT\n\n") && readable.output.contains("<u>hello</u>"))
    }

    @Test("cut segments as whisper.cpp does", arguments: [["-ml", "1", "-sow"], ["--max-len", "1"]])
    func segments(flags: [String]) throws {
        let run = try earshot(flags: flags + ["--format", "txt", sample("count-up.flac")])
        #expect(run.status == 0)
        #expect(run.output.contains("one\ntwo\n"))
        let tokens = try earshot(flags: flags + ["--format", "json-full", sample("count-up.flac")])
        #expect(tokens.output.contains(/"text": " one", "id": \d+, "p": 0\.\d/))
    }

    @Test(
        "are refused with the reason",
        arguments: [
            (["--max-line-width", "0", "-osrt"], "must be 1 or more"),
            (["--max-line-count", "2", "-osrt"], "without --max-line-width"),
            (["--subtitles", "--max-line-width", "9", "-osrt"], "leave --max-line-width out"),
            (["--subtitles"], "--format srt or vtt"),
            (["--max-line-width", "9", "--format", "txt"], "--format srt or vtt"),
            (["--word-timestamps", "false", "--subtitles", "-osrt"], "--word-timestamps false"),
            (["--word-timestamps", "false", "--format", "karaoke"], "--word-timestamps false"),
            (["-sow"], "--max-len"),
            (["--hallucination-silence-threshold=-1"], "between 0 and 30"),
            (["--hallucination-silence-threshold", "nan"], "between 0 and 30"),
        ])
    func refused(flags: [String], reason: String) throws {
        let run = try earshot(flags: flags + [sample("pin.flac")])
        #expect(run.status == 64)
        #expect(run.errors.contains(reason))
    }
}

private func earshot(flags: [String]) throws -> Outcome {
    try shell(#"exec "$0" "$@" < /dev/null"#, flags)
}
