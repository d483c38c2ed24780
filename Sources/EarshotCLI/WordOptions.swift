import ArgumentParser
import Earshot

/// Times of words, and subtitles made of words.
struct WordOptions: ParsableArguments {
    @Option(
        name: [.customLong("word-timestamps"), .customLong("word_timestamps")],
        help: ArgumentHelp(
            "Find when each word is spoken; JSON then lists the words. The options below do it too, but for the marks.",
            valueName: "true|false"))
    var wordTimestamps: TruthArgument?

    @Flag(
        help:
            "Subtitles that are easy to read: two lines of 42 columns, broken where sentences and clauses end."
    )
    var subtitles = false

    @Option(
        name: [.customLong("max-line-width"), .customLong("max_line_width")],
        help: ArgumentHelp("Break subtitle lines at this many characters.", valueName: "number"),
        transform: OptionalNumber<Int>.init)
    var maximumLineWidth: OptionalNumber<Int>?

    @Option(
        name: [.customLong("max-line-count"), .customLong("max_line_count")],
        help: ArgumentHelp("Lines of a subtitle, with --max-line-width.", valueName: "number"),
        transform: OptionalNumber<Int>.init)
    var maximumLineCount: OptionalNumber<Int>?

    @Option(
        name: [.customLong("max-words-per-line"), .customLong("max_words_per_line")],
        help: ArgumentHelp("Words of a subtitle.", valueName: "number"),
        transform: OptionalNumber<Int>.init)
    var maximumWordsPerLine: OptionalNumber<Int>?

    @Option(
        name: [.customLong("highlight-words"), .customLong("highlight_words")],
        help: ArgumentHelp("Underline each word of a subtitle as it is spoken.", valueName: "true|false"))
    var highlightWords: TruthArgument?

    @Option(
        name: [.customLong("max-len"), .customLong("ml", withSingleDash: true)],
        help: ArgumentHelp(
            "Cut segments at this many characters, whatever the format; 0 for nowhere.", valueName: "number"))
    var maximumSegmentLength: Int?

    @Flag(
        name: [.customLong("split-on-word"), .customLong("sow", withSingleDash: true)],
        help: "With --max-len: cut between words only.")
    var splitsOnWords = false

    @Option(
        name: [.customLong("prepend-punctuations"), .customLong("prepend_punctuations")],
        help: ArgumentHelp(
            "Where words are timed, marks that belong to the word behind them.", valueName: "marks"))
    var prependedPunctuation: String?

    @Option(
        name: [.customLong("append-punctuations"), .customLong("append_punctuations")],
        help: ArgumentHelp(
            "Where words are timed, marks that belong to the word before them.", valueName: "marks"))
    var appendedPunctuation: String?

    @Option(
        name: [
            .customLong("hallucination-silence-threshold"), .customLong("hallucination_silence_threshold"),
        ],
        help: ArgumentHelp(
            "Where words look invented, skip silence longer than this around them.", valueName: "seconds"),
        transform: OptionalNumber<Double>.init)
    var hallucinationSilenceThreshold: OptionalNumber<Double>?

    /// The style of subtitles asked for.
    var subtitleStyle: SubtitleStyle {
        var style = subtitles ? SubtitleStyle.readable : SubtitleStyle()
        style.maximumLineWidth = maximumLineWidth?.value
        style.maximumLineCount = maximumLineCount?.value
        style.maximumWordsPerLine = maximumWordsPerLine?.value
        style.highlightsWords = highlightWords?.value ?? false
        return style
    }

    /// Options with what the command line says of words.
    func applied(to options: TranscriptionOptions) -> TranscriptionOptions {
        var options = options
        options.wordTimestamps = wordTimestamps?.value ?? (options.wordTimestamps || needsWords)
        options.prependedPunctuation = prependedPunctuation ?? options.prependedPunctuation
        options.appendedPunctuation = appendedPunctuation ?? options.appendedPunctuation
        options.hallucinationSilenceThreshold =
            hallucinationSilenceThreshold?.value ?? options.hallucinationSilenceThreshold
        options.maximumSegmentLength = segmentLength ?? options.maximumSegmentLength
        options.splitsSegmentsOnWords = splitsOnWords || options.splitsSegmentsOnWords
        return options
    }

    func validate() throws {
        for (name, value) in [
            ("--max-line-width", maximumLineWidth?.value), ("--max-line-count", maximumLineCount?.value),
            ("--max-words-per-line", maximumWordsPerLine?.value), ("--max-len", segmentLength),
        ] {
            guard value ?? 1 >= 1 else { throw ValidationError("\(name) must be 1 or more.") }
        }
        if let seconds = hallucinationSilenceThreshold?.value, !(0...30).contains(seconds) {
            throw ValidationError("--hallucination-silence-threshold must be between 0 and 30 seconds.")
        }
        if wordTimestamps?.value == false, let option = optionThatNeedsWords {
            throw ValidationError("\(option) needs the words that --word-timestamps false forbids.")
        }
        if splitsOnWords, segmentLength == nil {
            throw ValidationError("--split-on-word says where --max-len cuts; name a length too.")
        }
        if maximumLineCount?.value != nil, maximumLineWidth?.value == nil {
            throw ValidationError("--max-line-count has no effect without --max-line-width.")
        }
        if maximumLineCount?.value != nil, maximumWordsPerLine?.value != nil {
            throw ValidationError(
                "--max-words-per-line has no effect with --max-line-width and --max-line-count.")
        }
        if subtitles, let option = shapingOptions.first(where: { $0 != "--highlight-words" }) {
            throw ValidationError("--subtitles shapes lines by itself; leave \(option) out.")
        }
    }

    /// A usage error where subtitles are shaped and none are written.
    func refuseWithoutSubtitles(_ output: OutputOptions) throws {
        guard let option = subtitles ? "--subtitles" : shapingOptions.first,
            !output.formats(withWords: true).contains(where: \.hasSubtitles)
        else { return }
        throw ValidationError("\(option) shapes subtitles; ask for some with --format srt or vtt.")
    }

    /// A usage error where a format is made of words and there are to be none.
    func refuseWithoutWords(_ output: OutputOptions) throws {
        guard wordTimestamps?.value == false,
            let format = output.formats(withWords: false).first(where: \.needsWords)
        else { return }
        throw ValidationError(
            "--format \(format.rawValue) needs the words that --word-timestamps false forbids.")
    }

    /// Where segments are cut; whisper.cpp's 0 stands for nowhere.
    private var segmentLength: Int? { maximumSegmentLength == 0 ? nil : maximumSegmentLength }

    private var needsWords: Bool { optionThatNeedsWords != nil }

    private var optionThatNeedsWords: String? {
        if subtitles { return "--subtitles" }
        if segmentLength != nil { return "--max-len" }
        if hallucinationSilenceThreshold?.value != nil { return "--hallucination-silence-threshold" }
        return shapingOptions.first
    }

    private var shapingOptions: [String] {
        [
            ("--max-line-width", maximumLineWidth?.value != nil),
            ("--max-line-count", maximumLineCount?.value != nil),
            ("--max-words-per-line", maximumWordsPerLine?.value != nil),
            ("--highlight-words", highlightWords?.value == true),
        ].filter(\.1).map(\.0)
    }
}

extension TranscriptFormat {
    /// Whether it is made of cues.
    fileprivate var hasSubtitles: Bool { self == .srt || self == .vtt }
}
