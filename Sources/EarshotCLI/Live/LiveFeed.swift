import Earshot
import Synchronization

/// What was heard, on its way from a source to the transcriber; a source that is faster waits.
final class LiveFeed: AsyncSequence, Sendable {
    typealias Element = LiveInput

    private struct State {
        var waiting: [LiveInput] = []
        var end: Result<Void, any Error>?
        var listener: CheckedContinuation<LiveInput?, any Error>?
        var source: CheckedContinuation<Void, Never>?

        /// The next piece, or the end; nil where neither is there yet.
        mutating func next() -> Result<LiveInput?, any Error>? {
            if !waiting.isEmpty { return .success(waiting.removeFirst()) }
            return end.map { end in end.map { nil } }
        }
    }

    private let state = Mutex(State())
    /// So many pieces may wait: about a second.
    private static let capacity = 20

    /// Adds a piece, and returns when there is room for more.
    /// - Returns: whether more is wanted.
    func put(_ input: LiveInput) async -> Bool {
        interject(input)
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.waiting.count > Self.capacity, state.end == nil else { return false }
                state.source = continuation
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return state.withLock { $0.end == nil }
    }

    /// Adds a piece without waiting.
    func interject(_ input: LiveInput) {
        let listener = state.withLock { state -> CheckedContinuation<LiveInput?, any Error>? in
            guard state.end == nil else { return nil }
            if let listener = state.listener.take() { return listener }
            state.waiting.append(input)
            return nil
        }
        listener?.resume(returning: input)
    }

    /// Nothing more comes; what waits is still given, then the error.
    func end(_ error: (any Error)? = nil) {
        let (listener, source) = state.withLock { state in
            state.end = state.end ?? error.map { .failure($0) } ?? .success(())
            return (state.listener.take(), state.source.take())
        }
        source?.resume()
        if let error { listener?.resume(throwing: error) } else { listener?.resume(returning: nil) }
    }

    func makeAsyncIterator() -> Iterator { Iterator(feed: self) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let feed: LiveFeed

        mutating func next() async throws -> LiveInput? { try await feed.next() }
    }

    private func next() async throws -> LiveInput? {
        try await withCheckedThrowingContinuation { continuation in
            let (answer, source) = state.withLock { state in
                let answer = state.next()
                if answer == nil { state.listener = continuation }
                return (answer, state.source.take())
            }
            source?.resume()
            if let answer { continuation.resume(with: answer) }
        }
    }
}
