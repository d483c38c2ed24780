import Compute

extension WhisperModel {
    /// What an operation of this model's engine is for.
    public func name(of kind: OperationRecorder.Kind) -> String {
        switch kind {
        case .linear(let weights): linearNames[weights] ?? "another model's product"
        case .attention: "encoder: attention"
        case .storedAttention(shared: true): "decoder: attention to the audio"
        case .storedAttention(shared: false): "decoder: attention to the text"
        case .store: "decoder: storing keys, values"
        case .layerNorm: "layer norm by itself"
        case .logits: "decoder: pass over the logits"
        }
    }

    private var linearNames: [ObjectIdentifier: String] {
        var names: [ObjectIdentifier: String] = [:]
        func name(_ weights: LinearWeights, _ name: String) { names[ObjectIdentifier(weights)] = name }
        name(encoder.conv1, "encoder: first convolution")
        name(encoder.conv2, "encoder: second convolution")
        for block in encoder.blocks {
            name(block.attention.queryKeyValue, "encoder: query, key, value")
            name(block.attention.out, "encoder: attention out")
            name(block.mlp.fc1, "encoder: MLP")
        }
        for block in decoder.blocks {
            name(block.attention.queryKeyValue, "decoder: query, key, value")
            name(block.attention.out, "decoder: attention out")
            name(block.crossAttention.query, "decoder: query to the audio")
            name(block.crossAttention.keyValue, "encoder: keys, values for the decoder")
            name(block.crossAttention.out, "decoder: audio attention out")
            name(block.mlp.fc1, "decoder: MLP")
        }
        name(decoder.vocabulary, "decoder: vocabulary")
        return names
    }
}
