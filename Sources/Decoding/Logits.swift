import Compute

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The logits of one position, over the whole vocabulary.
public struct Logits {
    private let values: UnsafeMutableBufferPointer<Float>  // [vocabulary]
    private let engine: Engine
    private var known: LogitSummary?  // of all, until more is forbidden

    /// Logits where they lie; `values` must outlive them.
    public init(_ values: UnsafeMutableBufferPointer<Float>, engine: Engine) {
        self.values = values
        self.engine = engine
    }

    /// Size of the vocabulary.
    public var count: Int { values.count }

    /// The logit of a token.
    public subscript(token: Int) -> Float { values[token] }

    /// Forbids a token: its logit becomes −∞. An id outside the vocabulary is passed over.
    public mutating func forbid(_ token: Int) {
        known = nil
        if values.indices.contains(token) { values[token] = -.infinity }
    }

    /// Forbids tokens, as `forbid(_:)` each.
    public mutating func forbid(_ tokens: Range<Int>) {
        known = nil
        values.extracting(tokens.clamped(to: values.indices)).update(repeating: -.infinity)
    }

    /// Forbids the tokens below `split` where those from it on are together more probable than any of them.
    ///
    /// What this reads is all that a step reads of its logits: `summary()` knows it from here on.
    public mutating func keepLikelier(of split: Int) {
        let (low, high) = (summary(of: 0..<split), summary(of: split..<count))
        // The softmax's denominator stands on both sides and cancels.
        let highWins = high.logSumExp > low.maximum
        if highWins { forbid(0..<split) }
        known = highWins ? high : low.joined(with: high)
    }

    /// Largest logit, its token and the log-sum-exp of the whole vocabulary.
    public func summary() -> LogitSummary { known ?? summary(of: values.indices) }

    /// Largest logit, its token and the log-sum-exp of a run of tokens.
    public func summary(of tokens: Range<Int>) -> LogitSummary {
        let tokens = tokens.clamped(to: values.indices)
        guard let base = values.baseAddress, !tokens.isEmpty else {
            return LogitSummary(argmax: tokens.lowerBound, maximum: -.infinity, logSumExp: -.infinity)
        }
        return engine.summarize(base, tokens)
    }

    /// The tokens of the `count` largest logits, the largest first and of equals the lower id, and the
    /// log-sum-exp of all.
    public func best(_ count: Int) -> (tokens: [Int], logSumExp: Float) {
        let blocks = stride(from: 0, to: values.count, by: Self.block).map { start in
            let range = start..<min(start + Self.block, values.count)
            return (range: range, summary: summary(of: range))
        }
        let peak = blocks.lazy.map(\.summary.maximum).max() ?? -.infinity
        guard peak.isFinite else { return ([], peak) }
        let logSumExp = peak + logf(blocks.reduce(0) { $0 + expf($1.summary.logSumExp - peak) })

        // As many blocks as tokens are wanted each have one that is no smaller than this; fewer blocks tell nothing.
        let maxima = blocks.map(\.summary.maximum).sorted(by: >)
        let least = maxima.count < count ? -.infinity : maxima[count - 1]
        var found: [Int] = []
        for block in blocks where block.summary.maximum >= least && block.summary.maximum > -.infinity {
            for token in block.range where values[token] >= least && values[token] > -.infinity {
                insert(token, into: &found, count)
            }
        }
        // The reference counts forbidden tokens too where too few are allowed.
        if found.count < count {
            found += values.indices.lazy.filter { values[$0] == -.infinity }.prefix(count - found.count)
        }
        return (found, logSumExp)
    }

    /// target[token] = e^(logit · scale + shift).
    func exponentials(scale: Float, shift: Float, into target: inout [Float]) {
        target.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress, target.count == values.count else { return }
            for token in values.indices { start[token] = values[token] * scale + shift }
            engine.exponential(start, count: target.count, into: start)
        }
    }

    private func insert(_ token: Int, into found: inout [Int], _ count: Int) {
        if found.count == count, let last = found.last, values[token] <= values[last] { return }
        let place = found.firstIndex { values[$0] < values[token] } ?? found.count
        found.insert(token, at: place)
        if found.count > count { found.removeLast() }
    }

    private static let block = 1024
}
