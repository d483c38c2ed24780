import Decoding

/// Where the next window starts and what it is told of the text before: the state between windows,
/// without any audio or model.
///
/// ref: openai-whisper `transcribe.py`, the loop over `seek`.
package struct WindowProgression {
    /// Mel frame (10 ms) at which the next window starts.
    package private(set) var seek = 0
    /// Segments found so far.
    package private(set) var segmentCount = 0

    /// The clips, and which of them it is in.
    private(set) var clips: ClipProgression

    /// When each word of the last window is spoken, in seconds, where its text has no times.
    private(set) var untimedWords: [ClosedRange<Double>] = []

    private let options: TranscriptionOptions
    private let tokenizer: Tokenizer
    /// Seconds at which the last word so far ends, where words are timed.
    private var lastSpeech = 0.0
    private var history: PromptHistory

    /// - Parameter part: the only mel frames to go through; nil for the clips of the options.
    package init(
        options: TranscriptionOptions, tokenizer: Tokenizer, textContext: Int, within part: Range<Int>? = nil
    ) {
        self.options = options
        self.tokenizer = tokenizer
        clips = part.map { ClipProgression([$0]) } ?? ClipProgression(options.clips)
        if let part {
            seek = part.lowerBound
            lastSpeech = Double(part.lowerBound) / 100
        }
        history = PromptHistory(options, tokenizer: tokenizer, textContext: textContext)
    }

    /// Tokens of earlier text for the next window, timestamps included, the last of those that fit.
    package var prompt: [Int] { history.prompt }

    /// Moves to where the next window starts, into the next clip where one is done.
    /// - Parameter framesReady: frames of audio in the window at a frame; 0 behind the end.
    /// - Returns: mel frames in the window; 0 when all is done.
    package mutating func nextWindow(framesReady: (Int) -> Int) -> Int {
        clips.nextWindow(from: &seek, framesReady: framesReady)
    }

    /// Whether the window holds no speech.
    package func isSilence(_ result: DecodingResult) -> Bool { options.isSilence(result) }

    /// Takes in what was decoded from the window at `seek` and moves on.
    /// - Parameters:
    ///   - result: what was decoded.
    ///   - frames: mel frames of audio in the window.
    ///   - align: finds the words of text tokens in the window; nil where neither they are asked for, nor where the text
    ///     ends that has no times.
    ///   - recordingEnd: looks ahead to a mel frame, and tells the last one of the recording where it is known.
    /// - Returns: the window's segments; those without text or length are emptied but kept.
    package mutating func advance(
        _ result: DecodingResult, frames: Int, align: (([Int]) -> [WordTiming])? = nil,
        recordingEnd: (Int) -> Int? = { _ in nil }
    ) -> [Segment] {
        untimedWords = []
        if isSilence(result) {
            seek += frames
            return []
        }
        let parts = WindowSegments(
            of: result.tokens, frames: frames, timestampBegin: tokenizer.timestampBegin)
        let texts = tokenizer.texts(of: parts.segments.map(\.tokens))
        var logProbabilities = result.tokenLogProbabilities[...]
        let spoken = zip(parts.segments, texts).map { part, text in
            defer { logProbabilities = logProbabilities.dropFirst(part.tokens.count) }
            return segment(part, logProbabilities.prefix(part.tokens.count), text: text, of: result)
        }
        var window = TimedWindow(
            segments: spoken, start: seek, frames: frames, advance: parts.advance,
            endsClosed: parts.endsClosed)
        let text = window.segments.flatMap(\.tokens).filter { $0 < tokenizer.endOfText }
        if let align, !options.wordTimestamps {
            let words = parts.endIsTold ? [] : align(text)
            if let last = words.last { window.end(with: last) }
            let offset = Double(seek) / 100
            untimedWords = words.map { offset + $0.start...offset + max($0.start, $0.end) }
        } else if let align {
            window.addWords(
                align(text), options: options, endOfText: tokenizer.endOfText, lastSpeech: lastSpeech)
            window.seekToLastWord()
            if let threshold = options.hallucinationSilenceThreshold {
                window.skipHallucinations(
                    threshold: threshold, lastSpeech: lastSpeech, recordingEnd: recordingEnd)
            }
            seek = window.next
            // A window that begins anew behind the silence has said nothing.
            if window.isDiscarded { return [] }
            lastSpeech = window.lastWordEnd ?? lastSpeech
        }
        seek = window.next
        let segments = window.segments.enumerated().map { index, segment in
            segment.cleared(id: segmentCount + index)
        }
        segmentCount += segments.count
        history.remember(segments.flatMap(\.tokens), isReliable: result.temperature <= 0.5 && !result.isLoop)
        return segments
    }

    /// Moves the start of the next window back, to where the text of the last one ended.
    package mutating func goBack(to frame: Int) { seek = min(seek, frame) }

    private func segment(
        _ part: WindowSegment, _ logProbabilities: ArraySlice<Float>, text: String, of result: DecodingResult
    ) -> Segment {
        let offset = Double(seek * 160) / 16_000
        return Segment(
            id: 0, seek: seek, start: offset + part.start, end: offset + part.end,
            text: text, tokens: part.tokens, temperature: result.temperature,
            averageLogProbability: result.averageLogProbability,
            compressionRatio: result.compressionRatio, noSpeechProbability: result.noSpeechProbability,
            tokenLogProbabilities: Array(logProbabilities))
    }
}

extension Segment {
    /// The segment with its number; one that is instantaneous or says nothing is emptied.
    fileprivate func cleared(id: Int) -> Segment {
        var segment = self
        segment.id = id
        if start == end || text.trimmingWhitespace().isEmpty {
            segment.text = ""
            segment.tokens = []
            segment.tokenLogProbabilities = []
            segment.words = words.map { _ in [] }
        }
        return segment
    }
}
