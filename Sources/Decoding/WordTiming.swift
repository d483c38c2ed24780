/// A word and when it is spoken, from the beginning of its window.
///
/// ref: openai-whisper `timing.py`, `WordTiming`.
public struct WordTiming: Sendable, Equatable {
    /// The word, with a leading space where it has one. Empty where it was merged into another.
    public var word: String
    /// Its tokens.
    public var tokens: [Int]
    /// Start in seconds.
    public var start: Double
    /// End in seconds.
    public var end: Double
    /// Mean probability of its tokens among all text.
    public var probability: Double

    /// A timing of these values.
    public init(word: String, tokens: [Int], start: Double, end: Double, probability: Double) {
        self.word = word
        self.tokens = tokens
        self.start = start
        self.end = end
        self.probability = probability
    }
}

/// How long the words of a window usually are, and the longest a word next to a pause may be.
///
/// ref: openai-whisper `timing.py`, the start of `add_word_timestamps`.
public struct WordDurations: Sendable, Equatable {
    /// The median of those that are not zero, at most 0.7 s; 0 without any.
    public let median: Double
    /// Twice the median.
    public var maximum: Double { median * 2 }

    /// Durations of these words.
    public init(_ words: [WordTiming]) {
        let durations = words.map { $0.end - $0.start }.filter { $0 != 0 }.sorted()
        let middle = durations.count / 2
        switch durations.count {
        case 0: median = 0
        case let count where count % 2 == 1: median = min(0.7, durations[middle])
        default: median = min(0.7, (durations[middle - 1] + durations[middle]) / 2)
        }
    }
}

extension [WordTiming] {
    /// Shortens marks that end a sentence, and words behind them, where they swallowed a pause.
    public mutating func shortenAtSentenceEnds(_ durations: WordDurations) {
        guard durations.median > 0 else { return }
        let marks = Punctuation(".。!！?？")
        for index in indices.dropFirst() where self[index].end - self[index].start > durations.maximum {
            if marks.contains(self[index].word) {
                self[index].end = self[index].start + durations.maximum
            } else if marks.contains(self[index - 1].word) {
                self[index].start = self[index].end - durations.maximum
            }
        }
    }

    /// Gives punctuation to the word it belongs to; the words it was stay, empty.
    ///
    /// ref: openai-whisper `timing.py`, `merge_punctuations`.
    /// - Parameters:
    ///   - prepended: marks that, with a space before them, belong to the next word.
    ///   - appended: marks that belong to the word before.
    public mutating func mergePunctuation(prepended: Punctuation, appended: Punctuation) {
        var following = count - 1
        for previous in indices.dropLast().reversed() {
            let word = self[previous].word
            if word.unicodeScalars.first == " ", prepended.contains(word.trimmingWhitespace()) {
                self[following].word = word + self[following].word
                self[following].tokens = self[previous].tokens + self[following].tokens
                empty(previous)
            } else {
                following = previous
            }
        }
        var previous = 0
        for following in indices.dropFirst() {
            if self[previous].word.unicodeScalars.last != " ", appended.contains(self[following].word) {
                self[previous].word += self[following].word
                self[previous].tokens += self[following].tokens
                empty(following)
            } else {
                previous = following
            }
        }
    }

    private mutating func empty(_ index: Int) {
        self[index].word = ""
        self[index].tokens = []
    }
}

/// Marks that words are compared with as Python's `in` does: any run of them counts, and so does nothing at all.
public struct Punctuation: Sendable, Equatable {
    private let scalars: [Unicode.Scalar]

    /// The marks, in order.
    public init(_ marks: String) { scalars = Array(marks.unicodeScalars) }

    /// Whether a text is a part of the marks.
    public func contains(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard !wanted.isEmpty else { return true }
        return scalars.indices.contains { scalars[$0...].starts(with: wanted) }
    }
}
