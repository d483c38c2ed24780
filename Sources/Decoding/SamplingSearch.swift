/// Sequences that grow by themselves: by the most probable token at temperature 0, by a random one above.
///
/// ref: openai-whisper `decoding.py`, `GreedyDecoder`. Deviation: the random numbers are our own, and those of
/// each sequence depend on the seed, the temperature and the sequence's number alone.
public struct SamplingSearch: TokenSearch {
    /// The sequences that have not ended.
    public private(set) var growing: [SampledSequence]
    private var ended: [SampledSequence] = []
    private var isFirst = true
    private let temperature: Double
    private let endOfText: Int
    private var generators: [RandomNumbers]  // a slot
    private var weights = TokenWeights()

    /// - Parameters:
    ///   - temperature: 0 for the most probable token.
    ///   - count: sequences to sample.
    ///   - seed: where their random numbers begin.
    ///   - endOfText: the token that ends a sequence.
    ///   - given: what every sequence begins with.
    public init(temperature: Double, count: Int, seed: UInt64, endOfText: Int, given: [Int] = []) {
        growing = [SampledSequence(given: given)]
        self.temperature = temperature
        self.endOfText = endOfText
        generators = (0..<max(1, count)).map {
            RandomNumbers(seed: seed, temperature.bitPattern, UInt64($0))
        }
    }

    /// Gives each sequence its next token. The first time the one of nothing becomes as many as are wanted.
    public mutating func extend(_ logits: [Logits]) throws(DecodingError) -> [Int]? {
        defer { isFirst = false }
        var next: [SampledSequence] = []
        for (sequence, logits) in zip(growing, logits) {
            let summary = logits.summary()
            guard summary.logSumExp.isFinite else { throw DecodingError() }
            if temperature > 0 { weights.set(logits, summary, temperature: temperature) }
            for slot in isFirst ? generators.indices : sequence.slot..<sequence.slot + 1 {
                let token = temperature > 0 ? weights.draw(&generators[slot]) : summary.argmax
                let logProbability = logits[token] - summary.logSumExp
                if token == endOfText {
                    var whole = sequence
                    whole.sum += logProbability
                    whole.slot = slot
                    ended.append(whole)
                } else {
                    var longer = sequence.extended(by: token, logProbability: logProbability)
                    longer.slot = slot
                    next.append(longer)
                }
            }
        }
        growing = next
        return isFirst && generators.count > 1 ? Array(repeating: 0, count: generators.count) : nil
    }

    /// Ends that sequence alone.
    public mutating func endLoop(at index: Int) {
        var sequence = growing.remove(at: index)
        sequence.isLoop = true
        ended.append(sequence)
    }

    /// All sequences, in the order of their numbers.
    public func candidates() -> [SampledSequence] { (ended + growing).sorted { $0.slot < $1.slot } }
}
