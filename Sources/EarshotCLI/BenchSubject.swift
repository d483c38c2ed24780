import ArgumentParser
import Earshot
import Models

/// The model that is measured, and how it is run.
struct BenchSubject: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("A model file (default: the one built in).", valueName: "path"),
        completion: .file())
    var model: String?

    @Option(
        help: ArgumentHelp("Instead of a file, random weights of this Whisper's size.", valueName: "size"))
    var synthetic: SyntheticModel?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "number"))
    var threads: Int?

    @Option(help: "How weights are held and multiplied.")
    var precision = Precision.int8

    @Option(
        help: ArgumentHelp(
            "The kernel table (default: the one in EARSHOT_KERNELS, else this machine's best).",
            valueName: "name"))
    var kernels: String?

    /// Whether the weights are made up.
    var isSynthetic: Bool { synthetic != nil }

    /// What the options say of how the model is run.
    var setting: Benchmark.Setting {
        Benchmark.Setting(threads: threads, precision: precision, kernels: kernels)
    }

    func validate() throws {
        guard (1...1024).contains(threads ?? 1) else {
            throw ValidationError("--threads must be between 1 and 1024.")
        }
        guard model == nil || synthetic == nil else {
            throw ValidationError("--model and --synthetic exclude each other.")
        }
    }

    /// The model, set up so.
    func load(_ setting: Benchmark.Setting) throws -> Model {
        let (threads, kernels, precision) = (setting.threads, setting.kernels, setting.precision)
        if let synthetic {
            return try .synthetic(synthetic, threads: threads, kernels: kernels, precision: precision)
        }
        if let model {
            return try .load(path: model, threads: threads, kernels: kernels, precision: precision)
        }
        let bytes = UnsafeRawBufferPointer(
            start: earshot_default_model(), count: earshot_default_model_size())
        return try .load(
            embedded: bytes, name: "the built-in model", threads: threads, kernels: kernels,
            precision: precision)
    }

    /// How long a new process takes to its first window; nil for weights that a process would have to make.
    func coldStart(_ setting: Benchmark.Setting) throws -> Measurement? {
        guard !isSynthetic else { return nil }
        var arguments = ["bench", "--cold-start", "--precision", setting.precision.rawValue]
        for (name, value) in [
            ("--threads", setting.threads.map(String.init)), ("--kernels", setting.kernels),
            ("--model", model),
        ] {
            if let value { arguments += [name, value] }
        }
        return try ColdStart.measure(arguments)
    }
}

extension SyntheticModel: ExpressibleByArgument {}
