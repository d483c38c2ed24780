/// A word with its times.
///
/// The fields are those of openai-whisper's words (`WordTiming` in its `timing.py`).
public struct Word: Sendable, Equatable {
    /// The word as it stands in the text, usually with a leading space and its punctuation.
    public var text: String
    /// Start in seconds from the beginning of the audio.
    public var start: Double
    /// End in seconds from the beginning of the audio.
    public var end: Double
    /// Mean probability of its tokens.
    public var probability: Double
    /// Its token ids.
    public var tokens: [Int]

    /// A word of these values.
    public init(text: String, start: Double, end: Double, probability: Double, tokens: [Int] = []) {
        self.text = text
        self.start = start
        self.end = end
        self.probability = probability
        self.tokens = tokens
    }
}

/// A stretch of speech with its text and times.
///
/// The fields are those of openai-whisper's segments (`new_segment` in its `transcribe.py`).
public struct Segment: Sendable, Equatable {
    /// Position in the transcript, counted from 0.
    public var id: Int
    /// Mel frame (10 ms) at which the window that produced the segment began.
    public var seek: Int
    /// Start in seconds from the beginning of the audio.
    public var start: Double
    /// End in seconds from the beginning of the audio.
    public var end: Double
    /// The text, usually with a leading space.
    public var text: String
    /// Token ids, timestamps included.
    public var tokens: [Int]
    /// Temperature the window was sampled at.
    public var temperature: Double
    /// Mean log probability of the window's tokens.
    public var averageLogProbability: Double
    /// UTF-8 bytes of the window's text over its zlib-compressed bytes.
    public var compressionRatio: Double
    /// Probability that the window holds no speech.
    public var noSpeechProbability: Double
    /// Log probability of each of `tokens` where it was sampled; empty where nobody kept them.
    public var tokenLogProbabilities: [Float]
    /// Its words with their times; nil where they were not asked for.
    public var words: [Word]?
    /// Code of the language that was detected in its window, such as `en`; nil where the language of every window was
    /// not asked for.
    public var language: String?

    /// A segment of these values.
    public init(
        id: Int, seek: Int, start: Double, end: Double, text: String, tokens: [Int], temperature: Double,
        averageLogProbability: Double, compressionRatio: Double, noSpeechProbability: Double,
        tokenLogProbabilities: [Float] = [], words: [Word]? = nil, language: String? = nil
    ) {
        self.id = id
        self.seek = seek
        self.start = start
        self.end = end
        self.text = text
        self.tokens = tokens
        self.temperature = temperature
        self.averageLogProbability = averageLogProbability
        self.compressionRatio = compressionRatio
        self.noSpeechProbability = noSpeechProbability
        self.tokenLogProbabilities = tokenLogProbabilities
        self.words = words
        self.language = language
    }
}

/// Everything that was said in one recording.
public struct Transcript: Sendable, Equatable {
    /// The whole text.
    public var text: String
    /// The segments in order; those without text are kept, as the reference keeps them.
    public var segments: [Segment]
    /// Code of the language, such as `en`.
    public var language: String

    /// A transcript of these values.
    public init(text: String, segments: [Segment], language: String) {
        self.text = text
        self.segments = segments
        self.language = language
    }
}
