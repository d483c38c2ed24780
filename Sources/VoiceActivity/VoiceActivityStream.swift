import Compute

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How probable it is that somebody speaks, for each 32 ms of a recording that arrives in pieces.
///
/// ref: silero-vad 6.2.3, `OnnxWrapper.audio_forward`: the probabilities are its own within 0.001, the same to
/// the bit however the samples were cut into pieces. Memory is allocated once.
///
/// ```
/// let stream = VoiceActivityStream(try VoiceActivityModel())
/// stream.append(samples) { probability in … }     // as often as there are some
/// stream.finish { probability in … }              // for the chunk that is not full, if there is one
/// ```
public final class VoiceActivityStream {
    /// Samples appended so far.
    public private(set) var sampleCount = 0

    private typealias Model = VoiceActivityModel
    private let model: VoiceActivityModel
    private let scratch: Scratch
    private var filled = 0  // samples of the chunk that waits

    private let memory: UnsafeMutableBufferPointer<Float>
    private let samples: UnsafeMutablePointer<Float>  // [context + chunk + context]
    private let spectrum: UnsafeMutablePointer<Float>  // [frames, filters]
    /// What each convolution hears: `[1 + frames + 1, channels]`, zeros first and last.
    private let layers: [UnsafeMutablePointer<Float>]
    private let joined: UnsafeMutablePointer<Float>  // what the cell hears and what it said last: [2·state]
    private let gates: UnsafeMutablePointer<Float>  // [4·state]
    private let cell: UnsafeMutablePointer<Float>  // [state]

    /// A stream that has heard nothing.
    public init(_ model: VoiceActivityModel) {
        self.model = model
        scratch = Scratch(engine: model.engine, maximumRows: Model.frames, maximumInputs: 3 * 129)
        let inputs = Model.chunk + 2 * Model.context
        let sizes = [inputs, Model.frames * Model.filters, 2 * Model.state, 4 * Model.state, Model.state]
        let layerSizes = model.convolutions.map { ($0.frames + 2) * $0.channels }
        memory = .allocate(capacity: (sizes + layerSizes).reduce(0, +))
        memory.initialize(repeating: 0)
        var rest = UnsafeMutableBufferPointer(rebasing: memory[...])
        func place(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { rest = UnsafeMutableBufferPointer(rebasing: rest[count...]) }
            return rest.baseAddress ?? UnsafeMutablePointer(bitPattern: 4).unsafelyUnwrapped
        }
        samples = place(sizes[0])
        spectrum = place(sizes[1])
        joined = place(sizes[2])
        gates = place(sizes[3])
        cell = place(sizes[4])
        layers = layerSizes.map(place)
    }

    deinit { memory.deallocate() }

    /// Takes more samples, mono, 16 kHz, −1…1, any number of them.
    /// - Parameter heard: gets the probability of speech of each chunk that is complete.
    public func append(_ new: UnsafeBufferPointer<Float>, _ heard: (Float) throws -> Void) rethrows {
        var left = new
        while let next = left.baseAddress, !left.isEmpty {
            let count = min(left.count, Model.chunk - filled)
            (samples + Model.context + filled).update(from: next, count: count)
            filled += count
            sampleCount += count
            left = UnsafeBufferPointer(rebasing: left[count...])
            if filled == Model.chunk { try heard(listen()) }
        }
    }

    /// Announces the end of the recording: a chunk that is not full is heard with silence behind it.
    public func finish(_ heard: (Float) throws -> Void) rethrows {
        guard filled > 0 else { return }
        (samples + Model.context + filled).update(repeating: 0, count: Model.chunk - filled)
        try heard(listen())
    }

    /// The probability of the chunk that waits; the next one hears its end again.
    private func listen() -> Float {
        let (context, end) = (Model.context, Model.context + Model.chunk)
        // The end is mirrored around the last sample.
        for distance in 0..<context { samples[end + distance] = samples[end - 2 - distance] }
        computeSpectrum()
        convolve()
        remember()
        samples.update(from: samples + Model.chunk, count: context)
        filled = 0
        return probability()
    }

    /// Magnitudes of the spectrum, into the first convolution's frames.
    private func computeSpectrum() {
        linear(model.spectrum, samples, rows: Model.frames, rowStride: Model.hop, into: spectrum)
        let bins = Model.filters / 2
        let frames = layers[0] + bins
        for frame in 0..<Model.frames {
            let (real, imaginary) = (spectrum + frame * 2 * bins, spectrum + frame * 2 * bins + bins)
            for bin in 0..<bins {
                frames[frame * bins + bin] =
                    (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot()
            }
        }
    }

    /// Four convolutions, each followed by a rectifier; the last makes one frame, the cell's input.
    private func convolve() {
        for (number, layer) in model.convolutions.enumerated() {
            let outputs = layer.weights.outputs
            let rows = (layer.frames + layer.stride - 1) / layer.stride
            let target = number + 1 < layers.count ? layers[number + 1] + outputs : joined
            linear(
                layer.weights, layers[number], rows: rows, rowStride: layer.stride * layer.channels,
                into: target)
            for index in 0..<rows * outputs { target[index] = max(0, target[index]) }
        }
    }

    /// One step of the LSTM cell.
    private func remember() {
        linear(model.cell, joined, rows: 1, rowStride: 2 * Model.state, into: gates)
        let (state, hidden) = (Model.state, joined + Model.state)
        for index in 0..<state {
            let (input, forget) = (sigmoid(gates[index]), sigmoid(gates[state + index]))
            cell[index] = forget * cell[index] + input * tanhf(gates[2 * state + index])
            hidden[index] = sigmoid(gates[3 * state + index]) * tanhf(cell[index])
        }
    }

    private func probability() -> Float {
        let hidden = joined + Model.state
        var sum = model.outputBias
        model.output.withUnsafeBufferPointer { weights in
            for index in 0..<Model.state { sum += weights[index] * max(0, hidden[index]) }
        }
        return sigmoid(sum)
    }

    private func linear(
        _ weights: LinearWeights, _ x: UnsafeMutablePointer<Float>, rows: Int, rowStride: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        model.engine.linear(
            weights, x, rows: rows, rowStride: rowStride, norm: nil, into: y, outStride: weights.outputs,
            epilogue: .store, scratch: scratch)
    }
}

private func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }
