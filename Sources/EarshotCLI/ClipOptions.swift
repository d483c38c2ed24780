import ArgumentParser
import Earshot

/// Which part of each recording is transcribed.
struct ClipOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Begin here: seconds, or hours:minutes:seconds.", valueName: "time"),
        transform: Moment.init)
    var offset: Moment?

    @Option(
        help: ArgumentHelp("Transcribe so much: seconds, or hours:minutes:seconds.", valueName: "time"),
        transform: Moment.init)
    var duration: Moment?

    @Option(
        name: [.customLong("clip-timestamps"), .customLong("clip_timestamps")],
        help: ArgumentHelp(
            "Transcribe only from second to second; without its end, the last clip is the rest; empty for all.",
            valueName: "start,end,…"),
        transform: Self.clips)
    var clipTimestamps: [Clip]?

    @Option(
        name: [.customLong("offset-t"), .customLong("ot", withSingleDash: true)],
        help: ArgumentHelp("As --offset, in milliseconds.", valueName: "ms"))
    var offsetMilliseconds: Int?

    @Option(
        name: .customShort("d"), help: ArgumentHelp("As --duration, in milliseconds.", valueName: "ms"))
    var durationMilliseconds: Int?

    /// What is to be transcribed; nothing for all.
    var clips: [Clip] {
        if let clipTimestamps { return clipTimestamps }
        let start = offset?.seconds ?? offsetMilliseconds.map { Double($0) / 1000 }
        // whisper.cpp's 0 stands for all there is.
        let length = (duration?.seconds ?? durationMilliseconds.map { Double($0) / 1000 }).flatMap {
            $0 == 0 ? nil : $0
        }
        guard start != nil || length != nil else { return [] }
        return [Clip(start: start ?? 0, end: length.map { (start ?? 0) + $0 })]
    }

    func validate() throws {
        try refuse("--offset", offset != nil, "-ot", offsetMilliseconds != nil)
        try refuse("--duration", duration != nil, "-d", durationMilliseconds != nil)
        let single = [
            ("--offset", offset != nil), ("--duration", duration != nil), ("-ot", offsetMilliseconds != nil),
            ("-d", durationMilliseconds != nil),
        ]
        for (name, isGiven) in single {
            try refuse("--clip-timestamps", clipTimestamps != nil, name, isGiven)
        }
        guard (offsetMilliseconds ?? 0) >= 0, (durationMilliseconds ?? 0) >= 0 else {
            throw ValidationError("-ot and -d cannot be negative.")
        }
    }

    private func refuse(_ one: String, _ isGiven: Bool, _ other: String, _ isOtherGiven: Bool) throws {
        if isGiven && isOtherGiven {
            throw ValidationError("\(one) and \(other) both say what to transcribe; give one of them.")
        }
    }

    private static func clips(_ argument: String) throws -> [Clip] {
        if argument.isEmpty { return [] }
        let moments = try argument.split(separator: ",", omittingEmptySubsequences: false).map {
            try Moment(String($0)).seconds
        }
        for clip in [Clip](moments) {
            if let end = clip.end, end < clip.start {
                throw ValidationError("The clip from \(clip.start) to \(end) ends before it begins.")
            }
        }
        return [Clip](moments)
    }
}

/// A time in a recording: `90`, `90.5`, `1:30`, `1:02:03.5`.
struct Moment {
    let seconds: Double

    init(_ argument: String) throws {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        let values = parts.compactMap(\.self)
        let isSound = values.count == parts.count && values.count <= 3
        guard isSound, values.allSatisfy({ $0 >= 0 && $0 < 1e7 }) else {
            throw ValidationError("A time is seconds, 90.5, or hours:minutes:seconds, 0:01:30.5.")
        }
        seconds = values.reduce(0) { $0 * 60 + $1 }
    }
}
