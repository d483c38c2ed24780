/// How far a model's numbers are from the same model's in 32 bits, layer by layer: errors made early are in
/// every later layer, too. Both hear the same window and are forced to say the same tokens.
public struct Accuracy: Sendable, Encodable {
    /// What one layer leaves.
    public struct Layer: Sendable, Encodable {
        /// Which layer.
        public let name: String
        /// The cosine of the angle between both models' numbers: 1 where they agree.
        public let cosine: Double
        /// The largest difference, in units of the numbers' root mean square.
        public let largestError: Double
        /// The root mean square of the differences, in the same units.
        public let error: Double

        private enum CodingKeys: String, CodingKey {
            case name, cosine, error
            case largestError = "largest_error"
        }
    }

    /// In the order in which they are computed; the last are the logits.
    public let layers: [Layer]
}

extension Benchmark {
    /// Compares a model with itself in another precision.
    /// - Throws: ``BenchmarkError`` when the model's context cannot hold the tokens.
    public func accuracy(of model: Model, against exact: Model) throws -> Accuracy {
        let expected = try BenchmarkWindow(exact, tokens: windowTokens).layers()
        let found = try BenchmarkWindow(model, tokens: windowTokens).layers()
        return Accuracy(
            layers: zip(found, expected).map { found, expected in
                Accuracy.Layer(name: found.name, found.values, expected.values)
            })
    }
}

extension Accuracy.Layer {
    fileprivate init(name: String, _ found: [Float], _ expected: [Float]) {
        var (product, ours, theirs, errors, largest) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (x, y) in zip(found, expected) {
            let (x, y) = (Double(x), Double(y))
            product += x * y
            ours += x * x
            theirs += y * y
            errors += (x - y) * (x - y)
            largest = max(largest, abs(x - y))
        }
        self.name = name
        cosine = product / max((ours * theirs).squareRoot(), 1e-300)
        largestError = largest / max((theirs / Double(max(1, expected.count))).squareRoot(), 1e-300)
        error = (errors / max(theirs, 1e-300)).squareRoot()
    }
}

extension Accuracy {
    /// A line for each layer.
    var lines: [String] {
        var table = TextTable(["layer, against 32 bits", "cosine", "largest error", "RMS error"])
        for layer in layers {
            table.add([
                layer.name, fixed(layer.cosine, 6), "\(fixed(100 * layer.largestError, 2)) %",
                "\(fixed(100 * layer.error, 3)) %",
            ])
        }
        return [""] + table.lines
    }
}
