import ArgumentParser
import Earshot

/// `earshot transcribe`: recordings in, transcripts out.
struct Transcribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Transcribes recordings.",
        discussion: """
            The transcript goes to standard output as it is found, or into files with --output-dir; everything \
            else goes to standard error. Recordings that fail are named there, the others are still done.

              earshot talk.mp3
              earshot --model ggml-base.bin --format srt talk.mp3 > talk.srt
              earshot --output-dir out --format txt --format json *.flac
              arecord -f S16_LE -r 16000 -d 10 -t raw | earshot --raw s16le --rate 16000 -
            """)

    @OptionGroup(title: "Recordings")
    var inputs: InputOptions

    @OptionGroup(title: "Part of a recording")
    var part: ClipOptions

    @OptionGroup(title: "Model")
    var modelOptions: ModelOptions

    @OptionGroup(title: "Speech")
    var speech: SpeechOptions

    @OptionGroup(title: "Context")
    var context: ContextOptions

    @OptionGroup(title: "Search")
    var search: SearchOptions

    @OptionGroup(title: "Voice activity")
    var voice: VoiceOptions

    @OptionGroup(title: "Long recordings")
    var batch: BatchOptions

    @OptionGroup(title: "Words and subtitles")
    var words: WordOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        try words.refuseWithoutSubtitles(output)
        try words.refuseWithoutWords(output)
        try output.refuseCollisions(of: inputs.names)
        try batch.refuseContradictions(context)
        // Words have times of their own, and give them to their segments.
        if speech.withoutTimestamps, words.wordTimestamps?.value != true,
            let format = output.formats(withWords: true).first(where: \.needsTimes)
        {
            throw ValidationError("--no-timestamps leaves --format \(format.rawValue) without its times.")
        }
    }

    func run() async throws {
        let job = try prepare()
        let work = Task { try await job.run() }
        Interruption.forward { work.cancel() }
        let result = await work.result
        if let signal = Interruption.signalNumber { throw ExitCode(128 + signal) }
        try result.get()
    }

    private func prepare() throws -> TranscriptionJob {
        do {
            try output.prepare()
            let model = try modelOptions.load(quiet: output.quiet)
            return TranscriptionJob(
                transcriber: Transcriber(model: model), options: try options(for: model), inputs: inputs,
                output: output, subtitles: words.subtitleStyle)
        } catch let contradiction as TranscriptionOptions.Contradiction {
            throw ValidationError(contradiction.description)
        } catch {
            StandardError.complain(error)
            throw ExitCode.failure
        }
    }

    /// The model's defaults with what the command line says instead.
    private func options(for model: Model) throws -> TranscriptionOptions {
        var options = model.defaultOptions
        try speech.apply(to: &options, of: model)
        context.apply(to: &options)
        search.apply(to: &options)
        batch.apply(to: &options)
        options.clips = part.clips
        if output.formats(withWords: false).contains(where: \.needsWords) { options.wordTimestamps = true }
        options = words.applied(to: voice.applied(to: options))
        try options.check(for: model)
        return options
    }
}
