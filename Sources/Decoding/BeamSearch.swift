/// Follows the most probable sequences side by side until enough of them have ended.
///
/// ref: openai-whisper `decoding.py`, `BeamSearchDecoder`.
public struct BeamSearch: TokenSearch {
    /// The beams, the most probable first.
    public private(set) var growing: [SampledSequence]
    private var finished: [SampledSequence] = []
    private let size: Int
    private let endOfText: Int
    private let enough: Int
    /// The beams that were given up when there were enough finished sequences, or the best was a loop.
    private var abandoned: [SampledSequence] = []

    /// - Parameters:
    ///   - size: sequences followed side by side.
    ///   - patience: how many times as many are to end.
    ///   - endOfText: the token that ends a sequence.
    ///   - given: what every sequence begins with.
    public init(size: Int, patience: Double, endOfText: Int, given: [Int] = []) {
        growing = [SampledSequence(given: given)]
        self.size = max(1, size)
        self.endOfText = endOfText
        enough = max(1, Int((Double(max(1, size)) * patience).rounded(.toNearestOrEven)))
    }

    /// Continues every beam by its best tokens and keeps the best of all; those that ended on the way, as
    /// long as there is room.
    public mutating func extend(_ logits: [Logits]) throws(DecodingError) -> [Int]? {
        let ranked = try candidates(behind: logits)
        var beams: [SampledSequence] = []
        var ended: [SampledSequence] = []
        var sources: [Int] = []
        for candidate in ranked {
            let source = growing[candidate.source]
            if candidate.token == endOfText {
                var sequence = source
                sequence.sum = candidate.sum
                ended.append(sequence)
                continue
            }
            var beam = source.extended(by: candidate.token, logProbability: candidate.logProbability)
            sources.append(source.slot)
            beam.slot = beams.count
            beams.append(beam)
            if beams.count == size { break }
        }
        finished += ended.prefix(enough - finished.count)
        growing = beams
        if finished.count >= enough {
            abandoned = growing
            growing = []
        }
        return sources == Array(sources.indices) ? nil : sources
    }

    /// Where the best beam is caught the others, which differ from it in little, have no better end.
    public mutating func endLoop(at index: Int) {
        guard index == 0 else { return }
        abandoned = growing
        for beam in abandoned.indices { abandoned[beam].isLoop = true }
        growing = []
    }

    /// What ended, and where that is too little the best of what did not.
    public func candidates() -> [SampledSequence] {
        var found = finished
        // Of equals the later, as the reference's reversed sort has them.
        let open = (growing.isEmpty ? abandoned : growing).enumerated().sorted {
            ($0.element.sum, $0.offset) > ($1.element.sum, $1.offset)
        }
        for (_, sequence) in open where found.count < size { found.append(sequence) }
        return found
    }

    private struct Candidate {
        let order: Int
        let source: Int
        let token: Int
        let logProbability: Float
        let sum: Float
    }

    /// The `size + 1` best continuations of every beam, the best first; of equals, the earlier beam's.
    private func candidates(behind logits: [Logits]) throws(DecodingError) -> [Candidate] {
        var all: [Candidate] = []
        for (source, logits) in logits.enumerated() {
            let (best, logSumExp) = logits.best(size + 1)
            guard logSumExp.isFinite else { throw DecodingError() }
            for token in best {
                let logProbability = logits[token] - logSumExp
                all.append(
                    Candidate(
                        order: all.count, source: source, token: token, logProbability: logProbability,
                        sum: growing[source].sum + logProbability))
            }
        }
        return all.sorted { ($0.sum, $1.order) > ($1.sum, $0.order) }
    }
}
