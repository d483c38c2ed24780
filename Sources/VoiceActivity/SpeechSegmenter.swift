/// Finds speech in probabilities that arrive one by one.
///
/// ref: silero-vad 6.2.3, `get_speech_timestamps_from_probs`: the stretches are the same, to the sample.
/// Nothing is kept of what is behind; where the reference goes back to lengthen or cut a stretch, the decision
/// waits, and `settled` says how far it is made.
public struct SpeechSegmenter: Sendable {
    /// What is found, in order; places are samples from the beginning.
    public enum Event: Sendable, Equatable {
        /// Speech starts here.
        case starts(Int)
        /// The speech that started ends here.
        case ends(Int)
        /// A stretch of speech that is too short to be any.
        case tooShort(Range<Int>)
    }

    /// Every sample before this one is known to be speech, or not: the events so far tell. At the end it may lie
    /// in the silence that fills the last chunk.
    public private(set) var settled = 0

    private let threshold: Double
    private let negativeThreshold: Double
    private let minimumSpeech: Int
    private let minimumSilence: Int
    private let padding: Int
    private let maximumSpeech: Double
    private static let chunk = VoiceActivityModel.chunk
    /// A pause must be longer than this for a stretch that is too long to be cut there: 98 ms.
    private static let cuttablePause = 1568

    /// Where the next chunk starts.
    private var position = 0
    /// Where the stretch that is under way starts, without what is kept before it.
    private var start: Int?
    /// Whether its start has been told.
    private var isTold = false
    /// Where the pause that is under way started.
    private var pause: Int?
    /// The longest pause in the stretch under way, and where the first one starts.
    private var longestPause: (start: Int, length: Int)?
    private var firstPause: Int?
    /// The end of a stretch, without what is kept after it, that has not been told.
    private var untoldEnd: Int?
    /// The last end that has been told.
    private var toldEnd = 0

    /// A segmenter that has heard nothing.
    public init(_ options: VoiceActivityOptions) {
        threshold = options.threshold
        negativeThreshold = options.silenceThreshold
        minimumSpeech = 16 * options.minimumSpeech
        minimumSilence = 16 * options.minimumSilence
        padding = 16 * options.padding
        maximumSpeech = 16_000 * options.maximumSpeech - Double(Self.chunk) - Double(2 * padding)
    }

    /// Takes the probability of the next chunk.
    public mutating func append(_ probability: Float, _ event: (Event) -> Void) {
        let probability = Double(probability)
        append(isSpeech: probability >= threshold, isSilence: probability < negativeThreshold, event)
    }

    /// Takes what the next chunk's probability means: enough to begin speech, little enough to end it, or neither.
    package mutating func append(isSpeech: Bool, isSilence: Bool, _ event: (Event) -> Void) {
        hear(isSpeech: isSpeech, isSilence: isSilence, event)
        position += Self.chunk
        tellWhatIsCertain(event)
        settle()
    }

    /// Announces the end of the recording.
    /// - Parameter sampleCount: its samples; the last chunk may have had fewer than the others.
    public mutating func finish(sampleCount: Int, _ event: (Event) -> Void) {
        if let start {
            if sampleCount - start > minimumSpeech {
                close(at: sampleCount, event)
            } else {
                event(.tooShort(start..<sampleCount))
                self.start = nil
            }
        }
        if let end = untoldEnd { tellEnd(min(sampleCount, end + padding), event) }
        settled = sampleCount
    }

    private mutating func hear(isSpeech: Bool, isSilence: Bool, _ event: (Event) -> Void) {
        if isSpeech, let begun = pause {
            notePause(from: begun, to: position)
            pause = nil
        }
        guard let start else {
            if isSpeech { begin(at: position) }
            return
        }
        if Double(position - start) > maximumSpeech {
            guard let longest = longestPause else { return close(at: position, event) }
            close(at: longest.start, event)
            begin(at: longest.start + longest.length)
        }
        if isSilence { hearSilence(event) }
    }

    private mutating func hearSilence(_ event: (Event) -> Void) {
        let begun = pause ?? position
        pause = begun
        guard position - begun >= minimumSilence, let start else { return }
        if begun - start > minimumSpeech {
            close(at: begun, event)
        } else {
            event(.tooShort(start..<begun))
            self.start = nil
            pause = nil
            forgetPauses()
        }
    }

    /// Pauses matter only where a stretch may become too long.
    private mutating func notePause(from begun: Int, to end: Int) {
        guard maximumSpeech.isFinite, end - begun > Self.cuttablePause else { return }
        firstPause = firstPause ?? begun
        if end - begun > longestPause?.length ?? 0 { longestPause = (begun, end - begun) }
    }

    private mutating func begin(at start: Int) {
        self.start = start
        isTold = false
        pause = nil
        forgetPauses()
    }

    private mutating func close(at end: Int, _ event: (Event) -> Void) {
        tellStart(event)
        untoldEnd = end
        start = nil
        pause = nil
        forgetPauses()
    }

    private mutating func forgetPauses() {
        longestPause = nil
        firstPause = nil
    }

    /// Tells the start of the stretch under way, and the end of the one before where it waited for that: two
    /// that are close share the silence between them.
    private mutating func tellStart(_ event: (Event) -> Void) {
        guard let start, !isTold else { return }
        var before = padding
        if let end = untoldEnd {
            let silence = start - end
            let isShared = silence < 2 * padding
            before = isShared ? silence / 2 : padding
            tellEnd(end + before, event)
        }
        event(.starts(max(0, start - before)))
        isTold = true
    }

    private mutating func tellEnd(_ end: Int, _ event: (Event) -> Void) {
        event(.ends(end))
        toldEnd = end
        untoldEnd = nil
    }

    private mutating func tellWhatIsCertain(_ event: (Event) -> Void) {
        // Nothing that follows can come close to the end that waits.
        if let end = untoldEnd, (start ?? position) - end >= 2 * padding, end + padding <= position {
            tellEnd(end + padding, event)
        }
        // Whatever follows, the stretch is long enough.
        if let start, pause == nil, position - Self.chunk - start > minimumSpeech { tellStart(event) }
    }

    private mutating func settle() {
        let known: Int
        if let start {
            let certain = min(firstPause ?? position, pause ?? position)
            known = isTold ? certain : untoldEnd ?? start - padding
        } else {
            known = untoldEnd ?? position - padding
        }
        settled = max(settled, toldEnd, known)
    }
}
