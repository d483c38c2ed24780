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
    /// speech where silence is left out. Where nobody speaks in them, it is detected from the first 30 seconds in which
    /// somebody does: they begin with the voice.
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
    /// Give every window the initial prompt, before the text that precedes it.
    public var carryInitialPrompt = false
    /// Names and words that are likely to be spoken, given to every window before all other context; not
    /// together with `prefix`.
    public var hotwords: String?
    /// Text that every window begins with; it is not part of the transcript.
    public var prefix: String?

    /// Temperatures a window is decoded at, one after the other until its text is good enough: 0 takes the most
    /// probable tokens, above tokens are drawn at random.
    public var temperatures = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    /// Where the random numbers begin. The same seed gives the same text.
    public var seed: UInt64 = 0
    /// Sequences that a beam search follows at temperature 0; nil for greedy search.
    public var beamSize: Int?
    /// How many times its size a beam search finishes sequences before it chooses; nil for once.
    public var patience: Double?
    /// Samples of which the best is taken at temperatures above 0; nil for one.
    public var bestOf: Int?
    /// Exponent of the length penalty that beams and samples are ranked by, 0…1; nil to rank by their mean
    /// log probability.
    public var lengthPenalty: Double?
    /// Most tokens of a window; nil for half of the model's text context.
    public var maximumTokens: Int?

    /// Ids that are never written, besides the special tokens; -1 stands for symbols that no one speaks. Empty
    /// to forbid nothing.
    public var suppressedTokens = [-1]
    /// A regular expression; tokens whose whole text matches it are never written.
    public var suppressedPattern: String?
    /// Forbid a window to begin with a blank or to end at once.
    public var suppressBlank = true

    /// Text that compresses better than this repeats itself, and the next temperature is tried; nil to accept
    /// it.
    public var compressionRatioThreshold: Double? = 2.4
    /// Mean log probability below which a text is a guess, and the next temperature is tried; above which a
    /// window counts as speech in spite of `<|nospeech|>`. Nil to accept guesses and go by `<|nospeech|>` alone.
    public var logProbabilityThreshold: Double? = -1
    /// A window is silence when `<|nospeech|>` is more probable than this and its text less probable
    /// than `logProbabilityThreshold`; nil to decode all.
    public var noSpeechThreshold: Double? = 0.6
    /// End a text that goes round in circles before it fills its window.
    public var stopsLoops = true
    /// Transcribe speech alone, and leave the silence between out; nil to transcribe all.
    ///
    /// Times are those of the recording all the same. Where a window's text ends although somebody goes on
    /// speaking, the next window starts there.
    public var voiceActivity: VoiceActivityOptions?
    /// Windows that are decoded together, 1…64, so that each pass over the weights serves all of them; nil to decode
    /// one behind the other.
    ///
    /// The recording is then cut into windows where nobody speaks: speech alone is transcribed, whether
    /// `voiceActivity` is set or not, and no window is given the text before it, whatever
    /// `conditionOnPreviousText` says. The text does not depend on how many are decoded together; memory does.
    public var batchSize: Int?
    /// Detect the language of every window, not only of the first; each segment then has it.
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
