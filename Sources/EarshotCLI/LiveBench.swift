import ArgumentParser
import Earshot

/// Recordings that `earshot bench` listens to as if they were live.
struct LiveBench: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Listen to recordings as if they were live: delays, passes, processor time.", valueName: "file"),
        completion: .file())
    var live: [String] = []

    @Option(
        help: ArgumentHelp(
            "How many times faster than they were spoken (1); 0 for as fast as it goes.", valueName: "number")
    )
    var pace: Double?

    @Option(help: "What delay is worth: low, balanced or fast (balanced).")
    var power: LiveOptions.Power?

    @Option(help: ArgumentHelp("Seconds to encode at least, or full.", valueName: "seconds"))
    var audioContext: AudioContextArgument?

    func validate() throws {
        guard pace == nil || pace == 0 || (0.01...1000).contains(pace ?? 1) else {
            throw ValidationError("--pace must be 0 or between 0.01 and 1000.")
        }
        guard !live.isEmpty || (pace == nil && power == nil && audioContext == nil) else {
            throw ValidationError("--pace, --power and --audio-context say how --live listens; give it, too.")
        }
    }

    /// Listens to each of them.
    func run(_ model: Model) throws -> [LiveRun]? {
        guard !live.isEmpty else { return nil }
        var options = LiveOptions(model.defaultOptions)
        options.power = power ?? .balanced
        options.audioContext = audioContext?.value ?? .automatic
        let pace = pace ?? 1
        let setting = LiveRun.Setting(options: options, pace: pace > 0 ? pace : nil)
        return try live.map { path in
            try LiveRun(
                model, .file(path), name: path.split(separator: "/").last.map(String.init) ?? path, setting)
        }
    }
}

extension LiveOptions.Power: ExpressibleByArgument {}

/// Seconds, or `full`.
struct AudioContextArgument: ExpressibleByArgument {
    let value: LiveOptions.AudioContext

    init?(argument: String) {
        if argument == "full" {
            value = .full
        } else if let seconds = Double(argument), seconds > 0, seconds <= 30 {
            value = .atLeast(seconds: seconds)
        } else {
            return nil
        }
    }
}
