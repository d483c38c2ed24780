import Checkpoints
import Compute
import Models

/// What hears whether somebody speaks: the weights of Silero VAD, packed for a table of kernels.
///
/// ref: silero-vad 6.2.3, `tinygrad_model.py`; the weights are its own, compiled in.
public final class VoiceActivityModel: Sendable {
    /// Samples at 16 kHz that one probability is for: 32 ms.
    public static let chunk = 512
    /// Samples of the chunk before that are heard along with a chunk.
    static let context = 64
    /// Numbers the cell remembers.
    static let state = 128
    /// Frames of the spectrum of a chunk, and their filters: the real parts, then the imaginary ones.
    static let (frames, filters) = (4, 258)
    static let (filterLength, hop) = (256, 128)

    let engine: Engine
    let spectrum: LinearWeights  // [filters, filterLength]
    let convolutions: [Convolution]
    // Input, forget, cell and output gates: of what the cell hears, and of what it said last.
    let cellInput: LinearWeights  // [4·state, state]
    let cellState: LinearWeights  // [4·state, state]
    let output: [Float]  // [state]
    let outputBias: Float

    /// A convolution over three neighbouring frames; a frame of zeros stands at either end.
    struct Convolution: Sendable {
        let weights: LinearWeights  // [out, 3·in], the frame outermost
        let channels: Int  // in
        let stride: Int
        let frames: Int  // that come in
    }

    /// Packs the weights. One thread runs them: a chunk is too short to share out.
    /// - Parameter kernels: name of a kernel table; nil for the best this machine has.
    public init(kernels: String? = nil) throws {
        engine = try Engine(threads: 1, kernels: kernels)
        let bytes = UnsafeRawBufferPointer(start: earshot_voice_model(), count: earshot_voice_model_size())
        let file = try PlainTensors(embedded: bytes, name: "the voice activity model")
        let state = Self.state
        spectrum = Self.linear(
            try file.tensor("stft_conv.weight", Self.filters, 1, Self.filterLength), bias: nil)
        convolutions = try [
            Self.convolution("conv1", in: file, channels: 129, outputs: 128, stride: 1, frames: 4),
            Self.convolution("conv2", in: file, channels: 128, outputs: 64, stride: 2, frames: 4),
            Self.convolution("conv3", in: file, channels: 64, outputs: 64, stride: 2, frames: 2),
            Self.convolution("conv4", in: file, channels: 64, outputs: 128, stride: 1, frames: 1),
        ]
        let inputBias = try file.tensor("lstm_cell.bias_ih", 4 * state).floats()
        let stateBias = try file.tensor("lstm_cell.bias_hh", 4 * state).floats()
        cellInput = Self.linear(
            try file.tensor("lstm_cell.weight_ih", 4 * state, state),
            bias: zip(inputBias, stateBias).map { $0 + $1 })
        cellState = Self.linear(try file.tensor("lstm_cell.weight_hh", 4 * state, state), bias: nil)
        output = try file.tensor("final_conv.weight", 1, state, 1).floats()
        outputBias = try file.tensor("final_conv.bias", 1).floats()[0]
    }

    private static func linear(_ tensor: StoredTensor, bias: [Float]?) -> LinearWeights {
        let values = tensor.floats()
        let inputs = tensor.rowLength
        return LinearWeights(outputs: tensor.shape[0], inputs: inputs, precision: .f32, bias: bias) {
            range, destination in
            let first = range.lowerBound * inputs
            for index in 0..<range.count * inputs { destination[index] = values[first + index] }
        }
    }

    /// PyTorch's `[out, in, 3]` becomes `[out, 3·in]`, the frame outermost.
    private static func convolution(
        _ name: String, in file: PlainTensors, channels: Int, outputs: Int, stride: Int, frames: Int
    ) throws -> Convolution {
        let values = try file.tensor("\(name).weight", outputs, channels, 3).floats()
        let bias = try file.tensor("\(name).bias", outputs).floats()
        let weights = LinearWeights(outputs: outputs, inputs: 3 * channels, precision: .f32, bias: bias) {
            range, destination in
            for (target, row) in range.enumerated() {
                for frame in 0..<3 {
                    for channel in 0..<channels {
                        destination[(target * 3 + frame) * channels + channel] =
                            values[(row * channels + channel) * 3 + frame]
                    }
                }
            }
        }
        return Convolution(weights: weights, channels: channels, stride: stride, frames: frames)
    }
}
