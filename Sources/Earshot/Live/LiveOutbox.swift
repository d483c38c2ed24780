import Synchronization

/// Events on their way from the thread that works to the task that iterates. Where nobody asks for them they wait;
/// of levels and hypotheses, which the next one replaces, no more than a few seconds' worth.
package final class LiveOutbox: Sendable {
    private struct State {
        /// What has been handed on to be taken one by one.
        var ready: ArraySlice<LiveEvent> = []
        var waiting: [LiveEvent] = []
        /// How many of those that wait are replaced by the next of their kind.
        var fleeting = 0
        var end: Result<Void, any Error>?
        var listener: CheckedContinuation<LiveEvent?, any Error>?

        /// The next event, or the end; nil where neither is there yet.
        mutating func next() -> Result<LiveEvent?, any Error>? {
            if ready.isEmpty {
                ready = waiting[...]
                waiting = []
                fleeting = 0
            }
            if let event = ready.popFirst() { return .success(event) }
            return end.map { end in end.map { nil } }
        }
    }

    private let state = Mutex(State())
    /// As many levels and hypotheses may wait.
    package static let capacity = 64

    package init() {}

    /// Adds an event.
    package func put(_ event: LiveEvent) {
        let listener = state.withLock { state -> CheckedContinuation<LiveEvent?, any Error>? in
            guard state.end == nil else { return nil }
            if let listener = state.listener.take() { return listener }
            if event.isFleeting {
                if state.fleeting == Self.capacity {
                    state.waiting.forgetFleeting()
                    state.fleeting = state.waiting.count(where: \.isFleeting)
                }
                state.fleeting += 1
            }
            state.waiting.append(event)
            return nil
        }
        listener?.resume(returning: event)
    }

    /// Nothing more comes; what waits is still given, then the error.
    package func end(_ result: Result<Void, any Error>) {
        let listener = state.withLock { state in
            if state.end == nil { state.end = result }
            return state.listener.take()
        }
        listener?.resume(with: result.map { nil })
    }

    /// Nobody asks any more.
    package func abandon() {
        let listener = state.withLock { state in
            state.ready = []
            state.waiting = []
            state.end = .success(())
            return state.listener.take()
        }
        listener?.resume(returning: nil)
    }

    /// The next event; nil at the end.
    package func next() async throws -> LiveEvent? {
        try await withCheckedThrowingContinuation { continuation in
            let answer = state.withLock { state in
                let answer = state.next()
                if answer == nil { state.listener = continuation }
                return answer
            }
            if let answer { continuation.resume(with: answer) }
        }
    }
}

extension LiveEvent {
    /// Whether the next of its kind says all that matters.
    fileprivate var isFleeting: Bool {
        switch self {
        case .level, .partial: true
        default: false
        }
    }

    fileprivate var isLevel: Bool { if case .level = self { true } else { false } }
}

extension [LiveEvent] {
    /// Keeps the last level and the last hypothesis of those that are there.
    fileprivate mutating func forgetFleeting() {
        let level = lastIndex(where: \.isLevel)
        let hypothesis = lastIndex { $0.isFleeting && !$0.isLevel }
        let kept = indices.filter { !self[$0].isFleeting || $0 == level || $0 == hypothesis }
        self = kept.map { self[$0] }
    }
}
