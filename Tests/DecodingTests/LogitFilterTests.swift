import Compute
import Decoding
import TestSupport
import Testing

/// What remains of logits after all filters, against openai-whisper's own filters.
@Suite struct LogitFilterTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let vocabulary: Int
        let seed: UInt64
        let bonus: Float
        let tokens: [Int]
        let text: Int
        let special: Int
        let timestamps: Int
        let first: Int
        let last: Int
        let best: Int
        let logProbability: Float

        var testDescription: String { "\(vocabulary) seed \(seed) after \(tokens)" }
    }

    static let cases = (try? Fixtures.json("Decoding/filters.json", as: [Case].self)) ?? []

    @Test func idsOutsideTheVocabularyForbidNothing() throws {
        var logits: [Float] = [1, 2, 3]
        let engine = try Engine(threads: 1)
        logits.withUnsafeMutableBufferPointer {
            var logits = Logits($0, engine: engine)
            SuppressTokens([-1, 1, 3, .max]).apply(to: &logits, after: [])
        }
        #expect(logits == [1, -.infinity, 3])
    }

    /// More than there are blocks that the search goes by, and more than are allowed.
    @Test(arguments: [1, 2, 3, 4, 101, 2400]) func theBestAreTheLargest(_ count: Int) throws {
        let engine = try Engine(threads: 1)
        var logits = (0..<2500).map { $0 % 6 == 0 ? -Float.infinity : Float($0 * 7919 % 2503) / 100 }
        let expected = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }.prefix(count)
        let found = logits.withUnsafeMutableBufferPointer { Logits($0, engine: engine).best(count).tokens }
        #expect(found == Array(expected))
    }

    @Test func goldenIsThere() { #expect(Self.cases.count == 117) }

    @Test(arguments: cases) func agreesWithTheReference(_ golden: Case) throws {
        let tokenizer = try Tokenizer(
            vocabularySize: golden.vocabulary, language: "en", task: .transcribe)
        let filters: [any LogitFilter] = [
            SuppressBlank(tokenizer.blankTokens),
            SuppressTokens(tokenizer.suppressList),
            TimestampRules(
                endOfText: tokenizer.endOfText, noTimestamps: tokenizer.noTimestamps,
                timestampBegin: tokenizer.timestampBegin, maximumInitialIndex: 50),
        ]
        var logits = (0..<golden.vocabulary).map { index in
            let bits = (UInt64(index) * 2_654_435_761 + golden.seed * 40503) % (1 << 32)
            let bonus = index >= tokenizer.timestampBegin ? golden.bonus : 0
            return Float(bits) / Float(1 << 32 as UInt64) * 8 + bonus
        }
        let engine = try Engine(threads: 1)
        let choice = logits.withUnsafeMutableBufferPointer { values in
            var logits = Logits(values, engine: engine)
            for filter in filters { filter.apply(to: &logits, after: golden.tokens) }
            // What the filters have read of the logits is what a pass of its own reads.
            let (known, read) = (logits.summary(), logits.summary(of: 0..<golden.vocabulary))
            #expect(known.argmax == read.argmax && known.maximum == read.maximum)
            #expect(abs(known.logSumExp - read.logSumExp) < 1e-5)
            return known
        }
        let allowed = logits.indices.filter { logits[$0] > -.infinity }
        let stamps = allowed.filter { $0 >= tokenizer.timestampBegin }.map { $0 - tokenizer.timestampBegin }
        #expect(allowed.count { $0 < tokenizer.endOfText } == golden.text)
        #expect(allowed.count - stamps.count - golden.text == golden.special)
        #expect(stamps.count == golden.timestamps)
        #expect(stamps.first ?? -1 == golden.first)
        #expect(stamps.last ?? -1 == golden.last)
        #expect(choice.argmax == golden.best)
        #expect(abs(choice.maximum - choice.logSumExp - golden.logProbability) < 1e-4)
    }
}
