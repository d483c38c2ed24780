import Compute
import Spectrogram

/// What is measured: how a model is run, and how often.
public struct Benchmark: Sendable {
    /// How a model is run.
    public struct Setting: Sendable, Equatable {
        /// Threads that compute; nil: one a physical core.
        public var threads: Int?
        /// How the weights are kept; nil: as the model recommends, else `int8`.
        public var precision: Precision?
        /// Name of a kernel table; nil: the best this machine has.
        public var kernels: String?

        /// A setting of these values.
        public init(threads: Int? = nil, precision: Precision? = nil, kernels: String? = nil) {
            self.threads = threads
            self.precision = precision
            self.kernels = kernels
        }

        /// What is set, for people.
        public var text: String {
            let count = threads.map { $0 == 1 ? "1 thread" : "\($0) threads" }
            return [count, precision?.rawValue, kernels].compactMap(\.self).joined(separator: ", ")
        }
    }

    /// Windows that are measured.
    public var runs = 10
    /// Windows before those: caches fill, clocks rise, threads wake.
    public var warmUps = 2
    /// Tokens that are forced on the model in each window, whatever it would say.
    public var windowTokens = 64

    /// Ten windows of 64 tokens, after two to warm up.
    public init() {}

    /// Measures one 30-second window.
    /// - Throws: ``BenchmarkError`` when the model's context cannot hold the tokens.
    public func run(_ model: Model) throws -> BenchmarkRun {
        let window = try BenchmarkWindow(model, tokens: windowTokens)
        for _ in 0..<warmUps { _ = try window.run() }
        let times = try (0..<max(1, runs)).map { _ in try window.run() }
        return BenchmarkRun(model, times: times, windowTokens: windowTokens)
    }

    /// Brings a model to where its encoder would begin: all memory is there, the first window's log-mel
    /// features are computed.
    /// - Returns: what must live until somebody has looked at the clock.
    public static func firstWindow(of model: Model) throws -> AnyObject {
        let window = try BenchmarkWindow(model, tokens: 1)
        window.computeMel(model.whisper.melStream())
        return window
    }

    /// Lets the peak of memory be counted from now on.
    public static func forgetPeakMemory() { ProcessMemory.forgetPeak() }

    /// Every thread count up to `threads` with every precision; above eight threads, only the powers of two
    /// and the last.
    public static func sweep(threads: Int, kernels: String?) -> [Setting] {
        let counts = (1...max(1, threads)).filter { $0 <= 8 || $0 == threads || $0 & ($0 - 1) == 0 }
        return [Precision.int8, .f16, .f32].flatMap { precision in
            counts.map { Setting(threads: $0, precision: precision, kernels: kernels) }
        }
    }
}
