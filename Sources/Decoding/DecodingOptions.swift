/// How one 30-second window is decoded (openai-whisper's `DecodingOptions`).
public struct DecodingOptions: Sendable, Equatable {
    /// Tokens of earlier text, given behind `<|startofprev|>`; the last `textContext / 2 - 1` are used.
    public var prompt: [Int] = []
    /// Sample text alone, behind `<|notimestamps|>`.
    public var withoutTimestamps = false
    /// Forbid a blank or an end of text as the first sampled token.
    public var suppressBlank = true
    /// Ids that are never sampled; nil for the list the reference calls `-1`.
    public var suppressedTokens: [Int]?
    /// Latest start of a window's first segment, in seconds; nil for no limit.
    public var maximumInitialTimestamp: Double? = 1
    /// Most tokens sampled in one window; nil for half of the model's text context.
    public var sampleLength: Int?

    /// The reference's defaults.
    public init() {}
}

/// What was decoded from one window (openai-whisper's `DecodingResult`).
public struct DecodingResult: Sendable, Equatable {
    /// Sampled tokens, timestamps included, without the start sequence and the end of text.
    public var tokens: [Int]
    /// The text without surrounding white space.
    public var text: String
    /// Sum of the log probabilities over the number of tokens and one more.
    public var averageLogProbability: Double
    /// Probability of `<|nospeech|>` behind the start of the transcript.
    public var noSpeechProbability: Double
    /// Temperature of the sampling, 0 for greedy.
    public var temperature: Double
    /// How well the text compresses; above 2.4 it repeats itself.
    public var compressionRatio: Double

    /// A result of these values.
    public init(
        tokens: [Int], text: String, averageLogProbability: Double, noSpeechProbability: Double,
        temperature: Double, compressionRatio: Double
    ) {
        self.tokens = tokens
        self.text = text
        self.averageLogProbability = averageLogProbability
        self.noSpeechProbability = noSpeechProbability
        self.temperature = temperature
        self.compressionRatio = compressionRatio
    }
}
