import Compute
import Decoding
import Testing

/// Drawing tokens at a temperature: how often each comes, and that chance can be repeated.
@Suite struct SamplingTests {
    let engine: Engine

    init() throws { engine = try Engine(threads: 1) }

    /// The first tokens of many samples, given logits.
    func draw(_ values: [Float], temperature: Double, count: Int, seed: UInt64 = 1, endOfText: Int = -1)
        throws
        -> [SampledSequence]
    {
        var values = values
        return try values.withUnsafeMutableBufferPointer { values in
            var search = SamplingSearch(
                temperature: temperature, count: count, seed: seed, endOfText: endOfText)
            let sources = try search.extend([Logits(values, engine: engine)])
            #expect(sources == (count > 1 ? Array(repeating: 0, count: count) : nil))
            return search.candidates()
        }
    }

    @Test(arguments: [0.2, 0.7, 1.0]) func everyTokenComesAsOftenAsItsProbability(_ temperature: Double)
        throws
    {
        // More than two blocks of the search through the weights; the probable ones scattered.
        var logits = [Float](repeating: -.infinity, count: 2500)
        let probable: [(token: Int, logit: Float)] = [
            (3, 1), (1023, 2), (1024, 0.5), (2048, 1.5), (2499, -1),
        ]
        for (token, logit) in probable { logits[token] = logit }
        let count = 40_000
        let drawn = try draw(logits, temperature: temperature, count: count).map { $0.tokens[0] }
        let weights = probable.map { exponential(Double($0.logit) / temperature) }
        let total = weights.reduce(0, +)
        for ((token, _), weight) in zip(probable, weights) {
            let share = weight / total
            let found = Double(drawn.count { $0 == token }) / Double(count)
            // Five standard deviations.
            #expect(abs(found - share) < 5 * (share * (1 - share) / Double(count)).squareRoot() + 1e-9)
        }
        #expect(Set(drawn).isSubset(of: Set(probable.map(\.token))))
    }

    /// The log probability is that of the untempered logits, as in the reference.
    @Test func temperatureDoesNotTouchTheProbabilities() throws {
        let sample = try draw([0, 0, -.infinity, 0], temperature: 0.5, count: 1)[0]
        #expect(abs(sample.sum + 1.0986123) < 1e-5)
        #expect(sample.logProbabilities == [sample.sum])
    }

    @Test func chanceIsTheSeedsAlone() throws {
        let logits = (0..<3000).map { Float($0 % 7) / 7 }
        func tokens(_ count: Int, seed: UInt64) throws -> [Int] {
            try draw(logits, temperature: 1, count: count, seed: seed).map { $0.tokens[0] }
        }
        let five = try tokens(5, seed: 42)
        #expect(try tokens(5, seed: 42) == five)
        // More samples are the same ones and others.
        #expect(try tokens(9, seed: 42).prefix(5) == five[...])
        #expect(try tokens(5, seed: 43) != five)
        #expect(Set(five).count > 1)
    }

    /// Whatever its inverse is as a float.
    @Test(arguments: [1e-20, 1e-200, 1e-300]) func theSmallestTemperaturesTakeTheMostProbable(
        _ temperature: Double
    ) throws {
        let logits: [Float] = [-3, 1, 7, -.infinity, 6.5]
        #expect(try draw(logits, temperature: temperature, count: 4).allSatisfy { $0.tokens == [2] })
    }

    @Test func samplesEndByThemselves() throws {
        let samples = try draw([0, 0, 0, 0], temperature: 1, count: 50, endOfText: 2)
        #expect(samples.map(\.slot) == Array(0..<50))
        #expect(samples.contains { $0.tokens.isEmpty })
        #expect(samples.allSatisfy { abs($0.sum + 1.3862944) < 1e-5 })
        #expect(samples.allSatisfy { $0.tokens != [2] })
    }

    @Test func noNumbersAreRefused() {
        #expect(throws: DecodingError.self) { try draw([.nan, .nan], temperature: 1, count: 2) }
        #expect(throws: DecodingError.self) { try draw([-.infinity, -.infinity], temperature: 0, count: 1) }
    }

    /// e to the power of something small enough for its series.
    private func exponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for n in 1..<60 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }
}
