import Decoding
import TestSupport
import Testing

/// Tokens of thousands of strings of many scripts, as openai-whisper's tokenizer makes them.
@Suite struct TokenizerEncodingTests {
    static let models = try? (
        english: Tokenizer(vocabularySize: 51864), multilingual: Tokenizer(vocabularySize: 51865)
    )

    @Test func stringsEncodeAsTheReferenceDoes() throws {
        let models = try #require(Self.models)
        let cases = try Fixtures.json("Tokenizer/encoding.json", as: [EncodingCase].self)
        #expect(cases.count > 3000)
        for golden in cases {
            for (tokenizer, ids) in [
                (models.english, golden.english), (models.multilingual, golden.multilingual),
            ] {
                let encoded = tokenizer.encode(golden.text)
                #expect(ids.matches(encoded), "\(golden.text.debugDescription): \(encoded), not \(ids)")
                #expect(Array(tokenizer.decode(encoded).utf8) == Array(golden.text.utf8))
            }
        }
    }

    /// Each scalar (of rare ideographs some) after, before and between letters, digits and spaces: what a scalar
    /// is to the reference's regular expression shows in the tokens where pieces end.
    @Test func everyScalarEncodesAsTheReferenceDoes() throws {
        let models = try #require(Self.models)
        for golden in try Fixtures.json("Tokenizer/scalars.json", as: [[UInt32]].self) {
            var text = ""
            for scalar in (golden[0]..<golden[0] + 1024).compactMap(Unicode.Scalar.init) {
                text += "a\(scalar)é\(scalar)1\(scalar) \(scalar)\(scalar)\u{3000}"
            }
            let block = String(golden[0], radix: 16)
            #expect(fnv(models.english.encode(text)) == golden[1], "scalars from U+\(block)")
            #expect(fnv(models.multilingual.encode(text)) == golden[2], "scalars from U+\(block)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func oneVeryLongWordTakesNoQuadraticTime() throws {
        let models = try #require(Self.models)
        let word = String(repeating: "donaudampfschifffahrt", count: 20_000)
        let tokens = models.multilingual.encode(word)
        #expect(models.multilingual.decode(tokens) == word)
        #expect(tokens.count < word.utf8.count / 2)
    }

    @Test func whatLooksSpecialIsEncodedAsText() throws {
        let models = try #require(Self.models)
        for tokenizer in [models.english, models.multilingual] {
            let tokens = tokenizer.encode("<|endoftext|><|0.00|>")
            #expect(tokens.allSatisfy { $0 < tokenizer.endOfText })
            #expect(tokenizer.decode(tokens) == "<|endoftext|><|0.00|>")
        }
    }
}

/// A string with its tokens by both vocabularies.
private struct EncodingCase: Decodable {
    var text: String
    var english: ExpectedTokens
    var multilingual: ExpectedTokens

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        text = try row.decode(String.self)
        english = try row.decode(ExpectedTokens.self)
        multilingual = try row.decode(ExpectedTokens.self)
    }
}

/// The tokens themselves, or for most strings their hash.
private enum ExpectedTokens: Decodable {
    case tokens([Int])
    case hash(UInt32)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let hash = try? container.decode(UInt32.self) {
            self = .hash(hash)
        } else {
            self = .tokens(try container.decode([Int].self))
        }
    }

    func matches(_ encoded: [Int]) -> Bool {
        switch self {
        case .tokens(let tokens): tokens == encoded
        case .hash(let hash): hash == fnv(encoded)
        }
    }
}

/// 32-bit FNV-1a.
func fnv(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { hash, byte in (hash ^ UInt32(byte)) &* 0x0100_0193 }
}

/// The same of tokens, four little-endian bytes each.
private func fnv(_ tokens: [Int]) -> UInt32 {
    fnv(tokens.lazy.flatMap { token in (0..<4).lazy.map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } })
}
