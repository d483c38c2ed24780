import Decoding
import TestSupport
import Testing

/// Words of a token sequence, as openai-whisper's `split_to_word_tokens` cuts them.
@Suite struct TokenizerWordsTests {
    @Test func wordsAreTheReferences() throws {
        let cases = try Fixtures.json("Tokenizer/words.json", as: [WordsCase].self)
        #expect(cases.count > 100)
        for golden in cases {
            let tokenizer = try Tokenizer(vocabularySize: golden.size, language: golden.language)
            let words = tokenizer.splitIntoWords(golden.groups.flatMap { $0 })
            #expect(words.map(\.tokens) == golden.groups)
            #expect(words.map { Array($0.text.utf8) } == golden.words.map { Array($0.utf8) })
        }
    }

    @Test func aBrokenCharacterWithinATextIsAPieceOfItsOwn() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let pieces = tokenizer.splitOnUnicode([8404, 871, 287, 6, 246, 526, 3210, 20378])
        #expect(pieces.map(\.text) == [" elle", " est", " l", "'", "\u{FFFD}", "é", "rit", "oire"])
    }

    @Test func noTokenIsLostWhereATextEndsWithinACharacter() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let tokens = Array(tokenizer.encode(" ok 👩🏽‍🚀").dropLast())
        #expect(tokenizer.splitOnUnicode(tokens).flatMap(\.tokens) == tokens)
        #expect(tokenizer.splitOnSpaces(tokens).flatMap(\.tokens) == tokens)
        #expect(tokenizer.splitOnUnicode([]).isEmpty)
    }
}

/// The words of a text and their tokens.
private struct WordsCase: Decodable {
    var size: Int
    var language: String
    var words: [String]
    var groups: [[Int]]

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        size = try row.decode(Int.self)
        language = try row.decode(String.self)
        words = try row.decode([String].self)
        groups = try row.decode([[Int]].self)
    }
}
