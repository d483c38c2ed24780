import Whisper

/// Finds when the words of a window are spoken, by what the decoder attends to while it says them again.
///
/// ref: openai-whisper `timing.py`, `find_alignment`.
public struct WordAligner {
    private let decoder: TextDecoder
    private let tokenizer: Tokenizer

    /// An aligner for windows in one language.
    /// - Parameters:
    ///   - decoder: the transformer, attending to the window's features.
    ///   - tokenizer: the one the window was decoded with.
    public init(decoder: TextDecoder, tokenizer: Tokenizer) {
        self.decoder = decoder
        self.tokenizer = tokenizer
    }

    /// Times of the words of a text.
    /// - Parameters:
    ///   - text: tokens without timestamps. Those that do not fit the text context have no times, nor has a
    ///     character that is not complete at their end.
    ///   - frames: mel frames of audio in the window.
    ///   - window: its number in the decoder.
    ///   - known: words that the text is known to begin with; only what follows is cut into words. None where
    ///     nothing is known.
    /// - Returns: words in order, in seconds from the window's start.
    public func align(_ text: [Int], frames: Int, window: Int = 0, known: [TokenGroup] = []) -> [WordTiming] {
        let start = tokenizer.startSequence.count
        let text = Array(text.prefix(max(0, decoder.model.dimensions.textContext - start - 2)))
        let fitting = known.prefix(ofTokens: text.count)
        let rest = Array(text.dropFirst(fitting.reduce(0) { $0 + $1.tokens.count }))
        let words = fitting + tokenizer.splitIntoWords(rest + [tokenizer.endOfText]).dropLast()
        let positions = frames / framesPerPosition
        guard !text.isEmpty, !words.isEmpty, positions > 0 else { return [] }

        let tokens = tokenizer.startSequence + [tokenizer.noTimestamps] + text + [tokenizer.endOfText]
        var matrix = AlignmentMatrix(tokens: tokens.count, positions: positions)
        decoder.align(
            tokens, heads: decoder.model.alignmentHeads, positions: positions, window: window
        ) {
            matrix.add($0, engine: decoder.model.engine)
        }
        let probabilities = decoder.probabilities(
            of: text, behind: start, among: 0..<tokenizer.endOfText)
        let moments = Self.moments(matrix.costs(of: start..<tokens.count - 1), tokens: text.count + 1)

        var timings: [WordTiming] = []
        var first = 0
        for word in words {
            let end = first + word.tokens.count
            let probability = probabilities[first..<end].reduce(0, +) / Double(end - first)
            timings.append(
                WordTiming(
                    word: word.text, tokens: word.tokens, start: moments[first], end: moments[end],
                    probability: probability))
            first = end
        }
        return timings
    }

    /// The moment at which the cheapest way through the window comes to each token, in seconds.
    private static func moments(_ costs: [Float], tokens: Int) -> [Double] {
        let path = DynamicTimeWarping.path(costs, rows: tokens, columns: costs.count / tokens)
        var moments: [Double] = []
        for (row, column) in path where row == moments.count { moments.append(Double(column) / 50) }
        return moments
    }
}

extension [TokenGroup] {
    /// The first groups that have no more tokens together.
    fileprivate func prefix(ofTokens count: Int) -> ArraySlice<TokenGroup> {
        var left = count
        return prefix { group in
            left -= group.tokens.count
            return left >= 0
        }
    }
}

/// Mel frames of a position of the encoded audio.
private let framesPerPosition = 2
