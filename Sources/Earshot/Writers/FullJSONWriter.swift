#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Everything that is known: the model, the options, and of each segment its tokens with their probabilities, and
/// its words where they were asked for.
///
/// Members are named as in whisper.cpp's `--output-json-full`; what it lacks has the reference's names. One line a
/// segment, written as the segments come. Where the language of every window was
/// detected, each has its `language`. Deviations from whisper.cpp: tokens have no times of their own, words
/// have them; and a character whose bytes are divided between tokens stands whole with the first.
public struct FullJSONWriter: TranscriptWriter {
    private let details: TranscriptDetails?
    private var isFirst = true

    /// A writer at the beginning of a transcript; without details, it has no more of the tokens than their numbers.
    public init(_ details: TranscriptDetails? = nil) { self.details = details }

    /// What the transcript was made with.
    public mutating func begin() -> String {
        var head = ""
        if let details {
            for (name, value) in [
                ("systeminfo", details.system), ("model", details.modelObject),
                ("params", details.parameters),
            ] {
                head += "\"\(name)\": \(value.written(ascii: false)),\n"
            }
        }
        return "{\(head)\"transcription\": ["
    }

    /// The segment's line.
    public mutating func write(_ segment: Segment) -> String {
        defer { isFirst = false }
        return (isFirst ? "\n" : ",\n") + object(of: segment).written(ascii: false)
    }

    /// Language and text of all.
    public mutating func end(_ transcript: Transcript) -> String {
        let result: JSONValue = ["language": .text(transcript.language), "text": .text(transcript.text)]
        return "\n],\n\"result\": \(result.written(ascii: false))}\n"
    }

    private func object(of segment: Segment) -> JSONValue {
        let style = TimestampStyle.srt
        let members: [(String, JSONValue)] = [
            ("id", .integer(segment.id)),
            (
                "timestamps",
                ["from": .text(style.string(segment.start)), "to": .text(style.string(segment.end))]
            ),
            (
                "offsets",
                ["from": .integer(milliseconds(segment.start)), "to": .integer(milliseconds(segment.end))]
            ),
            ("text", .text(segment.text)),
            ("seek", .integer(segment.seek)),
            ("temperature", .number(segment.temperature)),
            ("avg_logprob", .number(segment.averageLogProbability)),
            ("compression_ratio", .number(segment.compressionRatio)),
            ("no_speech_prob", .number(segment.noSpeechProbability)),
            ("tokens", .list(tokens(of: segment))),
        ]
        let language = segment.language.map { [("language", JSONValue.text($0))] } ?? []
        return .object(members + language + segment.wordMembers)
    }

    private func tokens(of segment: Segment) -> [JSONValue] {
        let pieces = details?.pieces(of: segment)
        return segment.tokens.indices.map { index in
            var members: [(String, JSONValue)] = [("id", .integer(segment.tokens[index]))]
            if let pieces { members.insert(("text", .text(pieces[index])), at: 0) }
            if let probability = segment.tokenProbability(at: index) {
                members.append(("p", .number(probability)))
            }
            return .object(members)
        }
    }
}

extension Segment {
    /// How probable a token was, rounded to what a float holds; nil where nobody kept it.
    func tokenProbability(at index: Int) -> Double? {
        guard tokenLogProbabilities.indices.contains(index) else { return nil }
        let probability = exp(Double(tokenLogProbabilities[index]))
        return (probability * 1e6).rounded() / 1e6
    }
}
