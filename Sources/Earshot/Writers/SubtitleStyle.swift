/// How words become subtitles. Without words, each segment is a cue.
public struct SubtitleStyle: Sendable, Equatable {
    /// Most characters in a line (`--max-line-width`); nil for no limit.
    public var maximumLineWidth: Int?
    /// Most lines in a cue (`--max-line-count`), which then runs on from one segment to the next where a width
    /// is given too; nil for no limit.
    public var maximumLineCount: Int?
    /// Most words in a cue (`--max-words-per-line`); nil for no limit.
    public var maximumWordsPerLine: Int?
    /// Underline each word while it is spoken (`--highlight-words`).
    public var highlightsWords = false
    /// Cues made to be read, by ``ReadableCues``, instead of the reference's.
    public var isReadable = false

    /// The reference's defaults: a cue for each segment.
    public init() {}

    /// Two lines of 42 characters, broken where sentences and clauses end, shown for 0.8 s at least.
    public static var readable: SubtitleStyle {
        var style = SubtitleStyle()
        style.isReadable = true
        return style
    }
}
