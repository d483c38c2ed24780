import Checkpoints
import Compute

/// A model that cannot be built from its file.
public struct WhisperModelError: Error, CustomStringConvertible {
    /// One line that names the file and what is wrong with it.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A Whisper model ready to run: dimensions, weights, and the engine they are packed for.
///
/// It holds nothing of any recording, so that one model serves many transcriptions.
public final class WhisperModel: Sendable {
    /// Sizes of the model.
    public let dimensions: ModelDimensions
    /// Where its arithmetic runs.
    public let engine: Engine
    /// How its weights are kept.
    public let precision: Precision
    /// The heads words are aligned by.
    public let alignmentHeads: [AlignmentHead]
    let encoder: EncoderWeights
    let decoder: DecoderWeights

    /// Packs the weights of a checkpoint for an engine.
    /// - Throws: `WhisperModelError` when tensors are missing or windows and times are not Whisper's.
    public init(_ checkpoint: Checkpoint, engine: Engine, precision: Precision) throws {
        dimensions = checkpoint.dimensions
        self.engine = engine
        self.precision = precision
        alignmentHeads = checkpoint.alignmentHeads
        if let problem = dimensions.unrunnable { throw WhisperModelError("\(checkpoint.name): \(problem)") }
        let memory = WeightReader.memory(for: checkpoint, precision)
        func reader(fineActivations: Bool) -> WeightReader {
            WeightReader(
                checkpoint: checkpoint, precision: precision, engine: engine, memory: memory,
                fineActivations: fineActivations)
        }
        encoder = try EncoderWeights(reader(fineActivations: dimensions.isNarrow), dimensions)
        // A step's few rows wait for the weights, not for the arithmetic.
        decoder = try DecoderWeights(reader(fineActivations: true), dimensions)
    }
}

extension ModelDimensions {
    /// Whether products are so small that 16-bit activations, and keys and values of the audio in 32 bits, cost
    /// little everywhere; so small a model has none of a large one's reserve against rounding, either. The encoder's
    /// attention is as a large model's: bfloat16 there changes no transcript of the built-in one.
    var isNarrow: Bool { audioState <= 256 }

    /// Why a readable model cannot be run; nil when it can. Windows of 30 seconds, timestamps of 20 ms and the
    /// mel bands are the same in every Whisper model, and memory for a window is sized from them.
    fileprivate var unrunnable: String? {
        if audioContext != 1500 { return "n_audio_ctx is \(audioContext); windows of 30 seconds have 1500" }
        if melBands != 80 && melBands != 128 { return "n_mels is \(melBands); Whisper hears 80 or 128" }
        for (name, state, heads) in [("audio", audioState, audioHeads), ("text", textState, textHeads)]
        where state / heads > 256 {
            return "n_\(name)_head is \(heads); heads of \(state / heads) channels are wider than 256"
        }
        if !(16...4096).contains(textContext) { return "n_text_ctx is \(textContext), outside 16 to 4096" }
        return nil
    }
}
