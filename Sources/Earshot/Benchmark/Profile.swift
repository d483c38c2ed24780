import Compute

/// Where the time of a window goes, and how near to the machine's limits each operation comes.
///
/// Wide products (the encoder's) are held by arithmetic, narrow ones (a decode step's) by reading weights: small
/// models may read them from a cache, faster than memory is.
public struct Profile: Sendable, Encodable {
    /// One operation, in all blocks and steps of a window together.
    public struct Operation: Sendable, Encodable {
        /// What it is for.
        public let name: String
        /// How often it is computed in a window.
        public let calls: Int
        /// Milliseconds of a window.
        public let time: Double
        /// Billions of multiplications and additions a second.
        public let gops: Double
        /// Billions of bytes of weights, or of keys and values, read in a second.
        public let bandwidth: Double

        private enum CodingKeys: String, CodingKey {
            case name, calls, gops
            case time = "ms"
            case bandwidth = "gb_per_s"
        }
    }

    /// Billions of operations a second of a product in the first-level cache, on all threads.
    public let peakGops: Double
    /// Billions of bytes a second read of memory, by all threads.
    public let peakBandwidth: Double
    /// Milliseconds of a window.
    public let window: Double
    /// The longest first; the last is what no operation accounts for.
    public let operations: [Operation]

    init(
        model: Model, windows: Int, milliseconds: Double, mel: Double,
        totals: [OperationRecorder.Kind: OperationRecorder.Total]
    ) {
        let engine = model.whisper.engine
        peakGops = rounded(engine.peakArithmetic(model.whisper.precision) / 1e9)
        peakBandwidth = rounded(engine.peakBandwidth() / 1e9)
        window = rounded(milliseconds / Double(windows))
        var named: [String: [OperationRecorder.Total]] = [:]
        for (kind, total) in totals { named[model.whisper.name(of: kind), default: []].append(total) }
        var operations = named.map { name, totals in Operation(name, totals, windows: windows) }
        operations.append(Operation("log-mel", calls: 1, time: mel / Double(windows)))
        operations.sort { ($1.time, $0.name) < ($0.time, $1.name) }
        let known = operations.reduce(0) { $0 + $1.time }
        self.operations = operations + [Operation("everything else", calls: 1, time: max(0, window - known))]
    }

    private enum CodingKeys: String, CodingKey {
        case operations
        case peakGops = "peak_gops"
        case peakBandwidth = "peak_gb_per_s"
        case window = "window_ms"
    }
}

extension Profile.Operation {
    fileprivate init(_ name: String, calls: Int, time: Double) {
        self.init(name: name, calls: calls, time: rounded(time), gops: 0, bandwidth: 0)
    }

    fileprivate init(_ name: String, _ totals: [OperationRecorder.Total], windows: Int) {
        let seconds = totals.reduce(0) { $0 + $1.time / .seconds(1) }
        func billions(_ key: KeyPath<OperationRecorder.Total, Int>) -> Double {
            rounded(Double(totals.reduce(0) { $0 + $1[keyPath: key] }) / max(seconds, 1e-9) / 1e9)
        }
        self.init(
            name: name, calls: totals.reduce(0) { $0 + $1.calls } / windows,
            time: rounded(1000 * seconds / Double(windows)), gops: billions(\.arithmetic),
            bandwidth: billions(\.bytes))
    }
}

extension Benchmark {
    /// Takes windows apart into operations. Looking at the clock costs some microseconds a step.
    /// - Throws: ``BenchmarkError`` when the model's context cannot hold the tokens.
    public func profile(_ model: Model) throws -> Profile {
        let window = try BenchmarkWindow(model, tokens: windowTokens)
        for _ in 0..<warmUps { _ = try window.run() }
        let count = max(1, runs)
        var times: [BenchmarkWindow.Times] = []
        let totals = try model.whisper.engine.recorder.record {
            times = try (0..<count).map { _ in try window.run() }
        }
        return Profile(
            model: model, windows: count, milliseconds: times.reduce(0) { $0 + $1.window },
            mel: times.reduce(0) { $0 + $1.mel }, totals: totals)
    }
}

extension Profile {
    /// A line for each operation.
    var lines: [String] {
        var table = TextTable([
            "operation", "calls", "ms", "of window", "GOPS", "of peak", "GB/s", "of memory",
        ])
        func share(_ part: Double, of whole: Double) -> String {
            "\(fixed(100 * part / max(whole, 1e-9), 0)) %"
        }
        for operation in operations {
            let (gops, bandwidth) = (operation.gops, operation.bandwidth)
            table.add([
                operation.name, "\(operation.calls)", fixed(operation.time, 2),
                share(operation.time, of: window),
                gops > 0 ? fixed(gops, 1) : "", gops > 0 ? share(gops, of: peakGops) : "",
                bandwidth > 0 ? fixed(bandwidth, 1) : "",
                bandwidth > 0 ? share(bandwidth, of: peakBandwidth) : "",
            ])
        }
        let memory = "\(fixed(peakBandwidth, 1)) GB/s from memory, more from caches"
        let peaks = "this machine's peaks: \(fixed(peakGops, 0)) GOPS, \(memory)"
        return ["", "a window of \(fixed(window, 1)) ms; \(peaks)"] + table.lines
    }
}
