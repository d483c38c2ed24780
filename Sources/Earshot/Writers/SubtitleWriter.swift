import Decoding

/// Subtitles, one segment a cue (`WriteSRT`, `WriteVTT`).
public struct SubtitleWriter: TranscriptWriter {
    /// The two kinds of subtitle file.
    public enum Kind: Sendable {
        /// SubRip: numbered cues, hours always, a comma before the milliseconds.
        case srt
        /// WebVTT: a header, hours where there are any, a point before the milliseconds.
        case vtt
    }

    private let kind: Kind
    private var cues = 0

    /// A writer at the beginning of a subtitle file.
    public init(_ kind: Kind) { self.kind = kind }

    /// The header, in a WebVTT file.
    public mutating func begin() -> String { kind == .vtt ? "WEBVTT\n\n" : "" }

    /// The segment's cue. An arrow inside the text would be read as a line of times, so it loses a dash.
    public mutating func write(_ segment: Segment) -> String {
        cues += 1
        let style: TimestampStyle = kind == .srt ? .srt : .short
        let times = "\(style.string(segment.start)) --> \(style.string(segment.end))"
        let text = segment.text.trimmingWhitespace().replacingScalars("-->", with: "->")
        return (kind == .srt ? "\(cues)\n" : "") + "\(times)\n\(text)\n\n"
    }
}
