/// What counts as speech. The names are silero-vad's and whisper.cpp's, the defaults faster-whisper's, which
/// keep pauses within speech: a model that was trained on natural speech needs them.
public struct VoiceActivityOptions: Sendable, Equatable {
    /// Probability from which a chunk begins speech.
    public var threshold = 0.5
    /// Probability below which a chunk may end speech; nil for the threshold less 0.15, at least 0.01.
    public var negativeThreshold: Double?
    /// Speech shorter than this is none, in milliseconds.
    public var minimumSpeech = 0
    /// Longer speech is cut, at the longest pause there is in it, in seconds.
    public var maximumSpeech = Double.infinity
    /// A pause shorter than this is part of the speech, in milliseconds.
    public var minimumSilence = 2000
    /// Sound that is kept before and after speech, in milliseconds.
    public var padding = 400

    /// The defaults.
    public init() {}

    /// Probability below which a chunk is silence.
    package var silenceThreshold: Double { negativeThreshold ?? max(threshold - 0.15, 0.01) }
}
