#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Which of several candidates is the result: the one with the highest log probability for its length.
///
/// ref: openai-whisper `decoding.py`, `MaximumLikelihoodRanker`.
public struct SequenceRanking: Sendable {
    /// Exponent of the length penalty ((5 + length) / 6)^α; nil to divide by the length.
    public let lengthPenalty: Double?
    /// Tokens that every candidate begins with because they were known: nobody chose them.
    public let given: Int

    /// A ranking by this penalty.
    public init(lengthPenalty: Double?, given: Int = 0) {
        self.lengthPenalty = lengthPenalty
        self.given = given
    }

    /// The best candidate, of equals the first; nil where there is none.
    public func best(of candidates: [SampledSequence]) -> SampledSequence? {
        var best: SampledSequence?
        for candidate in candidates where best.map({ score(candidate) > score($0) }) ?? true {
            best = candidate
        }
        return best
    }

    private func score(_ sequence: SampledSequence) -> Double {
        // Behind known tokens even the end of the text is a choice: one that ends there has a length, too.
        let length = Double(given == 0 ? sequence.tokens.count : sequence.tokens.count - given + 1)
        if let lengthPenalty { return Double(sequence.sum) / pow((5 + length) / 6, lengthPenalty) }
        // Deviation: for a sequence of nothing the reference divides by zero and fails.
        return length == 0 ? -.infinity : Double(sequence.sum) / length
    }
}
