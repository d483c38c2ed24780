/// Takes the most probable token, always.
///
/// ref: openai-whisper `decoding.py`, `GreedyDecoder` at temperature 0.
public enum GreedySearch {
    /// The most probable token of filtered logits and its log probability; of equals, the first.
    /// - Throws: `DecodingError` when there is none: weights that are no numbers give logits that are none.
    public static func choose(_ logits: Logits) throws(DecodingError) -> (token: Int, logProbability: Float) {
        let summary = logits.summary()
        guard summary.logSumExp.isFinite else { throw DecodingError() }
        return (summary.argmax, summary.maximum - summary.logSumExp)
    }
}

/// A model whose weights or activations are not numbers.
public struct DecodingError: Error, CustomStringConvertible {
    /// One line for a person.
    public var description: String { "the model computes no numbers: its weights are damaged" }
}
