/// A long recording from end to end: whether speed and memory stay what they are at the beginning.
public struct LongRun: Sendable, Encodable {
    /// A part of the recording, an hour where it is long.
    public struct Stretch: Sendable, Encodable {
        /// Where it begins, in seconds of audio.
        public let start: Double
        /// Where it ends.
        public let end: Double
        /// Seconds of work for a second of audio.
        public let realTimeFactor: Double
        /// Memory of the process at its end, in MiB.
        public let memory: Double

        private enum CodingKeys: String, CodingKey {
            case start, end
            case realTimeFactor = "real_time_factor"
            case memory = "memory_mib"
        }
    }

    /// Seconds of audio.
    public private(set) var audioSeconds = 0.0
    /// Seconds it took to measure the loudness, before anything was transcribed.
    public private(set) var measuringSeconds = 0.0
    /// Seconds of work for a second of audio, measuring included.
    public private(set) var realTimeFactor = 0.0
    /// The process's peak since the recording began, in MiB.
    public private(set) var peakMemory = 0.0
    /// The parts in order.
    public private(set) var stretches: [Stretch] = []

    /// How much slower the last part went than the first, 1 being not at all. A short rest at the end does
    /// not count.
    public var slowdown: Double {
        guard let first = stretches.first, first.realTimeFactor > 0,
            let last = stretches.last(where: { $0.end - $0.start > (first.end - first.start) / 2 })
        else { return 1 }
        return last.realTimeFactor / first.realTimeFactor
    }

    /// Transcribes a recording and forgets its text.
    /// - Parameter tell: called with each part as it ends.
    /// - Throws: when the recording cannot be opened or read to its end.
    public init(_ model: Model, _ recording: Recording, tell: @escaping (Stretch) -> Void = { _ in }) throws {
        ProcessMemory.forgetPeak()
        let start = ContinuousClock.now
        var watch = Stopwatch()
        let events = Transcription.Events(
            segment: { _ in },
            progress: { progress in
                guard progress.phase == .transcribing else { return }
                if let stretch = watch.reached(progress.processedSeconds, of: progress.totalSeconds) {
                    tell(stretch)
                }
            },
            shouldStop: { false })
        try Transcription(model: model, options: model.defaultOptions, events: events).run(recording)

        let seconds = milliseconds(since: start) / 1000
        stretches = watch.stretches
        audioSeconds = watch.position
        measuringSeconds = rounded((watch.began - start) / .seconds(1))
        realTimeFactor = rounded(seconds / max(audioSeconds, 1))
        peakMemory = ProcessMemory.peak
    }

    private enum CodingKeys: String, CodingKey {
        case stretches
        case audioSeconds = "audio_seconds"
        case measuringSeconds = "measuring_seconds"
        case realTimeFactor = "real_time_factor"
        case peakMemory = "peak_memory_mib"
    }
}

/// Cuts a recording into stretches as it goes by.
private struct Stopwatch {
    private(set) var began = ContinuousClock.now
    private(set) var position = 0.0
    private(set) var stretches: [LongRun.Stretch] = []
    private var isRunning = false
    private var start = (position: 0.0, time: ContinuousClock.now)

    /// The stretch that ends here, if one does.
    mutating func reached(_ seconds: Double, of total: Double?) -> LongRun.Stretch? {
        let now = ContinuousClock.now
        if !isRunning {
            isRunning = true
            began = now
            start = (seconds, now)
        }
        position = seconds
        // Hours of what is long, tenths of what is not.
        let length = total.map { $0 >= 7200 ? 3600 : $0 / 10 } ?? 3600
        let isEnd = total.map { seconds >= $0 } ?? false
        let audio = seconds - start.position
        guard audio > 0, audio >= length || isEnd else { return nil }
        let stretch = LongRun.Stretch(
            start: start.position, end: seconds,
            realTimeFactor: rounded((now - start.time) / .seconds(1) / audio), memory: ProcessMemory.resident)
        start = (seconds, now)
        stretches.append(stretch)
        return stretch
    }
}
