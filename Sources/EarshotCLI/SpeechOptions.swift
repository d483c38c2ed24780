import ArgumentParser
import Earshot

/// What is spoken and how it is to be written down. What is not given is the model's own default.
struct SpeechOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The language spoken, by code or name; auto detects it.", valueName: "language"),
        completion: .list(SpokenLanguage.spellings),
        transform: SpokenLanguage.init)
    var language: SpokenLanguage?

    @Flag(help: "Detect the language of every window of 30 seconds, not only of the first.")
    var multilingual = false

    @Option(help: "What to write: the language spoken, or its English translation.")
    var task: TaskName?

    @Flag(
        name: [.customLong("translate"), .customLong("tr", withSingleDash: true)],
        help: "As --task translate.")
    var translate = false

    @Flag(
        name: [.customLong("no-timestamps"), .customLong("nt", withSingleDash: true)],
        help: "Do not ask the model for times.")
    var withoutTimestamps = false

    func validate() throws {
        guard !(multilingual && language?.code != nil) else {
            throw ValidationError("--multilingual detects the language of every window; name none.")
        }
        guard !(translate && task == .transcribe) else {
            throw ValidationError("--translate and --task transcribe contradict each other.")
        }
    }

    /// Puts what the command line says in place of the model's defaults.
    /// - Throws: ``UnsuitableModel`` for what an English-only model cannot do.
    func apply(to options: inout TranscriptionOptions, of model: Model) throws {
        if let language { options.language = language.code }
        if multilingual {
            options.language = nil
            options.detectsLanguageOfEveryWindow = true
        }
        if let task { options.task = task.value }
        if translate { options.task = .translate }
        if withoutTimestamps { options.withoutTimestamps = true }
        try requireCapable(model, options)
    }

    private func requireCapable(_ model: Model, _ options: TranscriptionOptions) throws {
        guard !model.dimensions.isMultilingual else { return }
        if let code = language?.code, code != "en" {
            let name = Language.name(of: code) ?? code
            throw UnsuitableModel(name: model.name, wish: "transcribe \(name)")
        }
        if multilingual { throw UnsuitableModel(name: model.name, wish: "detect languages") }
        if options.task == .translate {
            throw UnsuitableModel(name: model.name, wish: "translate")
        }
    }
}

/// A language as the command line spells it.
struct SpokenLanguage {
    /// The language's code; nil where it is to be detected.
    let code: String?

    /// What a shell may complete it to; it would take a name of two words for two.
    static let spellings: [String] = {
        let known = Language.all.map(\.code) + Language.all.map(\.name)
        return known.filter { !$0.contains(" ") } + ["auto"]
    }()

    init(_ argument: String) throws {
        code = Language.code(for: argument)
        guard code != nil || argument.lowercased() == "auto" else {
            throw ValidationError(
                "Whisper knows no such language; name one by code (en) or name (English), or auto.")
        }
    }
}

/// A task as the command line spells it.
enum TaskName: String, CaseIterable, ExpressibleByArgument {
    case transcribe
    case translate

    var value: TranscriptionTask { self == .translate ? .translate : .transcribe }
}

/// A model that was not made for what is asked of it.
struct UnsuitableModel: Error, CustomStringConvertible {
    let name: String
    let wish: String

    var description: String { "\(name): an English-only model cannot \(wish)" }
}
