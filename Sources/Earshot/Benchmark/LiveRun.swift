import AudioInput
import Decoding
import VoiceActivity

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A recording that is listened to as if it were live.
public struct LiveRun: Sendable, Encodable {
    /// How it is listened to.
    public struct Setting: Sendable {
        /// How often the model listens, and to how much.
        public var options: LiveOptions
        /// How many times faster than it was spoken; nil for as fast as it goes. Delays then count what passes take,
        /// and nothing else.
        public var pace: Double?

        /// A setting of these values.
        public init(options: LiveOptions, pace: Double? = 1) {
            self.options = options
            self.pace = pace
        }
    }

    /// What was listened to.
    public let name: String
    /// `low`, `balanced` or `fast`.
    public let power: String
    /// How many times faster than it was spoken; nil for as fast as it went.
    public let pace: Double?
    /// What was confirmed.
    public let text: String
    /// Seconds of audio.
    public let audioSeconds: Double
    /// Seconds in which somebody spoke.
    public let voicedSeconds: Double
    /// Words that were confirmed.
    public let words: Int
    /// Words of the same recording's transcript, silence left out, that were confirmed otherwise, are lacking or too
    /// many; nil where it cannot be read twice.
    public let differences: Int?
    /// Times the model listened.
    public let passes: Int
    /// What a pass took.
    public let pass: Measurement
    /// Seconds that a pass encoded, on average.
    public let meanAudioContext: Double
    /// Seconds from the end of a word to its confirmation that half of the words take at most.
    public let delayMedian: Double
    /// The same for 95 of 100 words.
    public let delay95: Double
    /// Seconds of processors for a second of audio.
    public let processorSecondsPerAudioSecond: Double
    /// Seconds of passes for a second of audio.
    public let realTimeFactor: Double
    /// MiB that the process holds at the end more than after the first minute; nil for what is shorter than two.
    public let memoryGrowth: Double?

    private enum CodingKeys: String, CodingKey {
        case name, power, pace, text, words, differences, passes
        case audioSeconds = "audio_seconds"
        case voicedSeconds = "voiced_seconds"
        case pass = "pass_ms"
        case meanAudioContext = "mean_audio_context_seconds"
        case delayMedian = "delay_p50_seconds"
        case delay95 = "delay_p95_seconds"
        case processorSecondsPerAudioSecond = "processor_seconds_per_audio_second"
        case realTimeFactor = "real_time_factor"
        case memoryGrowth = "memory_growth_mib"
    }
}

extension LiveRun {
    /// Listens to a recording at a pace.
    /// - Throws: when the recording cannot be read, or options contradict each other.
    public init(_ model: Model, _ recording: Recording, name: String, _ setting: Setting) throws {
        let options = setting.options
        let log = LiveLog(pace: setting.pace)
        let session = try LiveSession(model, options, shouldStop: { false }, emit: log.take)
        let processorStart = processorSeconds()
        log.start = ContinuousClock.now
        var firstMinute: Double?
        try recording.listen(pace: setting.pace, since: log.start) { samples, seconds in
            try session.take(.samples(samples))
            if firstMinute == nil, seconds > 60 { firstMinute = ProcessMemory.resident }
        }
        try session.finish(processorSeconds: processorSeconds() - processorStart)

        self.name = name
        power = options.power.rawValue
        pace = setting.pace
        text = log.text.trimmingWhitespace()
        let summary = log.summary
        audioSeconds = summary.audioSeconds
        voicedSeconds = summary.voicedSeconds
        words = log.delays.count
        passes = summary.passes
        pass = Measurement(log.passes.map { 1000 * $0.seconds })
        meanAudioContext = rounded(log.passes.reduce(0) { $0 + $1.audioContext } / Double(max(1, passes)))
        delayMedian = log.delays.quantile(0.5)
        delay95 = log.delays.quantile(0.95)
        processorSecondsPerAudioSecond = rounded(summary.processorSecondsPerAudioSecond)
        realTimeFactor = rounded(summary.passSeconds / max(1, summary.audioSeconds))
        memoryGrowth =
            summary.audioSeconds < 120 ? nil : firstMinute.map { rounded(ProcessMemory.resident - $0) }
        differences = try Self.transcript(model, recording, options.transcription).map {
            editDistance(spokenWords(of: log.text), spokenWords(of: $0))
        }
    }

    /// The text of the whole recording, silence left out; nil where it was a pipe's.
    private static func transcript(
        _ model: Model, _ recording: Recording, _ options: TranscriptionOptions
    ) throws -> String? {
        guard recording.canReopen else { return nil }
        var options = options
        options.voiceActivity = VoiceActivityOptions()
        var text = ""
        let events = Transcription.Events(
            segment: { text += $0.text }, progress: { _ in }, shouldStop: { false })
        try Transcription(model: model, options: options, events: events).run(recording)
        return text
    }
}

/// Notes what happens, and when.
private final class LiveLog {
    var start = ContinuousClock.now
    private(set) var text = ""
    private(set) var passes: [LivePass] = []
    private(set) var delays = DelayHistogram()
    private(set) var summary = LiveSummary()
    private let isRealTime: Bool
    /// Of the confirmed words that are in no segment yet: when each was confirmed, token by token.
    private var confirmed: [Double] = []

    init(pace: Double?) { isRealTime = pace == 1 }

    func take(_ event: LiveEvent) {
        switch event {
        case .confirmed(let confirmation):
            text += confirmation.text
            let time = isRealTime ? (ContinuousClock.now - start) / .seconds(1) : confirmation.time
            for word in confirmation.words { confirmed += word.tokens.map { _ in time } }
        case .segment(let segment):
            // Only now is it known when its words ended.
            var rest = confirmed[...]
            for word in segment.words ?? [] {
                let times = rest.prefix(word.tokens.count)
                rest = rest.dropFirst(word.tokens.count)
                if let time = times.last { delays.add(time - word.end) }
            }
            confirmed = Array(rest)
        case .pass(let pass): passes.append(pass)
        case .summary(let summary): self.summary = summary
        default: break
        }
    }
}

extension Recording {
    /// Reads the recording at a pace, a chunk at a time; `hear` is told how many seconds there were.
    fileprivate func listen(
        pace: Double?, since start: ContinuousClock.Instant, _ hear: ([Float], Double) throws -> Void
    ) throws {
        let source = try open()
        var chunk = [Float](repeating: 0, count: VoiceActivityModel.chunk)
        var count = 0
        while case let read = try chunk.withUnsafeMutableBufferPointer({ try source.read(into: $0) }),
            read > 0
        {
            count += read
            let seconds = Double(count) / Double(AudioInput.sampleRate)
            if let pace { sleep(until: start + .seconds(seconds / pace)) }
            try hear(Array(chunk[..<read]), seconds)
        }
    }
}

private func sleep(until moment: ContinuousClock.Instant) {
    let left = moment - ContinuousClock.now
    guard left > .zero else { return }
    let (seconds, attoseconds) = left.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&time, nil)
}

private func spokenWords(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
}

/// Words to add, to drop or to change to make one text of the other.
private func editDistance(_ first: [String], _ second: [String]) -> Int {
    var row = Array(0...second.count)
    for (index, word) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in second.indices {
            let change = diagonal + (word == second[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(change, row[column] + 1, diagonal + 1)
        }
    }
    return row[second.count]
}
