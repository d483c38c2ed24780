import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Writes events for programs: a JSON object a line, in the order in which things become known.
struct LiveJSON {
    private var time = 0.0

    /// The first line: when the audio begins, from where all times are counted.
    static func start(source: String, model: String) -> String {
        written(
            "start", 0, [("started", .text(wallClock())), ("source", .text(source)), ("model", .text(model))])
    }

    /// The event's line; nil for those that are for people to look at.
    mutating func line(_ event: LiveEvent) -> String? {
        switch event {
        case .partial(let words): at(words.time, "partial", text(words.text, words.words))
        case .confirmed(let words): at(words.time, "confirmed", text(words.text, words.words))
        case .segment(let segment): at(time, "segment", Self.members(of: segment))
        case .language(let code, let probability):
            at(time, "language", [("language", .text(code)), ("probability", number(probability))])
        case .overrun(let overrun):
            at(overrun.time, "overrun", [("lost_seconds", number(overrun.lostSeconds))])
        case .device(let device):
            at(device.time, "device", [("device", .text(device.name)), ("lost", .truth(device.isLost))])
        case .state(let state): at(time, "state", [("state", .text(state.rawValue))])
        case .summary(let summary): at(time, "summary", Self.members(of: summary))
        case .level(let level): passing(level.time)
        case .pass(let pass): passing(pass.time)
        }
    }

    private mutating func passing(_ time: Double) -> String? {
        self.time = max(self.time, time)
        return nil
    }

    private mutating func at(_ time: Double, _ event: String, _ members: [(String, JSONValue)]) -> String {
        self.time = max(self.time, time)
        return Self.written(event, self.time, members)
    }

    private static func written(_ event: String, _ time: Double, _ members: [(String, JSONValue)]) -> String {
        let head: [(String, JSONValue)] = [("event", .text(event)), ("time", number(time))]
        return JSONValue.object(head + members).written(ascii: false) + "\n"
    }

    private func text(_ text: String, _ words: [Word]) -> [(String, JSONValue)] {
        [("text", .text(text)), ("words", .list(words.map(object)))]
    }

    private static func members(of segment: Segment) -> [(String, JSONValue)] {
        [
            ("id", .integer(segment.id)), ("start", number(segment.start)), ("end", number(segment.end)),
            ("text", .text(segment.text)), ("words", .list((segment.words ?? []).map(object))),
        ]
    }

    private static func members(of summary: LiveSummary) -> [(String, JSONValue)] {
        [
            ("audio_seconds", number(summary.audioSeconds)),
            ("voiced_seconds", number(summary.voicedSeconds)),
            ("words", .integer(summary.words)), ("passes", .integer(summary.passes)),
            ("pass_seconds", number(summary.passSeconds)),
            ("processor_seconds", number(summary.processorSeconds)),
            ("processor_seconds_per_audio_second", number(summary.processorSecondsPerAudioSecond)),
            ("overruns", .integer(summary.overruns)),
            ("delay_p50_seconds", number(summary.delayMedian)),
            ("delay_p95_seconds", number(summary.delay95)),
        ]
    }

    /// The time of day, UTC, as ISO 8601 has it.
    private static func wallClock() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        let day = [(parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)]
        let time = [(parts.tm_hour, 2), (parts.tm_min, 2), (parts.tm_sec, 2)]
        return day.map { padded(Int($0), $1) }.joined(separator: "-") + "T"
            + time.map { padded(Int($0), $1) }.joined(separator: ":")
            + ".\(padded(now.tv_nsec / 1_000_000, 3))Z"
    }
}

/// A number in thousandths: of a second, samples are not worth more.
private func number(_ value: Double) -> JSONValue { .number((value * 1000).rounded() / 1000) }

private func object(of word: Word) -> JSONValue {
    [
        "word": .text(word.text), "start": number(word.start), "end": number(word.end),
        "probability": number(word.probability),
    ]
}
