/// A word of a hypothesis: a group of tokens that is not cut further.
package struct HeardWord: Sendable, Equatable {
    /// Its text as it stands in the text, usually with a leading space.
    package var text: String
    /// Its tokens.
    package var tokens: [Int]
    /// The timestamps that stand before it: one opens a segment, of two the first closes the one before.
    package var marks: [Int]
    /// When it is spoken, in seconds since the beginning of all audio.
    package var start: Double
    /// When its end is spoken.
    package var end: Double
    /// Mean probability of its tokens.
    package var probability: Double

    package init(
        text: String, tokens: [Int], marks: [Int] = [], start: Double, end: Double, probability: Double
    ) {
        self.text = text
        self.tokens = tokens
        self.marks = marks
        self.start = start
        self.end = end
        self.probability = probability
    }

    /// Whether a segment ends before it.
    var beginsSegment: Bool { marks.count > 1 }

    var word: Word {
        Word(text: text, start: start, end: end, probability: probability, tokens: tokens)
    }
}

extension [HeardWord] {
    /// Their tokens as they stand in the text, timestamps included.
    var given: [Int] { flatMap { $0.marks + $0.tokens } }
}

/// What the model heard in a window.
package struct HeardWindow: Sendable, Equatable {
    /// All words, those that were confirmed before first.
    package var words: [HeardWord]
    /// The timestamps behind the last of them.
    package var closing: [Int] = []
    /// When the last of them says that the text ends, in seconds since the beginning of all audio.
    package var end: Double?
    /// Seconds that were encoded.
    package var audioContext = 30.0
    /// Whether text and context went wrong, so that later windows must not be told of it.
    package var isUnreliable = false
    /// Whether it would be worth listening again, at a higher temperature.
    package var isRejected = false
    /// Temperature it was sampled at.
    package var temperature = 0.0
    /// Mean log probability of its tokens.
    package var averageLogProbability = 0.0
    /// How well its text compresses.
    package var compressionRatio = 1.0
    /// Probability that there is no speech.
    package var noSpeechProbability = 0.0
    /// The language, where it was detected just now.
    package var language: DetectedLanguage?
    /// Code of the language it is in, where every stretch of speech may be in another.
    package var spokenLanguage: String?

    package init(words: [HeardWord]) { self.words = words }
}

/// A language and how probable it is.
package struct DetectedLanguage: Sendable, Equatable {
    package var code: String
    package var probability: Double
}
