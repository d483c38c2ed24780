import ArgumentParser
import Earshot

/// What counts as speech while it is spoken. The names are those of `earshot transcribe`.
struct LiveVoiceOptions: ParsableArguments {
    @Option(
        name: [.customLong("vad-threshold"), .customLong("vad_threshold")],
        help: ArgumentHelp("From which probability sound is speech (default: 0.5).", valueName: "0…1"))
    var threshold: Double?

    @Option(
        name: [.customLong("vad-min-speech-duration-ms"), .customLong("vad_min_speech_duration_ms")],
        help: ArgumentHelp("Shorter speech is none (default: 100).", valueName: "ms"))
    var minimumSpeech: Int?

    @Option(
        name: [.customLong("vad-min-silence-duration-ms"), .customLong("vad_min_silence_duration_ms")],
        help: ArgumentHelp("The pause that ends a segment, 200 or more (default: 600).", valueName: "ms"))
    var minimumSilence: Int?

    @Option(
        name: [.customLong("vad-speech-pad-ms"), .customLong("vad_speech_pad_ms")],
        help: ArgumentHelp("Sound that is heard before speech (default: 400).", valueName: "ms"))
    var padding: Int?

    func validate() throws {
        try VoiceOptions.check(
            threshold: threshold,
            [
                ("min-speech-duration", minimumSpeech, 0), ("min-silence-duration", minimumSilence, 200),
                ("speech-pad", padding, 0),
            ])
        let usual = VoiceActivityOptions()
        guard (minimumSpeech ?? usual.minimumSpeech) + (padding ?? usual.padding) <= 3000 else {
            throw ValidationError(
                "--vad-min-speech-duration-ms and --vad-speech-pad-ms may be 3000 together, no more.")
        }
    }

    /// Puts what the command line says in place of the defaults.
    func apply(to options: inout VoiceActivityOptions) {
        options.threshold = threshold ?? options.threshold
        options.minimumSpeech = minimumSpeech ?? options.minimumSpeech
        options.minimumSilence = minimumSilence ?? options.minimumSilence
        options.padding = padding ?? options.padding
    }
}
