import Compute

/// How probable it is that somebody speaks, for each 32 ms of a recording that arrives in pieces.
///
/// ref: silero-vad 6.2.3, `OnnxWrapper.audio_forward`: the probabilities are its own within 0.001, the same to
/// the bit however the samples were cut into pieces. Memory is allocated once.
///
/// Chunks that are there at the same time share every pass over the weights, but for those of the cell, which
/// remembers the chunk before.
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
    private var waiting = 0  // chunks that are complete
    private var filled = 0  // samples of the chunk behind them

    /// Chunks that are heard together.
    private static let together = 8
    /// What is heard of a chunk: the end of the one before it, itself, its own end mirrored.
    private static let length = Model.chunk + 2 * Model.context

    private let memory: UnsafeMutableBufferPointer<Float>
    private let samples: UnsafeMutablePointer<Float>  // [together + 1, length]
    private let inputs: UnsafeMutablePointer<Float>  // what each output of a layer hears: [rows, inputs]
    private let frames: UnsafeMutablePointer<Float>  // what a layer says: [together, frames, channels]
    private let gates: UnsafeMutablePointer<Float>  // [together, 4·state]
    private let hidden: UnsafeMutablePointer<Float>  // what the cell said last: [state]
    private let cell: UnsafeMutablePointer<Float>  // [state]
    private let bent: UnsafeMutablePointer<Float>  // [state]

    /// A stream that has heard nothing.
    public init(_ model: VoiceActivityModel) {
        self.model = model
        let rows = Self.together * Model.frames
        let widest = model.convolutions.map(\.weights.inputs).max() ?? 0
        scratch = Scratch(engine: model.engine, maximumRows: rows, maximumInputs: widest)
        let sizes = [
            (Self.together + 1) * Self.length, rows * widest, rows * Model.filters,
            Self.together * 4 * Model.state, Model.state, Model.state, Model.state,
        ]
        memory = .allocate(capacity: sizes.reduce(0, +))
        memory.initialize(repeating: 0)
        var rest = UnsafeMutableBufferPointer(rebasing: memory[...])
        func place(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { rest = UnsafeMutableBufferPointer(rebasing: rest[count...]) }
            return rest.baseAddress ?? UnsafeMutablePointer(bitPattern: 4).unsafelyUnwrapped
        }
        let places = sizes.map(place)
        (samples, inputs, frames, gates) = (places[0], places[1], places[2], places[3])
        (hidden, cell, bent) = (places[4], places[5], places[6])
    }

    deinit { memory.deallocate() }

    /// Takes more samples, mono, 16 kHz, −1…1, any number of them.
    /// - Parameter heard: gets the probability of speech of each chunk that is complete.
    public func append(_ new: UnsafeBufferPointer<Float>, _ heard: (Float) throws -> Void) rethrows {
        var left = new
        while let next = left.baseAddress, !left.isEmpty {
            let count = min(left.count, Model.chunk - filled)
            (chunk(waiting) + Model.context + filled).update(from: next, count: count)
            filled += count
            sampleCount += count
            left = UnsafeBufferPointer(rebasing: left[count...])
            if filled == Model.chunk {
                complete()
                if waiting == Self.together { try listen(heard) }
            }
        }
        try listen(heard)
    }

    /// Announces the end of the recording: a chunk that is not full is heard with silence behind it.
    public func finish(_ heard: (Float) throws -> Void) rethrows {
        guard filled > 0 else { return }
        (chunk(waiting) + Model.context + filled).update(repeating: 0, count: Model.chunk - filled)
        complete()
        try listen(heard)
    }

    private func chunk(_ number: Int) -> UnsafeMutablePointer<Float> { samples + number * Self.length }

    /// The chunk under way is full: the next one hears its end again.
    private func complete() {
        let (samples, context, end) = (chunk(waiting), Model.context, Model.context + Model.chunk)
        // The end is mirrored around the last sample.
        for distance in 0..<context { samples[end + distance] = samples[end - 2 - distance] }
        waiting += 1
        filled = 0
        chunk(waiting).update(from: samples + Model.chunk, count: context)
    }

    /// Tells the probabilities of the chunks that wait.
    private func listen(_ heard: (Float) throws -> Void) rethrows {
        let count = waiting
        guard count > 0 else { return }
        computeSpectrum(count)
        convolve(count)
        // What is under way becomes the first to wait.
        samples.update(from: chunk(count), count: Model.context + filled)
        waiting = 0
        linear(model.cellInput, frames, rows: count, into: gates)
        for number in 0..<count {
            remember(gates + number * 4 * Model.state)
            try heard(probability())
        }
    }

    /// Magnitudes of the spectrum: `frames` of each chunk, `[filters / 2]`.
    private func computeSpectrum(_ count: Int) {
        let (length, bins) = (Model.filterLength, Model.filters / 2)
        for number in 0..<count {
            for frame in 0..<Model.frames {
                (inputs + (number * Model.frames + frame) * length)
                    .update(from: chunk(number) + frame * Model.hop, count: length)
            }
        }
        linear(model.spectrum, inputs, rows: count * Model.frames, into: frames)
        // In place: what is written was read.
        for row in 0..<count * Model.frames {
            let (real, imaginary) = (frames + row * 2 * bins, frames + row * 2 * bins + bins)
            for bin in 0..<bins {
                frames[row * bins + bin] =
                    (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot()
            }
        }
    }

    /// Four convolutions, each followed by a rectifier; the last leaves a frame a chunk, the cell's input.
    private func convolve(_ count: Int) {
        for layer in model.convolutions {
            let rows = count * ((layer.frames + layer.stride - 1) / layer.stride)
            gather(layer, count)
            linear(layer.weights, inputs, rows: rows, into: frames)
            for index in 0..<rows * layer.weights.outputs { frames[index] = max(0, frames[index]) }
        }
    }

    /// Three neighbouring frames a row; a frame of zeros stands at either end of a chunk.
    private func gather(_ layer: Model.Convolution, _ count: Int) {
        var target = inputs
        for number in 0..<count {
            for middle in stride(from: 0, to: layer.frames, by: layer.stride) {
                for frame in middle - 1...middle + 1 {
                    if frame < 0 || frame == layer.frames {
                        target.update(repeating: 0, count: layer.channels)
                    } else {
                        let source = frames + (number * layer.frames + frame) * layer.channels
                        target.update(from: source, count: layer.channels)
                    }
                    target += layer.channels
                }
            }
        }
    }

    /// One step of the LSTM cell.
    private func remember(_ gates: UnsafeMutablePointer<Float>) {
        linear(model.cellState, hidden, rows: 1, into: gates, .accumulate)
        let state = Model.state
        // tanh x = 2 σ(2x) − 1
        for index in 2 * state..<3 * state { gates[index] *= 2 }
        sigmoids(gates, 4 * state)
        for index in 0..<state {
            let new = 2 * gates[2 * state + index] - 1
            cell[index] = gates[state + index] * cell[index] + gates[index] * new
            bent[index] = 2 * cell[index]
        }
        sigmoids(bent, state)
        for index in 0..<state { hidden[index] = gates[3 * state + index] * (2 * bent[index] - 1) }
    }

    private func probability() -> Float {
        var sum = model.outputBias
        model.output.withUnsafeBufferPointer { weights in
            for index in 0..<Model.state { sum += weights[index] * max(0, hidden[index]) }
        }
        bent[0] = sum
        sigmoids(bent, 1)
        return bent[0]
    }

    /// x[i] = 1 / (1 + e^−x[i])
    private func sigmoids(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count { x[index] = -x[index] }
        model.engine.exponential(x, count: count, into: x)
        for index in 0..<count { x[index] = 1 / (1 + x[index]) }
    }

    private func linear(
        _ weights: LinearWeights, _ x: UnsafeMutablePointer<Float>, rows: Int,
        into y: UnsafeMutablePointer<Float>, _ epilogue: Epilogue = .store
    ) {
        model.engine.linear(
            weights, x, rows: rows, rowStride: weights.inputs, norm: nil, into: y,
            outStride: weights.outputs, epilogue: epilogue, scratch: scratch)
    }
}
