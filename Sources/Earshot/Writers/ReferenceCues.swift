import Decoding

/// Makes cues of words as openai-whisper does.
///
/// ref: openai-whisper `utils.py`, `SubtitlesWriter.iterate_result`.
struct ReferenceCues {
    private let style: SubtitleStyle
    /// Whether a segment begins a cue.
    private var keepsSegments: Bool { style.maximumLineCount == nil || style.maximumLineWidth == nil }
    private var words: [Word] = []
    private var lineLength = 0
    private var lineCount = 1
    private var lastStart: Double?

    init(_ style: SubtitleStyle) { self.style = style }

    /// The cues that a segment's words complete.
    mutating func add(_ segment: [Word]) -> [CueWords] {
        let size = max(1, style.maximumWordsPerLine ?? 1000)
        return segment.enumerated().compactMap { index, word in
            add(word, beginsPart: index % size == 0)
        }
    }

    /// The last cue.
    mutating func finish() -> CueWords? {
        defer { words = [] }
        guard let first = words.first, let last = words.last else { return nil }
        return CueWords(words: words, start: first.start, end: last.end)
    }

    /// Adds a word and returns the cue it does not belong to any more.
    private mutating func add(_ word: Word, beginsPart: Bool) -> CueWords? {
        let length = word.text.unicodeScalars.count
        let isLongPause = !keepsSegments && word.start - (lastStart ?? word.start) > 3
        let hasRoom = lineLength + length <= style.maximumLineWidth ?? 1000
        let breaksSegment = beginsPart && !words.isEmpty && keepsSegments
        var word = word
        var completed: CueWords?
        if lineLength > 0, hasRoom, !isLongPause, !breaksSegment {
            lineLength += length
        } else {
            word.text = word.text.trimmingWhitespace()
            let isFull = style.maximumLineCount.map { isLongPause || lineCount >= $0 } ?? false
            let continuesCue = lineLength > 0
            lineLength = word.text.unicodeScalars.count
            if !words.isEmpty && isFull || breaksSegment {
                completed = finish()
                lineCount = 1
            } else if continuesCue {
                lineCount += 1
                word.text = "\n" + word.text
            }
        }
        words.append(word)
        lastStart = word.start
        return completed
    }
}
