import Compute
import FoundationEssentials

/// What a benchmark found: the machine, the model, and one run for each setting.
public struct BenchmarkReport: Sendable, Encodable {
    /// Where it ran.
    public let machine: Machine
    /// What was run.
    public private(set) var model: BenchmarkedModel?
    /// One for each setting.
    public private(set) var runs: [BenchmarkRun] = []

    /// A report without runs.
    public init(machine: Machine) { self.machine = machine }

    /// Adds what a setting costs; all runs are of the same model.
    public mutating func add(_ run: BenchmarkRun, of model: Model) {
        self.model = BenchmarkedModel(model)
        runs.append(run)
    }

    /// The report as one JSON object.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// The model that was measured.
public struct BenchmarkedModel: Sendable, Encodable {
    /// Its name.
    public let name: String
    /// Numbers it learned.
    public let parameters: Int
    /// Bands of its input.
    public let melBands: Int
    /// Its width.
    public let state: Int
    /// Blocks of its encoder.
    public let audioLayers: Int
    /// Blocks of its decoder.
    public let textLayers: Int
    /// Tokens it chooses among.
    public let vocabularySize: Int

    init(_ model: Model) {
        let dimensions = model.dimensions
        var count = 0
        dimensions.forEachTensor { _, shape in count += shape.reduce(1, *) }
        name = model.name
        parameters = count
        melBands = dimensions.melBands
        state = dimensions.audioState
        audioLayers = dimensions.audioLayers
        textLayers = dimensions.textLayers
        vocabularySize = dimensions.vocabularySize
    }

    private enum CodingKeys: String, CodingKey {
        case name, parameters, state
        case melBands = "mel_bands"
        case audioLayers = "audio_layers"
        case textLayers = "text_layers"
        case vocabularySize = "vocabulary_size"
    }
}

/// What one setting costs.
public struct BenchmarkRun: Sendable, Encodable {
    /// Threads that computed.
    public let threads: Int
    /// How the weights were kept.
    public let precision: String
    /// The kernel table.
    public let kernels: String
    /// Windows that were measured.
    public let repetitions: Int
    /// Tokens of a window.
    public let windowTokens: Int
    /// Log-mel features of 30 seconds, from samples in memory.
    public let mel: Measurement
    /// The encoder, and the keys and values that the decoder attends to.
    public let encoder: Measurement
    /// The tokens that every window starts with.
    public let prompt: Measurement
    /// One token, the mean over a window's.
    public let decodeStep: Measurement
    /// All of a window.
    public let window: Measurement
    /// Seconds of work for a second of audio.
    public let realTimeFactor: Double
    /// The process's peak, in MiB.
    public let peakMemory: Double
    /// What a new process takes to open the model's file and pack its weights.
    public var load: Measurement?
    /// From the start of a process to its first operation of the encoder.
    public var coldStart: Measurement?
    /// A recording much longer than a window.
    public var long: LongRun?
    /// Recordings that were listened to as if they were live; none where that was not asked for.
    public var live: [LiveRun]?
    /// Where the time goes.
    public var profile: Profile?
    /// How far each layer is from 32 bits, where that was asked for.
    public var accuracy: Accuracy?

    init(_ model: Model, times: [BenchmarkWindow.Times], windowTokens: Int) {
        threads = model.whisper.engine.threadCount
        precision = model.whisper.precision.rawValue
        kernels = model.whisper.engine.kernels.name
        repetitions = times.count
        self.windowTokens = windowTokens
        mel = Measurement(times.map(\.mel))
        encoder = Measurement(times.map(\.encoder))
        prompt = Measurement(times.map(\.prompt))
        decodeStep = Measurement(times.map { $0.decode / Double(windowTokens) })
        window = Measurement(times.map(\.window))
        realTimeFactor = (window.median / 30_000 * 1e7).rounded() / 1e7
        peakMemory = ProcessMemory.peak
    }

    private enum CodingKeys: String, CodingKey {
        case threads, precision, kernels, repetitions, long, live, profile, accuracy
        case windowTokens = "window_tokens"
        case mel = "mel_ms"
        case encoder = "encoder_ms"
        case prompt = "prompt_ms"
        case decodeStep = "decode_step_ms"
        case window = "window_ms"
        case realTimeFactor = "real_time_factor"
        case peakMemory = "peak_memory_mib"
        case load = "load_ms"
        case coldStart = "cold_start_ms"
    }
}
