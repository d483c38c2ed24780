import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Turns speech into text while it is spoken.
///
/// ```swift
/// let transcriber = LiveTranscriber(model: model, options: LiveOptions(model.defaultOptions))
/// for try await event in transcriber.events(of: samples) {  // any AsyncSequence of [Float]
///     if case .confirmed(let confirmation) = event { print(confirmation.text, terminator: "") }
/// }
/// ```
///
/// Nobody is listened to but those who speak: in silence the model does nothing. While somebody speaks it hears the
/// speech so far again and again; what it says twice in succession is confirmed, and all of it when a pause ends the
/// segment. Memory and the time of a step do not depend on how long it has been listening.
public struct LiveTranscriber: Sendable {
    /// The model that listens.
    public let model: Model
    /// How it listens.
    public let options: LiveOptions

    /// A transcriber with this model; options are checked when it begins to listen.
    public init(model: Model, options: LiveOptions? = nil) {
        self.model = model
        self.options = options ?? LiveOptions(model.defaultOptions)
    }

    /// What happens while a source is listened to.
    ///
    /// At the end of the source what was said is finished, and the last event is the summary. Ending the iteration,
    /// or cancelling the task that iterates, stops the work within one decode step.
    ///
    /// Nothing that is confirmed is ever dropped, however slowly events are taken; of levels and hypotheses, which the
    /// next one replaces, only the last then wait.
    /// - Parameter input: the source. It is asked for more as long as no more than half a minute waits.
    /// - Returns: the events. The sequence throws when options contradict each other, and what the source throws,
    ///   after what was said before is finished.
    public func events<S: AsyncSequence & Sendable>(
        of input: S
    ) -> AsyncThrowingStream<LiveEvent, any Error> where S.Element == LiveInput {
        let (inbox, outbox) = (LiveInbox(), LiveOutbox())
        let reader = Task {
            do {
                for try await element in input { await inbox.put(element) }
                inbox.end(.success(()))
            } catch {
                inbox.end(.failure(error))
            }
        }
        let isCancelled = CancellationFlag()
        let listener = Listener(outbox) {
            isCancelled.set()
            reader.cancel()
            inbox.abandon()
        }
        // Long computations stay off the threads that run Swift's tasks.
        DispatchQueue(label: "earshot.live").async {
            do {
                try run(inbox, shouldStop: { isCancelled.isSet }, emit: outbox.put)
                outbox.end(.success(()))
            } catch {
                outbox.end(.failure(error))
            }
        }
        return AsyncThrowingStream { try await listener.next() }
    }

    /// What happens while samples are listened to: mono, 16 kHz, −1…1, any number at a time.
    public func events<S: AsyncSequence & Sendable>(
        of samples: S
    ) -> AsyncThrowingStream<LiveEvent, any Error> where S.Element == [Float] {
        events(of: samples.map { LiveInput.samples($0) })
    }

    private func run(
        _ inbox: LiveInbox, shouldStop: @escaping () -> Bool, emit: @escaping (LiveEvent) -> Void
    ) throws {
        let processorStart = processorSeconds()
        let session = try LiveSession(model, options, shouldStop: shouldStop, emit: emit)
        var fault: (any Error)?
        do {
            while let inputs = try inbox.take() {
                for input in inputs {
                    if shouldStop() { throw CancellationError() }
                    try session.take(input)
                }
            }
        } catch {
            fault = error
        }
        if shouldStop() { throw CancellationError() }
        try session.finish(processorSeconds: processorSeconds() - processorStart)
        if let fault { throw fault }
    }
}

extension LiveSession {
    /// A session that hears with a model.
    /// - Throws: where options contradict each other, or the model does not know the language or the task.
    convenience init(
        _ model: Model, _ options: LiveOptions, shouldStop: @escaping () -> Bool,
        emit: @escaping (LiveEvent) -> Void
    ) throws {
        try options.check(for: model)
        let start = ContinuousClock.now
        self.init(
            options, hearing: try ModelHearing(model, options, shouldStop: shouldStop),
            context: PromptHistory(
                options.transcription, tokenizer: model.tokenizer, textContext: model.dimensions.textContext),
            clock: { (ContinuousClock.now - start) / .seconds(1) }, emit: emit)
    }
}

/// Whoever takes the events: all ends with it.
private final class Listener: Sendable {
    private let outbox: LiveOutbox
    private let stop: @Sendable () -> Void

    init(_ outbox: LiveOutbox, stop: @escaping @Sendable () -> Void) {
        self.outbox = outbox
        self.stop = stop
    }

    deinit { stop() }

    /// The next event; nil at the end, and once the task is cancelled.
    func next() async throws -> LiveEvent? {
        try await withTaskCancellationHandler {
            try await outbox.next()
        } onCancel: {
            stop()
            outbox.abandon()
        }
    }
}

/// Set once, by whoever no longer wants the result.
private final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// Seconds of processors that the process has taken.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
