extension ModelDimensions {
    /// Calls `visit` with the name and the shape of every tensor a model of these dimensions has, under the
    /// names of openai-whisper's `state_dict`. The encoder's positions are not among them: they are fixed
    /// sinusoids, which a file may carry or leave out.
    public func forEachTensor(_ visit: (_ name: String, _ shape: [Int]) throws -> Void) rethrows {
        try visit("encoder.conv1.weight", [audioState, melBands, 3])
        try visit("encoder.conv1.bias", [audioState])
        try visit("encoder.conv2.weight", [audioState, audioState, 3])
        try visit("encoder.conv2.bias", [audioState])
        for block in 0..<audioLayers {
            let name = "encoder.blocks.\(block)"
            try Self.attention("\(name).attn", audioState, visit)
            try Self.feedForward("\(name).mlp", audioState, visit)
        }
        try Self.layerNorm("encoder.ln_post", audioState, visit)

        try visit("decoder.token_embedding.weight", [vocabularySize, textState])
        try visit("decoder.positional_embedding", [textContext, textState])
        for block in 0..<textLayers {
            let name = "decoder.blocks.\(block)"
            try Self.attention("\(name).attn", textState, visit)
            try Self.attention("\(name).cross_attn", textState, visit)
            try Self.feedForward("\(name).mlp", textState, visit)
        }
        try Self.layerNorm("decoder.ln", textState, visit)
    }

    /// The encoder's positions, which a file may carry: [audioContext, audioState].
    static let encoderPositions = "encoder.positional_embedding"

    private static func attention(
        _ name: String, _ state: Int, _ visit: (String, [Int]) throws -> Void
    ) rethrows {
        for projection in ["query", "key", "value", "out"] {
            try visit("\(name).\(projection).weight", [state, state])
            // Keys have no bias: softmax would not notice it.
            if projection != "key" { try visit("\(name).\(projection).bias", [state]) }
        }
        try layerNorm("\(name)_ln", state, visit)
    }

    private static func feedForward(
        _ name: String, _ state: Int, _ visit: (String, [Int]) throws -> Void
    ) rethrows {
        try visit("\(name).0.weight", [4 * state, state])
        try visit("\(name).0.bias", [4 * state])
        try visit("\(name).2.weight", [state, 4 * state])
        try visit("\(name).2.bias", [state])
        try layerNorm("\(name)_ln", state, visit)
    }

    private static func layerNorm(
        _ name: String, _ state: Int, _ visit: (String, [Int]) throws -> Void
    ) rethrows {
        try visit("\(name).weight", [state])
        try visit("\(name).bias", [state])
    }

    /// Why no Whisper model has these dimensions; nil when one could. Checked before anything is sized from
    /// them: the bounds are several times those of the largest published model, so no product overflows.
    var problem: String? {
        let bounds: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("n_mels", melBands, 1...1024),
            ("n_audio_ctx", audioContext, 1...65_536),
            ("n_audio_state", audioState, 4...16_384),
            ("n_audio_head", audioHeads, 1...1024),
            ("n_audio_layer", audioLayers, 1...256),
            ("n_vocab", vocabularySize, 1...1_048_576),
            ("n_text_ctx", textContext, 1...65_536),
            ("n_text_state", textState, 4...16_384),
            ("n_text_head", textHeads, 1...1024),
            ("n_text_layer", textLayers, 1...256),
        ]
        for (name, value, range) in bounds where !range.contains(value) {
            return "\(name) is \(value), outside \(range.lowerBound) to \(range.upperBound)"
        }
        guard audioState == textState else {
            return "n_audio_state \(audioState) and n_text_state \(textState) differ"
        }
        guard audioState % 2 == 0 else { return "n_audio_state \(audioState) is odd" }
        guard audioState % audioHeads == 0, textState % textHeads == 0 else {
            return "the heads (\(audioHeads), \(textHeads)) do not divide the state \(audioState)"
        }
        return nil
    }
}
