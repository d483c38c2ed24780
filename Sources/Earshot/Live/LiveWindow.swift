/// A stretch of speech that is under way: what is confirmed of it, what was told of that, where it begins.
struct LiveWindow {
    /// Its first sample.
    private(set) var start: Int
    /// What is confirmed and what is not.
    var agreement = LocalAgreement()
    /// What the model heard last.
    var heard = HeardWindow(words: [])
    /// Confirmed words that were told in a segment.
    private(set) var told = 0

    init(start: Int) { self.start = start }

    /// The confirmed words of the next segment that is known to its end, and the timestamps that close it.
    mutating func nextSegment(isLast: Bool) -> (words: [HeardWord], closing: [Int])? {
        let rest = agreement.confirmed[told...]
        if let next = rest.dropFirst().firstIndex(where: \.beginsSegment) {
            defer { told = next }
            return (Array(rest[..<next]), Array(agreement.confirmed[next].marks.prefix(1)))
        }
        guard isLast, !rest.isEmpty else { return nil }
        told = agreement.confirmed.count
        // What stands behind words that are pending closes those.
        guard let next = agreement.pending.first else { return (Array(rest), Array(heard.closing.prefix(1))) }
        return (Array(rest), next.beginsSegment ? Array(next.marks.prefix(1)) : [])
    }

    /// Where the window may be cut, and the confirmed words that lie before: at the start of the last segment that is
    /// confirmed in part; in need behind the last word that is confirmed, or behind all.
    func cut(inNeed: Bool) -> (seconds: Double, words: Int)? {
        let words = agreement.confirmed
        if let index = words.indices.dropFirst().last(where: { words[$0].beginsSegment }) {
            return (middle(words[index - 1].end, words[index].start), index)
        }
        guard inNeed, let last = words.last else { return nil }
        return (middle(last.end, agreement.pending.first?.start ?? last.end), words.count)
    }

    private func middle(_ end: Double, _ start: Double) -> Double { max(end, (end + start) / 2) }

    /// Begins behind some of the confirmed words, which all were told.
    mutating func cut(at sample: Int, words: Int, timestampBegin: Int) {
        let shift = (sample - start) / 320
        agreement.forget(words, shift: shift, timestampBegin: timestampBegin)
        heard.closing = heard.closing.map { max(timestampBegin, $0 - shift) }
        told -= min(told, words)
        start = sample
    }
}
