import Checkpoints
import Compute

/// Gives the logits of the tokens that follow sequences of tokens; keys and values of what was fed before
/// are kept.
///
/// It holds several windows of audio, and several sequences about each: the beams of a search, or samples.
/// One step feeds a token to any number of them in one pass over the weights.
///
/// ref: openai-whisper `model.py`, `TextDecoder`.
public final class TextDecoder {
    /// The model that decodes.
    public let model: WhisperModel
    /// Windows of audio there is room for.
    public let windowCount: Int
    /// Sequences about each window.
    public let sequencesPerWindow: Int

    /// Sees what each layer leaves, `[tokens, state]`, for whoever compares.
    public var watch: ((_ layer: String, _ values: UnsafeBufferPointer<Float>) -> Void)?

    /// Positions of the audio that are attended to: all but where a short window was encoded.
    public private(set) var positions: Int
    private let sequences: SequenceRows
    private let selfAttention: [KeyValueStore]  // a layer: [sequences · textContext, state]
    let crossAttention: [KeyValueStore]  // a layer: [windows · audioRows, state]
    let audioRows: Int  // from one window's audio to the next
    let scratch: Scratch
    private let batch: DecoderBatch
    // Written before they are read: what a short sequence leaves untouched takes no memory.
    let hidden: UnsafeMutableBufferPointer<Float>  // [rows, state]
    private let queryKeyValue: UnsafeMutableBufferPointer<Float>  // [rows, 3·state]
    private let attended: UnsafeMutableBufferPointer<Float>  // [rows, state]
    private let logits: UnsafeMutableBufferPointer<Float>  // [sequences, vocabulary]
    /// Sees each layer's queries to the audio, `[count, state]`, where words are aligned.
    var crossQueries: ((_ layer: Int, _ queries: UnsafePointer<Float>, _ count: Int) -> Void)?

    /// Allocates everything that the windows and their sequences need; feeding them allocates nothing.
    public init(_ model: WhisperModel, windows: Int = 1, sequencesPerWindow: Int = 1) {
        precondition(windows > 0 && sequencesPerWindow > 0)
        self.model = model
        windowCount = windows
        positions = model.dimensions.audioContext
        self.sequencesPerWindow = sequencesPerWindow
        let dimensions = model.dimensions
        let state = dimensions.textState
        let sequences = SequenceRows(
            sequences: windows * sequencesPerWindow, capacity: dimensions.textContext)
        self.sequences = sequences
        let (layers, heads) = (dimensions.textLayers, dimensions.textHeads)
        func stores(_ capacity: Int, compact: Bool, _ memory: LargeMemory? = nil) -> [KeyValueStore] {
            (0..<layers).map { _ in
                KeyValueStore(
                    capacity: capacity, state: state, heads: heads, compact: compact,
                    arrangedFor: compact ? model.engine : nil, in: memory)
            }
        }
        // A step reads few rows of its own sequence but all of the audio's: those are worth rounding.
        selfAttention = stores(sequences.rowCount, compact: false)
        audioRows = KeyValueStore.wholeRuns(dimensions.audioContext)
        let audio = windows * audioRows
        let compact = model.precision == .int8 && !dimensions.isNarrow
        crossAttention = stores(
            audio, compact: compact,
            LargeMemory(
                byteCount: layers
                    * KeyValueStore.room(capacity: audio, state: state, heads: heads, compact: compact)))
        let rows = max(dimensions.textContext, windows * sequencesPerWindow)
        batch = DecoderBatch(capacity: rows)
        hidden = .allocate(capacity: rows * state)
        queryKeyValue = .allocate(capacity: rows * 3 * state)
        attended = .allocate(capacity: rows * state)
        logits = .zeros(windows * sequencesPerWindow * dimensions.vocabularySize)
        scratch = Scratch(
            engine: model.engine, maximumRows: max(rows, dimensions.audioContext),
            maximumInputs: 4 * state)
    }

    deinit {
        for buffer in [hidden, queryKeyValue, attended, logits] { buffer.deallocate() }
    }

    /// Takes the encoder's features as what a window's text is about: their keys and values, once a window.
    /// Tokens fed to its sequences before are forgotten. Where there are several windows, all must be whole.
    public func attend(to encoder: AudioEncoder, window: Int = 0) {
        precondition(windowCount == 1 || encoder.positions == model.dimensions.audioContext)
        positions = encoder.positions
        guard let features = encoder.features.baseAddress, let keyValue = encoder.workspace.baseAddress,
            let typical = queryKeyValue.baseAddress
        else { return }
        let (context, state) = (positions, model.dimensions.textState)
        for (block, store) in zip(model.decoder.blocks, crossAttention) {
            model.engine.linear(
                block.crossAttention.keyValue, features, rows: context, rowStride: state, norm: nil,
                into: keyValue, outStride: 2 * state, epilogue: .store, scratch: scratch)
            let centre =
                store.isCompact
                ? meanOfSome(keyValue, context, state, stride: 2 * state, into: typical) : nil
            store.store(
                keys: keyValue, values: keyValue + state, stride: 2 * state, count: context,
                at: window * audioRows, centre: centre, engine: model.engine)
        }
        forgetTokens(window: window)
    }

    /// Tokens fed to a window's first sequence since they were last forgotten.
    public func tokenCount(window: Int = 0) -> Int { Int(sequences.lengths[firstSequence(of: window)]) }

    /// The number of a window's first sequence; its others follow.
    public func firstSequence(of window: Int) -> Int { window * sequencesPerWindow }

    /// Starts a window's sequences anew, over the same audio.
    public func forgetTokens(window: Int = 0) {
        let first = firstSequence(of: window)
        sequences.clear(first..<first + sequencesPerWindow)
    }

    /// Feeds tokens to a window's first sequence, behind those fed before.
    /// - Parameters:
    ///   - tokens: ids within the vocabulary; what does not fit the text context is left out.
    ///   - window: whose first sequence it is.
    ///   - index: a token of these whose own logits `look` is to see; the last one's are returned.
    ///   - look: sees the logits behind that token, `[vocabulary]`.
    /// - Returns: the logits behind the last token, `[vocabulary]`, valid until the next call.
    @discardableResult
    public func append(
        _ tokens: [Int], window: Int = 0, lookingAt index: Int? = nil,
        look: (UnsafeMutableBufferPointer<Float>) -> Void = { _ in }
    ) -> UnsafeMutableBufferPointer<Float> {
        batch.clear()
        for token in tokens { add(token, to: firstSequence(of: window)) }
        guard batch.count > 0, let hidden = run() else { return logits(ofRow: 0) }
        let state = model.dimensions.textState
        if let index, index < batch.count {
            project(hidden + index * state, count: 1)
            look(logits(ofRow: 0))
            if index == batch.count - 1 { return logits(ofRow: 0) }
        }
        project(hidden + (batch.count - 1) * state, count: 1)
        return logits(ofRow: 0)
    }

    /// Feeds one token to each of some sequences, all in one pass over the weights. The logits behind
    /// them are then at `logits(ofRow:)`, in the order of `tokens`.
    /// - Parameters:
    ///   - tokens: ids within the vocabulary, one a sequence.
    ///   - sequences: their numbers, each once; it is best for those of a window to stand together. Those
    ///     whose text context is full must not be among them.
    public func step(_ tokens: [Int], sequences: [Int]) {
        batch.clear()
        for (token, sequence) in zip(tokens, sequences) { add(token, to: sequence) }
        precondition(batch.count == tokens.count)
        guard batch.count > 0, let hidden = run() else { return }
        project(hidden, count: batch.count)
    }

    /// The logits `[vocabulary]` behind a token of the last step; valid, and to be written on, until the next.
    public func logits(ofRow row: Int) -> UnsafeMutableBufferPointer<Float> {
        let size = model.dimensions.vocabularySize
        return .init(rebasing: logits[row * size..<(row + 1) * size])
    }

    /// Sequence `i` of a window becomes what `sources[i]` was, both counted within the window; keys and values
    /// stay where they are. All zeros lets every sequence go on from the first one's tokens.
    ///
    /// Sequences that share tokens grow together from then on, or no longer.
    public func rearrange(window: Int = 0, from sources: [Int]) {
        sequences.rearrange(from: firstSequence(of: window), sources)
    }

    /// Adds a token to the next pass; none where its sequence is full.
    private func add(_ token: Int, to sequence: Int) {
        let position = Int(sequences.lengths[sequence])
        guard position < sequences.capacity else { return }
        let audio = sequence / sequencesPerWindow * audioRows
        batch.add(
            token: token, position: position, row: sequences.extend(sequence),
            rows: sequences.rows(of: sequence), audio: audio)
    }

    /// All blocks over the tokens of the batch; returns their hidden states, `[count, state]`.
    private func run() -> UnsafeMutablePointer<Float>? {
        guard let hidden = hidden.baseAddress else { return nil }
        embed(into: hidden)
        for layer in model.decoder.blocks.indices {
            run(layer, hidden)
            watch?(
                "decoder block \(layer + 1)",
                UnsafeBufferPointer(start: hidden, count: batch.count * model.dimensions.textState))
        }
        return hidden
    }

    private func embed(into hidden: UnsafeMutablePointer<Float>) {
        let (weights, state) = (model.decoder, model.dimensions.textState)
        for row in 0..<batch.count {
            let target = hidden + row * state
            weights.vocabulary.copyRow(batch.tokens[row], into: target)
            let position = batch.positions[row] * state
            for channel in 0..<state { target[channel] += weights.positions[position + channel] }
        }
    }

    private func run(_ layer: Int, _ hidden: UnsafeMutablePointer<Float>) {
        guard let queryKeyValue = queryKeyValue.baseAddress, let attended = attended.baseAddress else {
            return
        }
        let (engine, block, state) = (model.engine, model.decoder.blocks[layer], model.dimensions.textState)

        func linear(
            _ weights: LinearWeights, _ input: UnsafePointer<Float>, norm: LayerNormWeights?,
            into output: UnsafeMutablePointer<Float>, _ epilogue: Epilogue
        ) {
            engine.linear(
                weights, input, rows: batch.count, rowStride: state, norm: norm, into: output,
                outStride: weights.outputs, epilogue: epilogue, scratch: scratch)
        }
        func attend(_ store: KeyValueStore, queryStride: Int, reading rows: KeyValueRows) {
            engine.attention(
                queries: queryKeyValue, queryStride: queryStride, count: batch.count, over: store,
                reading: rows, into: attended, outStride: state, scratch: scratch)
        }

        linear(block.attention.queryKeyValue, hidden, norm: block.attention.norm, into: queryKeyValue, .store)
        for row in 0..<batch.count {
            let keys = queryKeyValue + row * 3 * state + state
            selfAttention[layer].store(
                keys: keys, values: keys + state, stride: 3 * state, count: 1, at: batch.rows[row],
                engine: engine)
        }
        attend(
            selfAttention[layer], queryStride: 3 * state,
            reading: .tables(batch.tables, counts: batch.counts))
        linear(block.attention.out, attended, norm: nil, into: hidden, .accumulate)

        linear(
            block.crossAttention.query, hidden, norm: block.crossAttention.norm, into: queryKeyValue, .store)
        crossQueries?(layer, queryKeyValue, batch.count)
        attend(
            crossAttention[layer], queryStride: state,
            reading: .runs(starts: batch.audio, length: positions))
        linear(block.crossAttention.out, attended, norm: nil, into: hidden, .accumulate)

        engine.mlp(
            hidden, rows: batch.count, norm: block.mlp.norm, fc1: block.mlp.fc1, fc2: block.mlp.fc2,
            scratch: scratch)
    }

    /// Logits of hidden states: their products with every token's embedding.
    private func project(_ hidden: UnsafePointer<Float>, count: Int) {
        guard let logits = logits.baseAddress else { return }
        model.engine.linear(
            model.decoder.vocabulary, hidden, rows: count, rowStride: model.dimensions.textState,
            norm: model.decoder.finalNorm, into: logits, outStride: model.dimensions.vocabularySize,
            epilogue: .store, scratch: scratch)
    }
}

/// The mean of every eighth of some rows, `[width]`: about the middle of all. Taken from each key it changes nothing but
/// a constant, which the softmax forgets, and leaves less of a range to be rounded in.
private func meanOfSome(
    _ rows: UnsafePointer<Float>, _ count: Int, _ width: Int, stride: Int,
    into mean: UnsafeMutablePointer<Float>
) -> UnsafePointer<Float> {
    mean.update(repeating: 0, count: width)
    for row in Swift.stride(from: 0, to: count, by: 8) {
        let row = rows + row * stride
        for channel in 0..<width { mean[channel] += row[channel] }
    }
    let share = 1 / Float((count + 7) / 8)
    for channel in 0..<width { mean[channel] *= share }
    return UnsafePointer(mean)
}

extension UnsafeMutableBufferPointer<Float> {
    /// A new buffer of zeros; whoever asks for it frees it.
    static func zeros(_ count: Int) -> Self {
        let buffer = Self.allocate(capacity: count)
        buffer.initialize(repeating: 0)
        return buffer
    }
}
