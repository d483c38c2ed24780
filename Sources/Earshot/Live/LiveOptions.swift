/// How somebody is listened to.
public struct LiveOptions: Sendable, Equatable {
    /// What delay is worth.
    public enum Power: String, Sendable, CaseIterable {
        /// The model listens in pauses, and every five seconds where there is none.
        case low
        /// The model listens about twice a second.
        case balanced
        /// The model listens as often as the machine allows, up to five times a second.
        case fast

        /// Seconds of audio from one pass to the next, at least.
        package var interval: Double {
            switch self {
            case .low: 5
            case .balanced: 0.5
            case .fast: 0.2
            }
        }
    }

    /// How much is encoded of a window that is not full.
    public enum AudioContext: Sendable, Equatable {
        /// What the model says it can do with: the speech and a little more, or the whole window.
        case automatic
        /// The whole window of 30 seconds.
        case full
        /// The speech and a little more, but not less than so many seconds.
        case atLeast(seconds: Double)
    }

    /// How windows are decoded. What is for recordings only is refused: clips, batches, prefixes, the shape of
    /// segments; `voiceActivity` is to be set here, beside it.
    public var transcription: TranscriptionOptions
    /// What delay is worth.
    public var power = Power.balanced
    /// What counts as speech: a pause of `minimumSilence` ends a segment.
    public var voiceActivity = Self.attentive
    /// How much is encoded.
    public var audioContext = AudioContext.automatic

    /// Options that decode so, and else have the defaults.
    public init(_ transcription: TranscriptionOptions) { self.transcription = transcription }

    /// The defaults: a segment ends after 0.6 s without a voice.
    private static var attentive: VoiceActivityOptions {
        var options = VoiceActivityOptions()
        options.minimumSpeech = 100
        options.minimumSilence = 600
        return options
    }

    /// Refuses values that mean nothing and options that are for recordings only.
    /// - Throws: `TranscriptionOptions.Contradiction`, the first that is found.
    public func check() throws {
        func require(_ isMet: Bool, _ message: String) throws {
            if !isMet { throw TranscriptionOptions.Contradiction(description: message) }
        }
        let text = transcription
        try require(text.clips.isEmpty, "clips are cut from recordings; what is live has no end yet")
        try require(text.batchSize == nil, "windows are decoded together in recordings only")
        try require(
            text.prefix == nil, "a prefix begins the windows of recordings; live, use an initial prompt")
        try require(
            text.hallucinationSilenceThreshold == nil && text.maximumSegmentLength == nil
                && !text.splitsSegmentsOnWords,
            "what is confirmed live stays: segments are neither cut nor dropped afterwards")
        try require(
            text.voiceActivity == nil,
            "live, speech is always told from silence; set what counts as speech there")
        try text.check()
        var voice = text
        voice.voiceActivity = voiceActivity
        try voice.check()
        try require(
            voiceActivity.minimumSilence >= 200, "a pause that ends a segment must last at least 200 ms")
        try require(
            voiceActivity.minimumSpeech <= RecentSamples.longest / 16 - voiceActivity.padding,
            "live, the shortest speech and the sound before it may take 3000 ms together, no more")
        try require(
            voiceActivity.maximumSpeech == .infinity, "live speech may be of any length; do not limit it")
        if case .atLeast(let seconds) = audioContext {
            try require(seconds > 0 && seconds <= 30, "from more than 0 to 30 seconds are encoded")
        }
    }

    /// The same, and whether the model knows what is asked of it.
    public func check(for model: Model) throws {
        try check()
        try transcription.check(for: model)
    }
}
