import Checkpoints
import Compute
import Decoding
import Whisper

/// How weights are held and multiplied: fp32, fp16 with fp32 arithmetic, or int8 per output channel.
public typealias Precision = Compute.Precision

/// A loaded model, with what it says of itself. One model serves many transcriptions.
public struct Model: Sendable {
    /// Name in its file, or the file's own.
    public let name: String
    /// What it understands, where it says so; a full Whisper model understands open speech.
    public let understands: String?
    /// The options it recommends: its own where it carries some, else the reference's.
    public let defaultOptions: TranscriptionOptions
    /// The shortest window, in seconds, whose encoding it understands as well as a whole one; nil where it needs
    /// windows of 30 seconds, as the published models do.
    let leastAudioContext: Double?
    let whisper: WhisperModel
    /// Its vocabulary, for no language in particular.
    let tokenizer: Tokenizer

    /// Sizes of the model.
    public var dimensions: ModelDimensions { whisper.dimensions }

    /// Loads a model file: OpenAI's `.pt`, a Hugging Face directory, whisper.cpp's ggml, or Earshot's own.
    /// - Parameters:
    ///   - path: the file or directory.
    ///   - threads: threads to compute with; nil for one a physical core.
    ///   - kernels: name of a kernel table; nil for the best this machine has.
    ///   - precision: how the weights are held; nil for what the model recommends, else int8.
    /// - Throws: an error whose description is one line naming the file and what is wrong with it.
    public static func load(
        path: String, threads: Int? = nil, kernels: String? = nil, precision: Precision? = nil
    ) throws -> Model {
        try Model(Checkpoint.open(path), threads: threads, kernels: kernels, precision: precision)
    }

    /// Loads a model compiled into the program, in Earshot's own format.
    /// - Parameters:
    ///   - embedded: the file's bytes, which must live as long as the program.
    ///   - name: what errors call it.
    ///   - threads: threads to compute with; nil for one a physical core.
    ///   - kernels: name of a kernel table; nil for the best this machine has.
    ///   - precision: how the weights are held; nil for what the model recommends, else int8.
    public static func load(
        embedded: UnsafeRawBufferPointer, name: String, threads: Int? = nil, kernels: String? = nil,
        precision: Precision? = nil
    ) throws -> Model {
        try Model(
            Checkpoint.open(embedded: embedded, name: name), threads: threads, kernels: kernels,
            precision: precision)
    }

    init(_ checkpoint: Checkpoint, threads: Int?, kernels: String?, precision: Precision?) throws {
        name = checkpoint.metadata["earshot.name"] ?? checkpoint.name
        do {
            tokenizer = try Tokenizer(vocabularySize: checkpoint.dimensions.vocabularySize)
        } catch {
            throw ModelError(description: "\(checkpoint.name): \(error)")
        }
        understands = checkpoint.metadata["earshot.understands"]
        defaultOptions = TranscriptionOptions(recommendedBy: checkpoint.metadata)
        leastAudioContext = checkpoint.metadata["earshot.live.audio_context"].flatMap(Double.init)
            .flatMap { $0 > 0 && $0 <= 30 ? $0 : nil }
        let recommended = checkpoint.metadata["earshot.default.precision"].flatMap(Precision.init)
        whisper = try WhisperModel(
            checkpoint, engine: Engine(threads: threads, kernels: kernels),
            precision: precision ?? recommended ?? .int8)
    }

    /// The tokenizer for a language and task.
    /// - Throws: when the model does not know the language, or the task.
    func tokenizer(language: String?, task: TranscriptionTask) throws -> Tokenizer {
        try Tokenizer(vocabularySize: dimensions.vocabularySize, language: language, task: task)
    }
}

/// A model that was read but cannot transcribe.
public struct ModelError: Error, CustomStringConvertible {
    /// One line that names the model and what is wrong with it.
    public let description: String
}

extension TranscriptionOptions {
    /// The reference's defaults with those a model's metadata overrides.
    init(recommendedBy metadata: [String: String]) {
        func flag(_ key: String) -> Bool? { metadata["earshot.default.\(key)"].map { $0 == "true" } }
        self.init()
        language = metadata["earshot.default.language"]
        conditionOnPreviousText = flag("condition_on_previous_text") ?? conditionOnPreviousText
        withoutTimestamps = flag("without_timestamps") ?? withoutTimestamps
        if flag("temperature_fallback") == false { temperatures = [0] }
    }
}

extension Model {
    /// The text of segments, decoded as one: a character split between two of them is whole again.
    public func text(of segments: [Segment]) -> String {
        tokenizer.decode(segments.flatMap(\.tokens))
    }
}
