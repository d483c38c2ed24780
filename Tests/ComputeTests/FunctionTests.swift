import Compute
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct FunctionTests {
    @Test(arguments: Engine.availableKernels)
    func geluIsTheErfForm(kernels: String) throws {
        let x = stride(from: Float(-12), through: 12, by: 0.001).map { $0 }
        var found = [Float](repeating: .nan, count: x.count)
        try Engine(threads: 1, kernels: kernels).gelu(x, count: x.count, into: &found)
        #expect(largestError(found, x.map { naiveGelu(Double($0)) }) < 1.2e-6)
    }

    @Test(arguments: Engine.availableKernels)
    func exponentialIsAccurate(kernels: String) throws {
        let x = stride(from: Float(-86), through: 88, by: 0.003).map { $0 }
        var found = [Float](repeating: .nan, count: x.count)
        try Engine(threads: 1, kernels: kernels).exponential(x, count: x.count, into: &found)
        let relative = zip(found, x).map { Float(Double($0) / exp(Double($1))) }
        #expect(largestError(relative, x.map { _ in 1 }) < 3e-7)
    }

    @Test(arguments: Engine.availableKernels, [1, 3, 16, 80, 385])
    func layerNorm(kernels: String, width: Int) throws {
        var noise = Noise(width)
        let rows = 60
        let x = noise.floats(rows * width, scale: 5).map { $0 + 3 }
        let gamma = noise.floats(width)
        let beta = noise.floats(width)
        var found = [Float](repeating: .nan, count: x.count)
        try Engine(threads: 2, kernels: kernels).layerNorm(
            x, rows: rows, LayerNormWeights(gamma: gamma, beta: beta), into: &found)
        #expect(largestError(found, naiveNorm(x, gamma: gamma, beta: beta).map(Double.init)) < 2e-5)
    }

    @Test(arguments: Engine.availableKernels, [1, 15, 1024, 1025, 51_865])
    func summaryOfLogits(kernels: String, count: Int) throws {
        var noise = Noise(count)
        var logits = noise.floats(count + 2, scale: 8)
        // A tie: the first wins, also where another thread finds the second.
        if count > 1000 {
            logits[700] = 60
            logits[count - 100] = 60
        }
        let mask = (0..<count + 2).map { $0 % 7 == 3 ? -Float.infinity : 0 }
        let engine = try Engine(threads: 1, kernels: kernels)
        let others = try Engine(threads: 3, kernels: kernels)
        #expect(
            others.summarize(logits, 1..<count + 1, mask: mask)
                == engine.summarize(logits, 1..<count + 1, mask: mask))
        for mask in [nil, mask] {
            let masked = zip(logits, mask ?? logits.map { _ in 0 }).map { $0 + $1 }[1..<count + 1]
            let largest = masked.max() ?? 0
            let total = masked.reduce(0.0) { $0 + exp(Double($1 - largest)) }
            let found: LogitSummary
            if let mask {
                found = engine.summarize(logits, 1..<count + 1, mask: mask)
            } else {
                found = engine.summarize(logits, 1..<count + 1)
            }
            #expect(found.argmax == masked.firstIndex(of: largest))
            #expect(found.maximum == largest)
            #expect(abs(Double(found.logSumExp) - Double(largest) - log(total)) < 2e-5)
        }
    }

    @Test(arguments: Engine.availableKernels, [40, 20_000])
    func everythingMasked(kernels: String, count: Int) throws {
        let logits = [Float](repeating: 1, count: count)
        let mask = [Float](repeating: -.infinity, count: count)
        let found = try Engine(threads: 2, kernels: kernels).summarize(logits, 0..<count, mask: mask)
        #expect(found.maximum == -.infinity && found.logSumExp == -.infinity)
    }
}
