/// A rule that forbids tokens by setting their logits to −∞.
///
/// ref: openai-whisper `decoding.py`, `LogitFilter`.
public protocol LogitFilter: Sendable {
    /// Masks the logits of the token that follows `sampled`, the tokens sampled so far.
    func apply(to logits: inout Logits, after sampled: [Int])
}

/// Forbids tokens for good: symbols, music notes and control tokens.
public struct SuppressTokens: LogitFilter {
    /// The forbidden ids.
    public let tokens: [Int]

    /// A filter of these ids.
    public init(_ tokens: [Int]) { self.tokens = tokens }

    /// Forbids the ids, whatever was sampled.
    public func apply(to logits: inout Logits, after sampled: [Int]) {
        for token in tokens { logits.forbid(token) }
    }
}

/// Forbids a blank or an end of text as the first sampled token.
public struct SuppressBlank: LogitFilter {
    private let blanks: SuppressTokens

    /// A filter of the ids that spell a blank, and the end of text.
    public init(_ blankTokens: [Int]) { blanks = SuppressTokens(blankTokens) }

    /// Forbids the ids while nothing has been sampled.
    public func apply(to logits: inout Logits, after sampled: [Int]) {
        if sampled.isEmpty { blanks.apply(to: &logits, after: sampled) }
    }
}

/// Timestamps come in pairs, do not decrease, open the window, and win when together they are more
/// probable than any text.
///
/// ref: openai-whisper `decoding.py`, `ApplyTimestampRules`.
public struct TimestampRules: LogitFilter {
    /// Id of `<|endoftext|>`; below it lies the text.
    public let endOfText: Int
    /// Id of `<|notimestamps|>`, which is never sampled.
    public let noTimestamps: Int
    /// Id of `<|0.00|>`; it and all above are timestamps.
    public let timestampBegin: Int
    /// Latest opening timestamp, in steps of 20 ms; nil for no limit.
    public let maximumInitialIndex: Int?

    /// Rules over this numbering of tokens.
    public init(endOfText: Int, noTimestamps: Int, timestampBegin: Int, maximumInitialIndex: Int?) {
        self.endOfText = endOfText
        self.noTimestamps = noTimestamps
        self.timestampBegin = timestampBegin
        self.maximumInitialIndex = maximumInitialIndex
    }

    /// Forbids what the rules leave no room for, then all text if timestamps are more probable.
    public func apply(to logits: inout Logits, after sampled: [Int]) {
        logits.forbid(noTimestamps)
        forbidUnpaired(&logits, after: sampled)
        forbidEarlier(&logits, after: sampled)
        if sampled.isEmpty { forbidLateOpening(&logits) }
        logits.keepLikelier(of: timestampBegin)
    }

    private func isTimestamp(_ token: Int) -> Bool { token >= timestampBegin }

    /// With fewer than two tokens sampled the one before last counts as a timestamp: a lone opening
    /// timestamp is followed by text.
    private func endsSegment(_ sampled: [Int]) -> Bool {
        sampled.count >= 2 && isTimestamp(sampled[sampled.count - 1])
            && !isTimestamp(sampled[sampled.count - 2])
    }

    private func forbidUnpaired(_ logits: inout Logits, after sampled: [Int]) {
        guard let last = sampled.last, isTimestamp(last) else { return }
        if endsSegment(sampled) {
            logits.forbid(0..<endOfText)
        } else {
            logits.forbid(timestampBegin..<logits.count)
        }
    }

    /// A segment may open where the last one closed; any other timestamp is later than the one before
    /// it, so that no segment is empty and no loop stands still.
    private func forbidEarlier(_ logits: inout Logits, after sampled: [Int]) {
        guard let last = sampled.last(where: isTimestamp) else { return }
        logits.forbid(timestampBegin..<(endsSegment(sampled) ? last : last + 1))
    }

    private func forbidLateOpening(_ logits: inout Logits) {
        logits.forbid(0..<timestampBegin)
        if let maximumInitialIndex {
            logits.forbid(min(timestampBegin + maximumInitialIndex + 1, logits.count)..<logits.count)
        }
    }
}
