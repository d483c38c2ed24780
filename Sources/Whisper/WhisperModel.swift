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
    let encoder: EncoderWeights
    let decoder: DecoderWeights

    /// Packs the weights of a checkpoint for an engine.
    /// - Throws: `WhisperModelError` when tensors are missing or the heads do not divide the width.
    public init(_ checkpoint: Checkpoint, engine: Engine, precision: Precision) throws {
        dimensions = checkpoint.dimensions
        self.engine = engine
        self.precision = precision
        let sizes = [
            (dimensions.audioState, dimensions.audioHeads), (dimensions.textState, dimensions.textHeads),
        ]
        for (state, heads) in sizes where heads < 1 || state % heads != 0 || state % 2 != 0 {
            throw WhisperModelError(
                "\(checkpoint.name): \(heads) attention heads do not divide a width of \(state)")
        }
        guard dimensions.audioState == dimensions.textState else {
            throw WhisperModelError("\(checkpoint.name): encoder and decoder differ in width")
        }
        let reader = WeightReader(checkpoint: checkpoint, precision: precision)
        encoder = try EncoderWeights(reader, dimensions)
        decoder = try DecoderWeights(reader, dimensions)
    }
}
