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
        help: ArgumentHelp(
            "Instead of a file, random weights of the size of \(SyntheticModel.names).", valueName: "size"))
    var synthetic: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "number"))
    var threads: Int?

    @Option(help: ArgumentHelp("How the weights are kept: \(Precision.names).", valueName: "precision"))
    var precision = Precision.int8.rawValue

    @Option(
        help: ArgumentHelp(
            "The kernel table (default: the one in EARSHOT_KERNELS, else this machine's best).",
            valueName: "name"))
    var kernels: String?

    /// Whether the weights are made up.
    var isSynthetic: Bool { synthetic != nil }

    /// What the options say of how the model is run.
    var setting: Benchmark.Setting {
        get throws {
            guard let precision = Precision(rawValue: precision) else {
                throw BenchmarkError("there is no precision '\(precision)'; there is \(Precision.names)")
            }
            return Benchmark.Setting(threads: threads, precision: precision, kernels: kernels)
        }
    }

    /// The model, set up so.
    func load(_ setting: Benchmark.Setting) throws -> Model {
        let (threads, kernels, precision) = (setting.threads, setting.kernels, setting.precision)
        switch (model, synthetic) {
        case (_?, _?): throw BenchmarkError("--model and --synthetic exclude each other")
        case (nil, let size?):
            return try .synthetic(
                SyntheticModel(named: size), threads: threads, kernels: kernels, precision: precision)
        case (let path?, nil):
            return try .load(path: path, threads: threads, kernels: kernels, precision: precision)
        case (nil, nil):
            let bytes = UnsafeRawBufferPointer(
                start: earshot_default_model(), count: earshot_default_model_size())
            return try .load(
                embedded: bytes, name: "the built-in model", threads: threads, kernels: kernels,
                precision: precision)
        }
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

extension SyntheticModel {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Precision {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
