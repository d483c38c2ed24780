import Decoding
import Testing

/// Which of several texts is chosen.
@Suite struct SequenceRankingTests {
    /// So many tokens behind those that were known, each of which costs as much; the end of the text, too.
    func sequence(_ count: Int, cost: Float, given: Int = 0) -> SampledSequence {
        var sequence = SampledSequence(given: Array(repeating: 1, count: given))
        sequence.tokens += Array(repeating: 2, count: count)
        sequence.sum = -cost * Float(count + 1)
        return sequence
    }

    @Test func theMostProbableForItsLengthIsChosen() {
        let ranking = SequenceRanking(lengthPenalty: nil)
        let (short, long) = (sequence(4, cost: 0.5), sequence(8, cost: 0.4))
        #expect(ranking.best(of: [short, long]) == long)
        #expect(ranking.best(of: [sequence(0, cost: 0.1), short]) == short)
        #expect(ranking.best(of: []) == nil)
    }

    /// Were the tokens counted that were known, the shorter would win here, whatever it costs.
    @Test(arguments: [nil, 1.0]) func whatWasKnownDoesNotCount(lengthPenalty: Double?) {
        let given = 100
        let ranking = SequenceRanking(lengthPenalty: lengthPenalty, given: given)
        let (short, long) = (sequence(2, cost: 0.5, given: given), sequence(9, cost: 0.2, given: given))
        #expect(ranking.best(of: [short, long]) == long)
        // One that ends right there has a length.
        let none = sequence(0, cost: 0.1, given: given)
        #expect(ranking.best(of: [long, none]) == none)
    }
}
