import ArgumentParser
import Earshot
import Models

/// The model that listens.
struct ModelOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A Whisper model: OpenAI's .pt, a Hugging Face directory or whisper.cpp's ggml (default: the one built in).",
            valueName: "path"),
        completion: .file())
    var model: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Threads to compute with; 0 for as many as the machine has cores (default).", valueName: "number")
    )
    var threads: Int?

    @Option(help: "How weights are held and multiplied (default: what the model recommends, else int8).")
    var precision: Precision?

    @Option(help: ArgumentHelp("As --precision f16, or f32 for false.", valueName: "true|false"))
    var fp16: TruthArgument?

    @Option(
        help: ArgumentHelp(
            "The kernel table to compute with, instead of the best this machine can run.", valueName: "name"))
    var kernels: String?

    func validate() throws {
        guard model != "" else { throw ValidationError("--model is empty.") }
        guard (0...1024).contains(threads ?? 1) else {
            throw ValidationError("--threads must be between 1 and 1024, or 0 for all cores.")
        }
        guard precision == nil || fp16 == nil else {
            throw ValidationError("--precision and --fp16 both say how weights are held; give one of them.")
        }
    }

    /// How many threads are asked for; nil for as many as there are cores.
    var wantedThreads: Int? { threads == 0 ? nil : threads }

    /// How weights are to be held; nil for what the model recommends.
    var wantedPrecision: Precision? { precision ?? fp16.map { $0.value ? .f16 : .f32 } }

    /// The model; unless told to be quiet, standard error hears what the built-in one understands.
    func load(quiet: Bool) throws -> Model {
        try load(threads: wantedThreads, precision: wantedPrecision, quiet: quiet)
    }

    /// The same, with so many threads and in this precision.
    func load(threads: Int?, precision: Precision?, quiet: Bool) throws -> Model {
        if let model {
            return try Model.load(path: model, threads: threads, kernels: kernels, precision: precision)
        }
        let bytes = UnsafeRawBufferPointer(
            start: earshot_default_model(), count: earshot_default_model_size())
        let builtIn = try Model.load(
            embedded: bytes, name: "the built-in model", threads: threads, kernels: kernels,
            precision: precision)
        if !quiet { StandardError.say(Self.introduction(of: builtIn)) }
        return builtIn
    }

    private static func introduction(of model: Model) -> String {
        "Model: \(model.name), built in. It understands \(model.understands ?? "little"). "
            + "To use a full Whisper model: --model PATH (OpenAI's .pt, whisper.cpp's ggml, a Hugging Face directory)."
    }
}

extension Precision: ExpressibleByArgument {}
