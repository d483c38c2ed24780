import Earshot
import TestSupport
import Testing

/// A transcript as openai-whisper writes it.
private struct Golden: Decodable {
    struct Item: Decodable {
        var id: Int
        var seek: Int
        var start: Double
        var end: Double
        var text: String
        var tokens: [Int]
        var temperature: Double
        var averageLogProbability: Double
        var compressionRatio: Double
        var noSpeechProbability: Double

        enum CodingKeys: String, CodingKey {
            case id, seek, start, end, text, tokens, temperature
            case averageLogProbability = "avg_logprob"
            case compressionRatio = "compression_ratio"
            case noSpeechProbability = "no_speech_prob"
        }
    }
    var text: String
    var segments: [Item]
    var language: String

    var transcript: Transcript {
        Transcript(
            text: text,
            segments: segments.map {
                Segment(
                    id: $0.id, seek: $0.seek, start: $0.start, end: $0.end, text: $0.text, tokens: $0.tokens,
                    temperature: $0.temperature, averageLogProbability: $0.averageLogProbability,
                    compressionRatio: $0.compressionRatio, noSpeechProbability: $0.noSpeechProbability)
            },
            language: language)
    }
}

private func segment(_ text: String, from start: Double = 0, to end: Double = 1) -> Segment {
    Segment(
        id: 0, seek: 0, start: start, end: end, text: text, tokens: [], temperature: 0,
        averageLogProbability: 0,
        compressionRatio: 1, noSpeechProbability: 0)
}

@Suite("Transcript writers")
struct TranscriptWriterTests {
    @Test(
        "give the bytes of openai-whisper's",
        arguments: ["ordinary", "empty", "cleared", "times", "text", "numbers"],
        [TranscriptFormat.txt, .srt, .vtt, .tsv, .json])
    func sameBytes(name: String, format: TranscriptFormat) throws {
        let golden: Golden = try Fixtures.json("Writers/\(name).json")
        let expected = try Fixtures.bytes("Writers/\(name).\(format.rawValue)")
        #expect(Array(golden.transcript.formatted(as: format).utf8) == expected)
    }

    @Test("write subtitles and text as the segments come", arguments: TranscriptFormat.allCases)
    func streams(format: TranscriptFormat) {
        var writer = format.makeWriter()
        _ = writer.begin()
        let first = writer.write(segment(" One."))
        #expect(first.contains("One.") == (format != .json))
    }

    @Test("leave JSON readable where a number has no JSON form")
    func nonFinite() {
        var odd = segment("")
        odd.averageLogProbability = -.infinity
        odd.noSpeechProbability = .nan
        let text = Transcript(text: "", segments: [odd], language: "en").formatted(as: .json)
        #expect(text.contains(#""avg_logprob": null, "compression_ratio": 1.0, "no_speech_prob": null"#))
    }

    @Test("show times and text at a terminal, without segments that say nothing")
    func timedText() {
        var writer = TimedTextWriter()
        #expect(
            writer.write(segment(" One, two.", from: 1.5, to: 3602.25))
                == "[00:01.500 --> 01:00:02.250]  One, two.\n")
        #expect(writer.write(segment(" ")) == "")
    }

    @Test("survive times that are no times", arguments: [-1, .nan, .infinity, 1e300])
    func oddTimes(seconds: Double) {
        let transcript = Transcript(
            text: "x", segments: [segment("x", from: seconds, to: seconds)], language: "en")
        for format in TranscriptFormat.allCases {
            #expect(transcript.formatted(as: format).contains("x"))
        }
    }
}
