/// Text to tokens and back, and the numbers of Whisper's special tokens.
///
/// Follows `Tokenizer` and `get_tokenizer` of openai-whisper's `tokenizer.py`.
public final class Tokenizer: Sendable {
    /// What a multilingual model is asked to write.
    public enum Task: String, Sendable {
        /// The words that are spoken, in their own language.
        case transcribe
        /// Their English translation.
        case translate
    }

    /// Whether the model knows more than English; `.en` models have neither language nor task in their prompt.
    public let isMultilingual: Bool
    /// Languages the vocabulary has a token for.
    public let languageCount: Int
    /// The code of the language in the prompt; nil for `.en` models.
    public let language: String?
    /// The task in the prompt; nil for `.en` models.
    public let task: Task?
    /// `<|endoftext|>`, the first token that is not text: all tokens below it are bytes, all above are special.
    public let endOfText: Int

    let vocabulary: TokenizerVocabulary

    /// The tokenizer of the model whose token embedding has `vocabularySize` rows: 51864 for `.en` models, 51865
    /// for multilingual ones, 51866 since large-v3. Larger sizes are read as rows of padding after those.
    ///
    /// A multilingual model's language is English and its task to transcribe where they are not given.
    ///
    /// - Throws: `TokenizerError` for other sizes, and for a language that is unknown or not in the model.
    public init(vocabularySize: Int, language: String? = nil, task: Task? = nil) throws {
        guard vocabularySize >= 51864 else {
            throw TokenizerError.unsupportedVocabularySize(vocabularySize)
        }
        let code = try language.map { spelling in
            guard let code = Language.code(for: spelling) else {
                throw TokenizerError.unknownLanguage(spelling)
            }
            return code
        }
        isMultilingual = vocabularySize >= 51865
        languageCount = min(Language.all.count, vocabularySize - 51765 - (isMultilingual ? 1 : 0))
        self.language = isMultilingual ? code ?? "en" : nil
        self.task = isMultilingual ? task ?? .transcribe : nil
        vocabulary = isMultilingual ? .multilingual : .english
        endOfText = vocabulary.count
        if let code = self.language, languageToken(code) == nil {
            throw TokenizerError.languageNotInModel(code)
        }
    }

    /// The tokens of a text.
    ///
    /// Deviation: what looks like a special token, `<|en|>`, is encoded as the text it is; the reference raises
    /// an error.
    public func encode(_ text: String) -> [Int] {
        var encoder = BytePairEncoder(ranks: isMultilingual ? .multilingual : .english)
        var tokens: [Int] = []
        for piece in TextPieces(text) {
            encoder.encode(piece, into: &tokens)
        }
        return tokens
    }

    /// The text of tokens, without timestamps. Bytes that are not UTF-8 become U+FFFD, as many as Python's
    /// `errors="replace"` writes.
    public func decode(_ tokens: [Int]) -> String {
        String(decoding: decodeBytes(tokens), as: UTF8.self)
    }

    /// The bytes of tokens, without timestamps. Tokens may end in the middle of a character.
    public func decodeBytes(_ tokens: [Int]) -> [UInt8] {
        bytes(of: tokens.lazy.filter { $0 < self.timestampBegin })
    }

    /// The text of tokens, with timestamps in the form `<|1.08|>`.
    public func decodeWithTimestamps(_ tokens: [Int]) -> String {
        String(decoding: bytes(of: tokens), as: UTF8.self)
    }

    /// Deviation: a number that is no token has no bytes; the reference raises an error.
    private func bytes(of tokens: some Sequence<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in tokens {
            if token >= endOfText {
                bytes.append(contentsOf: specialText(of: token).utf8)
            } else if token >= 0 {
                bytes.append(contentsOf: vocabulary.bytes(of: token))
            }
        }
        return bytes
    }
}

/// Why a tokenizer cannot be made.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// The model has too few tokens to be a Whisper model.
    case unsupportedVocabularySize(Int)
    /// No language has this code, name or alias.
    case unknownLanguage(String)
    /// The language with this code came with a later model.
    case languageNotInModel(String)
    /// What is no regular expression, and why.
    case invalidPattern(String, String)

    /// One line that says what is wrong.
    public var description: String {
        switch self {
        case .unsupportedVocabularySize(let size):
            "a vocabulary of \(size) tokens is not Whisper's, which has 51864 or more"
        case .unknownLanguage(let spelling):
            "unknown language: \(spelling)"
        case .languageNotInModel(let code):
            "this model does not know \(Language.name(of: code) ?? code); large-v3 and later do"
        case .invalidPattern(let pattern, let reason):
            "\(pattern) is no regular expression: \(reason)"
        }
    }
}
