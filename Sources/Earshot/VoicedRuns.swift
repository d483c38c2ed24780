/// Where in a recording there is a voice, to 32 ms: without what is kept around speech, without its pauses.
/// Places are samples of the recording.
package struct VoicedRuns: Sendable {
    private var runs: [Range<Int>] = []
    private var isVoice = false

    package init() {}

    /// The next stretch of the recording; it belongs to the voice that is under way unless it is silence.
    package mutating func append(_ stretch: Range<Int>, isSpeech: Bool, isSilence: Bool) {
        append(stretch, isVoice: isSpeech || (isVoice && !isSilence))
    }

    /// The next stretch of the recording, a voice or not.
    package mutating func append(_ stretch: Range<Int>, isVoice: Bool) {
        self.isVoice = isVoice
        guard isVoice else { return }
        if let last = runs.last, last.upperBound == stretch.lowerBound {
            runs[runs.count - 1] = last.lowerBound..<stretch.upperBound
        } else {
            runs.append(stretch)
        }
    }

    /// Nobody asks for what is before `place` any more.
    package mutating func forget(before place: Int) {
        let gone = runs.prefix { $0.upperBound <= place }.count
        if gone > 0 { runs.removeFirst(gone) }
    }

    /// Samples with a voice in a part of the recording.
    package func count(in part: Range<Int>) -> Int {
        runs.reduce(0) { $0 + $1.clamped(to: part).count }
    }

    /// What of the voice in a part of the recording is outside of `covered`, in order; pieces shorter than
    /// `least` do not count.
    package func rest(in part: Range<Int>, outside covered: [Range<Int>], least: Int) -> [Range<Int>] {
        var rest = runs.map { $0.clamped(to: part) }
        for cover in covered {
            rest = rest.flatMap { run in
                [
                    run.lowerBound..<max(run.lowerBound, min(run.upperBound, cover.lowerBound)),
                    min(run.upperBound, max(run.lowerBound, cover.upperBound))..<run.upperBound,
                ]
            }
        }
        return rest.filter { $0.count >= max(1, least) }
    }
}

extension VoicedRuns {
    /// Of speech without text, what is shorter is due to the times of the model, not to its text: 0.3 s. A word can be
    /// as short as that.
    static let leastMissed = 4800
    /// The last sound of a word may lie behind its end: a voice that is shorter begins none. 0.1 s.
    static let leastHeard = 1600
    /// What of a voice may be the last sound of a word and the silence that is taken for it: 0.5 s.
    static let longestSound = 8000
    /// Of a voice, more than a word and what its time is wrong by: 2 s.
    static let longestWord = 32_000
    /// Of a word whose window begins in the middle of speech, so much before it is heard with it: 0.4 s.
    static let lead = 6400
    /// A window that goes on from where the text ended begins so much later at least: 0.2 s.
    static let leastAdvance = 3200

    /// Where somebody goes on speaking behind the end of a text, before a place; nil where nobody does.
    func missedWord(behind end: Int, until limit: Int) -> Int? {
        let part = end..<max(end, limit)
        guard count(in: part) >= Self.leastMissed else { return nil }
        return rest(in: part, outside: [], least: Self.leastHeard)
            .first { $0.lowerBound > end || $0.count >= Self.longestSound }?.lowerBound
    }
}
