extension DecodingOptions {
    /// What the decoder is given before it writes: the text before, the start of the transcript, the prefix.
    ///
    /// ref: openai-whisper `decoding.py`, `_get_initial_tokens`.
    func initialTokens(_ tokenizer: Tokenizer, textContext: Int) -> [Int] {
        var start =
            withoutTimestamps ? tokenizer.startSequenceWithoutTimestamps : tokenizer.startSequence
        start += prefix.suffix(prefixRoom(start: start.count, textContext: textContext))
        guard !prompt.isEmpty else { return start }
        let budget = textContext / 2 - 1
        return [tokenizer.startOfPrevious] + prompt.suffix(max(0, budget)) + start
    }

    /// Tokens of the prefix that are used. The reference's limit is what the samples leave of half the
    /// context; but where they leave nothing, which is its default, it has none.
    ///
    /// Deviation: what is longer than the context can hold is cut; the reference fails.
    private func prefixRoom(start: Int, textContext: Int) -> Int {
        let possible = max(0, textContext - textContext / 2 - start)
        let length = sampleLength ?? textContext / 2
        return length < textContext / 2 ? min(possible, textContext / 2 - length) : possible
    }

    /// Whether the filters of these options are those of others.
    func allowsTheSame(as other: DecodingOptions) -> Bool {
        suppressBlank == other.suppressBlank && suppressedTokens == other.suppressedTokens
            && withoutTimestamps == other.withoutTimestamps
            && maximumInitialTimestamp == other.maximumInitialTimestamp
    }

    /// What may be sampled.
    ///
    /// ref: openai-whisper `decoding.py`, `DecodingTask.__init__`.
    func filters(_ tokenizer: Tokenizer, audioContext: Int) -> [any LogitFilter] {
        var filters: [any LogitFilter] = []
        if suppressBlank { filters.append(SuppressBlank(tokenizer.blankTokens)) }
        if !suppressedTokens.isEmpty {
            filters.append(SuppressTokens(tokenizer.suppressList(of: suppressedTokens)))
        }
        if !withoutTimestamps {
            let precision = 30 / Double(audioContext)
            filters.append(
                TimestampRules(
                    endOfText: tokenizer.endOfText, noTimestamps: tokenizer.noTimestamps,
                    timestampBegin: tokenizer.timestampBegin,
                    maximumInitialIndex: maximumInitialTimestamp.map {
                        Int(($0 / precision).rounded(.toNearestOrEven))
                    }))
        }
        return filters
    }
}
