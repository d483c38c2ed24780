import Decoding

/// WebVTT in which each word has its moment, as browsers and YouTube show karaoke:
/// `one<00:00:02.940><c> two</c>`.
///
/// A segment is a cue; its words are those asked for with word timestamps, and without them it is a plain cue.
/// Segments without text are left out: a cue must have some.
public struct KaraokeWriter: TranscriptWriter {
    /// A writer at the beginning of a subtitle file.
    public init() {}

    /// The header.
    public mutating func begin() -> String { "WEBVTT\n\n" }

    /// The segment's cue.
    public mutating func write(_ segment: Segment) -> String {
        let style = TimestampStyle.webVTT
        let words = segment.words ?? []
        let text = words.isEmpty ? escaped(segment.text.trimmingWhitespace()) : timed(words, in: segment)
        guard !text.isEmpty else { return "" }
        return "\(style.string(segment.start)) --> \(style.string(segment.end))\n\(text)\n\n"
    }

    /// The words behind their moments. WebVTT wants those inside the cue and each later than the one before; a word
    /// without such a moment goes with the word before it.
    private func timed(_ words: [Word], in segment: Segment) -> String {
        var latest = milliseconds(segment.start)
        var text = ""
        for (index, word) in words.enumerated() {
            let spoken = escaped(index == 0 ? String(word.text.drop(while: \.isWhitespace)) : word.text)
            let moment = milliseconds(word.start)
            if moment > latest, moment < milliseconds(segment.end) {
                latest = moment
                text += "<\(TimestampStyle.webVTT.string(word.start))>"
            }
            text += "<c>\(spoken)</c>"
        }
        return text
    }

    /// A blank line would end the cue, a line of times begin another.
    private func escaped(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 }).replacingScalars("&", with: "&amp;")
            .replacingScalars("<", with: "&lt;").replacingScalars(">", with: "&gt;")
    }
}
