import Checkpoints
import Compute

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Takes tensors from a checkpoint by openai-whisper's names and packs them for the kernels.
struct WeightReader {
    let checkpoint: Checkpoint
    let precision: Precision
    let engine: Engine
    /// Where the packed weights lie.
    let memory: LargeMemory?
    /// Whether products with int8 weights take activations of 16 bits.
    let fineActivations: Bool

    /// Memory for all matrices of a checkpoint.
    static func memory(for checkpoint: Checkpoint, _ precision: Precision) -> LargeMemory? {
        let matrices = checkpoint.tensors.filter { $0.key.hasSuffix(".weight") && $0.value.shape.count > 1 }
        return LargeMemory(
            byteCount: matrices.values.reduce(0) { sum, matrix in
                let (outputs, inputs) = (matrix.shape[0], matrix.shape.dropFirst().reduce(1, *))
                return sum
                    + LargeMemory.room(
                        for: LinearWeights.byteCount(outputs: outputs, inputs: inputs, precision))
            })
    }

    func tensor(_ name: String) throws -> StoredTensor {
        guard let tensor = checkpoint.tensors[name] else {
            throw WhisperModelError("\(checkpoint.name): tensor \(name) is missing")
        }
        return tensor
    }

    func floats(_ name: String) throws -> [Float] {
        let tensor = try tensor(name)
        return [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            tensor.copyFloats(into: base)
            count = tensor.count
        }
    }

    func optionalFloats(_ name: String) throws -> [Float]? {
        checkpoint.tensors[name] == nil ? nil : try floats(name)
    }

    func norm(_ name: String) throws -> LayerNormWeights {
        LayerNormWeights(gamma: try floats("\(name).weight"), beta: try floats("\(name).bias"))
    }

    /// Linear maps of the same input, stacked on their outputs.
    func linear(
        _ names: [String], biased: [Bool], fineActivations: Bool? = nil
    ) throws -> LinearWeights {
        let fineActivations = fineActivations ?? self.fineActivations
        let parts = try names.map { try tensor("\($0).weight") }
        let inputs = parts[0].shape[1]
        var bias: [Float] = []
        for (index, name) in names.enumerated() {
            bias +=
                biased[index]
                ? try floats("\(name).bias") : [Float](repeating: 0, count: parts[index].shape[0])
        }
        let outputs = parts.reduce(0) { $0 + $1.shape[0] }
        let stackedBias = biased.contains(true) ? bias : nil
        if parts.allSatisfy(isRounded) {
            defer { for part in parts { part.release(rows: 0..<part.shape[0]) } }
            return LinearWeights(
                outputs: outputs, inputs: inputs, bias: stackedBias, fineActivations: fineActivations,
                in: memory, engine: engine
            ) { row in
                var (row, part) = (row, 0)
                while row >= parts[part].shape[0] {
                    row -= parts[part].shape[0]
                    part += 1
                }
                return parts[part].roundedRow(row)
            }
        }
        return LinearWeights(
            outputs: outputs, inputs: inputs, precision: precision, bias: stackedBias,
            fineActivations: fineActivations, in: memory, engine: engine
        ) { rows, destination in
            var first = 0
            for part in parts {
                let all = first..<first + part.shape[0]
                let wanted = rows.clamped(to: all)
                if !wanted.isEmpty {
                    let own = wanted.lowerBound - first..<wanted.upperBound - first
                    part.copyFloats(
                        rows: own, into: destination + (wanted.lowerBound - rows.lowerBound) * inputs)
                    part.release(rows: own)
                }
                first = all.upperBound
            }
        }
    }

    /// Whether the file holds what the kernels multiply.
    private func isRounded(_ tensor: StoredTensor) -> Bool { precision == .int8 && tensor.type == .int8 }

    /// A convolution of kernel 3 as a linear map of three neighbouring frames: PyTorch's
    /// `[out, in, 3]` becomes `[out, 3·in]`, the frame outermost.
    func convolution(_ name: String) throws -> LinearWeights {
        let weight = try tensor("\(name).weight")
        let bias = try floats("\(name).bias")
        let (outputs, channels, kernel) = (weight.shape[0], weight.shape[1], weight.shape[2])
        let inputs = channels * kernel
        if isRounded(weight) {
            let rows = UnsafeMutablePointer<Int8>.allocate(capacity: outputs * inputs)
            defer { rows.deallocate() }
            for row in 0..<outputs {
                framesOutermost(weight.roundedRow(row).weights, channels, kernel, into: rows + row * inputs)
            }
            return LinearWeights(
                outputs: outputs, inputs: inputs, bias: bias, fineActivations: fineActivations, in: memory,
                engine: engine
            ) { row in
                (UnsafePointer(rows + row * inputs), weight.roundedRow(row).scale)
            }
        }
        return LinearWeights(
            outputs: outputs, inputs: inputs, precision: precision, bias: bias,
            fineActivations: fineActivations, in: memory, engine: engine
        ) { rows, destination in
            var stored = [Float](repeating: 0, count: rows.count * inputs)
            stored.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                weight.copyFloats(rows: rows, into: base)
                for offset in stride(from: 0, to: buffer.count, by: inputs) {
                    framesOutermost(base + offset, channels, kernel, into: destination + offset)
                }
            }
        }
    }

    /// `[in, frames]` to `[frames, in]`.
    private func framesOutermost<Number>(
        _ row: UnsafePointer<Number>, _ channels: Int, _ frames: Int,
        into destination: UnsafeMutablePointer<Number>
    ) {
        for channel in 0..<channels {
            for frame in 0..<frames {
                destination[frame * channels + channel] = row[channel * frames + frame]
            }
        }
    }

    func selfAttention(_ block: String) throws -> SelfAttentionWeights {
        let name = "\(block).attn"
        return SelfAttentionWeights(
            norm: try norm("\(block).attn_ln"),
            queryKeyValue: try linear(
                ["\(name).query", "\(name).key", "\(name).value"], biased: [true, false, true]),
            out: try linear(["\(name).out"], biased: [true]))
    }

    func crossAttention(_ block: String) throws -> CrossAttentionWeights {
        let name = "\(block).cross_attn"
        return CrossAttentionWeights(
            norm: try norm("\(block).cross_attn_ln"),
            query: try linear(["\(name).query"], biased: [true]),
            // Of all the audio at once: arithmetic is what they wait for.
            keyValue: try linear(
                ["\(name).key", "\(name).value"], biased: [false, true],
                fineActivations: checkpoint.dimensions.isNarrow),
            out: try linear(["\(name).out"], biased: [true]))
    }

    func mlp(_ block: String) throws -> MLPWeights {
        MLPWeights(
            norm: try norm("\(block).mlp_ln"),
            fc1: try linear(["\(block).mlp.0"], biased: [true]),
            fc2: try linear(["\(block).mlp.2"], biased: [true]))
    }
}

/// Fixed positions of the encoder `[length, channels]`: sines in the first half of the channels,
/// cosines in the second.
///
/// ref: openai-whisper `model.py`, `sinusoids`.
func sinusoids(length: Int, channels: Int) -> [Float] {
    let half = channels / 2
    let increment = log(10_000.0) / Double(max(half - 1, 1))
    var table = [Float](repeating: 0, count: length * channels)
    for position in 0..<length {
        for channel in 0..<half {
            let angle = Double(position) * exp(-increment * Double(channel))
            table[position * channels + channel] = Float(sin(angle))
            table[position * channels + half + channel] = Float(cos(angle))
        }
    }
    return table
}
