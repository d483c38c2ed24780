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

    @Option(name: [.short, .long], help: ArgumentHelp("Threads to compute with.", valueName: "number"))
    var threads: Int?

    @Option(help: "How weights are held and multiplied (default: what the model recommends, else int8).")
    var precision: Precision?

    @Option(
        help: ArgumentHelp(
            "The kernel table to compute with, instead of the best this machine can run.", valueName: "name"))
    var kernels: String?

    func validate() throws {
        guard model != "" else { throw ValidationError("--model is empty.") }
        guard (1...1024).contains(threads ?? 1) else {
            throw ValidationError("--threads must be between 1 and 1024.")
        }
    }

    /// The model; unless told to be quiet, standard error hears what the built-in one understands.
    func load(quiet: Bool) throws -> Model {
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
