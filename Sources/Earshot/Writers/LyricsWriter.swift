/// Lyrics: each line with the moment it begins, in hundredths of a second (whisper.cpp's `--output-lrc`).
///
/// Segments without text are left out, as whisper.cpp has none; a line feed inside the text would end it, so it
/// becomes a space.
public struct LyricsWriter: TranscriptWriter {
    /// A writer at the beginning of a transcript.
    public init() {}

    /// Who made the file.
    public mutating func begin() -> String { "[by:earshot]\n" }

    /// The segment's line.
    public mutating func write(_ segment: Segment) -> String {
        guard !segment.text.isEmpty else { return "" }
        let line = String(segment.text.map { $0.isNewline ? " " : $0 })
        return "[\(time(segment.start))]\(line)\n"
    }

    /// `01:02.50`; minutes go on past the hour.
    private func time(_ seconds: Double) -> String {
        let total = max(milliseconds(seconds), 0)
        return padded(total / 60_000, 2) + ":" + padded(total / 1000 % 60, 2) + "."
            + padded(total / 10 % 100, 2)
    }
}
