import ArgumentParser
import Earshot

/// `earshot live`: text while it is spoken.
struct Live: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Transcribes a microphone or a stream while it is spoken.",
        discussion: """
            On a terminal, what is certain stands in normal weight, what seems to follow is dim, and a status line is \
            below. The space bar pauses and goes on, q or Ctrl-C finishes what was said and ends; twice, at once. \
            Elsewhere standard output gets what is certain, a line a segment.

              earshot live
              earshot live --device Yeti --output talk.srt
              earshot live --json --power low | while read event; do …; done
              arecord -f S16_LE -r 16000 -t raw | earshot live --raw s16le -
            """)

    @OptionGroup(title: "Source")
    var sourceOptions: LiveSourceOptions

    @Option(
        help: ArgumentHelp(
            "What delay is worth: low (in pauses, for the least work), balanced, or fast.", valueName: "power"
        ))
    var power = LiveOptions.Power.balanced

    @Option(
        help: ArgumentHelp(
            "Seconds to encode at least, or full (default: what the model can do with).", valueName: "seconds"
        ))
    var audioContext: AudioContextArgument?

    @OptionGroup(title: "Output")
    var output: LiveOutputOptions

    @OptionGroup(title: "Model")
    var modelOptions: ModelOptions

    @OptionGroup(title: "Speech")
    var speech: SpeechOptions

    @OptionGroup(title: "Context")
    var context: ContextOptions

    @OptionGroup(title: "Search")
    var search: SearchOptions

    @OptionGroup(title: "Voice activity")
    var voice: LiveVoiceOptions

    func validate() throws {
        guard context.prefix == nil else {
            throw ValidationError("--prefix begins the windows of recordings; live, use --initial-prompt.")
        }
    }

    func run() async throws {
        let job = try prepare()
        try await job.run()
    }

    private func prepare() throws -> LiveJob {
        do {
            try output.prepare()
            let model = try modelOptions.load(quiet: output.quiet)
            let options = try options(for: model)
            let source = try sourceOptions.open()
            let details = TranscriptDetails(model: model, options: options.transcription)
            let writer = LiveWriter(
                output.form, files: try output.transcripts(details),
                language: options.transcription.language)
            return LiveJob(
                LiveTranscriber(model: model, options: options), source, writer: writer, output: output,
                titles: (source: sourceOptions.title, model: model.name),
                takesKeys: sourceOptions.leavesStandardInput)
        } catch let contradiction as TranscriptionOptions.Contradiction {
            throw ValidationError(contradiction.description)
        } catch {
            StandardError.complain(error)
            throw ExitCode.failure
        }
    }
}

extension Live {
    /// The model's defaults with what the command line says instead.
    private func options(for model: Model) throws -> LiveOptions {
        var text = model.defaultOptions
        try speech.apply(to: &text, of: model)
        context.apply(to: &text)
        search.apply(to: &text)
        var options = LiveOptions(text)
        options.power = power
        options.audioContext = audioContext?.value ?? options.audioContext
        voice.apply(to: &options.voiceActivity)
        try options.check(for: model)
        return options
    }
}
