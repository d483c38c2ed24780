import Decoding
import VoiceActivity

/// The languages Whisper knows.
public typealias Language = Decoding.Language

/// What is done with speech: written in its own language, or translated to English.
public typealias TranscriptionTask = Tokenizer.Task

/// What counts as speech.
public typealias VoiceActivityOptions = VoiceActivity.VoiceActivityOptions

/// How a recording is transcribed. The defaults are the reference's; a model may recommend others
/// (`Model.defaultOptions`).
public struct TranscriptionOptions: Sendable, Equatable {
    /// Transcription, or translation to English.
    public var task = TranscriptionTask.transcribe
    /// Code of the language spoken, such as `en`; nil to detect it from the first 30 seconds, of
    /// speech where silence is left out.
    public var language: String?
    /// What to transcribe of the recording, in the order of the transcript; nothing for all of it. Times stay those
    /// of the recording.
    public var clips: [Clip] = []
    /// Text without times inside a window.
    public var withoutTimestamps = false
    /// Give each window the text before it as context.
    public var conditionOnPreviousText = true
    /// Text the first window takes for its past: names, spelling, style.
    public var initialPrompt: String?
    /// A window is silence when `<|nospeech|>` is more probable than this and its text less probable
    /// than `logProbabilityThreshold`; nil to decode all.
    public var noSpeechThreshold: Double? = 0.6
    /// Mean log probability above which a window counts as speech in spite of `<|nospeech|>`; nil to
    /// go by `<|nospeech|>` alone.
    public var logProbabilityThreshold: Double? = -1
    /// Transcribe speech alone, and leave the silence between out; nil to transcribe all.
    ///
    /// Times are those of the recording all the same. Where a window's text ends although somebody goes on
    /// speaking, the next window starts there.
    public var voiceActivity: VoiceActivityOptions?
    /// Detect the language of every window, not only of the first.
    public var detectsLanguageOfEveryWindow = false

    /// Find when each word is spoken; segments then start and end with their words.
    public var wordTimestamps = false
    /// Marks that, with a space before them, belong to the word that follows.
    public var prependedPunctuation = "\"'“¿([{-"
    /// Marks that belong to the word before.
    public var appendedPunctuation = "\"'.。,，!！?？:：”)]}、"
    /// With word timestamps: where words look invented, silence around them longer than these seconds is
    /// skipped and they are dropped or decoded again; nil to keep them.
    public var hallucinationSilenceThreshold: Double?
    /// With word timestamps: cut segments that have more characters (whisper.cpp's `-ml`); nil to keep them.
    public var maximumSegmentLength: Int?
    /// Cut long segments between words only, not inside them (whisper.cpp's `-sow`).
    public var splitsSegmentsOnWords = false

    /// The reference's defaults.
    public init() {}
}
