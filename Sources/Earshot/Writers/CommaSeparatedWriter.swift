/// Start and end in whole milliseconds and the text, separated by commas (whisper.cpp's `--output-csv`).
///
/// The text is quoted, its own quotes doubled. Segments without text are left out, as whisper.cpp has none.
public struct CommaSeparatedWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// The names of the columns.
    public mutating func begin() -> String { "start,end,text\n" }

    /// The segment's row.
    public mutating func write(_ segment: Segment) -> String {
        guard !segment.text.isEmpty else { return "" }
        let text = segment.text.replacingScalars("\"", with: "\"\"")
        return "\(milliseconds(segment.start)),\(milliseconds(segment.end)),\"\(text)\"\n"
    }
}
