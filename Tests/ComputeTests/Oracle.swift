import Compute

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// The plain loops, in double precision, that every kernel is compared with.

/// W · x + b for rows of `inputs` floats, `rowStride` apart.
func naiveLinear(
    _ weights: [Float], bias: [Float]?, outputs: Int, inputs: Int, _ x: [Float], rows: Int, rowStride: Int
) -> [Double] {
    var result: [Double] = []
    for row in 0..<rows {
        for output in 0..<outputs {
            var sum = Double(bias?[output] ?? 0)
            for k in 0..<inputs {
                sum += Double(weights[output * inputs + k]) * Double(x[row * rowStride + k])
            }
            result.append(sum)
        }
    }
    return result
}

func naiveGelu(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }

func naiveNorm(_ x: [Float], gamma: [Float], beta: [Float]) -> [Float] {
    let width = gamma.count
    var result: [Float] = []
    for start in stride(from: 0, to: x.count, by: width) {
        let row = x[start..<start + width].map(Double.init)
        let mean = row.reduce(0, +) / Double(width)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        for (index, value) in row.enumerated() {
            let centred = (value - mean) / (variance + 1e-5).squareRoot()
            result.append(Float(centred * Double(gamma[index]) + Double(beta[index])))
        }
    }
    return result
}

/// softmax(q · kᵀ / √size) · v of one query over the given rows of one head.
func naiveAttention(
    _ q: ArraySlice<Float>, keys: [ArraySlice<Float>], values: [ArraySlice<Float>]
) -> [Double] {
    let scale = 1 / Double(q.count).squareRoot()
    let scores = keys.map { key in zip(q, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * scale }
    let largest = scores.max() ?? 0
    let weights = scores.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    return (0..<q.count).map { d in
        zip(weights, values).reduce(0.0) { $0 + $1.0 * Double($1.1[$1.1.startIndex + d]) } / total
    }
}

/// Largest distance between two arrays of numbers; infinity when one is no number.
func largestError(_ found: [Float], _ expected: [Double]) -> Double {
    precondition(found.count == expected.count)
    return zip(found, expected).reduce(0) { worst, pair in
        let distance = abs(Double(pair.0) - pair.1)
        return distance.isNaN ? .infinity : max(worst, distance)
    }
}

/// Numbers that look random and are the same in every run, roughly normal.
struct Noise {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in
            let uniform = (0..<4).map { _ in Float(next() >> 40) / Float(1 << 24) - 0.5 }
            return uniform.reduce(0, +) * 1.73 * scale
        }
    }
}

/// Weights from a plain array.
func packed(
    _ weights: [Float], bias: [Float]?, outputs: Int, inputs: Int, _ precision: Precision, fine: Bool = false
) -> LinearWeights {
    LinearWeights(
        outputs: outputs, inputs: inputs, precision: precision, bias: bias, fineActivations: fine
    ) { rows, target in
        weights.withUnsafeBufferPointer { source in
            for index in 0..<rows.count * inputs {
                target[index] = source[rows.lowerBound * inputs + index]
            }
        }
    }
}

extension Engine {
    /// `linear` on arrays, the output starting `offset` floats into its memory.
    func linear(
        _ w: LinearWeights, _ x: [Float], rows: Int, rowStride: Int, norm: LayerNormWeights? = nil,
        onto y: [Float]? = nil, epilogue: Epilogue = .store, offset: Int = 0
    ) -> [Float] {
        let scratch = Scratch(engine: self, maximumRows: 1, maximumInputs: 1)
        var memory =
            [Float](repeating: 0, count: offset) + (y ?? [Float](repeating: .nan, count: rows * w.outputs))
        memory.append(42)
        let shifted = [Float](repeating: 0, count: offset) + x
        memory.withUnsafeMutableBufferPointer { memory in
            shifted.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress, let y = memory.baseAddress else { return }
                linear(
                    w, x + offset, rows: rows, rowStride: rowStride, norm: norm, into: y + offset,
                    outStride: w.outputs, epilogue: epilogue, scratch: scratch)
            }
        }
        // Nothing was written behind the last row.
        precondition(memory.last == 42)
        return Array(memory[offset..<memory.count - 1])
    }
}
