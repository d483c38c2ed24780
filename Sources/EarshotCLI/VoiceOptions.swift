import ArgumentParser
import Earshot

/// Whether silence is left out, and what is silence. Both whisper.cpp's names and faster-whisper's.
struct VoiceOptions: ParsableArguments {
    @Flag(
        name: [.long, .customLong("vad-filter"), .customLong("vad_filter")],
        help: "Transcribe speech alone: silence and noise are skipped, times stay those of the recording.")
    var vad = false

    @Option(
        name: [
            .customLong("vad-threshold"), .customLong("vad_threshold"),
            .customLong("vt", withSingleDash: true),
        ],
        help: ArgumentHelp("From which probability sound is speech (default: 0.5).", valueName: "0…1"))
    var threshold: Double?

    @Option(
        name: [
            .customLong("vad-min-speech-duration-ms"), .customLong("vad_min_speech_duration_ms"),
            .customLong("vspd", withSingleDash: true),
        ],
        help: ArgumentHelp("Shorter speech is none (default: 0).", valueName: "ms"))
    var minimumSpeech: Int?

    @Option(
        name: [
            .customLong("vad-min-silence-duration-ms"), .customLong("vad_min_silence_duration_ms"),
            .customLong("vsd", withSingleDash: true),
        ],
        help: ArgumentHelp("A shorter pause is not left out (default: 2000).", valueName: "ms"))
    var minimumSilence: Int?

    @Option(
        name: [
            .customLong("vad-max-speech-duration-s"), .customLong("vad_max_speech_duration_s"),
            .customLong("vmsd", withSingleDash: true),
        ],
        help: ArgumentHelp("Longer speech is cut at its longest pause (default: no limit).", valueName: "s"))
    var maximumSpeech: Double?

    @Option(
        name: [
            .customLong("vad-speech-pad-ms"), .customLong("vad_speech_pad_ms"),
            .customLong("vp", withSingleDash: true),
        ],
        help: ArgumentHelp("Sound that is kept before and after speech (default: 400).", valueName: "ms"))
    var padding: Int?

    private var isDescribed: Bool {
        threshold != nil || minimumSpeech != nil || minimumSilence != nil || maximumSpeech != nil
            || padding != nil
    }

    func validate() throws {
        guard vad || !isDescribed else {
            throw ValidationError("The --vad-… options say what speech is for --vad; give it, too.")
        }
        try Self.check(
            threshold: threshold,
            [
                ("min-speech-duration", minimumSpeech, 0), ("min-silence-duration", minimumSilence, 0),
                ("speech-pad", padding, 0),
            ])
        // The reference takes as much off it for what is kept around speech.
        let least = 0.1 + 0.002 * Double(padding ?? VoiceActivityOptions().padding)
        guard (maximumSpeech ?? .infinity) >= least else {
            throw ValidationError(
                "--vad-max-speech-duration-s must be at least twice --vad-speech-pad-ms and 0.1 s: \(least).")
        }
    }

    /// Refuses what no speech can be told by.
    /// - Parameter durations: what is between `--vad-` and `-ms`, its milliseconds, and the least that are taken.
    static func check(threshold: Double?, _ durations: [(name: String, value: Int?, least: Int)]) throws {
        guard (threshold ?? 0.5) > 0, (threshold ?? 0.5) < 1 else {
            throw ValidationError("--vad-threshold must be between 0 and 1.")
        }
        for (name, value, least) in durations where !(least...60_000).contains(value ?? least) {
            throw ValidationError("--vad-\(name)-ms must be between \(least) and 60000.")
        }
    }

    /// The options with what the command line says of voice activity.
    func applied(to options: TranscriptionOptions) -> TranscriptionOptions {
        guard vad else { return options }
        var voice = VoiceActivityOptions()
        voice.threshold = threshold ?? voice.threshold
        voice.minimumSpeech = minimumSpeech ?? voice.minimumSpeech
        voice.minimumSilence = minimumSilence ?? voice.minimumSilence
        voice.maximumSpeech = maximumSpeech ?? voice.maximumSpeech
        voice.padding = padding ?? voice.padding
        var options = options
        options.voiceActivity = voice
        return options
    }
}
