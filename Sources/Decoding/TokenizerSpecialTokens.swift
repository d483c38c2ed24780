/// The special tokens, numbered upwards from the end of the vocabulary: end of text, start of transcript, the
/// languages, the rest in the order below, the timestamps (`get_encoding` of openai-whisper's `tokenizer.py`).
extension Tokenizer {
    /// `<|startoftranscript|>`
    public var startOfTranscript: Int { endOfText + 1 }
    /// `<|translate|>`
    public var translate: Int { startOfTranscript + 1 + languageCount }
    /// `<|transcribe|>`
    public var transcribe: Int { translate + 1 }
    /// `<|startoflm|>`
    public var startOfLanguageModel: Int { translate + 2 }
    /// `<|startofprev|>`, before the text of earlier windows.
    public var startOfPrevious: Int { translate + 3 }
    /// `<|nospeech|>`
    public var noSpeech: Int { translate + 4 }
    /// `<|notimestamps|>`
    public var noTimestamps: Int { translate + 5 }
    /// `<|0.00|>`, the first timestamp; each following one is 0.02 s later.
    public var timestampBegin: Int { translate + 6 }
    /// `<|30.00|>`, the last timestamp.
    public var timestampEnd: Int { timestampBegin + 1500 }

    /// The tokens of the languages, in the order of `languageCodes`.
    public var languageTokens: [Int] {
        Array(startOfTranscript + 1..<translate)
    }

    /// The codes of the languages the model knows, in the order of their tokens.
    public var languageCodes: [String] {
        Language.all.prefix(languageCount).map(\.code)
    }

    /// The token of the language with this code. Nil if the model does not know it.
    public func languageToken(_ code: String) -> Int? {
        languageCodes.firstIndex(of: code).map { startOfTranscript + 1 + $0 }
    }

    /// What a transcript starts with: start, and for multilingual models language and task (`sot_sequence`).
    public var startSequence: [Int] {
        var sequence = [startOfTranscript]
        if let language, let token = languageToken(language) {
            sequence.append(token)
        }
        if let task {
            sequence.append(task == .transcribe ? transcribe : translate)
        }
        return sequence
    }

    /// The same for a transcript without timestamps (`sot_sequence_including_notimestamps`).
    public var startSequenceWithoutTimestamps: [Int] { startSequence + [noTimestamps] }

    /// How a special token is written; empty for a number past the last timestamp.
    func specialText(of token: Int) -> String {
        switch token {
        case endOfText: "<|endoftext|>"
        case startOfTranscript: "<|startoftranscript|>"
        case startOfTranscript + 1..<translate: "<|\(Language.all[token - startOfTranscript - 1].code)|>"
        case translate: "<|translate|>"
        case transcribe: "<|transcribe|>"
        case startOfLanguageModel: "<|startoflm|>"
        case startOfPrevious: "<|startofprev|>"
        case noSpeech: "<|nospeech|>"
        case noTimestamps: "<|notimestamps|>"
        case timestampBegin...timestampEnd: timestampText((token - timestampBegin) * 2)
        default: ""
        }
    }

    private func timestampText(_ hundredths: Int) -> String {
        let fraction = hundredths % 100
        return "<|\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)|>"
    }
}
