import Decoding
import Earshot

/// Hears what a script says: a sample above 0 is a voice, and each word is heard as soon as its first sound is in the
/// window; until its last sound is, as another word.
final class ScriptedHearing: LiveHearing {
    struct Spoken {
        var word: String
        var start: Double
        var end: Double
        /// Whether the model begins a segment here.
        var beginsSegment = false
    }

    let tokenizer: Tokenizer
    let timestampBegin: Int
    var script: [Spoken]
    /// What is heard instead of a word that has not been spoken to its end.
    var unfinished: (Spoken) -> String = { $0.word + "…" }
    /// Words after which the text of a window ends, whatever follows.
    var longestText = Int.max
    /// Whether what is heard is so poor that it is worth listening again.
    var isPoor = false
    /// What it takes to try again, and what all of that took so far, in seconds.
    var retrySeconds = 0.0
    private(set) var retriedSeconds = 0.0
    /// What each pass was asked, and where its window began and ended.
    private(set) var requests: [LiveRequest] = []
    private(set) var windows: [ClosedRange<Double>] = []
    private(set) var voiceCount = 0
    private var start = 0
    private var end = 0

    init(_ script: [Spoken]) throws {
        tokenizer = try Tokenizer(vocabularySize: 51865, language: "en", task: .transcribe)
        timestampBegin = tokenizer.timestampBegin
        self.script = script
    }

    func voice(in chunk: UnsafeBufferPointer<Float>) -> Float {
        voiceCount += 1
        return chunk.contains { $0 > 0 } ? 1 : 0
    }

    func begin(at sample: Int) { (start, end) = (sample, sample) }

    func append(_ samples: UnsafeBufferPointer<Float>) { end += samples.count }

    func forget(before sample: Int) { start = sample }

    func hear(_ request: LiveRequest) throws -> HeardWindow {
        requests.append(request)
        let (from, to) = (Double(start) / 16_000, Double(end) / 16_000)
        windows.append(from...to)
        let known = request.confirmed.last?.end ?? from
        var words = request.confirmed
        for spoken in script where spoken.start < to && spoken.start >= known - 1e-6 {
            if words.count == longestText { break }
            let text = spoken.end <= to ? spoken.word : unfinished(spoken)
            var marks: [Int] = []
            if words.isEmpty {
                marks = [mark(spoken.start, from)]
            } else if spoken.beginsSegment {
                marks = [mark(words.last?.end ?? 0, from), mark(spoken.start, from)]
            }
            words.append(
                HeardWord(
                    text: " " + text, tokens: tokenizer.encode(" " + text), marks: marks, start: spoken.start,
                    end: min(spoken.end, to), probability: 0.9))
        }
        var heard = HeardWindow(words: words)
        heard.isRejected = isPoor && !request.mayRetry
        if isPoor, request.mayRetry { retriedSeconds += retrySeconds }
        if let last = words.last { heard.closing = [mark(last.end, from)] }
        return heard
    }

    private func mark(_ seconds: Double, _ from: Double) -> Int {
        timestampBegin + max(0, Int(((seconds - from) * 50).rounded()))
    }
}

/// Words one behind the other, and the sound they make.
struct Speech {
    var script: [ScriptedHearing.Spoken] = []
    private(set) var seconds = 0.0

    /// Words follow, each so long, with so little between them that it is no pause.
    mutating func say(_ text: String, each length: Double = 0.3, beginsSegment: Bool = false) {
        for (index, word) in text.split(separator: " ").enumerated() {
            script.append(
                .init(
                    word: String(word), start: seconds, end: seconds + length,
                    beginsSegment: beginsSegment && index == 0))
            seconds += length + 0.05
        }
    }

    mutating func pause(_ length: Double) { seconds += length }

    var samples: [Float] {
        var samples = [Float](repeating: 0, count: Int(seconds * 16_000))
        for spoken in script {
            for index in Int(spoken.start * 16_000)..<Int(spoken.end * 16_000) { samples[index] = 0.5 }
        }
        return samples
    }
}

/// What a session tells of a script.
struct LiveRecord {
    var events: [LiveEvent] = []

    var confirmations: [LiveConfirmation] {
        events.compactMap { if case .confirmed(let confirmation) = $0 { confirmation } else { nil } }
    }
    var segments: [Segment] {
        events.compactMap { if case .segment(let segment) = $0 { segment } else { nil } }
    }
    var passes: [LivePass] { events.compactMap { if case .pass(let pass) = $0 { pass } else { nil } } }
    var states: [LiveState] { events.compactMap { if case .state(let state) = $0 { state } else { nil } } }
    var partials: [LiveHypothesis] {
        events.compactMap { if case .partial(let hypothesis) = $0 { hypothesis } else { nil } }
    }
    var summary: LiveSummary? {
        events.compactMap { if case .summary(let summary) = $0 { summary } else { nil } }.last
    }
    var text: String { confirmations.map(\.text).joined() }
    var words: [Word] { confirmations.flatMap(\.words) }
}
