/// The result of openai-whisper's `transcribe` as `json.dump` writes it (`WriteJSON`): everything on one line
/// without a line feed at its end, all but ASCII escaped.
///
/// The text stands before the segments in the file, so nothing is written before the end. Two deviations, both
/// where the reference's file surprises its reader: a number that JSON cannot express is `null`, not the bare word
/// `NaN`; and a segment without text has no stray `"words": []`.
public struct JSONWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// Nothing: the segments stand in the middle of the file.
    public mutating func write(_ segment: Segment) -> String { "" }

    /// The whole file.
    public mutating func end(_ transcript: Transcript) -> String {
        let segments = transcript.segments.map(object).joined(separator: ", ")
        return "{\"text\": \(quoted(transcript.text)), \"segments\": [\(segments)], "
            + "\"language\": \(quoted(transcript.language))}"
    }

    private func object(of segment: Segment) -> String {
        let tokens = segment.tokens.map(String.init).joined(separator: ", ")
        let members = [
            ("id", "\(segment.id)"),
            ("seek", "\(segment.seek)"),
            ("start", number(segment.start)),
            ("end", number(segment.end)),
            ("text", quoted(segment.text)),
            ("tokens", "[\(tokens)]"),
            ("temperature", number(segment.temperature)),
            ("avg_logprob", number(segment.averageLogProbability)),
            ("compression_ratio", number(segment.compressionRatio)),
            ("no_speech_prob", number(segment.noSpeechProbability)),
        ]
        return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    /// The shortest decimal that reads back as the same number: what Python's `repr` gives, too.
    private func number(_ value: Double) -> String { value.isFinite ? value.description : "null" }
}

/// A JSON string in ASCII, escaped as Python's `json.dumps` does by default.
private func quoted(_ text: String) -> String {
    var result = "\""
    for unit in text.utf16 {
        switch unit {
        case 0x22: result += "\\\""
        case 0x5C: result += "\\\\"
        case 0x08: result += "\\b"
        case 0x09: result += "\\t"
        case 0x0A: result += "\\n"
        case 0x0C: result += "\\f"
        case 0x0D: result += "\\r"
        case 0x20...0x7E: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
        default:
            let digits = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
    return result + "\""
}
