/// Tokens that are kept out of a transcript.
extension Tokenizer {
    /// Symbols that no one speaks, brackets, speaker tags and music notes (`non_speech_tokens`), sorted.
    ///
    /// Computed at each call, by encoding some hundred short strings.
    public var suppressedTokens: [Int] {
        // Hyphens and single quotes may stand between words, not at the start of one.
        var tokens = Set([" -", " '"].compactMap { encode($0).first })
        for symbol in symbols {
            for spelling in [encode(symbol), encode(" " + symbol)] where spelling.count == 1 {
                tokens.formUnion(spelling)
            }
        }
        // The first bytes of these are shared by other signs of their block only, which are no speech either.
        for note in musicNotes {
            tokens.formUnion([note, " " + note].compactMap { encode($0).first })
        }
        return tokens.sorted()
    }

    /// What decoding suppresses by default: those, and the special tokens that a model must not write (`"-1"` of
    /// the reference's `suppress_tokens`), sorted.
    public var suppressList: [Int] { suppressList(of: [-1]) }

    /// These tokens, -1 standing for `suppressedTokens`, and the special tokens that a model must not write,
    /// sorted (`_get_suppress_tokens` of the reference).
    func suppressList(of tokens: [Int]) -> [Int] {
        let special = [
            transcribe, translate, startOfTranscript, startOfPrevious, startOfLanguageModel, noSpeech,
        ]
        let symbols = tokens.contains(-1) ? suppressedTokens : []
        return Set(tokens.filter { $0 >= 0 } + symbols + special).sorted()
    }

    /// The tokens of text whose whole text matches a regular expression. Pieces of characters match nothing.
    /// - Throws: `TokenizerError` for what is no regular expression.
    public func tokens(matching pattern: String) throws(TokenizerError) -> [Int] {
        let expression = try Self.expression(pattern)
        return (0..<endOfText).filter { token in
            guard let text = String(validating: vocabulary.bytes(of: token), as: UTF8.self) else {
                return false
            }
            return (try? expression.wholeMatch(in: text)) != nil
        }
    }

    /// What tokens are matched against.
    /// - Throws: `TokenizerError` for what is no regular expression.
    package static func expression(_ pattern: String) throws(TokenizerError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(pattern)
        } catch {
            throw .invalidPattern(pattern, "\(error)")
        }
    }

    /// What a transcript must not start with: a space, the end (`SuppressBlank`).
    public var blankTokens: [Int] { encode(" ") + [endOfText] }
}

private let symbols =
    "\"#()*+/:;<=>@[\\]^_`{|}~「」『』".map(String.init)
    + "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪".split(separator: " ").map(
        String.init)

private let musicNotes = "♩♪♫♬♭♮♯".map(String.init)
