import Checkpoints
import Compute

extension TextDecoder {
    /// The scores of one layer's alignment heads before the softmax.
    public struct AttentionScores {
        /// Scores `[heads, tokens, positions]`.
        public let values: UnsafeMutableBufferPointer<Float>
        /// Heads of this layer.
        public let heads: Int
        /// Tokens that were fed.
        public let tokens: Int
        /// Positions of the encoded audio, 20 ms each.
        public let positions: Int
    }

    /// Feeds a whole sequence from its beginning and shows how some heads attend to the audio.
    ///
    /// ref: openai-whisper `timing.py`, the hooks in `find_alignment`.
    /// - Parameters:
    ///   - tokens: the sequence; what does not fit the text context is left out. Tokens fed before are
    ///     forgotten.
    ///   - heads: those to watch.
    ///   - positions: how many of the audio's first positions, 20 ms each, they are asked about.
    ///   - window: whose audio, and in whose place they are fed.
    ///   - look: sees each layer that has heads to watch, in order; the scores are free to be overwritten.
    public func align(
        _ tokens: [Int], heads: [AlignmentHead], positions: Int, window: Int = 0,
        look: (AttentionScores) -> Void
    ) {
        let layers = Dictionary(grouping: Set(heads).sorted(), by: \.layer)
        let audio = window * audioRows
        let most = layers.values.map(\.count).max() ?? 0
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: most * tokens.count * positions)
        defer { buffer.deallocate() }
        withoutActuallyEscaping(look) { look in
            crossQueries = { [unowned self] layer, queries, count in
                guard let heads = layers[layer], let scores = buffer.baseAddress else { return }
                model.engine.parallel(heads.count) { index in
                    model.engine.scores(
                        queries: queries, queryStride: model.dimensions.textState, count: count,
                        head: heads[index].head, over: crossAttention[layer],
                        rows: audio..<audio + positions, into: scores + index * count * positions)
                }
                let filled = buffer.extracting(0..<heads.count * count * positions)
                look(
                    AttentionScores(values: filled, heads: heads.count, tokens: count, positions: positions))
            }
            defer { crossQueries = nil }
            forgetTokens(window: window)
            append(tokens, window: window)
        }
    }

    /// How probable tokens were behind what the last call of `align` fed.
    ///
    /// - Parameters:
    ///   - targets: tokens; the first stands behind the token at `position`, the next behind the one after.
    ///   - position: place in the sequence that was fed.
    ///   - vocabulary: the ids that probability is shared among.
    public func probabilities(
        of targets: [Int], behind position: Int, among vocabulary: Range<Int>
    ) -> [Double] {
        let (state, size) = (model.dimensions.textState, model.dimensions.vocabularySize)
        let block = 16
        let rows = UnsafeMutableBufferPointer<Float>.allocate(capacity: block * size)
        defer { rows.deallocate() }
        guard let hidden = hidden.baseAddress, let logits = rows.baseAddress else { return [] }
        var result: [Double] = []
        for first in stride(from: 0, to: targets.count, by: block) {
            let count = min(block, targets.count - first)
            model.engine.linear(
                model.decoder.vocabulary, hidden + (position + first) * state, rows: count, rowStride: state,
                norm: model.decoder.finalNorm, into: logits, outStride: size, epilogue: .store,
                scratch: scratch)
            for row in 0..<count {
                let logits = logits + row * size
                let summary = model.engine.summarize(logits, vocabulary)
                var logProbability = logits[targets[first + row]] - summary.logSumExp
                var probability: Float = 0
                model.engine.exponential(&logProbability, count: 1, into: &probability)
                result.append(Double(probability))
            }
        }
        return result
    }
}
