/// One segment of a window: tokens and times relative to the window's start.
public struct WindowSegment: Sendable, Equatable {
    /// Start in seconds from the window's start.
    public var start: Double
    /// End in seconds from the window's start.
    public var end: Double
    /// Tokens, timestamps included.
    public var tokens: [Int]

    /// A segment of these values.
    public init(start: Double, end: Double, tokens: [Int]) {
        self.start = start
        self.end = end
        self.tokens = tokens
    }
}

/// The segments of one decoded window, and how far it reached.
///
/// ref: openai-whisper `transcribe.py`, from `single_timestamp_ending` to the last `seek +=`.
public struct WindowSegments: Sendable, Equatable {
    /// Segments in order of time.
    public var segments: [WindowSegment]
    /// Mel frames (10 ms) by which the next window starts later.
    public var advance: Int
    /// Whether a closing timestamp ends the window: nothing is spoken after it (`single_timestamp_ending`).
    public var endsClosed: Bool
    /// Whether a timestamp tells where the text ends; otherwise the end of the window stands for it.
    public var endIsTold: Bool

    /// Cuts the tokens of a window at its pairs of timestamps.
    /// - Parameters:
    ///   - tokens: what was sampled, timestamps included.
    ///   - frames: mel frames of audio in the window, 3000 but for the last.
    ///   - timestampBegin: id of `<|0.00|>`.
    public init(of tokens: [Int], frames: Int, timestampBegin: Int) {
        let isTimestamp = tokens.map { $0 >= timestampBegin }
        endsClosed = isTimestamp.suffix(2) == [false, true]
        var cuts = tokens.indices.dropFirst().filter { isTimestamp[$0 - 1] && isTimestamp[$0] }

        endIsTold = tokens.contains { $0 > timestampBegin }
        guard !cuts.isEmpty else {
            let end = Self.end(ofUnpaired: tokens, frames: frames, timestampBegin: timestampBegin)
            segments = [WindowSegment(start: 0, end: end, tokens: tokens)]
            advance = frames
            return
        }
        if endsClosed { cuts.append(tokens.count) }

        segments = []
        var (begin, closing) = (0, 0)
        for cut in cuts {
            let slice = Array(tokens[begin..<cut])
            closing = tokens[cut - 1] - timestampBegin
            segments.append(
                WindowSegment(
                    start: Double(tokens[begin] - timestampBegin) * secondsPerTimestamp,
                    end: Double(closing) * secondsPerTimestamp, tokens: slice))
            begin = cut
        }
        // An unfinished segment is left to the next window, which starts where the last one closed. At 0.00,
        // which the rules of timestamps forbid but decoding without them does not, the reference would stay
        // where it is for ever.
        advance = endsClosed || closing == 0 ? frames : closing * framesPerTimestamp
    }

    /// A window without a pair of timestamps is one segment, up to its last timestamp if there is one.
    private static func end(ofUnpaired tokens: [Int], frames: Int, timestampBegin: Int) -> Double {
        if let last = tokens.last(where: { $0 >= timestampBegin }), last != timestampBegin {
            return Double(last - timestampBegin) * secondsPerTimestamp
        }
        return Double(frames * hop) / sampleRate
    }
}

/// Mel frames a timestamp token counts in: the encoder's stride.
private let framesPerTimestamp = 2
private let hop = 160
private let sampleRate = 16_000.0
private let secondsPerTimestamp = Double(framesPerTimestamp * hop) / sampleRate
