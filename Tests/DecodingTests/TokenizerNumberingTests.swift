import Decoding
import TestSupport
import Testing

/// Special tokens, languages and suppress lists of the three generations of models.
@Suite struct TokenizerNumberingTests {
    @Test(arguments: [51864, 51865, 51866])
    func specialTokensAreNumberedAsInTheReference(size: Int) throws {
        let golden = try #require(Golden.read().models.first { $0.vocabularySize == size })
        let tokenizer = try Tokenizer(vocabularySize: size)
        #expect(tokenizer.isMultilingual == (size != 51864))
        #expect(tokenizer.endOfText == golden.endOfText)
        #expect(tokenizer.startOfTranscript == golden.startOfTranscript)
        #expect(tokenizer.startOfLanguageModel == golden.startOfLanguageModel)
        #expect(tokenizer.startOfPrevious == golden.startOfPrevious)
        #expect(tokenizer.translate == golden.translate)
        #expect(tokenizer.transcribe == golden.transcribe)
        #expect(tokenizer.noSpeech == golden.noSpeech)
        #expect(tokenizer.noTimestamps == golden.noTimestamps)
        #expect(tokenizer.timestampBegin == golden.timestampBegin)
        #expect(tokenizer.timestampEnd == size - 1)
        #expect(tokenizer.languageTokens == golden.languageTokens)
        #expect(tokenizer.languageCodes == golden.languageCodes)
        #expect(golden.languageCodes.map(tokenizer.languageToken) == golden.languageTokens)
        #expect(tokenizer.languageToken("english") == nil)
    }

    @Test(arguments: [51864, 51865, 51866])
    func startSequencesAreTheReferences(size: Int) throws {
        let golden = try #require(Golden.read().models.first { $0.vocabularySize == size })
        #expect(golden.starts.count >= 5)
        for start in golden.starts {
            let task = start.task.flatMap(Tokenizer.Task.init)
            let tokenizer = try Tokenizer(vocabularySize: size, language: start.language, task: task)
            #expect(tokenizer.startSequence == start.sequence)
            #expect(tokenizer.startSequenceWithoutTimestamps == start.withoutTimestamps)
        }
    }

    @Test(arguments: [(51864, 90), (51865, 88), (51866, 88)])
    func suppressListsAreTheReferences(size: Int, count: Int) throws {
        let golden = try #require(Golden.read().models.first { $0.vocabularySize == size })
        let tokenizer = try Tokenizer(vocabularySize: size)
        #expect(tokenizer.suppressedTokens == golden.suppressedTokens)
        #expect(tokenizer.suppressList == golden.suppressList)
        #expect(tokenizer.suppressList.count == count)
        #expect(tokenizer.blankTokens == golden.blankTokens)
    }

    @Test func rowsOfPaddingChangeNoNumber() throws {
        let padded = try Tokenizer(vocabularySize: 51968, language: "yue")
        let plain = try Tokenizer(vocabularySize: 51866, language: "yue")
        #expect(padded.timestampBegin == plain.timestampBegin)
        #expect(padded.startSequence == plain.startSequence)
    }

    @Test func everySpellingOfALanguageIsKnown() throws {
        let golden = try Golden.read()
        #expect(Language.all.map { [$0.code, $0.name] } == golden.languages)
        for (spelling, code) in golden.spellings {
            #expect(Language.code(for: spelling) == code)
            #expect(Language.code(for: spelling.uppercased()) == code)
        }
        #expect(Language.all.count + Language.aliases.count == golden.spellings.count - Language.all.count)
        #expect(Language.name(of: "jw") == "javanese")
        #expect(Language.code(for: "klingon") == nil)
        #expect(Language.name(of: "klingon") == nil)
    }

    @Test func whatTheModelCannotDoIsRefused() {
        #expect(throws: TokenizerError.unsupportedVocabularySize(50257)) {
            try Tokenizer(vocabularySize: 50257)
        }
        #expect(throws: TokenizerError.unknownLanguage("klingon")) {
            try Tokenizer(vocabularySize: 51864, language: "klingon")
        }
        #expect(throws: TokenizerError.languageNotInModel("yue")) {
            try Tokenizer(vocabularySize: 51865, language: "Cantonese")
        }
        #expect(
            TokenizerError.languageNotInModel("yue").description
                == "this model does not know cantonese; large-v3 and later do")
    }
}

/// What `numbering.json` holds.
private struct Golden: Decodable {
    struct Model: Decodable {
        var vocabularySize: Int
        var endOfText: Int
        var startOfTranscript: Int
        var startOfLanguageModel: Int
        var startOfPrevious: Int
        var translate: Int
        var transcribe: Int
        var noSpeech: Int
        var noTimestamps: Int
        var timestampBegin: Int
        var languageTokens: [Int]
        var languageCodes: [String]
        var suppressedTokens: [Int]
        var suppressList: [Int]
        var blankTokens: [Int]
        var starts: [Start]
    }

    struct Start: Decodable {
        var language: String?
        var task: String?
        var sequence: [Int]
        var withoutTimestamps: [Int]
    }

    var languages: [[String]]
    var spellings: [String: String]
    var models: [Model]

    static func read() throws -> Golden {
        try Fixtures.json("Tokenizer/numbering.json")
    }
}
