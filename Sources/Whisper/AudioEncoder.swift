import Checkpoints
import Compute

/// Turns a log-mel window of 30 seconds, or of less, into audio features.
///
/// ref: openai-whisper `model.py`, `AudioEncoder`.
public final class AudioEncoder {
    /// The model that encodes.
    public let model: WhisperModel
    /// The features of the last window: `[positions, state]`, in room for `[context, state]`; while one is
    /// encoded, what its blocks attended to.
    public let features: UnsafeMutableBufferPointer<Float>
    /// Positions of the last window, 20 ms each: the model's whole context but for short windows.
    public private(set) var positions: Int

    /// Sees what each layer leaves, `[positions, state]`, for whoever compares.
    public var watch: ((_ layer: String, _ values: UnsafeBufferPointer<Float>) -> Void)?

    private let scratch: Scratch
    // Both convolutions see one frame of zeros at either end.
    private let paddedMel: UnsafeMutableBufferPointer<Float>  // [2·context + 2, bands]
    private let hidden: UnsafeMutableBufferPointer<Float>  // [context, state]
    /// Queries, keys and values of a block `[context, 3·state]`; before the first the frames between the
    /// convolutions `[2·context + 2, state]`; between two windows anybody's.
    let workspace: UnsafeMutableBufferPointer<Float>

    /// Allocates everything a window needs; `encode` allocates nothing.
    public init(_ model: WhisperModel) {
        self.model = model
        let dimensions = model.dimensions
        let (context, state) = (dimensions.audioContext, dimensions.audioState)
        positions = context
        features = .zeros(context * state)
        paddedMel = .zeros((2 * context + 2) * dimensions.melBands)
        hidden = .zeros(context * state)
        workspace = .zeros(max(3 * context, 2 * context + 2) * state)
        scratch = Scratch(
            engine: model.engine, maximumRows: 2 * context,
            maximumInputs: max(4 * state, 3 * dimensions.melBands))
    }

    deinit {
        for buffer in [features, paddedMel, hidden, workspace] { buffer.deallocate() }
    }

    /// Mel frames of a whole window: two a position.
    public var frames: Int { 2 * model.dimensions.audioContext }

    /// Encodes one window into `features`.
    /// - Parameters:
    ///   - mel: `[bands, 2·positions]`, row-major, normalised.
    ///   - count: positions to encode, 20 ms each, where the window is a short one: it costs as much less. The
    ///     published models were trained on whole windows only, and understand short ones less well.
    ///   - shouldStop: asked between blocks.
    /// - Throws: `CancellationError` when `shouldStop` says so; `features` is then unspecified.
    public func encode(
        _ mel: UnsafePointer<Float>, positions count: Int? = nil, shouldStop: () -> Bool = { false }
    ) throws {
        positions = min(max(1, count ?? model.dimensions.audioContext), model.dimensions.audioContext)
        guard let features = features.baseAddress, let hidden = hidden.baseAddress,
            let queryKeyValue = workspace.baseAddress
        else { return }
        let attended = features
        let (engine, weights, dimensions) = (model.engine, model.encoder, model.dimensions)
        let (context, state) = (positions, dimensions.audioState)

        let leaves = UnsafeBufferPointer(start: hidden, count: context * state)
        convolve(mel, into: hidden)
        watch?("encoder convolutions", leaves)
        for (layer, block) in weights.blocks.enumerated() {
            if shouldStop() { throw CancellationError() }
            let attention = block.attention
            engine.linear(
                attention.queryKeyValue, hidden, rows: context, rowStride: state, norm: attention.norm,
                into: queryKeyValue, outStride: 3 * state, epilogue: .store, scratch: scratch)
            engine.attention(
                q: queryKeyValue, k: queryKeyValue + state, v: queryKeyValue + 2 * state,
                stride: 3 * state, rows: context, heads: dimensions.audioHeads,
                headSize: state / dimensions.audioHeads, into: attended, outStride: state,
                precision: model.precision,
                scratch: scratch)
            engine.linear(
                attention.out, attended, rows: context, rowStride: state, norm: nil,
                into: hidden, outStride: state, epilogue: .accumulate, scratch: scratch)
            engine.mlp(
                hidden, rows: context, norm: block.mlp.norm, fc1: block.mlp.fc1, fc2: block.mlp.fc2,
                scratch: scratch)
            watch?("encoder block \(layer + 1)", leaves)
        }
        engine.layerNorm(hidden, rows: context, weights.finalNorm, into: features)
        watch?("encoder output", UnsafeBufferPointer(self.features.extracting(0..<context * state)))
    }

    /// Both convolutions, each followed by GELU, and the positions: `[positions, state]`.
    private func convolve(_ mel: UnsafePointer<Float>, into hidden: UnsafeMutablePointer<Float>) {
        guard let paddedMel = paddedMel.baseAddress, let paddedFrames = workspace.baseAddress else {
            return
        }
        let (engine, weights, dimensions) = (model.engine, model.encoder, model.dimensions)
        let (bands, context, state) = (dimensions.melBands, positions, dimensions.audioState)
        let frames = 2 * context
        (paddedMel + (frames + 1) * bands).update(repeating: 0, count: bands)
        engine.parallel(frames, inRangesOf: 64) { block in
            for band in 0..<bands {
                let row = mel + band * frames
                let column = paddedMel + bands + band
                for frame in block { column[frame * bands] = row[frame] }
            }
        }
        paddedFrames.update(repeating: 0, count: state)
        (paddedFrames + (frames + 1) * state).update(repeating: 0, count: state)
        engine.linear(
            weights.conv1, paddedMel, rows: frames, rowStride: bands, norm: nil,
            into: paddedFrames + state, outStride: state, epilogue: .gelu, scratch: scratch)
        engine.linear(
            weights.conv2, paddedFrames, rows: context, rowStride: 2 * state, norm: nil,
            into: hidden, outStride: state, epilogue: .gelu, scratch: scratch)
        weights.positions.withUnsafeBufferPointer { positions in
            engine.parallel(context, inRangesOf: 64) { block in
                for index in block.lowerBound * state..<block.upperBound * state {
                    hidden[index] += positions[index]
                }
            }
        }
    }
}
