import AudioInput
import Decoding
import Spectrogram
import VoiceActivity
import Whisper

/// One recording being transcribed: its windows, the states of encoder and decoder, the way through it.
final class Transcription {
    private let model: Model
    private let asked: TranscriptionOptions
    /// As asked; but where speech is looked for, that is done in the clips alone, and all that is found is wanted.
    private let options: TranscriptionOptions
    private let events: Events
    private let encoder: AudioEncoder
    private let decoder: TextDecoder
    private var mel: [Float]  // [bands, frames]
    /// The window that the decoder attends to, where it is full: what stands past its end does not matter.
    private var fullWindow: Int?
    private var progress = TranscriptionProgress()
    /// What is odd, but not about the recording itself.
    private var warnings: [String] = []
    /// Where the language is to be detected, and nothing else looks for speech.
    private var firstVoice: FirstVoice?

    /// What a transcription tells while it runs.
    struct Events {
        var segment: (Segment) -> Void
        var progress: (TranscriptionProgress) -> Void
        var shouldStop: () -> Bool
    }

    init(model: Model, options: TranscriptionOptions, events: Events) {
        self.model = model
        asked = options.completed
        var options = asked
        if options.voiceActivity != nil { options.clips = [] }
        self.options = options
        self.events = events
        encoder = AudioEncoder(model.whisper)
        decoder = TextDecoder(
            model.whisper, windows: options.windowCount, sequencesPerWindow: options.width)
        mel = [Float](repeating: 0, count: model.dimensions.melBands * encoder.frames)
    }

    /// Transcribes to the end.
    /// - Throws: what stopped the input, after everything before it was transcribed; `CancellationError`.
    func run(_ recording: Recording) throws {
        try asked.check(for: model)
        let clips = ClipProgression(options.clips)
        var reader = try WindowReader(
            recording, clips: clips.clips, bands: model.dimensions.melBands, windowFrames: encoder.frames,
            sharing: WorkSharing(model.whisper.engine), through: try listener(), whileMeasuring: show)
        progress.phase = .transcribing
        progress.totalSeconds = clips.seconds(of: reader.duration)
        if let summary = reader.summary { progress.notes.append("recording: \(summary)") }
        let account = reader.speech.map(SpeechAccount.init)

        let language = try language(of: &reader)
        progress.language = language
        let tokenizer = try model.tokenizer(language: language, task: options.task)
        if options.batchSize != nil, let account {
            try transcribeTogether(&reader, account, tokenizer)
            return
        }
        var windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
        var progression = WindowProgression(
            options: options, tokenizer: tokenizer, textContext: model.dimensions.textContext)
        var aligner = WordAligner(decoder: decoder, tokenizer: tokenizer)
        var splitter = SegmentSplitter(options, tokenizer: tokenizer)
        var decoding = try options.decoding(tokenizer)

        func report(_ seconds: Double?) {
            progress.processedSeconds = seconds ?? progression.clips.secondsDone(at: progression.seek)
            progress.totalSeconds = progression.clips.seconds(of: reader.duration)
            progress.warnings = reader.warnings + warnings
            send()
        }

        while case let frames = progression.nextWindow(framesReady: { reader.frames(at: $0) }), frames > 0 {
            let start = progression.seek
            report(account?.seconds(at: start))
            try encode(&reader, at: start, frames: frames, pastEnd: .zeros)
            var language: String?
            if options.detectsLanguageOfEveryWindow {
                let heard = try detectLanguage(at: account?.seconds(at: start) ?? Double(start) / 100)
                let tokenizer = try model.tokenizer(language: heard, task: options.task)
                language = heard
                windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
                aligner = WordAligner(decoder: decoder, tokenizer: tokenizer)
            }
            decoding.prompt = progression.prompt
            decoding.seed = options.seed(ofWindowAt: start)
            let result = try windows.decode(
                decoding, ladder: options.ladder, shouldStop: events.shouldStop)
            let count = frames
            var segments = progression.advance(
                result, frames: frames,
                align: options.wordTimestamps || account != nil ? { aligner.align($0, frames: count) } : nil,
                recordingEnd: { reader.end(lookingTo: $0, from: start) })
            if let account {
                let next = progression.seek
                // Where words tell, the last sound of a word would by itself be heard as another.
                if let end = account.earlyEnd(of: segments, from: start, to: next),
                    !options.withoutTimestamps || account.hasWord(in: end..<next)
                {
                    progression.goBack(to: end)
                    progress.notes.append(account.goingOn(at: end))
                }
                segments = segments.map(account.original)
                progress.notes += account.settle(
                    segments, words: progression.untimedWords, of: result,
                    isSilence: progression.isSilence(result),
                    mayDrop: options.hallucinationSilenceThreshold != nil, from: start, to: progression.seek)
            }
            for segment in splitter.split(segments) { events.segment(segment.spoken(in: language)) }
        }
        progress.notes += account?.leftOut() ?? []
        miss(progression.clips.missing.map { Double($0) / 100 } ?? reader.missingClip)
        report(account == nil ? nil : reader.duration)
        if let fault = reader.fault { throw fault }
    }

    /// Transcribes windows that are cut at pauses, several at a time; hands them out in order of time.
    private func transcribeTogether(
        _ reader: inout WindowReader, _ account: SpeechAccount, _ tokenizer: Tokenizer
    ) throws {
        var batch = try WindowBatch(
            options, tokenizer: tokenizer, encoder: encoder, decoder: decoder, account: account,
            shouldStop: events.shouldStop)
        var splitter = SegmentSplitter(options, tokenizer: tokenizer)
        var segmentCount = 0
        func report(_ seconds: Double?) {
            progress.processedSeconds = seconds ?? progress.processedSeconds
            progress.totalSeconds = reader.duration
            progress.warnings = reader.warnings + warnings
            send()
        }

        report(0)
        while case let windows = try batch.nextWindows(&reader), !windows.isEmpty {
            progress.notes += batch.notes
            for window in windows {
                for part in window.parts {
                    progress.notes += account.settle(
                        part.segments, words: part.words, of: part.result, isSilence: part.isSilence,
                        mayDrop: options.hallucinationSilenceThreshold != nil,
                        from: part.frames.lowerBound, to: part.frames.upperBound)
                    let segments = part.segments.enumerated().map { index, segment in
                        segment.numbered(segmentCount + index)
                    }
                    segmentCount += segments.count
                    for segment in splitter.split(segments) { events.segment(segment) }
                }
                report(account.seconds(at: window.frames.upperBound))
            }
        }
        progress.notes += account.leftOut()
        miss(reader.missingClip)
        report(reader.duration)
        if let fault = reader.fault { throw fault }
    }

    /// What the recording is heard through: speech alone, where that is asked for.
    private func listener() throws -> (any SampleSource) -> any SampleSource {
        let detectsLanguage = options.language == nil && model.dimensions.isMultilingual
        guard detectsLanguage || options.voiceActivity != nil else { return { $0 } }
        let voices = try VoiceActivityModel(kernels: model.whisper.engine.kernels.name)
        guard let voice = options.voiceActivity else {
            let firstVoice = FirstVoice(voices, from: firstFrame * MelFormat.hop)
            self.firstVoice = firstVoice
            return { OverheardSource($0, firstVoice) }
        }
        let track = SpeechTrack(voices, voice)
        return { [unowned self] source in
            let clips = asked.clips.isEmpty ? nil : asked.clips.map(\.samples)
            let heard = clips.map { ClippedSource(source, clips: $0) } ?? source
            return VoicedSource(heard, track, voice, within: clips) { [unowned self] seconds in
                try show(seconds)
            }
        }
    }

    /// Shows how far the recording was read before anything of it is transcribed, or while silence is left out.
    private func show(_ seconds: Double) throws {
        if events.shouldStop() { throw CancellationError() }
        if progress.phase == .measuring { progress.processedSeconds = seconds }
        send()
    }

    /// Tells that the recording has nothing at a time where a clip begins.
    private func miss(_ seconds: Double?) {
        guard let seconds else { return }
        warnings.append("it ends before \(fixed(seconds, 2)) s, where a clip of it was to begin")
    }

    private func send() {
        events.progress(progress)
        progress.notes = []
    }

    private func encode(
        _ reader: inout WindowReader, at seek: Int, frames: Int = .max, pastEnd: MelStream.PastEnd
    ) throws {
        let isFull = min(frames, reader.frames(lookingAt: seek)) == encoder.frames
        if isFull, fullWindow == seek { return }
        fullWindow = nil
        try mel.withUnsafeMutableBufferPointer { mel in
            guard let mel = mel.baseAddress else { return }
            reader.copyWindow(at: seek, frames: frames, pastEnd: pastEnd, into: mel)
            try encoder.encode(mel, shouldStop: events.shouldStop)
        }
        decoder.attend(to: encoder)
        if isFull { fullWindow = seek }
    }

    /// The language asked for, else the one heard in the first window with a voice.
    ///
    /// Deviations: of the first clip, where the reference listens to the beginning of the recording; and where nobody
    /// speaks in the first window, of a later one, where the reference detects the language of silence.
    private func language(of reader: inout WindowReader) throws -> String {
        if let language = options.language { return language }
        // Where nobody speaks there is no language to detect.
        if reader.speech != nil, reader.frames(at: 0) == 0 { return "en" }
        guard model.dimensions.isMultilingual else { return "en" }
        try encode(&reader, at: voicedWindow(of: &reader), pastEnd: .silence)
        let detection = try LanguageDetection(decoder, tokenizer: model.tokenizer)
        progress.languageProbability = detection.probability
        return detection.language
    }

    /// Where the transcript begins.
    private var firstFrame: Int { options.clips.first?.frames.lowerBound ?? 0 }

    /// The first window; where nobody speaks in it, the one that begins with the first voice there is.
    private func voicedWindow(of reader: inout WindowReader) -> Int {
        let first = firstFrame
        guard let firstVoice else { return first }
        reader.readAhead(of: first) { firstVoice.place == nil && !events.shouldStop() }
        guard let place = firstVoice.place else {
            if let limit = reader.limitAhead(of: first) {
                warnings.append(
                    "nobody speaks up to \(fixed(Double(limit) / 100, 0)) s, further than can be listened ahead in a "
                        + "pipe: the language is that of the beginning")
            }
            return first
        }
        guard place / MelFormat.hop >= first + encoder.frames else { return first }
        let start = (place - VoicedRuns.lead) / MelFormat.hop
        progress.notes.append(
            "nobody speaks at the beginning: the language is that from \(fixed(Double(start) / 100, 2)) s on")
        return start
    }

    /// The language of the window that the decoder attends to.
    private func detectLanguage(at seconds: Double) throws -> String {
        let detection = try LanguageDetection(decoder, tokenizer: model.tokenizer)
        progress.notes.append(
            "language from \(fixed(seconds, 2)) s: \(detection.language) (\(fixed(detection.probability, 2)))"
        )
        return detection.language
    }
}

extension Segment {
    fileprivate func numbered(_ id: Int) -> Segment {
        var segment = self
        segment.id = id
        return segment
    }

    fileprivate func spoken(in language: String?) -> Segment {
        var segment = self
        segment.language = language
        return segment
    }
}
