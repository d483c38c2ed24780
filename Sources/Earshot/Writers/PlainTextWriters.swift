import Decoding

/// The text of each segment on a line of its own (`WriteTXT`).
public struct PlainTextWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// The segment's text without the space around it.
    public mutating func write(_ segment: Segment) -> String { segment.text.trimmingWhitespace() + "\n" }
}

/// The same for a reader at a terminal: segments without text are left out.
public struct SpokenTextWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// The segment's line, if it has text.
    public mutating func write(_ segment: Segment) -> String {
        let text = segment.text.trimmingWhitespace()
        return text.isEmpty ? "" : text + "\n"
    }
}

/// Times and text for a reader at a terminal, as openai-whisper shows them while it works:
/// `[00:00.000 --> 00:02.000]  text`. Segments without text are left out.
public struct TimedTextWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// The segment's times and text.
    public mutating func write(_ segment: Segment) -> String {
        let text = segment.text.trimmingWhitespace()
        guard !text.isEmpty else { return "" }
        let style = TimestampStyle.short
        return "[\(style.string(segment.start)) --> \(style.string(segment.end))]  \(text)\n"
    }
}

/// Start and end in whole milliseconds and the text, separated by tabs (`WriteTSV`).
public struct TabSeparatedWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// The names of the columns.
    public mutating func begin() -> String { "start\tend\ttext\n" }

    /// The segment's row; a tab inside the text becomes a space.
    public mutating func write(_ segment: Segment) -> String {
        let text = segment.text.trimmingWhitespace().replacingScalars("\t", with: " ")
        return "\(milliseconds(segment.start))\t\(milliseconds(segment.end))\t\(text)\n"
    }
}
