import Decoding

/// One window's segments on their way to the next window, while their words are timed.
///
/// ref: openai-whisper `timing.py`, `add_word_timestamps`, and `transcribe.py` below `if word_timestamps`.
struct TimedWindow {
    /// The segments found; fewer, where some look invented.
    private(set) var segments: [Segment]
    /// Mel frame at which the next window starts. Always later than this one: where the reference's words
    /// would let it stand still for ever, the timestamps decide.
    var next: Int { target > start ? target : start + advance }
    /// Whether nothing of this window counts.
    private(set) var isDiscarded = false

    private let start: Int
    private let frames: Int
    private let advance: Int
    private let endsClosed: Bool
    private var target: Int

    /// A window before its words are known.
    /// - Parameters:
    ///   - segments: what its timestamps say.
    ///   - start: its first mel frame.
    ///   - frames: mel frames of audio in it.
    ///   - advance: mel frames to the next, as its timestamps have it.
    ///   - endsClosed: whether nothing is spoken behind its last timestamp.
    init(segments: [Segment], start: Int, frames: Int, advance: Int, endsClosed: Bool) {
        self.segments = segments
        self.start = start
        self.frames = frames
        self.advance = advance
        self.endsClosed = endsClosed
        target = start + advance
    }

    private var offset: Double { Double(start) / 100 }
    private var windowEnd: Double { Double(start + 3000) / 100 }

    /// Where the last word ends; without words, the last segment.
    var lastWordEnd: Double? {
        segments.last { $0.words?.isEmpty == false }?.words?.last?.end ?? segments.last?.end
    }

    /// Ends the last segment where its last word does: its tokens do not tell, and the end of the window is only where
    /// the text ends at the latest.
    mutating func end(with word: WordTiming) {
        guard let index = segments.indices.last else { return }
        // One without length would count as empty.
        let end = max(Word(word, offset: offset).end, segments[index].start + 0.02)
        segments[index].end = min(segments[index].end, end)
    }

    /// Hands the words to their segments, which then start and end with them.
    mutating func addWords(
        _ timings: [WordTiming], options: TranscriptionOptions, endOfText: Int, lastSpeech: Double
    ) {
        var timings = timings
        let durations = WordDurations(timings)
        timings.shortenAtSentenceEnds(durations)
        timings.mergePunctuation(
            prepended: Punctuation(options.prependedPunctuation),
            appended: Punctuation(options.appendedPunctuation))
        var rest = timings[...]
        var lastSpeech = lastSpeech
        for index in segments.indices {
            let count = segments[index].tokens.count { $0 < endOfText }
            var words: [Word] = []
            var taken = 0
            while taken < count, let timing = rest.popFirst() {
                taken += timing.tokens.count
                if !timing.word.isEmpty { words.append(Word(timing, offset: offset)) }
            }
            words.shortenAfterPause(since: lastSpeech, durations)
            segments[index].agree(with: &words, durations)
            segments[index].words = words
            if !words.isEmpty { lastSpeech = segments[index].end }
        }
    }

    /// The next window starts where the last word ends, unless nothing follows it.
    mutating func seekToLastWord() {
        if !endsClosed, let lastWordEnd, lastWordEnd > offset { target = frame(lastWordEnd) }
    }

    /// Skips silence around words that look invented, and drops them.
    mutating func skipHallucinations(
        threshold: Double, lastSpeech: Double, recordingEnd: (Int) -> Int?
    ) {
        if !endsClosed, let lastWordEnd, lastWordEnd > offset, windowEnd - lastWordEnd <= threshold {
            target = start + frames
        }
        // If the first segment may be invented, decode again behind the silence before it.
        if let first = segments[...].firstWithWords, first.isAnomalous, first.start - offset > threshold {
            target = start + frame(first.start - offset)
            isDiscarded = true
            return
        }
        var lastEnd = lastSpeech
        for index in segments.indices where segments[index].words?.isEmpty == false {
            let segment = segments[index]
            if segment.isAnomalous, isSurroundedBySilence(index, threshold: threshold, lastEnd: lastEnd) {
                target = frame(max(offset + 1, segment.start))
                if let end = recordingEnd(frame(segment.end + threshold) + 1),
                    Double(end) / 100 - segment.end < threshold
                {
                    target = end
                }
                segments.removeSubrange(index...)
                return
            }
            lastEnd = segment.end
        }
    }

    /// Whether before and behind a segment there is silence, the edge of the window, or more that looks invented.
    private func isSurroundedBySilence(_ index: Int, threshold: Double, lastEnd: Double) -> Bool {
        let segment = segments[index]
        let next = segments[(index + 1)...].firstWithWords
        let nextStart = next?.words?.first?.start ?? offset + Double(frames) / 100
        let before =
            segment.start - lastEnd > threshold || segment.start < threshold || segment.start - offset < 2
        let after =
            nextStart - segment.end > threshold || next?.isAnomalous == true || windowEnd - segment.end < 2
        return before && after
    }
}

/// The mel frame at a time, a half rounded to the even one, as Python rounds.
private func frame(_ seconds: Double) -> Int { Int((seconds * 100).rounded(.toNearestOrEven)) }

extension Word {
    /// A word at its place in the recording, in whole hundredths of a second.
    fileprivate init(_ timing: WordTiming, offset: Double) {
        func hundredths(_ seconds: Double) -> Double { (seconds * 100).rounded(.toNearestOrEven) / 100 }
        self.init(
            text: timing.word, start: hundredths(offset + timing.start), end: hundredths(offset + timing.end),
            probability: timing.probability, tokens: timing.tokens)
    }

    fileprivate var duration: Double { end - start }

    /// Very long, very short and improbable words are odd.
    fileprivate var anomaly: Double {
        (probability < 0.15 ? 1 : 0) + max(0, (0.133 - duration) * 15) + max(0, duration - 2)
    }
}

extension [Word] {
    /// Shortens the first and second word after a pause, which may have swallowed it.
    fileprivate mutating func shortenAfterPause(since lastSpeech: Double, _ durations: WordDurations) {
        guard count > 0, self[0].end - lastSpeech > durations.median * 4 else { return }
        let maximum = durations.maximum
        guard self[0].duration > maximum || count > 1 && self[1].end - self[0].start > maximum * 2 else {
            return
        }
        if count > 1, self[1].duration > maximum {
            let boundary = Swift.max(self[1].end / 2, self[1].end - maximum)
            self[0].end = boundary
            self[1].start = boundary
        }
        self[0].start = Swift.max(0, self[0].end - maximum)
    }
}

extension Segment {
    /// Lets the segment start and end with its words, unless the first or the last of them is so long that the
    /// segment's own time is the better one.
    fileprivate mutating func agree(with words: inout [Word], _ durations: WordDurations) {
        guard let first = words.first else { return }
        if start < first.end, start - 0.5 > first.start {
            words[0].start = max(0, min(first.end - durations.median, start))
        } else {
            start = first.start
        }
        let last = words[words.count - 1]
        if end > last.start, end + 0.5 < last.end {
            words[words.count - 1].end = max(last.start + durations.median, end)
        } else {
            end = last.end
        }
    }

    /// Whether its words look invented: the first eight are odd as a whole.
    fileprivate var isAnomalous: Bool {
        guard let words, !words.isEmpty else { return false }
        let spoken = words.filter { !marks.contains($0.text) }.prefix(8)
        let score = spoken.reduce(0) { $0 + $1.anomaly }
        return score >= 3 || score + 0.01 >= Double(spoken.count)
    }
}

/// What counts as no word, whatever punctuation the words were merged with.
private let marks = Punctuation("\"'“¿([{-\"'.。,，!！?？:：”)]}、")

extension ArraySlice<Segment> {
    fileprivate var firstWithWords: Segment? { first { $0.words?.isEmpty == false } }
}
