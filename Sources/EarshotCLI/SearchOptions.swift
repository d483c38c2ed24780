import ArgumentParser
import Earshot

/// How a window's text is searched for. What is not given is the model's own default.
struct SearchOptions: ParsableArguments {
    @Option(
        name: [.customLong("beam-size"), .customLong("beam_size"), .customLong("bs", withSingleDash: true)],
        help: ArgumentHelp(
            "Follow this many texts side by side at temperature 0 (default: None, greedy search).",
            valueName: "number"),
        transform: OptionalNumber<Int>.init)
    var beamSize: OptionalNumber<Int>?

    @Option(
        help: ArgumentHelp(
            "Finish this many times the beams before choosing (default: 1).", valueName: "factor"),
        transform: OptionalNumber<Double>.init)
    var patience: OptionalNumber<Double>?

    @Option(
        name: [.customLong("length-penalty"), .customLong("length_penalty")],
        help: ArgumentHelp(
            "Rank beams or samples by this penalty, 0 to 1 (default: None, by their mean).",
            valueName: "alpha"),
        transform: OptionalNumber<Double>.init)
    var lengthPenalty: OptionalNumber<Double>?

    @Option(
        name: [.long, .customLong("tp", withSingleDash: true)],
        help: ArgumentHelp("Begin at this temperature (default: 0).", valueName: "number"))
    var temperature: Double?

    @Option(
        name: [
            .customLong("temperature-increment-on-fallback"),
            .customLong("temperature_increment_on_fallback"),
            .customLong("temperature-inc"), .customLong("tpi", withSingleDash: true),
        ],
        help: ArgumentHelp(
            "Raise the temperature by this, up to 1, while the text is not good enough; None for one attempt (default: 0.2).",
            valueName: "number"),
        transform: OptionalNumber<Double>.init)
    var increment: OptionalNumber<Double>?

    @Flag(
        name: [.customLong("no-fallback"), .customLong("nf", withSingleDash: true)],
        help: "Take the first text, whatever it is.")
    var withoutFallback = false

    @Option(
        name: [.customLong("best-of"), .customLong("best_of"), .customLong("bo", withSingleDash: true)],
        help: ArgumentHelp(
            "Take the best of this many samples at temperatures above 0 (default: 1).", valueName: "number"),
        transform: OptionalNumber<Int>.init)
    var bestOf: OptionalNumber<Int>?

    @Option(help: ArgumentHelp("Where random numbers begin (default: 0).", valueName: "number"))
    var seed: UInt64?

    @Option(
        name: [.customLong("compression-ratio-threshold"), .customLong("compression_ratio_threshold")],
        help: ArgumentHelp(
            "Text that compresses better is not good enough; None to accept it (default: 2.4).",
            valueName: "ratio"),
        transform: OptionalNumber<Double>.init)
    var compressionRatioThreshold: OptionalNumber<Double>?

    @Option(
        name: [
            .customLong("logprob-threshold"), .customLong("logprob_threshold"),
            .customLong("logprob-thold"), .customLong("lpt", withSingleDash: true),
        ],
        parsing: .unconditional,
        help: ArgumentHelp(
            "Text with a lower mean log probability is not good enough; None to accept it (default: -1).",
            valueName: "number"),
        transform: OptionalNumber<Double>.init)
    var logProbabilityThreshold: OptionalNumber<Double>?

    @Option(
        name: [
            .customLong("no-speech-threshold"), .customLong("no_speech_threshold"),
            .customLong("no-speech-thold"), .customLong("nth", withSingleDash: true),
        ],
        help: ArgumentHelp(
            "With a higher probability of no speech, text below --logprob-threshold is silence; None for never (default: 0.6).",
            valueName: "number"),
        transform: OptionalNumber<Double>.init)
    var noSpeechThreshold: OptionalNumber<Double>?

    @Option(
        name: [
            .customLong("max-tokens"), .customLong("max_tokens"), .customLong("sample-len"),
            .customLong("sample_len"),
        ],
        help: ArgumentHelp("Most tokens of a window.", valueName: "number"))
    var maximumTokens: Int?

    @Option(
        name: [.customLong("suppress-tokens"), .customLong("suppress_tokens")],
        parsing: .unconditional,
        help: ArgumentHelp(
            "Ids never to write, separated by commas; -1 is all symbols no one speaks, empty is none (default: -1).",
            valueName: "ids"),
        transform: TokenList.init)
    var suppressedTokens: TokenList?

    @Option(
        name: [.customLong("suppress-regex"), .customLong("suppress_regex")],
        help: ArgumentHelp("Never write tokens whose whole text matches.", valueName: "pattern"))
    var suppressedPattern: String?

    @Option(
        name: [.customLong("suppress-blank"), .customLong("suppress_blank")],
        help: ArgumentHelp(
            "Forbid a window to begin with a blank or to end at once (default: true).",
            valueName: "true|false"))
    var suppressBlank: TruthArgument?

    @Flag(
        name: [.customLong("keep-loops"), .customLong("keep_loops")],
        help: "Let a text that goes round in circles fill its window, whatever its compression ratio.")
    var keepsLoops = false

    func validate() throws {
        guard !withoutFallback || (increment?.value ?? 0) == 0 else {
            throw ValidationError(
                "--no-fallback and --temperature-increment-on-fallback contradict each other.")
        }
        if let increment = increment?.value, !(increment >= 0 && increment.isFinite) {
            throw ValidationError(
                "--temperature-increment-on-fallback must be above 0; for one attempt give None, or 0.")
        }
        if let temperature, !(temperature >= 0 && temperature.isFinite) {
            throw ValidationError("--temperature must be a number from 0 upwards.")
        }
    }

    /// Puts what the command line says in place of the model's defaults.
    func apply(to options: inout TranscriptionOptions) {
        options.temperatures = temperatures(instead: options.temperatures)
        if let seed { options.seed = seed }
        if let beamSize { options.beamSize = number(beamSize) }
        if let patience { options.patience = patience.value }
        if let bestOf { options.bestOf = number(bestOf) }
        if let lengthPenalty { options.lengthPenalty = lengthPenalty.value }
        if let maximumTokens { options.maximumTokens = maximumTokens }
        if let suppressedTokens { options.suppressedTokens = suppressedTokens.tokens }
        if let suppressedPattern { options.suppressedPattern = suppressedPattern }
        if let suppressBlank { options.suppressBlank = suppressBlank.value }
        if let compressionRatioThreshold {
            options.compressionRatioThreshold = compressionRatioThreshold.value
        }
        if let logProbabilityThreshold { options.logProbabilityThreshold = logProbabilityThreshold.value }
        if let noSpeechThreshold { options.noSpeechThreshold = noSpeechThreshold.value }
        if keepsLoops { options.stopsLoops = false }
    }

    /// Of sequences; whisper.cpp's -1 stands for none but the first.
    private func number(_ sequences: OptionalNumber<Int>) -> Int? {
        sequences.value == -1 ? nil : sequences.value
    }

    /// ref: openai-whisper `transcribe.py`, `cli`: from the temperature to 1 in equal steps. A model may do best
    /// with a single one; who asks for samples asks for temperatures at which there are any.
    private func temperatures(instead defaults: [Double]) -> [Double] {
        let first = temperature ?? defaults.first ?? 0
        if withoutFallback { return [first] }
        guard let increment else {
            let wantsSamples = (bestOf?.value ?? 1) > 1 && first == 0
            guard defaults.count > 1 || wantsSamples else { return [first] }
            return temperature == nil && defaults.count > 1 ? defaults : steps(from: first, by: 0.2)
        }
        guard let step = increment.value, step > 0 else { return [first] }
        return steps(from: first, by: step)
    }

    private func steps(from first: Double, by step: Double) -> [Double] {
        let count = max(0, ((1 + 1e-6 - first) / step).rounded(.up))
        return count < 1 ? [first] : (0..<Int(min(count, 1000))).map { first + Double($0) * step }
    }
}

/// A number, or None for nothing.
struct OptionalNumber<Number: LosslessStringConvertible> {
    let value: Number?

    init(_ argument: String) throws {
        value = argument.lowercased() == "none" ? nil : Number(argument)
        guard value != nil || argument.lowercased() == "none" else {
            throw ValidationError("It must be a number, or None.")
        }
    }
}

/// Token ids, separated by commas.
struct TokenList {
    let tokens: [Int]

    init(_ argument: String) throws {
        tokens = try argument.split(separator: ",", omittingEmptySubsequences: argument.isEmpty).map {
            guard let token = Int($0.filter { $0 != " " }), token >= -1 else {
                throw ValidationError("It must be token ids separated by commas, -1, or nothing.")
            }
            return token
        }
    }
}
