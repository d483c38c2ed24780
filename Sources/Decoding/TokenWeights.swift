import Compute

/// How likely each token is at a temperature, to draw from.
struct TokenWeights {
    private var weights: [Float] = []  // [vocabulary], the most probable token's is 1
    private var sums: [Double] = []  // of each block of weights
    private var total = 0.0

    private static let block = 1024
    /// The kernels' exponential stops at e⁻⁸⁷, which stands for nothing.
    private static let none: Float = 1e-37

    /// Takes the weights e^((logit - largest) / temperature).
    mutating func set(_ logits: Logits, _ summary: LogitSummary, temperature: Double) {
        // The smallest temperatures have no inverse as a float, but this one's tokens are drawn just the same.
        let inverse = Float(min(1 / temperature, 1e30))
        if weights.count != logits.count { weights = [Float](repeating: 0, count: logits.count) }
        logits.exponentials(scale: inverse, shift: -summary.maximum * inverse, into: &weights)
        sums.removeAll(keepingCapacity: true)
        weights.withUnsafeBufferPointer { weights in
            for start in stride(from: 0, to: weights.count, by: Self.block) {
                var sum = SIMD16<Float>.zero
                var rest = 0.0
                let end = min(start + Self.block, weights.count)
                var index = start
                while index + 16 <= end {
                    for lane in 0..<16 { sum[lane] += weights[index + lane] }
                    index += 16
                }
                while index < end {
                    rest += Double(weights[index])
                    index += 1
                }
                sums.append((0..<16).reduce(rest) { $0 + Double(sum[$1]) })
            }
        }
        total = sums.reduce(0, +)
    }

    /// A token, as often as its weight says.
    func draw(_ generator: inout RandomNumbers) -> Int {
        var remaining = generator.uniform() * total
        var start = 0
        for sum in sums {
            if remaining < sum { break }
            remaining -= sum
            start += Self.block
        }
        // Rounding may leave a little beyond the last; a token without weight is never drawn.
        var last = weights.firstIndex(of: 1) ?? 0
        for index in min(start, weights.count)..<min(start + Self.block, weights.count)
        where weights[index] > Self.none {
            last = index
            remaining -= Double(weights[index])
            if remaining < 0 { break }
        }
        return last
    }
}
