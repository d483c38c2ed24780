import Checkpoints
import Compute

/// A model of a published Whisper's exact dimensions with random weights, made in memory: with it anybody
/// can measure a machine without a download. What it hears is nonsense; what it costs is the same.
public enum SyntheticModel: String, Sendable, CaseIterable {
    /// 37 million parameters.
    case tiny
    /// 72 million parameters.
    case base
    /// 241 million parameters.
    case small
    /// 762 million parameters.
    case medium
    /// 1.5 billion parameters, 128 mel bands.
    case largeV3 = "large-v3"
    /// large-v3 with 4 decoder blocks instead of 32.
    case turbo

    /// The dimensions as published.
    public var dimensions: ModelDimensions {
        switch self {
        case .tiny: Self.dimensions(state: 384, heads: 6, layers: 4)
        case .base: Self.dimensions(state: 512, heads: 8, layers: 6)
        case .small: Self.dimensions(state: 768, heads: 12, layers: 12)
        case .medium: Self.dimensions(state: 1024, heads: 16, layers: 24)
        case .largeV3: Self.dimensions(bands: 128, vocabulary: 51866, state: 1280, heads: 20, layers: 32)
        case .turbo:
            Self.dimensions(
                bands: 128, vocabulary: 51866, state: 1280, heads: 20, layers: 32, textLayers: 4)
        }
    }

    private static func dimensions(
        bands: Int = 80, vocabulary: Int = 51865, state: Int, heads: Int, layers: Int, textLayers: Int? = nil
    ) -> ModelDimensions {
        ModelDimensions(
            melBands: bands, audioContext: 1500, audioState: state, audioHeads: heads, audioLayers: layers,
            vocabularySize: vocabulary, textContext: 448, textState: state, textHeads: heads,
            textLayers: textLayers ?? layers)
    }

    /// The model's tensors in half precision, the same at every call.
    func checkpoint() throws -> Checkpoint {
        let dimensions = dimensions
        var tensors: [String: StoredTensor] = [:]
        dimensions.forEachTensor { name, shape in
            let isScale = shape.count == 1 && name.hasSuffix(".weight")
            let seed = UInt64(tensors.count) << 40
            let bytes = isScale ? ones(shape[0]) : randomHalves(shape: shape, seed: seed)
            // The one tensor that a model looks things up in later: a real one lies in the model's file.
            let isKept = name == "decoder.token_embedding.weight"
            let kept = isKept ? StoredTensor(shape: shape, type: .float16, spilling: bytes) : nil
            tensors[name] = kept ?? StoredTensor(shape: shape, type: .float16, copying: bytes)
        }
        return try Checkpoint(name: "synthetic \(rawValue)", dimensions: dimensions, tensors: tensors)
    }
}

extension Model {
    /// A model of random weights, for measuring.
    /// - Parameters:
    ///   - size: which of the published models it is as large as.
    ///   - threads: threads to compute with; nil for one a physical core.
    ///   - kernels: name of a kernel table; nil for the best this machine has.
    ///   - precision: how the weights are kept; nil for `int8`.
    public static func synthetic(
        _ size: SyntheticModel, threads: Int? = nil, kernels: String? = nil, precision: Precision? = nil
    ) throws -> Model {
        try Model(size.checkpoint(), threads: threads, kernels: kernels, precision: precision)
    }
}

private func ones(_ count: Int) -> [UInt8] {
    let one = Float16(1).bitPattern
    return (0..<count).flatMap { _ in [UInt8(one & 0xFF), UInt8(one >> 8)] }
}

/// Halves of either sign and of a size near 1/√inputs, so that activations stay near 1 through any number
/// of blocks: one exponent for all, sign and mantissa from a hash of the position.
private func randomHalves(shape: [Int], seed: UInt64) -> [UInt8] {
    let inputs = shape.count == 1 ? shape[0] : shape.dropFirst().reduce(1, *)
    let exponent = 15 + (1 / (1.5 * Double(inputs).squareRoot())).exponent
    let base = UInt64(exponent) << 10 * 0x0001_0001_0001_0001
    let count = 2 * shape.reduce(1, *)
    return [UInt8](unsafeUninitializedCapacity: (count + 7) / 8 * 8) { bytes, initialised in
        bytes.withMemoryRebound(to: UInt64.self) { words in
            for index in words.indices {
                words[index] = base | hash(seed &+ UInt64(index)) & 0x83FF_83FF_83FF_83FF
            }
        }
        initialised = count
    }
}

@inline(__always)
private func hash(_ value: UInt64) -> UInt64 {
    var mixed = (value &+ 1) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    mixed = mixed &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ mixed >> 32
}
