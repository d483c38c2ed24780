/// Turns segments into the text of a transcript file, bit by bit, so that a transcript can be written
/// while it is being made.
///
/// The pieces, joined in order, are the file. For the same segments the formats below are the bytes of
/// openai-whisper's writers (`utils.py`); a segment without text stays in the file, as it does there.
public protocol TranscriptWriter: Sendable {
    /// What stands before the first segment.
    mutating func begin() -> String

    /// What the next segment adds.
    mutating func write(_ segment: Segment) -> String

    /// What stands after the last segment.
    /// - Parameter transcript: All that was found; its segments are those that were written.
    mutating func end(_ transcript: Transcript) -> String
}

extension TranscriptWriter {
    /// Nothing stands before the first segment.
    public mutating func begin() -> String { "" }

    /// Nothing stands after the last segment.
    public mutating func end(_ transcript: Transcript) -> String { "" }
}

/// The formats a transcript is written in. The raw value is the name of the format and of its files' extension.
public enum TranscriptFormat: String, CaseIterable, Sendable {
    /// The text, one segment a line.
    case txt
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles.
    case vtt
    /// Start and end in milliseconds and the text, separated by tabs.
    case tsv
    /// Everything that is known of each segment.
    case json

    /// A writer at the beginning of a transcript.
    public func makeWriter() -> any TranscriptWriter {
        switch self {
        case .txt: PlainTextWriter()
        case .srt: SubtitleWriter(.srt)
        case .vtt: SubtitleWriter(.vtt)
        case .tsv: TabSeparatedWriter()
        case .json: JSONWriter()
        }
    }
}

extension Transcript {
    /// The whole transcript in a format.
    public func formatted(as format: TranscriptFormat) -> String {
        var writer = format.makeWriter()
        var text = writer.begin()
        for segment in segments { text += writer.write(segment) }
        return text + writer.end(self)
    }
}
