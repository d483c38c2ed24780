import Decoding

extension Segment {
    /// A segment of words that are confirmed.
    init(
        _ words: [HeardWord], closing: [Int], id: Int, windowStart: Int, of heard: HeardWindow
    ) {
        var timings = words.map {
            WordTiming(
                word: $0.text, tokens: $0.tokens, start: $0.start, end: $0.end, probability: $0.probability)
        }
        let defaults = TranscriptionOptions()
        timings.mergePunctuation(
            prepended: Punctuation(defaults.prependedPunctuation),
            appended: Punctuation(defaults.appendedPunctuation))
        self.init(
            id: id, seek: windowStart / 160, start: words.first?.start ?? 0, end: words.last?.end ?? 0,
            text: words.map(\.text).joined(),
            tokens: words.prefix(1).flatMap { $0.marks.suffix(1) } + words.flatMap(\.tokens) + closing,
            temperature: heard.temperature, averageLogProbability: heard.averageLogProbability,
            compressionRatio: heard.compressionRatio, noSpeechProbability: heard.noSpeechProbability,
            words: timings.filter { !$0.word.isEmpty }.map {
                Word(
                    text: $0.word, start: $0.start, end: $0.end, probability: $0.probability,
                    tokens: $0.tokens)
            }, language: heard.spokenLanguage)
    }
}
