import Decoding
import Spectrogram
import Whisper

/// One recording being transcribed: its windows, the states of encoder and decoder, the way through it.
final class Transcription {
    private let model: Model
    private let options: TranscriptionOptions
    private let events: Events
    private let encoder: AudioEncoder
    private let decoder: TextDecoder
    private var mel: [Float]  // [bands, frames]

    /// What a transcription tells while it runs.
    struct Events {
        var segment: (Segment) -> Void
        var progress: (TranscriptionProgress) -> Void
        var shouldStop: () -> Bool
    }

    init(model: Model, options: TranscriptionOptions, events: Events) {
        self.model = model
        self.options = options
        self.events = events
        encoder = AudioEncoder(model.whisper)
        decoder = TextDecoder(model.whisper)
        mel = [Float](repeating: 0, count: model.dimensions.melBands * encoder.frames)
    }

    /// Transcribes to the end.
    /// - Throws: what stopped the input, after everything before it was transcribed; `CancellationError`.
    func run(_ recording: Recording) throws {
        var progress = TranscriptionProgress()
        var reader = try WindowReader(
            recording, bands: model.dimensions.melBands, windowFrames: encoder.frames
        ) { seconds in
            if events.shouldStop() { throw CancellationError() }
            progress.processedSeconds = seconds
            events.progress(progress)
        }
        progress.phase = .transcribing
        progress.totalSeconds = reader.duration

        let language = try language(of: &reader)
        progress.language = language
        let tokenizer = try model.tokenizer(language: language, task: options.task)
        let windows = WindowDecoder(decoder: decoder, tokenizer: tokenizer)
        var progression = WindowProgression(
            options: options, tokenizer: tokenizer, textContext: model.dimensions.textContext)
        var decoding = DecodingOptions()
        decoding.withoutTimestamps = options.withoutTimestamps

        func report(_ seconds: Double?) {
            progress.processedSeconds = seconds ?? progress.processedSeconds
            progress.totalSeconds = reader.duration
            progress.warnings = reader.warnings
            events.progress(progress)
        }

        var frames = reader.frames(at: 0)
        while frames > 0 {
            report(Double(progression.seek) / 100)
            try encode(&reader, at: progression.seek, pastEnd: .zeros)
            decoding.prompt = progression.prompt
            let result = try windows.decode(decoding, shouldStop: events.shouldStop)
            for segment in progression.advance(result, frames: frames) { events.segment(segment) }
            frames = reader.frames(at: progression.seek)
        }
        report(reader.duration)
        if let fault = reader.fault { throw fault }
    }

    private func encode(_ reader: inout WindowReader, at seek: Int, pastEnd: MelStream.PastEnd) throws {
        try mel.withUnsafeMutableBufferPointer { mel in
            guard let mel = mel.baseAddress else { return }
            reader.copyWindow(at: seek, pastEnd: pastEnd, into: mel)
            try encoder.encode(mel, shouldStop: events.shouldStop)
        }
        decoder.attend(to: encoder)
    }

    /// The language asked for, else the one heard in the first window.
    private func language(of reader: inout WindowReader) throws -> String {
        if let language = options.language { return language }
        guard model.dimensions.isMultilingual else { return "en" }
        try encode(&reader, at: 0, pastEnd: .silence)
        return LanguageDetection(decoder, tokenizer: model.tokenizer).language
    }
}
