import Decoding

extension TranscriptionOptions {
    /// Why options cannot be followed, in a line.
    public struct Contradiction: Error, CustomStringConvertible {
        /// One line that says which option and why.
        public let description: String
    }

    /// Refuses values that mean nothing and options that have no effect beside each other.
    /// - Throws: ``Contradiction``, the first that is found.
    public func check() throws {
        func require(_ isMet: Bool, _ message: String) throws {
            if !isMet { throw Contradiction(description: message) }
        }
        try require(!temperatures.isEmpty, "there is no temperature to decode at")
        try require(
            temperatures.allSatisfy { $0.isFinite && $0 >= 0 },
            "a temperature must be a number from 0 upwards")
        try require(
            (1...Self.mostSequences).contains(beamSize ?? 1), "a beam search follows 1 to 100 sequences")
        try require((1...Self.mostSequences).contains(bestOf ?? 1), "the best is taken of 1 to 100 samples")
        // With both, the reference follows beams at 0 and draws samples above, whatever there is of the two.
        let hasBoth = beamSize != nil && (bestOf ?? 1) > 1
        try require(
            beamSize == nil || hasBoth || temperatures.contains(0),
            "beam search needs temperature 0; at higher ones tokens are drawn at random")
        try require(
            (bestOf ?? 1) == 1 || hasBoth || temperatures.contains { $0 > 0 },
            "the best of several samples needs a temperature above 0; at 0 all would be the same")
        try checkRanking(require)
        try require((maximumTokens ?? 1) > 0, "a window needs at least one token")
        try require(
            !carryInitialPrompt || initialPrompt != nil, "there is no initial prompt to carry")
        try require(
            hotwords == nil || prefix == nil, "hotwords have no effect beside a prefix; leave out one of them"
        )
        try checkBatch(require)
        try checkVoice(require)
    }

    /// Refuses what ``check()`` does, and what this model has no tokens for.
    /// - Throws: ``Contradiction``, the first that is found.
    public func check(for model: Model) throws {
        try check()
        let count = model.dimensions.vocabularySize
        if let token = suppressedTokens.first(where: { $0 >= count }) {
            throw Contradiction(
                description: "there is no token \(token) to suppress; \(model.name) has 0 to \(count - 1)")
        }
        do {
            if let suppressedPattern { _ = try Tokenizer.expression(suppressedPattern) }
        } catch {
            throw Contradiction(description: error.description)
        }
    }

    private func checkVoice(_ require: (Bool, String) throws -> Void) throws {
        guard let voice = completed.voiceActivity else { return }
        try require(
            [voice.threshold, voice.negativeThreshold ?? voice.threshold].allSatisfy { $0 > 0 && $0 < 1 },
            "the probabilities that tell speech from silence must lie between 0 and 1")
        try require(
            [voice.minimumSpeech, voice.minimumSilence, voice.padding]
                .allSatisfy { (0...60_000).contains($0) },
            "speech, pauses and what is kept around speech must last 0 to 60000 ms")
        try require(
            voice.maximumSpeech >= 0.1 + 0.002 * Double(voice.padding),
            "the longest speech must be longer than what is kept around it")
        let frames = clips.map(\.frames)
        try require(
            zip(frames, frames.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound },
            "clips in which speech is looked for must follow each other")
    }

    private func checkRanking(_ require: (Bool, String) throws -> Void) throws {
        // Of a single sequence 1 is what it has anyway.
        if let patience, beamSize != nil || patience != 1 {
            try require(beamSize != nil, "patience is for beam search; it needs a beam size")
            let enough = Double(beamSize ?? 1) * patience
            try require(
                enough.isFinite && enough > 0.5 && enough < 10_000,
                "with a patience of \(patience) a beam search of \(beamSize ?? 1) would never finish")
        }
        if let lengthPenalty {
            try require((0...1).contains(lengthPenalty), "the length penalty must be between 0 and 1")
            try require(
                (beamSize ?? 1) > 1 || (bestOf ?? 1) > 1,
                "the length penalty ranks beams or samples; it needs a beam size or a number of samples above 1"
            )
        }
    }

    private static let mostSequences = 100

    /// The temperatures with what is thought good enough.
    var ladder: FallbackLadder {
        var ladder = FallbackLadder()
        ladder.temperatures = temperatures
        ladder.compressionRatioThreshold = compressionRatioThreshold
        ladder.logProbabilityThreshold = logProbabilityThreshold
        ladder.noSpeechThreshold = noSpeechThreshold
        return ladder
    }

    /// Whether a window holds no speech: `<|nospeech|>` is likely and the text is not.
    func isSilence(_ result: DecodingResult) -> Bool {
        guard let threshold = noSpeechThreshold, result.noSpeechProbability > threshold else { return false }
        guard let speech = logProbabilityThreshold else { return true }
        return result.averageLogProbability <= speech
    }

    /// Most sequences of a window that are decoded together.
    var width: Int {
        var options = DecodingOptions()
        options.beamSize = beamSize
        options.bestOf = bestOf
        return min(ladder.width(of: options), Self.mostSequences)
    }

    /// How every window is decoded, but for its prompt and seed.
    /// - Throws: `TokenizerError` where the pattern is no regular expression.
    func decoding(_ tokenizer: Tokenizer) throws -> DecodingOptions {
        var decoding = DecodingOptions()
        decoding.withoutTimestamps = withoutTimestamps
        decoding.sampleLength = maximumTokens
        decoding.beamSize = beamSize
        decoding.bestOf = bestOf
        decoding.patience = patience
        decoding.lengthPenalty = lengthPenalty
        decoding.prefix = prefix.map { tokenizer.encode(" " + $0.trimmingWhitespace()) } ?? []
        decoding.suppressedTokens = suppressedTokens
        if let suppressedPattern {
            decoding.suppressedTokens += try tokenizer.tokens(matching: suppressedPattern)
        }
        decoding.suppressBlank = suppressBlank
        decoding.stopsLoops = stopsLoops
        return decoding
    }

    /// Where the random numbers of a window begin: whatever was decoded before it.
    func seed(ofWindowAt seek: Int) -> UInt64 {
        var numbers = RandomNumbers(seed: seed, UInt64(seek))
        return numbers.next()
    }
}
