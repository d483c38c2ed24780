/// The result of openai-whisper's `transcribe` as `json.dump` writes it (`WriteJSON`): everything on one line
/// without a line feed at its end, all but ASCII escaped.
///
/// The text stands before the segments in the file, so nothing is written before the end; asked for the segments
/// first, it writes each as it comes. Two deviations, both
/// where the reference's file surprises its reader: a number that JSON cannot express is `null`, not the bare word
/// `NaN`; and where no words were asked for, a segment without text has no stray `"words": []`.
public struct JSONWriter: TranscriptWriter {
    private let segmentsFirst: Bool
    private var isFirst = true

    /// A writer at the beginning of a transcript.
    /// - Parameter segmentsFirst: whether the text stands behind the segments.
    public init(segmentsFirst: Bool = false) { self.segmentsFirst = segmentsFirst }

    /// What stands before the segments, where they come first.
    public mutating func begin() -> String { segmentsFirst ? #"{"segments": ["# : "" }

    /// The segment, where segments come first; otherwise they stand in the middle of the file.
    public mutating func write(_ segment: Segment) -> String {
        guard segmentsFirst else { return "" }
        defer { isFirst = false }
        return (isFirst ? "" : ", ") + object(of: segment).written(ascii: true)
    }

    /// The whole file, or what stands behind the segments.
    public mutating func end(_ transcript: Transcript) -> String {
        if segmentsFirst {
            let rest: JSONValue = ["language": .text(transcript.language), "text": .text(transcript.text)]
            return "], " + rest.written(ascii: true).dropFirst()
        }
        let file: JSONValue = [
            "text": .text(transcript.text),
            "segments": .list(transcript.segments.map(object)),
            "language": .text(transcript.language),
        ]
        return file.written(ascii: true)
    }

    private func object(of segment: Segment) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("id", .integer(segment.id)),
            ("seek", .integer(segment.seek)),
            ("start", .number(segment.start)),
            ("end", .number(segment.end)),
            ("text", .text(segment.text)),
            ("tokens", .list(segment.tokens.map(JSONValue.integer))),
            ("temperature", .number(segment.temperature)),
            ("avg_logprob", .number(segment.averageLogProbability)),
            ("compression_ratio", .number(segment.compressionRatio)),
            ("no_speech_prob", .number(segment.noSpeechProbability)),
        ]
        return .object(members + segment.wordMembers)
    }
}

extension Segment {
    /// The words as the reference's files have them, where they were asked for.
    var wordMembers: [(String, JSONValue)] {
        guard let words else { return [] }
        return [("words", .list(words.map(\.object)))]
    }
}

extension Word {
    fileprivate var object: JSONValue {
        [
            "word": .text(text), "start": .number(start), "end": .number(end),
            "probability": .number(probability),
        ]
    }
}
