/// What happens while somebody is listened to. All times are seconds of audio since the beginning, silence, gaps
/// and pauses included.
public enum LiveEvent: Sendable, Equatable {
    /// What seems to follow the confirmed text: it replaces the hypothesis before it, and may be empty.
    case partial(LiveHypothesis)
    /// Words that are certain from now on. Confirmed words follow each other in the order of time, and none is ever
    /// taken back.
    case confirmed(LiveConfirmation)
    /// A stretch of speech is finished. Its text is that of the words confirmed since the one before.
    case segment(Segment)
    /// The language was detected.
    case language(code: String, probability: Double)
    /// Sound was lost.
    case overrun(LiveOverrun)
    /// A device was opened, or lost.
    case device(LiveDevice)
    /// What is being done.
    case state(LiveState)
    /// How loud it is, about ten times a second.
    case level(LiveLevel)
    /// The model listened to the window once more.
    case pass(LivePass)
    /// The last event: all in all.
    case summary(LiveSummary)
}

/// Whether anything is heard.
public enum LiveState: String, Sendable, Equatable {
    /// Nobody speaks.
    case listening
    /// Somebody speaks.
    case speech
    /// Nothing is listened to.
    case paused
}

/// The words that seem to follow the confirmed text.
public struct LiveHypothesis: Sendable, Equatable {
    /// The text, with a leading space where words have one.
    public var text: String { words.map(\.text).joined() }
    /// The words.
    public let words: [Word]
    /// Seconds of audio at which it was known.
    public let time: Double

    /// A hypothesis of these words.
    public init(words: [Word], time: Double) {
        self.words = words
        self.time = time
    }
}

/// Words that are certain from now on.
public struct LiveConfirmation: Sendable, Equatable {
    /// The text, to be appended as it is to what was confirmed before.
    public var text: String { words.map(\.text).joined() }
    /// The words: marks that belong to a word before may stand for themselves.
    public let words: [Word]
    /// Seconds of audio at which they were confirmed: less a word's end, its delay.
    public let time: Double

    /// A confirmation of these words.
    public init(words: [Word], time: Double) {
        self.words = words
        self.time = time
    }
}

/// Sound that was lost.
public struct LiveOverrun: Sendable, Equatable {
    /// When.
    public let time: Double
    /// How much, in seconds.
    public let lostSeconds: Double

    /// A loss at a time.
    public init(time: Double, lostSeconds: Double) {
        self.time = time
        self.lostSeconds = lostSeconds
    }
}

/// A device that came or went.
public struct LiveDevice: Sendable, Equatable {
    /// When.
    public let time: Double
    /// What it is called.
    public let name: String
    /// Whether it is gone.
    public let isLost: Bool

    /// A device that came or went at a time.
    public init(time: Double, name: String, isLost: Bool) {
        self.time = time
        self.name = name
        self.isLost = isLost
    }
}

/// How loud a tenth of a second was, in dB below full scale.
public struct LiveLevel: Sendable, Equatable {
    /// Its end.
    public let time: Double
    /// Its root mean square; at least −100.
    public let rms: Double
    /// Its greatest sample; at least −100.
    public let peak: Double

    /// A level of these values.
    public init(time: Double, rms: Double, peak: Double) {
        self.time = time
        self.rms = rms
        self.peak = peak
    }
}

/// One time the model listened to the window.
public struct LivePass: Sendable, Equatable {
    /// Seconds of audio at which its result was known.
    public let time: Double
    /// Seconds of audio in the window.
    public let window: Double
    /// Seconds that were encoded, the silence behind the window included: 30 where short windows are not worth it.
    public let audioContext: Double
    /// Seconds it took.
    public let seconds: Double
    /// Seconds from the last sample heard to the result: it takes longer than `seconds` where a pass had to wait.
    public let delay: Double
    /// Seconds of work for a second of audio, lately.
    public let load: Double

    /// A pass of these values.
    public init(
        time: Double, window: Double, audioContext: Double, seconds: Double, delay: Double, load: Double
    ) {
        self.time = time
        self.window = window
        self.audioContext = audioContext
        self.seconds = seconds
        self.delay = delay
        self.load = load
    }
}
