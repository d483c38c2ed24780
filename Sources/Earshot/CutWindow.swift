import Decoding
import Spectrogram

/// A stretch of speech from pause to pause, no longer than a window, on its way to segments. It knows nothing of the
/// stretches beside it.
///
/// Usually one pass of the decoder is enough. Where its text ends before the speech does, the rest is decoded again,
/// as sequential decoding would.
final class CutWindow {
    /// Its mel frames among those that are transcribed.
    let frames: Range<Int>
    /// What was found, a part a pass.
    private(set) var parts: [Part] = []
    /// Whether there is nothing more to decode.
    private(set) var isDone = false

    private var progression: WindowProgression
    private var mel: [Float]  // [bands, windowFrames]
    private let windowFrames: Int

    /// What one pass found.
    struct Part {
        let segments: [Segment]
        /// When its words are spoken, where the segments do not tell.
        let words: [ClosedRange<Double>]
        let result: DecodingResult
        let isSilence: Bool
        /// The frames it answers for.
        let frames: Range<Int>
    }

    /// - Parameters:
    ///   - frames: which frames they are.
    ///   - mel: `[bands, windowFrames]`, as they are decoded; zeros behind them.
    ///   - progression: the way through these frames alone.
    init(_ frames: Range<Int>, mel: [Float], windowFrames: Int, progression: WindowProgression) {
        self.frames = frames
        self.mel = mel
        self.windowFrames = windowFrames
        self.progression = progression
    }

    /// The frame at which the next pass begins.
    var seek: Int { progression.seek }
    /// What the next pass is told of the text before.
    var prompt: [Int] { progression.prompt }

    private var rest: Range<Int> { min(seek, frames.upperBound)..<frames.upperBound }

    /// Copies what the next pass hears, `[bands, windowFrames]`.
    func copyRest(into target: inout [Float]) {
        let (start, count) = (seek - frames.lowerBound, rest.count)
        for row in stride(from: 0, to: mel.count, by: windowFrames) {
            target.replaceSubrange(
                row..<row + windowFrames,
                with: mel[row + start..<row + start + count]
                    + repeatElement(0, count: windowFrames - count))
        }
    }

    /// Takes in what was decoded from `seek` on.
    /// - Parameters:
    ///   - align: finds the words of text tokens in so many frames.
    ///   - account: where the frames lie in the recording, and who speaks there.
    /// - Returns: a note for those who want to know everything.
    func take(
        _ result: DecodingResult, align: @escaping (_ text: [Int], _ frames: Int) -> [WordTiming],
        account: SpeechAccount
    ) -> String? {
        let (start, count) = (seek, rest.count)
        let isSilence = progression.isSilence(result)
        let found = progression.advance(
            result, frames: count, align: { align($0, count) },
            recordingEnd: { [frames] _ in frames.upperBound })
        let end = Double(frames.upperBound) / 100
        let segments = found.map { $0.ending(by: end) }
        // The last sound of a word would by itself be heard as another word.
        let early = account.earlyEnd(of: segments, from: start, to: rest.lowerBound).flatMap {
            account.hasWord(in: $0..<frames.upperBound) ? $0 : nil
        }
        if let early { progression.goBack(to: early) }
        if !account.hasVoice(in: rest) {
            isDone = true
            mel = []
        }
        parts.append(
            Part(
                segments: segments.map(account.original), words: progression.untimedWords, result: result,
                isSilence: isSilence,
                frames: start..<(isDone ? frames.upperBound : seek)))
        return early.map { account.goingOn(at: $0) }
    }
}

extension Segment {
    /// The segment within its window: the model may write times behind its end.
    fileprivate func ending(by limit: Double) -> Segment {
        var segment = self
        segment.end = min(end, limit)
        segment.start = min(start, limit)
        return segment
    }
}
