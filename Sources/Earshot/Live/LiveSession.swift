import Decoding
import VoiceActivity

/// Listens to one source: tells speech from silence, lets the model hear the window as often as is worth it, and
/// confirms what it says. It knows no clock but the samples; how long a pass takes it asks.
package final class LiveSession {
    private let options: LiveOptions
    private let hearing: any LiveHearing
    private let clock: () -> Double
    private let emit: (LiveEvent) -> Void

    private var detector: SpeechDetector
    private var schedule: PassSchedule
    private var meter = LevelMeter()
    private var recent = RecentSamples(capacity: RecentSamples.longest)
    private var pending: [Float] = []  // of a chunk that is not full
    private var window: LiveWindow?
    private var runs = VoicedRuns()
    private var context: PromptHistory
    /// Samples since the beginning, gaps and pauses included.
    private var position = 0
    /// Samples that were not passed over.
    private var heardCount = 0
    /// What was said before this place belongs to windows that are closed.
    private var closedUntil = 0
    private var state: LiveState?
    private var hypothesis: [Word] = []
    private var segmentCount = 0
    private var delays = DelayHistogram()
    private var summary = LiveSummary()

    private static let rate = 16_000
    private static let chunk = VoiceActivityModel.chunk
    /// A word that ends as late in a window may not have been heard whole.
    private static let margin = 0.1
    /// Of lost sound, what is shorter is silence in the middle of what is said.
    private static let bearableLoss = 0.5
    /// A window is cut where a segment ends once it is as long as this, and anywhere once it is nearly full.
    private static let (comfortable, full) = (15.0, 30.0)
    /// After speech of which the model writes nothing for so long it is not asked to go on in the same window.
    private static let patience = 3.0
    /// Where passes are this far behind, in seconds, or take this much of the time, poor text is not tried again, nor
    /// text that ended early asked to go on: what is said now counts more.
    private static let (lagForRetry, loadForRetry, lagForMore) = (1.0, 0.5, 5.0)

    /// - Parameters:
    ///   - context: what the first window is told.
    ///   - clock: the time in seconds, for how long passes take.
    ///   - emit: takes the events.
    package init(
        _ options: LiveOptions, hearing: any LiveHearing, context: PromptHistory,
        clock: @escaping () -> Double, emit: @escaping (LiveEvent) -> Void
    ) {
        self.options = options
        self.hearing = hearing
        self.context = context
        self.clock = clock
        self.emit = emit
        detector = SpeechDetector(options.voiceActivity)
        schedule = PassSchedule(interval: options.power.interval)
        pending.reserveCapacity(Self.chunk)
    }

    /// Takes what happens next.
    /// - Throws: `CancellationError`; `DecodingError`.
    package func take(_ input: LiveInput) throws {
        if state == nil { enter(.listening) }
        switch input {
        case .samples(let samples): try take(samples)
        case .gap(let seconds): try skip(seconds)
        case .overrun(let lost):
            summary.overruns += 1
            emit(.overrun(LiveOverrun(time: now, lostSeconds: lost)))
            if lost < Self.bearableLoss, state != .paused {
                try take([Float](repeating: 0, count: Self.samples(lost)))
            } else {
                try skip(lost)
            }
        case .device(let name, let isLost):
            try finishSpeech()
            emit(.device(LiveDevice(time: now, name: name, isLost: isLost)))
        case .pause:
            try finishSpeech()
            enter(.paused)
        case .resume: if state == .paused { enter(.listening) }
        }
    }

    /// Confirms what was said and sums up.
    package func finish(processorSeconds: Double) throws {
        try finishSpeech()
        summary.audioSeconds = Self.seconds(heardCount)
        summary.voicedSeconds = Self.seconds(detector.voicedCount)
        summary.processorSeconds = processorSeconds
        summary.words = delays.count
        summary.delayMedian = delays.quantile(0.5)
        summary.delay95 = delays.quantile(0.95)
        emit(.summary(summary))
    }

    private var now: Double { Self.seconds(position) }

    private static func seconds(_ samples: Int) -> Double { Double(samples) / Double(rate) }

    private static func samples(_ seconds: Double) -> Int {
        Int((max(0, min(seconds, 1e9)) * Double(rate)).rounded())
    }

    private func enter(_ new: LiveState) {
        if state != new { emit(.state(new)) }
        state = new
    }

    // MARK: Sound

    private func take(_ samples: [Float]) throws {
        guard state != .paused else { return pass(over: samples.count) }
        heardCount += samples.count
        try samples.withUnsafeBufferPointer { samples in
            var rest = samples
            while !rest.isEmpty {
                if pending.isEmpty, rest.count >= Self.chunk {
                    try hear(.init(rebasing: rest[..<Self.chunk]))
                    rest = .init(rebasing: rest[Self.chunk...])
                    continue
                }
                let count = min(Self.chunk - pending.count, rest.count)
                pending += rest[..<count]
                rest = .init(rebasing: rest[count...])
                if pending.count == Self.chunk {
                    try pending.withUnsafeBufferPointer(hear)
                    pending.removeAll(keepingCapacity: true)
                }
            }
        }
    }

    private func hear(_ chunk: UnsafeBufferPointer<Float>) throws {
        position += chunk.count
        if let level = meter.append(chunk, time: now) { emit(.level(level)) }
        let change = detector.append(hearing.voice(in: chunk))
        runs.append(position - chunk.count..<position, isVoice: detector.isVoice)
        recent.append(chunk)
        if window == nil { runs.forget(before: recent.start) } else { hearing.append(chunk) }
        switch change {
        case .starts(let place): begin(at: place)
        case .ends: try endSpeech()
        case nil: try listenIfDue()
        }
    }

    /// What was said is finished; then time goes by.
    private func skip(_ seconds: Double) throws {
        try finishSpeech()
        pass(over: Self.samples(seconds))
    }

    private func pass(over count: Int) {
        position += count
        detector.stop(at: position)
        recent.restart(at: position)
    }

    /// Ends what is under way where no more of it will come.
    private func finishSpeech() throws {
        let missing = pending.isEmpty ? 0 : Self.chunk - pending.count
        if missing > 0 {
            pending += repeatElement(0, count: missing)
            try pending.withUnsafeBufferPointer(hear)
            pending.removeAll(keepingCapacity: true)
        }
        if window != nil { try endSpeech() }
        runs.forget(before: position)
        // What fills the last chunk was never heard, nor is anything closed that is still to come.
        position -= missing
        closedUntil = position
        pass(over: 0)
    }

    // MARK: Windows

    private func begin(at place: Int) {
        enter(.speech)
        let padded = place - 16 * options.voiceActivity.padding
        let start = min(max(padded, closedUntil, recent.start), recent.end)
        hearing.begin(at: start)
        recent.withSamples(from: start, hearing.append)
        window = LiveWindow(start: start)
        schedule.begin(at: Self.seconds(place))
    }

    private func endSpeech() throws {
        guard window != nil else { return }
        let hasHeard = schedule.hasHeard(voicedEnd: Self.seconds(detector.voicedEnd))
        if !hasHeard || (window?.heard.isRejected == true && mayRetry) { try listen(isLast: true) }
        confirm(window?.agreement.settle() ?? [])
        while schedule.lag(at: now) <= Self.lagForMore, let place = earlyEnd() {
            beginAnew(at: place)
            try listen(isLast: true)
            confirm(window?.agreement.settle() ?? [])
        }
        tellSegments(isLast: true)
        window = nil
        show([])
        closedUntil = detector.voicedEnd + Self.rate / 10
        runs.forget(before: position)
        enter(.listening)
    }

    private var mayRetry: Bool {
        schedule.lag(at: now) <= Self.lagForRetry && schedule.load <= Self.loadForRetry
    }

    /// From where to listen again, where the model's text ended although somebody went on speaking: there, or shortly
    /// before the next word. Nil where it did not, or where it wrote nothing at all.
    private func earlyEnd() -> Int? {
        guard let window, let last = window.agreement.confirmed.last else { return nil }
        // Words may seem to end earlier than they do.
        let end = Self.samples(max(last.end, window.heard.end ?? 0))
        guard let word = runs.missedWord(behind: end, until: position) else { return nil }
        let place = max(end, word - VoicedRuns.lead)
        return place >= window.start + VoicedRuns.leastAdvance ? place : nil
    }

    private func listenIfDue() throws {
        guard let window else { return }
        let voicedEnd = Self.seconds(detector.voicedEnd)
        let length = Self.seconds(position - window.start)
        if schedule.isDue(at: now, voicedEnd: voicedEnd) || length >= Self.full - 1 {
            try listen(isLast: false)
            goOnBehindText()
            cutIfLong()
            show(self.window?.agreement.pending.map(\.word) ?? [])
        }
    }

    /// Lets the model hear the window, and confirms what it says again.
    private func listen(isLast: Bool) throws {
        guard let confirmed = window?.agreement.confirmed, let start = window?.start else { return }
        let begun = clock()
        let heard = try hearing.hear(
            LiveRequest(
                confirmed: confirmed, context: context.prompt(beside: confirmed.given.count), isLast: isLast,
                mayRetry: isLast && mayRetry))
        let seconds = clock() - begun
        schedule.passed(at: now, seconds: seconds)
        summary.passes += 1
        summary.passSeconds += seconds
        let time = schedule.busyUntil
        emit(
            .pass(
                LivePass(
                    time: time, window: Self.seconds(position - start),
                    audioContext: heard.audioContext, seconds: seconds, delay: time - now,
                    load: schedule.load)))
        if let language = heard.language {
            emit(.language(code: language.code, probability: language.probability))
        }
        self.window?.heard = heard
        let isPause = schedule.hasHeard(voicedEnd: Self.seconds(detector.voicedEnd))
        let agreed = self.window?.agreement.take(heard.words, until: isPause ? .infinity : now - Self.margin)
        confirm(agreed ?? [])
        tellSegments(isLast: false)
    }

    /// Where the model writes nothing more although somebody has been speaking for long, the window begins anew there.
    private func goOnBehindText() {
        guard let window, window.agreement.pending.isEmpty, let last = window.agreement.confirmed.last,
            now - last.end > Self.patience, let place = earlyEnd()
        else { return }
        beginAnew(at: place)
    }

    /// Cuts the window behind all that is confirmed, and has the rest listened to.
    private func beginAnew(at place: Int) {
        cut(at: place, words: window?.agreement.confirmed.count ?? 0)
        schedule.begin(at: Self.seconds(place))
    }

    /// Keeps the window short, without a pause to end it.
    private func cutIfLong() {
        guard let window, position - window.start > Self.samples(Self.comfortable) else { return }
        let longest = Self.samples(Self.full - 2 - schedule.step)
        if let (seconds, words) = window.cut(inNeed: position - window.start > longest) {
            cut(at: Self.samples(seconds), words: words)
        }
        if let start = self.window?.start, position - start > longest {
            // Nothing that would help is confirmed, for a whole window: what there is has to do.
            confirm(self.window?.agreement.settle() ?? [])
            let words = self.window?.agreement.confirmed ?? []
            let end = max(Self.samples(words.last?.end ?? 0), position - Self.samples(Self.comfortable))
            cut(at: end, words: words.count)
        }
        runs.forget(before: self.window?.start ?? position)
    }

    private func cut(at sample: Int, words: Int) {
        guard let start = window?.start else { return }
        if words == window?.agreement.confirmed.count { tellSegments(isLast: true) }
        let steps = max(0, min(sample, position) - start) / 320
        window?.cut(at: start + 320 * steps, words: words, timestampBegin: hearing.timestampBegin)
        hearing.forget(before: start + 320 * steps)
    }

    // MARK: Text

    private func confirm(_ words: [HeardWord]) {
        guard !words.isEmpty else { return }
        let time = schedule.telling(at: now)
        for word in words { delays.add(time - word.end) }
        emit(.confirmed(LiveConfirmation(words: words.map(\.word), time: time)))
    }

    /// Shows what seems to follow, where it is something else than before.
    private func show(_ words: [Word]) {
        guard words != hypothesis else { return }
        hypothesis = words
        emit(.partial(LiveHypothesis(words: words, time: schedule.telling(at: now))))
    }

    private func tellSegments(isLast: Bool) {
        while let (words, closing) = window?.nextSegment(isLast: isLast) {
            guard let heard = window?.heard, let start = window?.start else { return }
            let segment = Segment(words, closing: closing, id: segmentCount, windowStart: start, of: heard)
            segmentCount += 1
            context.remember(segment.tokens, isReliable: !heard.isUnreliable)
            emit(.segment(segment))
        }
    }
}
