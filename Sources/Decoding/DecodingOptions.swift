/// How one 30-second window is decoded (openai-whisper's `DecodingOptions`).
public struct DecodingOptions: Sendable, Equatable {
    /// 0 takes the most probable tokens; above, tokens are drawn at random, the higher the freer.
    public var temperature = 0.0
    /// Most tokens sampled in one window; nil for half of the model's text context.
    public var sampleLength: Int?
    /// Independent samples of which the best is taken, at a temperature above 0.
    public var bestOf: Int?
    /// Sequences that a beam search follows, at temperature 0; nil for greedy search.
    public var beamSize: Int?
    /// How many times its size a beam search finishes sequences before it chooses (arXiv:2204.05424).
    public var patience: Double?
    /// Exponent of the length penalty that candidates are ranked by (arXiv:1609.08144), 0…1; nil to rank by
    /// their mean log probability.
    public var lengthPenalty: Double?
    /// Where the random numbers of this window begin.
    public var seed: UInt64 = 0
    /// Tokens of earlier text, given behind `<|startofprev|>`; the last `textContext / 2 - 1` are used.
    public var prompt: [Int] = []
    /// Tokens the window's text begins with; they are not part of the result.
    public var prefix: [Int] = []
    /// Tokens the window's text is known to begin with, timestamps included; sampling goes on behind them. Unlike
    /// the prefix they are part of the result, and their log probabilities are 0.
    public var given: [Int] = []
    /// Ids that are never sampled, besides the special tokens; -1 stands for symbols that no one speaks. Empty
    /// to forbid nothing, not even special tokens.
    public var suppressedTokens = [-1]
    /// Forbid a blank or an end of text as the first sampled token.
    public var suppressBlank = true
    /// Sample text alone, behind `<|notimestamps|>`.
    public var withoutTimestamps = false
    /// Latest start of a window's first segment, in seconds; nil for no limit.
    public var maximumInitialTimestamp: Double? = 1
    /// End a text that goes round in circles before it fills the window (``TextLoop``).
    public var stopsLoops = true

    /// The reference's defaults.
    public init() {}

    /// Sequences that are fed together: beams or samples.
    public var width: Int { max(1, (temperature > 0 ? bestOf : beamSize) ?? 1) }
}

/// What was decoded from one window (openai-whisper's `DecodingResult`).
public struct DecodingResult: Sendable, Equatable {
    /// Sampled tokens, timestamps included, without the start sequence and the end of text.
    public var tokens: [Int]
    /// The log probability of each of `tokens`.
    public var tokenLogProbabilities: [Float]
    /// The text without surrounding white space.
    public var text: String
    /// Sum of the log probabilities over the number of tokens and one more.
    public var averageLogProbability: Double
    /// Probability of `<|nospeech|>` behind the start of the transcript.
    public var noSpeechProbability: Double
    /// Temperature of the sampling, 0 for greedy and beam search.
    public var temperature: Double
    /// How well the text compresses; above 2.4 it repeats itself.
    public var compressionRatio: Double
    /// Whether the text went round in circles and was ended. What is kept of it went round once.
    public var isLoop: Bool

    /// A result of these values.
    public init(
        tokens: [Int], tokenLogProbabilities: [Float] = [], text: String, averageLogProbability: Double,
        noSpeechProbability: Double, temperature: Double, compressionRatio: Double, isLoop: Bool = false
    ) {
        self.tokens = tokens
        self.tokenLogProbabilities = tokenLogProbabilities
        self.text = text
        self.averageLogProbability = averageLogProbability
        self.noSpeechProbability = noSpeechProbability
        self.temperature = temperature
        self.compressionRatio = compressionRatio
        self.isLoop = isLoop
    }
}
