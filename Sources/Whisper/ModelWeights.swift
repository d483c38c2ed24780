import Checkpoints
import Compute

/// Weights of a block's attention to its own sequence.
struct SelfAttentionWeights: Sendable {
    let norm: LayerNormWeights
    /// Query, key and value stacked: `[3·state, state]`. Keys have no bias.
    let queryKeyValue: LinearWeights
    let out: LinearWeights
}

/// Weights of a decoder block's attention to the encoded audio.
struct CrossAttentionWeights: Sendable {
    let norm: LayerNormWeights
    let query: LinearWeights
    /// Key and value stacked: `[2·state, state]`. Keys have no bias.
    let keyValue: LinearWeights
    let out: LinearWeights
}

/// Weights of a block's two-layer perceptron, four times as wide inside.
struct MLPWeights: Sendable {
    let norm: LayerNormWeights
    let fc1: LinearWeights
    let fc2: LinearWeights
}

/// What the encoder learned.
struct EncoderWeights: Sendable {
    /// Kernel 3, stride 1, over mel bands: `[state, 3·bands]`.
    let conv1: LinearWeights
    /// Kernel 3, stride 2: `[state, 3·state]`.
    let conv2: LinearWeights
    /// Sinusoids `[context, state]`.
    let positions: [Float]
    let blocks: [Block]
    let finalNorm: LayerNormWeights

    struct Block: Sendable {
        let attention: SelfAttentionWeights
        let mlp: MLPWeights
    }

    init(_ reader: WeightReader, _ dimensions: ModelDimensions) throws {
        conv1 = try reader.convolution("encoder.conv1")
        conv2 = try reader.convolution("encoder.conv2")
        positions =
            try reader.optionalFloats("encoder.positional_embedding")
            ?? sinusoids(length: dimensions.audioContext, channels: dimensions.audioState)
        blocks = try (0..<dimensions.audioLayers).map { layer in
            let prefix = "encoder.blocks.\(layer)"
            return Block(
                attention: try reader.selfAttention(prefix), mlp: try reader.mlp(prefix))
        }
        finalNorm = try reader.norm("encoder.ln_post")
    }
}

/// What the decoder learned.
struct DecoderWeights: Sendable {
    /// The embedding of every token `[vocabulary, state]`, packed to project hidden states onto it; tokens
    /// look up their rows in it too.
    let vocabulary: LinearWeights
    /// Learned positions `[context, state]`.
    let positions: [Float]
    let blocks: [Block]
    let finalNorm: LayerNormWeights

    struct Block: Sendable {
        let attention: SelfAttentionWeights
        let crossAttention: CrossAttentionWeights
        let mlp: MLPWeights
    }

    init(_ reader: WeightReader, _ dimensions: ModelDimensions) throws {
        vocabulary = try reader.linear(["decoder.token_embedding"], biased: [false])
        positions = try reader.floats("decoder.positional_embedding")
        blocks = try (0..<dimensions.textLayers).map { layer in
            let prefix = "decoder.blocks.\(layer)"
            return Block(
                attention: try reader.selfAttention(prefix),
                crossAttention: try reader.crossAttention(prefix),
                mlp: try reader.mlp(prefix))
        }
        finalNorm = try reader.norm("decoder.ln")
    }
}
