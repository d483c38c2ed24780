import Decoding
import TestSupport
import Testing

/// Text of tokens, broken UTF-8 included, as openai-whisper's tokenizer writes it.
@Suite struct TokenizerDecodingTests {
    @Test func tokensDecodeAsTheReferenceDoes() throws {
        let cases = try Fixtures.json("Tokenizer/decoding.json", as: [DecodingCase].self)
        #expect(cases.count > 1500)
        let tokenizers = try [51864, 51865].map { ($0, try Tokenizer(vocabularySize: $0)) }
        for (size, tokenizer) in tokenizers {
            for golden in cases where golden.size == size {
                let text = tokenizer.decode(golden.tokens)
                #expect(Array(text.unicodeScalars) == Array(golden.text.unicodeScalars), "\(golden.tokens)")
                let timed = tokenizer.decodeWithTimestamps(golden.tokens)
                #expect(Array(timed.unicodeScalars) == Array(golden.timed.unicodeScalars), "\(golden.tokens)")
            }
        }
    }

    @Test func everyTokenHasItsBytes() throws {
        let blocks = try Fixtures.json("Tokenizer/vocabulary.json", as: [[UInt32]].self)
        for (size, rows) in Dictionary(grouping: blocks, by: { Int($0[0]) }) {
            let tokenizer = try Tokenizer(vocabularySize: size)
            for row in rows {
                let tokens = Int(row[1])..<min(Int(row[1]) + 1024, size)
                let lines = tokens.flatMap { token in
                    let bytes =
                        token < tokenizer.timestampBegin
                        ? tokenizer.decodeBytes([token]) : Array(tokenizer.decodeWithTimestamps([token]).utf8)
                    return bytes + [0x0A]
                }
                #expect(fnv(lines) == row[2], "tokens \(tokens) of \(size)")
            }
        }
    }

    @Test func charactersCutBetweenTokensKeepTheirBytes() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let tokens = [8404, 871, 287, 6, 246, 526, 3210, 20378]
        #expect(tokenizer.decode(tokens) == " elle est l'\u{FFFD}éritoire")
        #expect(tokenizer.decodeBytes([246]) == [0x98])
        let emoji = tokenizer.encode("👩🏽‍🚀")
        #expect(emoji.count > 4)
        #expect(emoji.flatMap { tokenizer.decodeBytes([$0]) } == Array("👩🏽‍🚀".utf8))
    }

    @Test func charactersCutBetweenPartsStandWholeInTheFirst() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let time = tokenizer.timestampBegin
        let emoji = tokenizer.encode("a🚀b")
        #expect(emoji.count > 3)
        for cut in 0...emoji.count {
            let texts = tokenizer.texts(of: [
                [time] + emoji[..<cut], [time + 1, time + 1], Array(emoji[cut...]),
            ])
            #expect(texts.joined() == "a🚀b")
            #expect(!texts.contains { $0.contains("\u{FFFD}") })
        }
        #expect(tokenizer.pieces(of: [time] + emoji).joined() == "<|0.00|>a🚀b")
        // What is no character in either part is none in both.
        let half = Array(emoji[..<2])
        #expect(tokenizer.texts(of: [half, tokenizer.encode("b")]) == [tokenizer.decode(half), "b"])
        #expect(tokenizer.texts(of: [half, []]).last == "")
        #expect(tokenizer.texts(of: []).isEmpty)
    }

    @Test func timestampsAreWrittenOnlyWhereAskedFor() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51866)
        let tokens = [tokenizer.timestampBegin + 54] + tokenizer.encode(" Hi") + [tokenizer.timestampEnd]
        #expect(tokenizer.decode(tokens) == " Hi")
        #expect(tokenizer.decodeBytes(tokens) == Array(" Hi".utf8))
        #expect(tokenizer.decodeWithTimestamps(tokens) == "<|1.08|> Hi<|30.00|>")
    }

    @Test func numbersThatAreNoTokensHaveNoText() throws {
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let strangers = [-1, .min, 51865, .max]
        #expect(tokenizer.decode(strangers + [220]) == " ")
        #expect(tokenizer.decodeWithTimestamps(strangers + [220]) == " ")
    }
}

/// Tokens of the model of a size, and their text without and with timestamps.
private struct DecodingCase: Decodable {
    var size: Int
    var tokens: [Int]
    var text: String
    var timed: String

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        size = try row.decode(Int.self)
        tokens = try row.decode([Int].self)
        text = try row.decode(String.self)
        timed = row.isAtEnd ? text : try row.decode(String.self)
    }
}
