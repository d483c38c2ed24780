/// A sequence as far as it was sampled.
public struct SampledSequence: Sendable, Equatable {
    /// The tokens, without the end of text.
    public var tokens: [Int] = []
    /// The log probability of each.
    public var logProbabilities: [Float] = []
    /// Sum of the log probabilities, that of the end of text included where it was sampled.
    public var sum: Float = 0
    /// Which of the window's sequences in the decoder it is.
    public var slot = 0
    /// Whether it was ended because it went round in circles.
    public var isLoop = false

    /// A sequence of nothing.
    public init() {}

    /// A sequence that begins with known tokens.
    public init(given tokens: [Int]) {
        self.tokens = tokens
        logProbabilities = Array(repeating: 0, count: tokens.count)
    }

    func extended(by token: Int, logProbability: Float) -> SampledSequence {
        var longer = self
        longer.tokens.append(token)
        longer.logProbabilities.append(logProbability)
        longer.sum += logProbability
        return longer
    }
}

/// How the sequences of a window grow: which token each takes next, and when there are enough.
///
/// ref: openai-whisper `decoding.py`, `TokenDecoder`.
public protocol TokenSearch {
    /// The sequences that want another token, each at its slot in the decoder; at first one of nothing.
    var growing: [SampledSequence] { get }

    /// Takes the filtered logits behind each of the growing sequences, in their order.
    /// - Returns: what becomes of the decoder's sequences: for each slot the one it goes on from; nil where
    ///   every one goes on from itself.
    /// - Throws: `DecodingError` when they are no numbers.
    mutating func extend(_ logits: [Logits]) throws(DecodingError) -> [Int]?

    /// Ends a growing sequence that goes round in circles.
    mutating func endLoop(at index: Int)

    /// What there is to choose from when nothing grows any more, or no more may grow.
    func candidates() -> [SampledSequence]
}

extension DecodingOptions {
    /// The search these options ask for.
    func search(endOfText: Int) -> any TokenSearch {
        if temperature == 0, let beamSize {
            return BeamSearch(size: beamSize, patience: patience ?? 1, endOfText: endOfText, given: given)
        }
        return SamplingSearch(
            temperature: temperature, count: width, seed: seed, endOfText: endOfText, given: given)
    }
}
