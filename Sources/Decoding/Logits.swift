import Compute

/// The logits of one position, over the whole vocabulary.
public struct Logits {
    private let values: UnsafeMutableBufferPointer<Float>  // [vocabulary]
    private let engine: Engine

    /// Logits where they lie; `values` must outlive them.
    public init(_ values: UnsafeMutableBufferPointer<Float>, engine: Engine) {
        self.values = values
        self.engine = engine
    }

    /// Size of the vocabulary.
    public var count: Int { values.count }

    /// The logit of a token.
    public subscript(token: Int) -> Float { values[token] }

    /// Forbids tokens: their logits become −∞. Ids outside the vocabulary are passed over.
    public func forbid(_ tokens: Range<Int>) {
        values.extracting(tokens.clamped(to: values.indices)).update(repeating: -.infinity)
    }

    /// Largest logit, its token and the log-sum-exp of a run of tokens; the whole vocabulary by default.
    public func summary(of tokens: Range<Int>? = nil) -> LogitSummary {
        let tokens = (tokens ?? values.indices).clamped(to: values.indices)
        guard let base = values.baseAddress, !tokens.isEmpty else {
            return LogitSummary(argmax: tokens.lowerBound, maximum: -.infinity, logSumExp: -.infinity)
        }
        return engine.summarize(base, tokens)
    }
}
