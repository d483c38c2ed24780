/// Where in a recording there is a voice, to 32 ms: without what is kept around speech, without its pauses.
/// Places are samples of the recording.
package struct VoicedRuns: Sendable {
    private var runs: [Range<Int>] = []
    private var isVoice = false

    package init() {}

    /// The next stretch of the recording; it belongs to the voice that is under way unless it is silence.
    package mutating func append(_ stretch: Range<Int>, isSpeech: Bool, isSilence: Bool) {
        isVoice = isSpeech || (isVoice && !isSilence)
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
