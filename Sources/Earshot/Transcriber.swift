import Dispatch
import Synchronization

/// How far a transcription has come.
public struct TranscriptionProgress: Sendable, Equatable {
    /// What is being done.
    public enum Phase: Sendable {
        /// A recording longer than a window is measured for its loudness first.
        case measuring
        /// Windows are transcribed.
        case transcribing
    }

    /// What is being done.
    public var phase = Phase.measuring
    /// Seconds of audio behind, in this phase.
    public var processedSeconds = 0.0
    /// Seconds of audio in all, where they are known.
    public var totalSeconds: Double?
    /// Code of the language, once it is known.
    public var language: String?
    /// How probable the language is, where it was detected.
    public var languageProbability: Double?
    /// What has happened since the last report, a line each, for those who want to know everything.
    public var notes: [String] = []
    /// What is odd about the recording so far, a line each; nothing that stops it.
    public var warnings: [String] = []
}

/// Turns recordings into text on this machine.
///
/// ```swift
/// let transcriber = Transcriber(model: try Model.load(path: "tiny.pt"))
/// for try await segment in transcriber.transcribe(.file("speech.wav")) {
///     print(segment.start, segment.text)
/// }
/// ```
public struct Transcriber: Sendable {
    /// The model that listens.
    public let model: Model

    /// A transcriber with this model.
    public init(model: Model) { self.model = model }

    /// Segments of a recording, each as soon as it is found.
    ///
    /// Ending the iteration, or cancelling the task that iterates, stops the work within one decode step.
    /// - Parameters:
    ///   - recording: what to transcribe.
    ///   - options: how; nil for what the model recommends.
    ///   - progress: told now and then how far it has come, from a thread of its own.
    /// - Returns: segments in order of time. The sequence throws when the recording cannot be opened or
    ///   read on; segments found before that are given first.
    public func transcribe(
        _ recording: Recording, options: TranscriptionOptions? = nil,
        progress: (@Sendable (TranscriptionProgress) -> Void)? = nil
    ) -> AsyncThrowingStream<Segment, any Error> {
        let (segments, continuation) = AsyncThrowingStream<Segment, any Error>.makeStream()
        let cancellation = Cancellation()
        continuation.onTermination = { _ in cancellation.cancel() }
        let model = model
        // Long computations stay off the threads that run Swift's tasks.
        DispatchQueue(label: "earshot.transcription").async {
            let events = Transcription.Events(
                segment: { continuation.yield($0) },
                progress: { progress?($0) },
                shouldStop: { cancellation.isCancelled })
            let transcription = Transcription(
                model: model, options: options ?? model.defaultOptions, events: events)
            continuation.finish(throwing: Result { try transcription.run(recording) }.failure)
        }
        return segments
    }

    /// The whole transcript of a recording.
    /// - Parameters:
    ///   - recording: what to transcribe.
    ///   - options: how; nil for what the model recommends.
    /// - Throws: when the recording cannot be opened or read to its end; `CancellationError`.
    public func transcript(
        of recording: Recording, options: TranscriptionOptions? = nil
    ) async throws -> Transcript {
        let language = Mutex("en")
        var segments: [Segment] = []
        for try await segment in transcribe(
            recording, options: options,
            progress: { progress in
                if let found = progress.language { language.withLock { $0 = found } }
            })
        {
            segments.append(segment)
        }
        try Task.checkCancellation()
        return Transcript(
            text: model.text(of: segments), segments: segments, language: language.withLock { $0 })
    }
}

/// Set once, by whoever no longer wants the result.
private final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
