import Whisper

/// Decodes windows of audio features into tokens: one, or several at a time that share every pass over the
/// weights. What a window's text becomes does not depend on those beside it.
///
/// ref: openai-whisper `transcribe.py`, `decode_with_fallback`.
public final class WindowDecoder {
    /// A window that is done.
    public typealias Finished = (window: Int, result: DecodingResult)

    private let decoder: TextDecoder
    private let tokenizer: Tokenizer
    private var running: [WindowTask] = []  // in order of their windows
    private var filters: (options: DecodingOptions, made: [any LogitFilter])?

    /// A decoder of windows for one language and task.
    /// - Parameters:
    ///   - decoder: the transformer, already attending to the features of the windows to decode.
    ///   - tokenizer: whose start sequence names language and task.
    public init(decoder: TextDecoder, tokenizer: Tokenizer) {
        self.decoder = decoder
        self.tokenizer = tokenizer
    }

    /// Decodes one window, at one temperature after the other until the text is good enough.
    /// - Parameters:
    ///   - options: how; the temperature is the ladder's.
    ///   - ladder: the temperatures and when to try the next.
    ///   - shouldStop: asked before every step.
    /// - Throws: `CancellationError` when `shouldStop` says so; `DecodingError`.
    public func decode(
        _ options: DecodingOptions, ladder: FallbackLadder = .single(), shouldStop: () -> Bool = { false }
    ) throws -> DecodingResult {
        running = []
        if shouldStop() { throw CancellationError() }
        try start(options, ladder: ladder)
        while true {
            if let finished = takeFinished().first { return finished.result }
            if shouldStop() { throw CancellationError() }
            try step()
        }
    }

    /// Windows that are being decoded.
    public var windows: [Int] { running.map(\.window) }

    /// Begins to decode a window beside those that are being decoded, in place of what was decoded there.
    ///
    /// Then `step()` takes all of them on, and `takeFinished()` gives those that are done; the place of one
    /// that is done can be taken by the next, `TextDecoder.attend(to:window:)` first.
    public func start(_ options: DecodingOptions, ladder: FallbackLadder, window: Int = 0) throws {
        let task = WindowTask(options, ladder: ladder, window: window)
        running.removeAll { $0.window == window }
        running.insert(task, at: running.firstIndex { $0.window > window } ?? running.endIndex)
        try begin(task)
    }

    /// Takes every window on by a token, in one pass over the weights.
    public func step() throws {
        let growing = running.map { ($0, $0.search?.growing ?? []) }
        var (tokens, sequences): ([Int], [Int]) = ([], [])
        for (task, growing) in growing {
            for sequence in growing {
                tokens.append(sequence.tokens.last ?? tokenizer.endOfText)
                sequences.append(decoder.firstSequence(of: task.window) + sequence.slot)
            }
        }
        decoder.step(tokens, sequences: sequences)
        var row = 0
        for (task, growing) in growing where !growing.isEmpty {
            try task.search?.advance(fromRow: row)
            row += growing.count
        }
        // Only now: a prompt's pass takes the place of this one's logits.
        for task in running where task.isRejected { try begin(task) }
    }

    /// The windows that are done since this was last asked, in order.
    public func takeFinished() -> [Finished] {
        let done = running.filter(\.isDone)
        running.removeAll(where: \.isDone)
        return done.compactMap { task in task.search.map { (task.window, $0.result) } }
    }

    /// Begins a window's next attempt.
    private func begin(_ task: WindowTask) throws {
        while let options = task.nextAttempt() {
            let search = WindowSearch(
                decoder, window: task.window, tokenizer: tokenizer, filters: filters(of: options),
                options: options)
            try search.begin()
            task.search = search
            if !task.isRejected { return }
        }
    }

    private func filters(of options: DecodingOptions) -> [any LogitFilter] {
        if let filters, filters.options.allowsTheSame(as: options) { return filters.made }
        let made = options.filters(tokenizer, audioContext: decoder.model.dimensions.audioContext)
        filters = (options, made)
        return made
    }
}

/// A window on its way up the ladder.
private final class WindowTask {
    let window: Int
    var search: WindowSearch?
    private let options: DecodingOptions
    private let ladder: FallbackLadder
    private var attempts = 0

    init(_ options: DecodingOptions, ladder: FallbackLadder, window: Int) {
        self.options = options
        self.ladder = ladder
        self.window = window
    }

    func nextAttempt() -> DecodingOptions? {
        defer { attempts += 1 }
        return ladder.attempt(attempts, of: options)
    }

    private var isComplete: Bool { search?.isComplete ?? false }

    private var isLastAttempt: Bool { ladder.attempt(attempts, of: options) == nil }

    /// Whether an attempt is over whose text is not good enough, and there is another.
    var isRejected: Bool {
        guard isComplete, !isLastAttempt, let search else { return false }
        return ladder.rejects(search.result)
    }

    var isDone: Bool { isComplete && !isRejected }
}
