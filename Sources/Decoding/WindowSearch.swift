import Whisper

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// One attempt at a window: from its prompt, token by token, to the text chosen.
///
/// ref: openai-whisper `decoding.py`, `DecodingTask`.
final class WindowSearch {
    private let decoder: TextDecoder
    private let window: Int
    private let tokenizer: Tokenizer
    private let options: DecodingOptions
    private let filters: [any LogitFilter]
    private let initial: [Int]
    private let loop: TextLoop
    private var search: any TokenSearch
    private var sampledCount = 0
    private var noSpeechProbability: Float = 0

    /// - Parameters:
    ///   - decoder: already attending to the window's features.
    ///   - window: its number in the decoder.
    ///   - filters: what may be sampled.
    init(
        _ decoder: TextDecoder, window: Int, tokenizer: Tokenizer, filters: [any LogitFilter],
        options: DecodingOptions
    ) {
        self.decoder = decoder
        self.window = window
        self.tokenizer = tokenizer
        self.options = options
        self.filters = filters
        loop = TextLoop(tokenizer)
        initial =
            options.initialTokens(tokenizer, textContext: decoder.model.dimensions.textContext)
            + options.given
        search = options.search(endOfText: tokenizer.endOfText)
    }

    /// Whether there is nothing more to feed.
    var isComplete: Bool {
        // The reference stops only once the sequence is longer than the context.
        search.growing.isEmpty || sampledCount == sampleLength
            || initial.count + sampledCount > decoder.model.dimensions.textContext
    }

    /// The sequences that want a token more.
    var growing: [SampledSequence] { search.growing }

    /// Feeds the prompt and samples the first tokens.
    func begin() throws(DecodingError) {
        decoder.forgetTokens(window: window)
        let start = initial.firstIndex(of: tokenizer.startOfTranscript) ?? 0
        let values = decoder.append(initial, window: window, lookingAt: start) {
            // From the unfiltered logits, at the start of the transcript.
            let logits = Logits($0, engine: decoder.model.engine)
            noSpeechProbability = exp(logits[tokenizer.noSpeech] - logits.summary().logSumExp)
        }
        try sample([Logits(values, engine: decoder.model.engine)])
    }

    /// Samples the next tokens from the decoder's last step, in which the growing sequences were rows from
    /// `row` on.
    func advance(fromRow row: Int) throws(DecodingError) {
        try sample(
            search.growing.indices.map {
                Logits(decoder.logits(ofRow: row + $0), engine: decoder.model.engine)
            })
    }

    private func sample(_ logits: [Logits]) throws(DecodingError) {
        var logits = logits
        for (index, sequence) in search.growing.enumerated() {
            for filter in filters { filter.apply(to: &logits[index], after: sequence.tokens) }
        }
        if let sources = try search.extend(logits) { decoder.rearrange(window: window, from: sources) }
        sampledCount += 1
        if options.stopsLoops { endLoops() }
    }

    private func endLoops() {
        for index in search.growing.indices.reversed() where index < search.growing.count {
            if loop.hasCaught(search.growing[index].tokens, remaining: sampleLength - sampledCount) {
                search.endLoop(at: index)
            }
        }
    }

    private var sampleLength: Int {
        // Nothing to sample means the default, as in the reference.
        options.sampleLength.flatMap { $0 > 0 ? $0 : nil } ?? decoder.model.dimensions.textContext / 2
    }

    /// What was found, once all is complete.
    private(set) lazy var result = chosen()

    private func chosen() -> DecodingResult {
        let ranking = SequenceRanking(lengthPenalty: options.lengthPenalty, given: options.given.count)
        let best = ranking.best(of: search.candidates()) ?? SampledSequence()
        let cut = best.isLoop ? loop.firstRound(of: best.tokens) : firstRound(of: best.tokens)
        let tokens = cut ?? best.tokens
        let text = tokenizer.decode(tokens).trimmingWhitespace()
        return DecodingResult(
            tokens: tokens, tokenLogProbabilities: Array(best.logProbabilities.prefix(tokens.count)),
            text: text,
            averageLogProbability: Double(best.sum) / Double(best.tokens.count - options.given.count + 1),
            noSpeechProbability: Double(noSpeechProbability), temperature: options.temperature,
            compressionRatio: compressionRatio(
                of: cut == nil ? text : tokenizer.decode(best.tokens).trimmingWhitespace()),
            isLoop: cut != nil)
    }

    private func firstRound(of ended: [Int]) -> [Int]? {
        options.stopsLoops ? loop.firstRound(within: ended) : nil
    }
}
