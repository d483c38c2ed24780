/// Turns segments into the text of a transcript file, bit by bit, so that a transcript can be written
/// while it is being made.
///
/// The pieces, joined in order, are the file. For the same segments txt, srt, vtt, tsv and json are the bytes of
/// openai-whisper's writers (`utils.py`), where a segment without text stays in the file, and csv and lrc those of
/// whisper.cpp's.
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

/// The formats a transcript is written in. The raw value is the format's name.
public enum TranscriptFormat: String, CaseIterable, Sendable {
    /// The text, one segment a line.
    case txt
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles.
    case vtt
    /// Start and end in milliseconds and the text, separated by tabs.
    case tsv
    /// Everything that openai-whisper tells of each segment.
    case json
    /// Start and end in milliseconds and the text, separated by commas.
    case csv
    /// Lyrics, a moment and a line for each segment.
    case lrc
    /// Everything that is known, of each token, too.
    case jsonFull = "json-full"
    /// WebVTT subtitles in which each word has its moment; wants segments with words.
    case karaoke

    /// What files in this format are called behind the recording's name.
    public var fileExtension: String {
        switch self {
        case .jsonFull: "full.json"
        case .karaoke: "karaoke.vtt"
        default: rawValue
        }
    }

    /// Whether it is about times, as subtitles are.
    public var needsTimes: Bool { ![.txt, .json, .jsonFull].contains(self) }

    /// Whether words are what it shows.
    public var needsWords: Bool { self == .karaoke }

    /// A writer at the beginning of a transcript.
    /// - Parameters:
    ///   - details: what the transcript is made with, where it may be told.
    ///   - subtitles: how words become cues, in srt and vtt.
    public func makeWriter(
        _ details: TranscriptDetails? = nil, subtitles: SubtitleStyle = SubtitleStyle()
    ) -> any TranscriptWriter {
        switch self {
        case .txt: PlainTextWriter()
        case .srt: SubtitleWriter(.srt, style: subtitles)
        case .vtt: SubtitleWriter(.vtt, style: subtitles)
        case .tsv: TabSeparatedWriter()
        case .json: JSONWriter()
        case .csv: CommaSeparatedWriter()
        case .lrc: LyricsWriter()
        case .jsonFull: FullJSONWriter(details)
        case .karaoke: KaraokeWriter()
        }
    }
}

extension Transcript {
    /// The whole transcript in a format.
    /// - Parameters:
    ///   - format: the format.
    ///   - details: what it was made with, where that may be told.
    ///   - subtitles: how words become cues, in srt and vtt.
    public func formatted(
        as format: TranscriptFormat, details: TranscriptDetails? = nil,
        subtitles: SubtitleStyle = SubtitleStyle()
    ) -> String {
        var writer = format.makeWriter(details, subtitles: subtitles)
        var text = writer.begin()
        for segment in segments { text += writer.write(segment) }
        return text + writer.end(self)
    }
}
