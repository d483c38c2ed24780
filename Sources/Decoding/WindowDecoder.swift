import Whisper

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Decodes one window of audio features into tokens.
///
/// ref: openai-whisper `decoding.py`, `DecodingTask`.
public final class WindowDecoder {
    private let decoder: TextDecoder
    private let tokenizer: Tokenizer

    /// A decoder of windows for one language and task.
    /// - Parameters:
    ///   - decoder: the transformer, already attending to the window's features.
    ///   - tokenizer: whose start sequence names language and task.
    public init(decoder: TextDecoder, tokenizer: Tokenizer) {
        self.decoder = decoder
        self.tokenizer = tokenizer
    }

    /// Samples greedily until the end of text.
    /// - Parameter shouldStop: asked before every step.
    /// - Throws: `CancellationError` when `shouldStop` says so.
    public func decode(_ options: DecodingOptions, shouldStop: () -> Bool = { false }) throws
        -> DecodingResult
    {
        let (engine, context) = (decoder.model.engine, decoder.model.dimensions.textContext)
        let initial = initialTokens(options)
        let filters = filters(options)
        let startIndex = initial.firstIndex(of: tokenizer.startOfTranscript) ?? 0

        decoder.forgetTokens()
        var sampled: [Int] = []
        var sumLogProbability: Float = 0
        var noSpeechProbability: Float = 0
        for step in 0..<(options.sampleLength ?? context / 2) {
            if shouldStop() { throw CancellationError() }
            let logits: Logits
            if let last = sampled.last {
                logits = Logits(decoder.append([last]), engine: engine)
            } else {
                // From the unfiltered logits, at the start of the transcript.
                let values = decoder.append(initial, lookingAt: startIndex) {
                    let start = Logits($0, engine: engine)
                    noSpeechProbability = exp(start[tokenizer.noSpeech] - start.summary().logSumExp)
                }
                logits = Logits(values, engine: engine)
            }
            for filter in filters { filter.apply(to: logits, after: sampled) }
            let choice = try GreedySearch.choose(logits)
            sumLogProbability += choice.logProbability
            if choice.token == tokenizer.endOfText { break }
            sampled.append(choice.token)
            // The reference stops only once the sequence is longer than the context.
            if initial.count + step + 1 > context { break }
        }

        let text = tokenizer.decode(sampled).trimmingWhitespace()
        return DecodingResult(
            tokens: sampled, text: text,
            averageLogProbability: Double(sumLogProbability) / Double(sampled.count + 1),
            noSpeechProbability: Double(noSpeechProbability), temperature: 0,
            compressionRatio: compressionRatio(of: text))
    }

    private func initialTokens(_ options: DecodingOptions) -> [Int] {
        let start =
            options.withoutTimestamps
            ? tokenizer.startSequenceWithoutTimestamps : tokenizer.startSequence
        guard !options.prompt.isEmpty else { return start }
        let budget = decoder.model.dimensions.textContext / 2 - 1
        return [tokenizer.startOfPrevious] + options.prompt.suffix(max(0, budget)) + start
    }

    private func filters(_ options: DecodingOptions) -> [any LogitFilter] {
        var filters: [any LogitFilter] = []
        if options.suppressBlank { filters.append(SuppressBlank(tokenizer.blankTokens)) }
        filters.append(SuppressTokens(options.suppressedTokens ?? tokenizer.suppressList))
        if !options.withoutTimestamps {
            let precision = 30 / Double(decoder.model.dimensions.audioContext)
            filters.append(
                TimestampRules(
                    endOfText: tokenizer.endOfText, noTimestamps: tokenizer.noTimestamps,
                    timestampBegin: tokenizer.timestampBegin,
                    maximumInitialIndex: options.maximumInitialTimestamp.map {
                        Int(($0 / precision).rounded(.toNearestOrEven))
                    }))
        }
        return filters
    }
}
