import VoiceActivity

/// Tells from probabilities that arrive one by one when speech starts, and when it has ended for good.
package struct SpeechDetector: Sendable {
    /// What changes.
    package enum Change: Sendable, Equatable {
        /// Somebody speaks, since this sample.
        case starts(at: Int)
        /// Nobody has spoken for as long as ends a segment.
        case ends
    }

    /// Samples heard.
    package private(set) var position = 0
    /// The end of the last sound of a voice.
    package private(set) var voicedEnd = 0
    /// Samples with a voice, speech that was too short to be any included.
    package private(set) var voicedCount = 0
    /// Whether the last chunk was a voice.
    package private(set) var isVoice = false
    /// Whether somebody speaks, short pauses included.
    package private(set) var isSpeech = false

    private var start: Int?
    private var voiced = 0  // samples with a voice since the start
    private let threshold: Double
    private let silenceThreshold: Double
    private let minimumSpeech: Int
    private let minimumSilence: Int

    package init(_ options: VoiceActivityOptions) {
        threshold = options.threshold
        silenceThreshold = options.silenceThreshold
        minimumSpeech = 16 * options.minimumSpeech
        minimumSilence = 16 * options.minimumSilence
    }

    /// Takes the probability of the next chunk.
    package mutating func append(_ probability: Float) -> Change? {
        let begun = position
        position += VoiceActivityModel.chunk
        isVoice = Double(probability) >= threshold || isVoice && Double(probability) >= silenceThreshold
        guard isVoice else { return hearSilence() }
        voicedCount += VoiceActivityModel.chunk
        voicedEnd = position
        voiced += VoiceActivityModel.chunk
        let start = start ?? begun
        self.start = start
        guard !isSpeech, voiced > minimumSpeech else { return nil }
        isSpeech = true
        return .starts(at: start)
    }

    /// Ends speech at once; nothing follows it, or nothing that belongs to it.
    /// - Parameter position: samples there have been since.
    package mutating func stop(at position: Int) {
        self.position = position
        end()
    }

    private mutating func hearSilence() -> Change? {
        guard start != nil, position - voicedEnd >= minimumSilence else { return nil }
        defer { end() }
        return isSpeech ? .ends : nil
    }

    private mutating func end() {
        isSpeech = false
        isVoice = false
        start = nil
        voiced = 0
    }
}
