import Decoding
import TestSupport
import Testing

/// The pieces of word alignment, one by one, against openai-whisper's own.
@Suite struct WordAlignmentTests {
    private struct Rows<Row: Decodable>: Decodable { let rows: [Row] }

    private struct Warping: Decodable {
        let rows: Int
        let columns: Int
        let eighths: [Float]
        let path: [[Int]]
    }

    @Test func takesTheReferencesWayThroughAMatrixTiesIncluded() throws {
        let cases: Rows<Warping> = try Fixtures.json("Words/warping.json")
        for warping in cases.rows {
            let path = DynamicTimeWarping.path(
                warping.eighths.map { $0 / 8 }, rows: warping.rows, columns: warping.columns)
            #expect(path.map { [$0.row, $0.column] } == warping.path, "\(warping.rows) × \(warping.columns)")
        }
        #expect(cases.rows.count == 33)
    }

    @Test(arguments: [(0, 5), (5, 0), (0, 0)]) func thereIsNoWayThroughNothing(_ rows: Int, _ columns: Int) {
        #expect(DynamicTimeWarping.path([], rows: rows, columns: columns).isEmpty)
    }

    private struct Median: Decodable {
        let before: [Float]
        let after: [Float]
    }

    @Test func filtersRowsOfEveryLength() throws {
        let cases: Rows<Median> = try Fixtures.json("Words/median.json")
        var filter = MedianFilter()
        // Longest first: what an earlier row left behind must not matter.
        for median in cases.rows.reversed() {
            var row = median.before
            row.withUnsafeMutableBufferPointer { filter.apply(to: $0) }
            #expect(row == median.after, "\(row.count)")
        }
    }

    private struct Merging: Decodable {
        let language: String
        let tokens: [Int]
        let prepended: String
        let appended: String
        let words: [Word]
        let merged: [Word]

        struct Word: Decodable, Equatable {
            let text: String
            let tokens: [Int]

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                text = try values.decode(String.self)
                tokens = try values.decode([Int].self)
            }
        }
    }

    @Test func splitsTextsAndMergesTheirPunctuation() throws {
        let cases: Rows<Merging> = try Fixtures.json("Words/punctuation.json")
        for merging in cases.rows {
            let tokenizer = try Tokenizer(vocabularySize: 51866, language: merging.language)
            let groups = tokenizer.splitIntoWords(merging.tokens + [tokenizer.endOfText]).dropLast()
            var words = groups.map {
                WordTiming(word: $0.text, tokens: $0.tokens, start: 0, end: 0, probability: 0)
            }
            #expect(words.map(\.word).scalars == merging.words.map(\.text).scalars)
            #expect(words.map(\.tokens) == merging.words.map(\.tokens))
            words.mergePunctuation(
                prepended: Punctuation(merging.prepended), appended: Punctuation(merging.appended))
            #expect(words.map(\.word).scalars == merging.merged.map(\.text).scalars)
            #expect(words.map(\.tokens) == merging.merged.map(\.tokens))
        }
        #expect(Set(cases.rows.map(\.language)).count >= 10)
    }

    @Test func theMedianDurationIsThatOfWordsThatLast() {
        func durations(_ seconds: Double...) -> WordDurations {
            WordDurations(
                seconds.map { WordTiming(word: "a", tokens: [1], start: 0, end: $0, probability: 1) })
        }
        #expect(durations().median == 0)
        #expect(durations(0, 0).median == 0)
        #expect(durations(0, 0.2, 0, 0.4, 0.3).median == 0.3)
        #expect(durations(0.25, 0.5).median == 0.375)
        #expect(durations(2, 3, 4).median == 0.7)
        #expect(durations(0.25).maximum == 0.5)
    }
}

extension [String] {
    /// Strings as they are spelled: Swift's own comparison takes a letter and its mark for their compound.
    fileprivate var scalars: [[Unicode.Scalar]] { map { [Unicode.Scalar]($0.unicodeScalars) } }
}
