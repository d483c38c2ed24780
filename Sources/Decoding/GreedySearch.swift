/// Takes the most probable token, always.
///
/// ref: openai-whisper `decoding.py`, `GreedyDecoder` at temperature 0.
public enum GreedySearch {
    /// The most probable token of filtered logits and its log probability; of equals, the first.
    public static func choose(_ logits: Logits) -> (token: Int, logProbability: Float) {
        let summary = logits.summary()
        return (summary.argmax, summary.maximum - summary.logSumExp)
    }
}
