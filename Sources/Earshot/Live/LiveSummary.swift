/// What a live transcription came to.
public struct LiveSummary: Sendable, Equatable {
    /// Seconds of audio, silence included, without gaps and pauses.
    public var audioSeconds = 0.0
    /// Seconds in which somebody spoke.
    public var voicedSeconds = 0.0
    /// Times the model listened.
    public var passes = 0
    /// Seconds the passes took.
    public var passSeconds = 0.0
    /// Seconds of all processors that the process took.
    public var processorSeconds = 0.0
    /// Times sound was lost.
    public var overruns = 0
    /// Words that were confirmed.
    public var words = 0
    /// Seconds from the end of a word to its confirmation that half of all words take at most.
    public var delayMedian = 0.0
    /// Seconds from the end of a word to its confirmation that 95 of 100 words take at most.
    public var delay95 = 0.0

    /// A summary of nothing.
    public init() {}

    /// Seconds of processors for a second of audio.
    public var processorSecondsPerAudioSecond: Double {
        audioSeconds > 0 ? processorSeconds / audioSeconds : 0
    }
}

/// How long things took, in hundredths of a second: as small for a day as for a minute.
package struct DelayHistogram: Sendable {
    private var counts = [Int](repeating: 0, count: 6001)  // the last for a minute and more
    /// Delays so far.
    package private(set) var count = 0

    package init() {}

    /// Counts a delay; one that is negative, because a word seems to end after it was confirmed, is none.
    package mutating func add(_ seconds: Double) {
        counts[Int(min(60, max(0, seconds)) * 100 + 0.5)] += 1
        count += 1
    }

    /// What this part of all delays does not exceed; 0 without any.
    package func quantile(_ part: Double) -> Double {
        var left = Int((part * Double(count)).rounded(.up))
        for (hundredths, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return Double(hundredths) / 100 }
        }
        return 60
    }
}
