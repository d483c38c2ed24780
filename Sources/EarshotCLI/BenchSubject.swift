import ArgumentParser
import Earshot

/// The model that is measured, and how it is run.
struct BenchSubject: ParsableArguments {
    @OptionGroup
    var options: ModelOptions

    @Option(
        help: ArgumentHelp("Instead of a file, random weights of this Whisper's size.", valueName: "size"))
    var synthetic: SyntheticModel?

    func validate() throws {
        guard options.model == nil || synthetic == nil else {
            throw ValidationError("--model and --synthetic exclude each other.")
        }
    }

    /// What the options say of how the model is run.
    var setting: Benchmark.Setting {
        Benchmark.Setting(
            threads: options.wantedThreads, precision: options.wantedPrecision, kernels: options.kernels)
    }

    /// The model, set up so.
    func load(_ setting: Benchmark.Setting) throws -> Model {
        if let synthetic {
            return try .synthetic(
                synthetic, threads: setting.threads, kernels: setting.kernels, precision: setting.precision)
        }
        return try options.load(threads: setting.threads, precision: setting.precision, quiet: true)
    }

    /// How a new process starts with it; nil for weights that a process would have to make.
    func coldStart(_ setting: Benchmark.Setting) throws -> ColdStart? {
        guard synthetic == nil else { return nil }
        let values = [
            ("--threads", setting.threads.map(String.init)), ("--precision", setting.precision?.rawValue),
            ("--kernels", setting.kernels), ("--model", options.model),
        ]
        let given = values.flatMap { name, value in value.map { [name, $0] } ?? [] }
        return try ColdStart(measuring: ["bench", "--cold-start"] + given)
    }
}

extension SyntheticModel: ExpressibleByArgument {}
