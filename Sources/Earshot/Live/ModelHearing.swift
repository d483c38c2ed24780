import Decoding
import Spectrogram
import VoiceActivity
import Whisper

/// Hears with voice activity and a model.
final class ModelHearing: LiveHearing {
    let timestampBegin: Int
    private let model: Model
    private let options: LiveOptions
    private let shouldStop: () -> Bool
    private let voices: VoiceActivityStream
    private let encoder: AudioEncoder
    private let decoder: TextDecoder
    private var decoding: DecodingOptions
    private var language: SpokenLanguage
    private var tokenizer: Tokenizer
    private var windows: WindowDecoder
    private var aligner: WordAligner

    private var mel: [Float]  // [bands, frames]
    private var stream: MelStream
    private var streamStart = 0  // the place of its first sample
    private var start = 0  // the place of the window's first sample

    init(_ model: Model, _ options: LiveOptions, shouldStop: @escaping () -> Bool) throws {
        self.model = model
        self.options = options
        self.shouldStop = shouldStop
        let text = options.transcription
        voices = VoiceActivityStream(try VoiceActivityModel(kernels: model.whisper.engine.kernels.name))
        encoder = AudioEncoder(model.whisper)
        decoder = TextDecoder(model.whisper, sequencesPerWindow: text.width)
        language = SpokenLanguage(
            named: model.dimensions.isMultilingual ? text.language : text.language ?? "en",
            mayChange: text.detectsLanguageOfEveryWindow)
        tokenizer = try model.tokenizer(language: language.current, task: text.task)
        timestampBegin = tokenizer.timestampBegin
        decoding = try text.decoding(tokenizer)
        windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
        aligner = WordAligner(decoder: decoder, tokenizer: tokenizer)
        mel = [Float](repeating: 0, count: model.dimensions.melBands * encoder.frames)
        stream = model.whisper.melStream()
    }

    func voice(in chunk: UnsafeBufferPointer<Float>) -> Float {
        var probability: Float = 0
        voices.append(chunk) { probability = $0 }
        return probability
    }

    func begin(at sample: Int) {
        stream = model.whisper.melStream()
        streamStart = sample
        start = sample
    }

    func append(_ samples: UnsafeBufferPointer<Float>) { stream.append(samples) }

    func forget(before sample: Int) {
        start = sample
        stream.discard(before: firstFrame)
    }

    private var firstFrame: Int { (start - streamStart) / MelFormat.hop }

    func hear(_ request: LiveRequest) throws -> HeardWindow {
        let frames = min(encoder.frames, stream.framesReady - firstFrame)
        guard frames > 0 else { return HeardWindow(words: request.confirmed) }
        let positions = positions(for: frames)
        try mel.withUnsafeMutableBufferPointer { mel in
            guard let mel = mel.baseAddress else { return }
            stream.copyWindow(
                from: firstFrame, count: 2 * positions, showing: frames, peak: stream.peak, pastEnd: .zeros,
                into: mel)
            try encoder.encode(mel, positions: positions, shouldStop: shouldStop)
        }
        decoder.attend(to: encoder)
        let detected = try detectLanguage(request, seconds: Double(frames) / 100)
        decoding.given = request.confirmed.given
        decoding.prompt = request.context
        decoding.seed = options.transcription.seed(ofWindowAt: start / MelFormat.hop)
        let ladder = options.transcription.ladder
        let result = try windows.decode(
            decoding, ladder: request.mayRetry ? ladder : .single(ladder.temperatures.first ?? 0),
            shouldStop: shouldStop)
        var heard = words(of: result, behind: request.confirmed, frames: frames)
        heard.audioContext = Double(positions) / 50
        heard.language = detected
        if options.transcription.detectsLanguageOfEveryWindow { heard.spokenLanguage = language.current }
        heard.isRejected = !request.mayRetry && ladder.temperatures.count > 1 && ladder.rejects(result)
        return heard
    }

    /// How many positions are encoded for so many frames of audio: the text does not end well right at the end of
    /// what is heard, and few sizes are enough.
    private func positions(for frames: Int) -> Int {
        let least: Double
        switch options.audioContext {
        case .full: return model.dimensions.audioContext
        case .automatic:
            guard let seconds = model.leastAudioContext else { return model.dimensions.audioContext }
            least = seconds
        case .atLeast(let seconds): least = seconds
        }
        let seconds = max(least, Double(frames) / 100 + 0.5)
        return min(model.dimensions.audioContext, 50 * Int(seconds.rounded(.up)))
    }

    /// Detects the language, where nobody named it: of every stretch of speech anew if that is asked for, else until
    /// enough has been said to be sure.
    private func detectLanguage(_ request: LiveRequest, seconds: Double) throws -> DetectedLanguage? {
        let (before, hasConfirmed) = (language.current, !request.confirmed.isEmpty)
        var detected: DetectedLanguage?
        if language.isOpen(hasConfirmed: hasConfirmed, seconds: seconds) {
            let detection = try LanguageDetection(decoder, tokenizer: model.tokenizer)
            if language.take(detection.language, hasConfirmed: hasConfirmed, seconds: seconds) {
                detected = DetectedLanguage(code: detection.language, probability: detection.probability)
            }
        } else {
            language.keep(hasConfirmed: hasConfirmed)
        }
        if language.current != before, let current = language.current {
            tokenizer = try model.tokenizer(language: current, task: options.transcription.task)
            windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
            aligner = WordAligner(decoder: decoder, tokenizer: tokenizer)
        }
        return detected
    }

    private func words(of result: DecodingResult, behind known: [HeardWord], frames: Int) -> HeardWindow {
        var tokens = result.tokens
        // A loop is ended after its first round, which may lie in what is known.
        if options.transcription.isSilence(result) || tokens.count < decoding.given.count {
            tokens = decoding.given
        }
        let timings = aligner.align(
            tokens.filter { $0 < tokenizer.endOfText }, frames: frames,
            known: known.map { TokenGroup(text: $0.text, tokens: $0.tokens) })
        var heard = HeardWindow(words: [])
        (heard.words, heard.closing) = timings.words(
            in: tokens, timestampBegin: tokenizer.timestampBegin, offset: Double(start) / 16_000)
        heard.end = heard.closing.first.map { Double(start) / 16_000 + Double($0 - timestampBegin) / 50 }
        heard.isUnreliable = result.temperature > 0.5 || result.isLoop
        heard.temperature = result.temperature
        heard.averageLogProbability = result.averageLogProbability
        heard.compressionRatio = result.compressionRatio
        heard.noSpeechProbability = result.noSpeechProbability
        return heard
    }
}

extension [WordTiming] {
    /// The words at their place in all audio, with the timestamps among the tokens, and those behind the last.
    fileprivate func words(
        in tokens: [Int], timestampBegin: Int, offset: Double
    ) -> (words: [HeardWord], closing: [Int]) {
        var words: [HeardWord] = []
        var marks: [Int] = []
        var rest = tokens[...]
        for timing in self {
            var left = timing.tokens.count
            var before = marks
            marks = []
            while left > 0, let token = rest.popFirst() {
                guard token >= timestampBegin else {
                    left -= 1
                    continue
                }
                // One within a word stands behind it.
                if left == timing.tokens.count { before.append(token) } else { marks.append(token) }
            }
            words.append(
                HeardWord(
                    text: timing.word, tokens: timing.tokens, marks: before, start: offset + timing.start,
                    end: offset + timing.end, probability: timing.probability))
        }
        marks += rest.filter { $0 >= timestampBegin }
        words.keepToMarks(closing: marks, timestampBegin: timestampBegin, offset: offset)
        return (words, marks)
    }
}

extension [HeardWord] {
    /// Takes from the first and the last word of a segment the silence outside of it, which their alignment may
    /// count as theirs.
    fileprivate mutating func keepToMarks(closing: [Int], timestampBegin: Int, offset: Double) {
        func seconds(_ mark: Int) -> Double { offset + Double(mark - timestampBegin) / 50 }
        for index in indices {
            if let open = self[index].marks.last {
                self[index].start = Swift.max(self[index].start, Swift.min(seconds(open), self[index].end))
            }
            let next = index + 1 < count ? self[index + 1].marks : closing
            if let close = next.first {
                self[index].end = Swift.min(self[index].end, Swift.max(seconds(close), self[index].start))
            }
        }
    }
}
