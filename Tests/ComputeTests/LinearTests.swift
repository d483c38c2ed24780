import Compute
import Testing

/// One product to check.
struct Shape: CustomTestStringConvertible, Sendable {
    let rows: Int
    let outputs: Int
    let inputs: Int
    var testDescription: String { "\(rows)x\(outputs)x\(inputs)" }

    static let ragged = [
        Shape(rows: 1, outputs: 1, inputs: 1), Shape(rows: 2, outputs: 15, inputs: 3),
        Shape(rows: 3, outputs: 17, inputs: 5), Shape(rows: 5, outputs: 64, inputs: 384),
        Shape(rows: 13, outputs: 80, inputs: 240), Shape(rows: 6, outputs: 65, inputs: 16),
        Shape(rows: 61, outputs: 100, inputs: 33), Shape(rows: 4, outputs: 1000, inputs: 7),
        Shape(rows: 1500, outputs: 33, inputs: 18), Shape(rows: 1, outputs: 3001, inputs: 384),
        Shape(rows: 45, outputs: 112, inputs: 192),
    ]
}

@Suite struct LinearTests {
    /// Every table against the plain loop: f32 to rounding, f16 to the rounding of its weights, int8 to
    /// half a step of weights and activations.
    @Test(arguments: Engine.availableKernels, Shape.ragged)
    func matchesPlainLoop(kernels: String, shape: Shape) throws {
        var noise = Noise(shape.rows * 7 + shape.outputs)
        let weights = noise.floats(shape.outputs * shape.inputs)
        let bias = noise.floats(shape.outputs)
        let x = noise.floats(shape.rows * shape.inputs)
        let expected = naiveLinear(
            weights, bias: bias, outputs: shape.outputs, inputs: shape.inputs, x, rows: shape.rows,
            rowStride: shape.inputs)
        let engine = try Engine(threads: 2, kernels: kernels)
        let length = Double(shape.inputs).squareRoot()
        for (precision, bound) in [(Precision.f32, 3e-6), (.f16, 3e-3), (.int8, 0.08)] {
            let w = packed(weights, bias: bias, outputs: shape.outputs, inputs: shape.inputs, precision)
            let found = engine.linear(w, x, rows: shape.rows, rowStride: shape.inputs, offset: shape.rows % 3)
            #expect(largestError(found, expected) < bound * (length + 1), "\(precision)")
        }
    }

    /// With activations of 16 bits, what is left of the error is that of the weights.
    @Test(arguments: Engine.availableKernels, Shape.ragged)
    func fineActivationsLoseNothing(kernels: String, shape: Shape) throws {
        var noise = Noise(shape.rows * 3 + shape.outputs)
        let (rows, outputs, inputs) = (shape.rows, shape.outputs, shape.inputs)
        let bias = noise.floats(outputs)
        let x = noise.floats(rows * inputs)
        let w = packed(
            noise.floats(outputs * inputs), bias: bias, outputs: outputs, inputs: inputs, .int8, fine: true)
        let rounded = (0..<outputs).flatMap { output in
            var row = [Float](repeating: .nan, count: inputs)
            w.copyRow(output, into: &row)
            return row
        }
        let expected = naiveLinear(
            rounded, bias: bias, outputs: outputs, inputs: inputs, x, rows: rows, rowStride: inputs)
        let engine = try Engine(threads: 2, kernels: kernels)
        let found = engine.linear(w, x, rows: rows, rowStride: inputs)
        #expect(largestError(found, expected) < 1e-4 * (Double(inputs).squareRoot() + 1))
    }

    /// What becomes of a row does not depend on the rows beside it.
    @Test(arguments: Engine.availableKernels, [false, true])
    func rowsAreAlone(kernels: String, fine: Bool) throws {
        var noise = Noise(11)
        let (outputs, inputs) = (1000, 150)
        let w = packed(
            noise.floats(outputs * inputs), bias: nil, outputs: outputs, inputs: inputs, .int8, fine: fine)
        let x = noise.floats(130 * inputs)
        let engine = try Engine(threads: 2, kernels: kernels)
        let alone = (0..<130).flatMap { row in
            engine.linear(w, Array(x[row * inputs..<(row + 1) * inputs]), rows: 1, rowStride: inputs)
        }
        for rows in [2, 5, 8, 130] {
            let found = engine.linear(w, x, rows: rows, rowStride: inputs)
            #expect(found == Array(alone.prefix(rows * outputs)), "\(rows) rows")
        }
    }

    /// Rows that were rounded before are packed as those that packing rounds.
    @Test(arguments: Shape.ragged)
    func roundedRowsArePackedAlike(shape: Shape) throws {
        var noise = Noise(shape.outputs)
        let (outputs, inputs) = (shape.outputs, shape.inputs)
        let weights = noise.floats(outputs * inputs)
        let bias = noise.floats(outputs)
        let x = noise.floats(shape.rows * inputs)
        var bytes = [Int8](repeating: 0, count: outputs * inputs)
        var scales: [Float] = []
        for output in 0..<outputs {
            scales.append(
                weights.withUnsafeBufferPointer { weights in
                    bytes.withUnsafeMutableBufferPointer { bytes in
                        guard let from = weights.baseAddress, let to = bytes.baseAddress else { return .nan }
                        return roundWeights(from + output * inputs, count: inputs, into: to + output * inputs)
                    }
                })
        }
        let engine = try Engine(threads: 2)
        let expected = packed(weights, bias: bias, outputs: outputs, inputs: inputs, .int8)
        let found = try bytes.withUnsafeBufferPointer { bytes in
            let start = try #require(bytes.baseAddress)
            return LinearWeights(outputs: outputs, inputs: inputs, bias: bias, engine: engine) {
                (start + $0 * inputs, scales[$0])
            }
        }
        #expect(
            engine.linear(found, x, rows: shape.rows, rowStride: inputs)
                == engine.linear(expected, x, rows: shape.rows, rowStride: inputs))
        for output in 0..<outputs {
            var row = [Float](repeating: .nan, count: inputs)
            found.copyRow(output, into: &row)
            let places = output * inputs..<(output + 1) * inputs
            #expect(row == bytes[places].map { Float($0) * scales[output] })
        }
    }

    @Test(arguments: [Precision.f32, .f16]) func floatRowsComeBack(precision: Precision) {
        var noise = Noise(3)
        let weights = noise.floats(37 * 21).map { Float(Float16($0)) }
        let w = packed(weights, bias: nil, outputs: 37, inputs: 21, precision)
        for output in 0..<37 {
            var row = [Float](repeating: .nan, count: 21)
            w.copyRow(output, into: &row)
            #expect(row == Array(weights[output * 21..<(output + 1) * 21]))
        }
    }

    /// Quantised sums are exact, so that every table gives what the portable one gives.
    @Test(arguments: Engine.availableKernels)
    func quantisedSumsAreTheSameEverywhere(kernels: String) throws {
        var noise = Noise(5)
        let (rows, outputs, inputs) = (7, 70, 390)
        let weights = noise.floats(outputs * inputs)
        let x = noise.floats(rows * inputs)
        for fine in [false, true] {
            let w = packed(weights, bias: nil, outputs: outputs, inputs: inputs, .int8, fine: fine)
            let portable = try Engine(threads: 1, kernels: "portable").linear(
                w, x, rows: rows, rowStride: inputs)
            let found = try Engine(threads: 1, kernels: kernels).linear(w, x, rows: rows, rowStride: inputs)
            #expect(largestError(found, portable.map(Double.init)) < 1e-4)
        }
    }

    /// The largest bytes of either sign on both sides, over more inputs than any model has: no sum saturates.
    @Test(arguments: Engine.availableKernels, [false, true])
    func theLargestSumsAreExact(kernels: String, fine: Bool) throws {
        let inputs = 5120
        let signs: [(Int) -> Float] = [
            { _ in 1 }, { _ in -1 }, { $0 % 2 == 0 ? 1 : -1 }, { $0 % 4 < 2 ? 1 : -1 },
        ]
        let values = signs.flatMap { sign in (0..<inputs).map(sign) }
        let expected = naiveLinear(
            values, bias: nil, outputs: 4, inputs: inputs, values, rows: 4, rowStride: inputs)
        let w = packed(values, bias: nil, outputs: 4, inputs: inputs, .int8, fine: fine)
        let engine = try Engine(threads: 1, kernels: kernels)
        for rows in [1, 4] {
            let found = engine.linear(w, Array(values[..<(rows * inputs)]), rows: rows, rowStride: inputs)
            #expect(largestError(found, Array(expected[..<(rows * 4)])) < 0.02, "\(rows) rows")
        }
    }

    @Test(arguments: Engine.availableKernels, Precision.allCases)
    func normsAndEpilogues(kernels: String, precision: Precision) throws {
        var noise = Noise(11)
        let (rows, outputs, inputs) = (9, 50, 48)
        let weights = noise.floats(outputs * inputs, scale: 0.1)
        let bias = noise.floats(outputs)
        let gamma = noise.floats(inputs)
        let beta = noise.floats(inputs)
        let x = noise.floats(rows * inputs, scale: 30)
        let before = noise.floats(rows * outputs)
        let normal = naiveNorm(x, gamma: gamma, beta: beta)
        let sums = naiveLinear(
            weights, bias: bias, outputs: outputs, inputs: inputs, normal, rows: rows, rowStride: inputs)
        let engine = try Engine(threads: 2, kernels: kernels)
        let w = packed(weights, bias: bias, outputs: outputs, inputs: inputs, precision)
        let norm = LayerNormWeights(gamma: gamma, beta: beta)
        let bound = precision == .f32 ? 1e-5 : precision == .f16 ? 2e-3 : 0.05
        let gelu = engine.linear(w, x, rows: rows, rowStride: inputs, norm: norm, epilogue: .gelu)
        #expect(largestError(gelu, sums.map(naiveGelu)) < bound)
        let added = engine.linear(
            w, x, rows: rows, rowStride: inputs, norm: norm, onto: before, epilogue: .accumulate)
        #expect(largestError(added, zip(sums, before).map { $0 + Double($1) }) < bound)
    }

    /// A convolution of kernel 3 and stride 2 is a product with overlapping rows.
    @Test(arguments: Engine.availableKernels, Precision.allCases)
    func overlappingRows(kernels: String, precision: Precision) throws {
        var noise = Noise(3)
        let (rows, channels, outputs) = (30, 24, 40)
        let weights = noise.floats(outputs * channels * 3)
        let x = noise.floats((rows * 2 + 1) * channels)
        let expected = naiveLinear(
            weights, bias: nil, outputs: outputs, inputs: 3 * channels, x, rows: rows, rowStride: 2 * channels
        )
        let w = packed(weights, bias: nil, outputs: outputs, inputs: 3 * channels, precision)
        let found = try Engine(threads: 2, kernels: kernels).linear(
            w, x, rows: rows, rowStride: 2 * channels)
        #expect(largestError(found, expected) < (precision == .int8 ? 0.5 : 0.03))
    }

    @Test(arguments: Engine.availableKernels, Precision.allCases)
    func oddNumbersDoNoHarm(kernels: String, precision: Precision) throws {
        var noise = Noise(9)
        let (outputs, inputs) = (20, 32)
        let weights = noise.floats(outputs * inputs)
        let w = packed(weights, bias: nil, outputs: outputs, inputs: inputs, precision)
        let engine = try Engine(threads: 1, kernels: kernels)
        var x = [Float](repeating: 0, count: 4 * inputs)
        for k in 0..<inputs {
            x[inputs + k] = 1e30
            x[2 * inputs + k] = k % 2 == 0 ? .nan : .infinity
            x[3 * inputs + k] = 1
        }
        let found = engine.linear(w, x, rows: 4, rowStride: inputs)
        #expect(found[0..<outputs].allSatisfy { $0 == 0 })
        #expect(found[outputs..<2 * outputs].allSatisfy { $0.isFinite })
        let expected = naiveLinear(
            weights, bias: nil, outputs: outputs, inputs: inputs, [Float](repeating: 1, count: inputs),
            rows: 1,
            rowStride: inputs)
        #expect(largestError(Array(found[(3 * outputs)...]), expected) < 0.2)
    }

    @Test(arguments: Engine.availableKernels, Precision.allCases)
    func mlpIsItsTwoProducts(kernels: String, precision: Precision) throws {
        var noise = Noise(21)
        let (rows, width, hidden) = (203, 40, 160)
        let first = noise.floats(hidden * width, scale: 0.2)
        let second = noise.floats(width * hidden, scale: 0.1)
        let gamma = noise.floats(width)
        let beta = noise.floats(width)
        var x = noise.floats(rows * width)
        let sums = naiveLinear(
            first, bias: nil, outputs: hidden, inputs: width, naiveNorm(x, gamma: gamma, beta: beta),
            rows: rows, rowStride: width)
        let added = naiveLinear(
            second, bias: nil, outputs: width, inputs: hidden, sums.map { Float(naiveGelu($0)) }, rows: rows,
            rowStride: hidden)
        let expected = zip(x, added).map { Double($0) + $1 }
        let engine = try Engine(threads: 2, kernels: kernels)
        x.withUnsafeMutableBufferPointer { x in
            guard let x = x.baseAddress else { return }
            engine.mlp(
                x, rows: rows, norm: LayerNormWeights(gamma: gamma, beta: beta),
                fc1: packed(first, bias: nil, outputs: hidden, inputs: width, precision),
                fc2: packed(second, bias: nil, outputs: width, inputs: hidden, precision),
                scratch: Scratch(engine: engine, maximumRows: rows, maximumInputs: hidden))
        }
        #expect(largestError(x, expected) < (precision == .int8 ? 0.15 : 5e-3))
    }
}
