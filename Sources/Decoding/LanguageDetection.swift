import Whisper

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The language of a window, with the probability of each.
///
/// ref: openai-whisper `decoding.py`, `detect_language`.
public struct LanguageDetection: Sendable {
    /// Code of the most probable language.
    public let language: String
    /// Probability of every language the model knows, in the order of the vocabulary.
    public let probabilities: [(language: String, probability: Double)]

    /// Probability of the most probable language.
    public var probability: Double { probabilities.map(\.probability).max() ?? 0 }

    /// Feeds the start of a transcript alone and compares the language tokens that may follow.
    /// - Parameter decoder: already attending to the window's features; its tokens are forgotten.
    /// - Throws: when the logits are no numbers.
    public init(_ decoder: TextDecoder, tokenizer: Tokenizer) throws(DecodingError) {
        decoder.forgetTokens()
        let logits = Logits(decoder.append([tokenizer.startOfTranscript]), engine: decoder.model.engine)
        let tokens = tokenizer.languageTokens
        let all = logits.summary(of: (tokens.first ?? 0)..<(tokens.last ?? -1) + 1)
        guard all.logSumExp.isFinite else { throw DecodingError() }
        probabilities = zip(tokenizer.languageCodes, tokens).map {
            ($0, Double(exp(logits[$1] - all.logSumExp)))
        }
        language = probabilities.max { $0.probability < $1.probability }?.language ?? "en"
        decoder.forgetTokens()
    }
}
