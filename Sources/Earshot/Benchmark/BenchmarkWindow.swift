import Compute
import Decoding
import Spectrogram
import Whisper

/// One 30-second window on its way from samples to tokens, timed stage by stage.
///
/// The tokens are forced, so that each run costs the same whatever the model hears; each step ends where
/// greedy search has its choice.
final class BenchmarkWindow {
    /// Milliseconds that each stage took.
    struct Times {
        var mel = 0.0
        var encoder = 0.0
        var prompt = 0.0
        var decode = 0.0
        var window: Double { mel + encoder + prompt + decode }
    }

    private let model: WhisperModel
    private let encoder: AudioEncoder
    private let decoder: TextDecoder
    private let samples: [Float]
    private let prompt: [Int]
    private let forced: [Int]
    private let timestampBegin: Int
    private var mel: [Float]  // [bands, frames]

    /// Everything a transcription allocates.
    init(_ model: Model, tokens: Int) throws {
        let (whisper, dimensions) = (model.whisper, model.dimensions)
        let tokenizer = try model.tokenizer(language: nil, task: .transcribe)
        prompt = tokenizer.startSequence
        let room = dimensions.textContext - prompt.count
        guard (1...room).contains(tokens) else {
            throw BenchmarkError("\(model.name): a window holds 1 to \(room) tokens, not \(tokens)")
        }
        // Scattered over the vocabulary, so that no row of the embedding is in a cache by chance.
        forced = (0..<tokens).map { ($0 + 1) * 7919 % tokenizer.endOfText }
        timestampBegin = tokenizer.timestampBegin
        self.model = whisper
        encoder = AudioEncoder(whisper)
        decoder = TextDecoder(whisper)
        mel = [Float](repeating: 0, count: dimensions.melBands * encoder.frames)
        let source = GeneratedSource(seconds: 30)
        samples = [Float](unsafeUninitializedCapacity: MelFormat.windowSamples) { buffer, count in
            count = source.read(into: buffer)
        }
    }

    /// Takes the window through all stages.
    func run() throws -> Times {
        // A recording has one stream: making it belongs to no window.
        let stream = model.melStream()
        return Times(
            mel: time { computeMel(stream) },
            encoder: try time { try encode() },
            prompt: time { choose(decoder.append(prompt)) },
            decode: time { for token in forced { choose(decoder.append([token])) } })
    }

    /// Takes the window through all stages once and keeps what every layer leaves, in the order in which the
    /// layers are computed.
    func layers() throws -> [(name: String, values: [Float])] {
        var names: [String] = []
        var values: [String: [Float]] = [:]
        func keep(_ name: String, _ layer: UnsafeBufferPointer<Float>) {
            if values[name] == nil { names.append(name) }
            values[name, default: []] += layer
        }
        (encoder.watch, decoder.watch) = (keep, keep)
        defer { (encoder.watch, decoder.watch) = (nil, nil) }
        computeMel(model.melStream())
        try encode()
        for token in prompt + forced { keep("logits", UnsafeBufferPointer(decoder.append([token]))) }
        return names.map { ($0, values[$0] ?? []) }
    }

    /// The log-mel features, from samples in memory.
    func computeMel(_ stream: MelStream) {
        samples.withUnsafeBufferPointer(stream.append)
        stream.finish()
        mel.withUnsafeMutableBufferPointer { mel in
            guard let mel = mel.baseAddress else { return }
            stream.copyWindow(
                from: 0, count: encoder.frames, peak: stream.peak, pastEnd: .zeros, into: mel)
        }
    }

    private func encode() throws {
        try mel.withUnsafeBufferPointer { mel in
            if let mel = mel.baseAddress { try encoder.encode(mel) }
        }
        decoder.attend(to: encoder)
    }

    /// The pass over the logits that greedy search makes: text or a timestamp, and which.
    private func choose(_ values: UnsafeMutableBufferPointer<Float>) {
        var logits = Logits(values, engine: model.engine)
        logits.keepLikelier(of: timestampBegin)
    }
}

/// Milliseconds that `work` takes.
private func time(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return milliseconds(since: start)
}
