/// Text that goes round in circles: the same tokens again and again, with no way out.
///
/// A model in a loop fills the window with it. The reference lets it, and then rejects the text because it
/// compresses too well; we see it coming. Nothing is ended that the reference's threshold would let pass: even
/// if all tokens still to come were ordinary text, the whole would compress above it. A text that ended by
/// itself may be a loop as well: nobody says the same a dozen times over within half a minute. Deviation: that
/// is so where the threshold is another, or none, and at the ladder's last temperature, too.
package struct TextLoop {
    private let tokenizer: Tokenizer

    package init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// Whether a text cannot but end as a loop.
    /// - Parameters:
    ///   - tokens: what was sampled so far.
    ///   - remaining: how many more may be.
    package func hasCaught(_ tokens: [Int], remaining: Int) -> Bool {
        // Looking now and then is enough, and compressing costs some microseconds.
        guard tokens.count % 8 == 0, tokens.count >= Self.leastTokens else { return false }
        let text = tokens.filter { $0 < tokenizer.endOfText }
        guard Self.period(of: text) != nil else { return false }
        let (size, ratio) = measure(text)
        guard ratio > Self.threshold else { return false }
        let (more, compressed) = (
            Double(remaining) * Self.ordinary.bytes, Double(remaining) * Self.ordinary.compressed
        )
        return (size + more) / (size / ratio + compressed) > Self.threshold
    }

    /// The tokens up to the end of the first round of a loop that a text of its own accord left again, or ended
    /// in; nil where there is none. What follows a loop is no better.
    /// - Parameter tokens: all that was sampled.
    package func firstRound(within tokens: [Int]) -> [Int]? {
        let places = tokens.indices.filter { tokens[$0] < tokenizer.endOfText }
        let text = places.map { tokens[$0] }
        guard let end = Self.firstRoundOfStretch(in: text), measure(text).ratio > Self.threshold else {
            return nil
        }
        return Array(tokens[...places[end - 1]])
    }

    private func measure(_ text: [Int]) -> (size: Double, ratio: Double) {
        let written = tokenizer.decode(text).trimmingWhitespace()
        return (Double(written.utf8.count), compressionRatio(of: written))
    }

    /// The tokens up to the end of the loop's first round.
    package func firstRound(of tokens: [Int]) -> [Int] {
        let places = tokens.indices.filter { tokens[$0] < tokenizer.endOfText }
        let text = places.map { tokens[$0] }
        guard let period = Self.period(of: text) else { return tokens }
        var start = text.count - period
        while start > 0, text[start - 1] == text[start - 1 + period] { start -= 1 }
        return Array(tokens[...places[start + period - 1]])
    }

    /// How many tokens lead up to the end of the first round of the earliest stretch of `mostRounds` rounds.
    private static func firstRoundOfStretch(in text: [Int]) -> Int? {
        (1...longestPeriod).compactMap { period in
            let least = max(mostRounds * period, leastTokens) - period
            var equal = 0
            let end = text.indices.dropFirst(period).first { index in
                equal = text[index] == text[index - period] ? equal + 1 : 0
                return equal == least
            }
            return end.map { $0 + 1 - least }
        }.min()
    }

    /// After how many tokens the end of a text repeats itself, at least four times over; nil where it does not.
    private static func period(of text: [Int]) -> Int? {
        let last = text.count - 1
        return (1...longestPeriod).first { period in
            let compared = (leastRounds - 1) * period
            return last >= compared + period - 1
                && (0..<compared).allSatisfy { text[last - $0] == text[last - $0 - period] }
        }
    }

    private static let longestPeriod = 40
    private static let leastRounds = 4
    /// More of them, nobody utters within half a minute.
    private static let mostRounds = 12
    private static let leastTokens = 32
    /// The reference's `compression_ratio_threshold`.
    private static let threshold = 2.4
    /// Of a token of ordinary text: bytes, and bytes when compressed, on the safe side.
    private static let ordinary = (bytes: 4.0, compressed: 3.0)
}
