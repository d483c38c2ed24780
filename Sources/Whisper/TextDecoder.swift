import Checkpoints
import Compute

/// Gives the logits of the token that follows a sequence, one or several tokens at a time; keys and
/// values of what was fed before are kept.
///
/// ref: openai-whisper `model.py`, `TextDecoder`.
public final class TextDecoder {
    /// The model that decodes.
    public let model: WhisperModel
    /// Tokens fed since they were last forgotten.
    public private(set) var tokenCount = 0

    /// Sees what each layer leaves, `[tokens, state]`, for whoever compares.
    public var watch: ((_ layer: String, _ values: UnsafeBufferPointer<Float>) -> Void)?

    private let selfAttention: [KeyValueStore]  // a layer: [textContext, state]
    let crossAttention: [KeyValueStore]  // a layer: [audioContext, state]
    let scratch: Scratch
    // Written before they are read: what a short sequence leaves untouched takes no memory.
    let hidden: UnsafeMutableBufferPointer<Float>  // [textContext, state]
    private let queryKeyValue: UnsafeMutableBufferPointer<Float>  // [textContext, 3·state]
    private let attended: UnsafeMutableBufferPointer<Float>  // [textContext, state]
    private let logits: UnsafeMutableBufferPointer<Float>  // [vocabulary]
    /// Sees each layer's queries to the audio, `[count, state]`, where words are aligned.
    var crossQueries: ((_ layer: Int, _ queries: UnsafePointer<Float>, _ count: Int) -> Void)?

    /// Allocates everything a sequence needs; feeding it allocates nothing.
    public init(_ model: WhisperModel) {
        self.model = model
        let dimensions = model.dimensions
        let (context, state) = (dimensions.textContext, dimensions.textState)
        func stores(_ capacity: Int, compact: Bool) -> [KeyValueStore] {
            (0..<dimensions.textLayers).map { _ in
                KeyValueStore(
                    capacity: capacity, state: state, heads: dimensions.textHeads, compact: compact)
            }
        }
        // A step reads few rows of its own sequence but all of the audio's: those are worth rounding.
        selfAttention = stores(context, compact: false)
        crossAttention = stores(
            dimensions.audioContext, compact: model.precision == .int8 && !dimensions.isNarrow)
        hidden = .allocate(capacity: context * state)
        queryKeyValue = .allocate(capacity: context * 3 * state)
        attended = .allocate(capacity: context * state)
        logits = .zeros(dimensions.vocabularySize)
        scratch = Scratch(
            engine: model.engine, maximumRows: max(context, dimensions.audioContext),
            maximumInputs: 4 * state)
    }

    deinit {
        for buffer in [hidden, queryKeyValue, attended, logits] { buffer.deallocate() }
    }

    /// Takes the encoder's features as what the text is about: their keys and values, once a window.
    /// Tokens fed before are forgotten.
    public func attend(to encoder: AudioEncoder) {
        guard let features = encoder.features.baseAddress, let keyValue = encoder.workspace.baseAddress else {
            return
        }
        let (context, state) = (model.dimensions.audioContext, model.dimensions.textState)
        for (block, store) in zip(model.decoder.blocks, crossAttention) {
            model.engine.linear(
                block.crossAttention.keyValue, features, rows: context, rowStride: state, norm: nil,
                into: keyValue, outStride: 2 * state, epilogue: .store, scratch: scratch)
            if store.isCompact { subtractMean(ofRows: keyValue, context, state, stride: 2 * state) }
            store.store(
                keys: keyValue, values: keyValue + state, stride: 2 * state, count: context, at: 0,
                engine: model.engine)
        }
        forgetTokens()
    }

    /// Starts a new sequence over the same audio.
    public func forgetTokens() { tokenCount = 0 }

    /// Feeds tokens behind those fed before.
    /// - Parameters:
    ///   - tokens: ids within the vocabulary; what does not fit the text context is left out.
    ///   - index: a token of these whose own logits `look` is to see; the last one's are returned.
    ///   - look: sees the logits behind that token, `[vocabulary]`.
    /// - Returns: the logits behind the last token, `[vocabulary]`, valid until the next call.
    @discardableResult
    public func append(
        _ tokens: [Int], lookingAt index: Int? = nil,
        look: (UnsafeMutableBufferPointer<Float>) -> Void = { _ in }
    ) -> UnsafeMutableBufferPointer<Float> {
        let count = min(tokens.count, model.dimensions.textContext - tokenCount)
        guard count > 0, let hidden = hidden.baseAddress else { return logits }
        embed(tokens.prefix(count), into: hidden)
        for layer in model.decoder.blocks.indices {
            run(layer, hidden, count: count)
            watch?(
                "decoder block \(layer + 1)",
                UnsafeBufferPointer(start: hidden, count: count * model.dimensions.textState))
        }
        tokenCount += count
        if let index, index < count {
            project(hidden + index * model.dimensions.textState)
            look(logits)
            if index == count - 1 { return logits }
        }
        project(hidden + (count - 1) * model.dimensions.textState)
        return logits
    }

    private func embed(_ tokens: ArraySlice<Int>, into hidden: UnsafeMutablePointer<Float>) {
        let (weights, state) = (model.decoder, model.dimensions.textState)
        for (row, token) in tokens.enumerated() {
            let target = hidden + row * state
            weights.vocabulary.copyRow(token, into: target)
            let position = (tokenCount + row) * state
            for channel in 0..<state { target[channel] += weights.positions[position + channel] }
        }
    }

    private func run(_ layer: Int, _ hidden: UnsafeMutablePointer<Float>, count: Int) {
        guard let queryKeyValue = queryKeyValue.baseAddress, let attended = attended.baseAddress else {
            return
        }
        let (engine, block, state) = (model.engine, model.decoder.blocks[layer], model.dimensions.textState)

        func linear(
            _ weights: LinearWeights, _ input: UnsafePointer<Float>, norm: LayerNormWeights?,
            into output: UnsafeMutablePointer<Float>, _ epilogue: Epilogue
        ) {
            engine.linear(
                weights, input, rows: count, rowStride: state, norm: norm, into: output,
                outStride: weights.outputs, epilogue: epilogue, scratch: scratch)
        }
        func attend(_ store: KeyValueStore, queryStride: Int, reading rows: KeyValueRows) {
            engine.attention(
                queries: queryKeyValue, queryStride: queryStride, count: count, over: store, reading: rows,
                into: attended, outStride: state, scratch: scratch)
        }

        linear(block.attention.queryKeyValue, hidden, norm: block.attention.norm, into: queryKeyValue, .store)
        selfAttention[layer].store(
            keys: queryKeyValue + state, values: queryKeyValue + 2 * state, stride: 3 * state, count: count,
            at: tokenCount, engine: engine)
        attend(selfAttention[layer], queryStride: 3 * state, reading: .causal(base: 0, past: tokenCount))
        linear(block.attention.out, attended, norm: nil, into: hidden, .accumulate)

        linear(
            block.crossAttention.query, hidden, norm: block.crossAttention.norm, into: queryKeyValue, .store)
        crossQueries?(layer, queryKeyValue, count)
        attend(
            crossAttention[layer], queryStride: state, reading: .shared(0..<model.dimensions.audioContext))
        linear(block.crossAttention.out, attended, norm: nil, into: hidden, .accumulate)

        engine.mlp(
            hidden, rows: count, norm: block.mlp.norm, fc1: block.mlp.fc1, fc2: block.mlp.fc2,
            scratch: scratch)
    }

    /// Logits of one hidden state: its product with every token's embedding.
    private func project(_ hidden: UnsafePointer<Float>) {
        guard let logits = logits.baseAddress else { return }
        model.engine.linear(
            model.decoder.vocabulary, hidden, rows: 1, rowStride: model.dimensions.textState,
            norm: model.decoder.finalNorm, into: logits, outStride: model.dimensions.vocabularySize,
            epilogue: .store, scratch: scratch)
    }
}

/// Takes from rows `[count, width]` their mean. Of keys that changes nothing but a constant, the same for
/// every key, which the softmax forgets; what is left has a smaller range to be rounded in.
private func subtractMean(ofRows rows: UnsafeMutablePointer<Float>, _ count: Int, _ width: Int, stride: Int) {
    let mean = UnsafeMutableBufferPointer<Float>.zeros(width)
    defer { mean.deallocate() }
    guard let mean = mean.baseAddress else { return }
    for row in 0..<count {
        let row = rows + row * stride
        for channel in 0..<width { mean[channel] += row[channel] }
    }
    for channel in 0..<width { mean[channel] /= Float(count) }
    for row in 0..<count {
        let row = rows + row * stride
        for channel in 0..<width { row[channel] -= mean[channel] }
    }
}

extension UnsafeMutableBufferPointer<Float> {
    /// A new buffer of zeros; whoever asks for it frees it.
    static func zeros(_ count: Int) -> Self {
        let buffer = Self.allocate(capacity: count)
        buffer.initialize(repeating: 0)
        return buffer
    }
}
