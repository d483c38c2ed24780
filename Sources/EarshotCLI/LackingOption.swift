import ArgumentParser

/// An option that other tools have and this one has not, with the reason: scripts bring them along.
struct LackingOption {
    private let names: [String]
    private let reason: String

    private init(_ names: String..., because reason: String) {
        self.names = names
        self.reason = reason
    }

    /// Why a command line that the parser refuses cannot be followed, where that is for such an option.
    static func reason(toRefuse arguments: [String]) -> String? {
        guard EarshotCommand.subcommand(of: arguments) == Transcribe.self else { return nil }
        for option in ArgumentSpelling.options(in: arguments) {
            let name = ArgumentSpelling.hyphenated(option)
            guard let lacking = all.first(where: { $0.names.contains(name) }) else { continue }
            return "There is no \(option): \(lacking.reason)."
        }
        return nil
    }

    /// The README's list.
    private static let all = [
        LackingOption("--model-dir", because: "no model is downloaded"),
        LackingOption(
            "-dev", "--device", "-ng", "--no-gpu", "-fa", "--flash-attn", "-nfa", "--no-flash-attn", "-oved",
            "--ov-e-device", because: "it computes on the processor, in one way"),
        LackingOption("-p", "--processors", because: "a recording is not cut where nobody pauses"),
        LackingOption("-on", "--offset-n", because: "segments are counted from 0"),
        LackingOption(
            "-mc", "--max-context", because: "all of the context or none: condition-on-previous-text"),
        LackingOption(
            "-ac", "--audio-ctx",
            because: "of recordings the encoder always hears 30 seconds; live, `--audio-context`"),
        LackingOption(
            "-wt", "--word-thold", "-dtw", "--dtw", because: "words are timed by attention, always"),
        LackingOption(
            "-et", "--entropy-thold",
            because: "the compression ratio tells repetitions, as in openai-whisper"),
        LackingOption(
            "-debug", "--debug-mode", "-ls", "--log-score", because: "json-full has every token's probability"
        ),
        LackingOption(
            "-di", "--diarize", "-tdrz", "--tinydiarize",
            because: "channels are mixed, and speakers not told apart"),
        LackingOption(
            "-owts", "--output-words", "-fp", "--font-path",
            because: "karaoke is WebVTT that browsers play, not a script for ffmpeg"),
        LackingOption(
            "-ps", "--print-special", "--print-confidence",
            because: "json-full has the special tokens; print-colors shows confidence"),
        LackingOption("-pp", "--print-progress", because: "a terminal gets a progress bar unasked"),
        LackingOption("-dl", "--detect-language", because: "the language is in every json"),
        LackingOption(
            "-sns", "--suppress-nst",
            because: "symbols nobody speaks are suppressed unless suppress-tokens says otherwise"),
        LackingOption(
            "--grammar", "--grammar-rule", "--grammar-penalty", because: "nobody has asked yet"),
        LackingOption("-vm", "--vad-model", because: "the model is built in"),
        LackingOption(
            "-vo", "--vad-samples-overlap", because: "stretches of speech keep their own sound around them"),
    ]
}
