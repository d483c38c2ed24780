import AudioInput
import Decoding

/// Keeps account of the speech in a recording whose silence was left out: puts segments back to where they lie
/// in it, finds where a window's text ended too early, and names what is in no segment.
package struct SpeechAccount {
    private let source: VoicedSource
    private static let samplesPerFrame = 160

    package init(_ source: VoicedSource) { self.source = source }

    /// The time in the recording at which a window starts.
    package func seconds(at seek: Int) -> Double { time(original(seek, .start)) }

    /// The frame from which to go on where a window's text ended although somebody goes on speaking: there, or
    /// shortly before the next word. Nil where it did not. What the model wrote stays.
    ///
    /// The reference would go on behind the window.
    /// - Parameters:
    ///   - segments: what was found in the window.
    ///   - start: where the window starts, in frames.
    ///   - next: where the next window would start.
    package func earlyEnd(of segments: [Segment], from start: Int, to next: Int) -> Int? {
        guard let last = segments.last(where: { !$0.text.isEmpty }) else { return nil }
        let end = Int((last.end * 100).rounded())
        guard end >= start + VoicedRuns.leastAdvance / Self.samplesPerFrame, end < next else { return nil }
        let behind = original(end, .start)..<max(original(end, .start), original(next, .end))
        guard source.runs.count(in: behind) >= VoicedRuns.leastMissed else { return nil }
        let words = source.runs.rest(in: behind, outside: [], least: VoicedRuns.leastHeard)
        let word = words.first.map { source.map.joined($0.lowerBound) / Self.samplesPerFrame }
        return max(end, (word ?? end) - VoicedRuns.lead / Self.samplesPerFrame)
    }

    /// Where in some frames there is a voice, in order.
    package func voices(in frames: Range<Int>) -> [Range<Int>] {
        heard(in: frames, least: 1).map { voice in
            let start = source.map.joined(voice.lowerBound) / Self.samplesPerFrame
            let end = (source.map.joined(voice.upperBound - 1) + Self.samplesPerFrame) / Self.samplesPerFrame
            return (start..<max(start, end)).clamped(to: frames)
        }
    }

    /// Whether some frames have enough of a voice for a word to begin in them.
    package func hasVoice(in frames: Range<Int>) -> Bool {
        !heard(in: frames, least: VoicedRuns.leastHeard).isEmpty
    }

    /// Whether in some frames a word begins, or a voice that was there before goes on for longer than the last
    /// sound of a word does.
    package func hasWord(in frames: Range<Int>) -> Bool {
        let start = original(frames.lowerBound, .start)
        return heard(in: frames, least: VoicedRuns.leastHeard).contains {
            $0.lowerBound > start || $0.count >= VoicedRuns.longestSound
        }
    }

    private func heard(in frames: Range<Int>, least: Int) -> [Range<Int>] {
        let start = original(frames.lowerBound, .start)
        return source.runs.rest(
            in: start..<max(start, original(frames.upperBound, .end)), outside: [], least: least)
    }

    /// The segment with its times in the recording.
    package func original(_ segment: Segment) -> Segment {
        var segment = segment
        let start = source.map.original(sample(segment.start), .start)
        segment.seek = original(segment.seek, .start) / Self.samplesPerFrame
        segment.end = time(max(start, source.map.original(sample(segment.end), .end)))
        segment.start = time(start)
        segment.words = segment.words?.map { word in
            var word = word
            let place = source.map.original(sample(word.start)...max(sample(word.start), sample(word.end)))
            (word.start, word.end) = (time(place.lowerBound), time(place.upperBound))
            return word
        }
        return segment
    }

    /// Names the speech between two frames that is in no segment, a line each, and forgets what is before the
    /// second.
    /// - Parameters:
    ///   - segments: those found there, with their times in the recording.
    ///   - words: when their words are spoken, with times among what is transcribed, where the text has no times.
    ///   - result: what they were made of.
    ///   - isSilence: whether that counts as silence.
    ///   - mayDrop: whether text that looks invented is dropped.
    ///   - start: the first frame.
    ///   - next: where the next window starts.
    package func settle(
        _ segments: [Segment], words: [ClosedRange<Double>] = [], of result: DecodingResult, isSilence: Bool,
        mayDrop: Bool, from start: Int, to next: Int
    ) -> [String] {
        let (from, to) = (original(start, .start), original(next, .end))
        let covered = segments.filter { !$0.text.isEmpty }.map { sample($0.start)..<sample($0.end) }
        // Times of segments are not that exact; where there is none, every sound that may be a word counts.
        let least = covered.isEmpty ? VoicedRuns.leastHeard : VoicedRuns.leastMissed
        let rest = source.runs.rest(in: from..<max(from, to), outside: covered, least: least)
        let reason =
            isSilence
            ? "the model takes it for silence (\(fixed(result.noSpeechProbability, 2)), mean log "
                + "probability \(fixed(result.averageLogProbability, 2)))"
            : result.text.isEmpty
                ? "the model writes nothing"
                : "the model writes nothing at that time" + (mayDrop ? ", or what looks invented" : "")
        let passedOver = words.compactMap(passedOver(during:))
        source.map.forget(before: next * Self.samplesPerFrame)
        source.runs.forget(before: to)
        return leftOut() + rest.map { "\(name($0)) is in no segment: \(reason)" }
            + passedOver.map { "\(name($0)) is more than the one word that the model writes there" }
    }

    /// What is spoken while a word is, as far as that is known without times, and is too much for one.
    private func passedOver(during word: ClosedRange<Double>) -> Range<Int>? {
        let start = source.map.original(sample(word.lowerBound), .start)
        let part = start..<max(start, source.map.original(sample(word.upperBound), .end))
        let voices = source.runs.rest(in: part, outside: [], least: 1)
        guard source.runs.count(in: part) >= VoicedRuns.longestWord, let first = voices.first,
            let last = voices.last
        else { return nil }
        return first.lowerBound..<last.upperBound
    }

    /// Says that decoding goes on at a frame, where the text ended early.
    package func goingOn(at frame: Int) -> String {
        "the text ended at \(fixed(seconds(at: frame), 2)) s, within speech: going on there"
    }

    /// Names the voices that are too short to be speech.
    package func leftOut() -> [String] {
        defer { source.tooShort = [] }
        return source.tooShort.map { "\(name($0)) is left out: it is too short to be speech" }
    }

    private func name(_ range: Range<Int>) -> String {
        let (start, end) = (time(range.lowerBound), time(range.upperBound))
        return "speech from \(fixed(start, 2)) s to \(fixed(end, 2)) s"
    }

    private func original(_ frame: Int, _ side: TimeMap.Side) -> Int {
        source.map.original(frame * Self.samplesPerFrame, side)
    }

    private func sample(_ seconds: Double) -> Int { Int((seconds * Double(AudioInput.sampleRate)).rounded()) }

    private func time(_ sample: Int) -> Double { Double(sample) / Double(AudioInput.sampleRate) }
}
