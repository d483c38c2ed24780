import Decoding

/// Subtitles (`WriteSRT`, `WriteVTT`): one segment a cue; where words were timed, cues of words in the style asked
/// for.
///
/// Whether there are words is decided at the first segment, as in the reference.
public struct SubtitleWriter: TranscriptWriter {
    /// The two kinds of subtitle file.
    public enum Kind: Sendable {
        /// SubRip: numbered cues, hours always, a comma before the milliseconds.
        case srt
        /// WebVTT: a header, hours where there are any, a point before the milliseconds.
        case vtt
    }

    private enum Shaping {
        case segments
        case reference(ReferenceCues)
        case readable(ReadableCues)
    }

    private let kind: Kind
    private let style: SubtitleStyle
    private var shaping: Shaping?
    private var cues: Int

    /// A writer at the beginning of a subtitle file, or behind so many cues of one.
    public init(_ kind: Kind, style: SubtitleStyle = SubtitleStyle(), cues: Int = 0) {
        self.kind = kind
        self.style = style
        self.cues = cues
    }

    /// The header, in a WebVTT file.
    public mutating func begin() -> String { kind == .vtt ? "WEBVTT\n\n" : "" }

    /// The cues that the segment completes.
    public mutating func write(_ segment: Segment) -> String {
        let words = segment.words ?? []
        switch shaping ?? shaping(of: segment) {
        case .segments:
            shaping = .segments
            let text = segment.text.trimmingWhitespace()
            return written([Cue(start: segment.start, end: segment.end, text: text)])
        case .reference(var shape):
            let found = shape.add(words)
            shaping = .reference(shape)
            return written(found)
        case .readable(var shape):
            let found = shape.add(words)
            shaping = .readable(shape)
            return written(found)
        }
    }

    /// The last cue of words.
    public mutating func end(_ transcript: Transcript) -> String {
        defer { shaping = nil }
        switch shaping {
        case .segments, nil: return ""
        case .reference(var shape): return written(shape.finish().map { [$0] } ?? [])
        case .readable(var shape): return written(shape.finish())
        }
    }

    private func shaping(of first: Segment) -> Shaping {
        guard first.words != nil else { return .segments }
        return style.isReadable ? .readable(ReadableCues()) : .reference(ReferenceCues(style))
    }

    private mutating func written(_ cues: [CueWords]) -> String {
        written(style.highlightsWords ? cues.flatMap(\.highlighted) : cues.map(\.cue))
    }

    /// An arrow inside the text would be read as a line of times, so it loses a dash. Deviation: of words, too.
    private mutating func written(_ found: [Cue]) -> String {
        let stamp: TimestampStyle = kind == .srt ? .srt : .short
        return found.map { cue in
            cues += 1
            let times = "\(stamp.string(cue.start)) --> \(stamp.string(cue.end))"
            let text = cue.text.replacingScalars("-->", with: "->")
            return (kind == .srt ? "\(cues)\n" : "") + "\(times)\n\(text)\n\n"
        }.joined()
    }
}
