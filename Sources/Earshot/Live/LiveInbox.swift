import Dispatch
import Synchronization

/// What has arrived and waits to be taken: between the task that reads a source and the thread that works. A source
/// that is faster than the work waits.
final class LiveInbox: Sendable {
    private struct State {
        var inputs: [LiveInput] = []
        var samples = 0
        var end: Result<Void, any Error>?
        var isAbandoned = false
        var producer: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    /// As much may wait: longer than any pass should take.
    private static let capacity = 30 * 16_000

    /// Adds what arrived; returns when there is room for more.
    func put(_ input: LiveInput) async {
        state.withLock { state in
            state.inputs.append(input)
            if case .samples(let samples) = input { state.samples += samples.count }
        }
        news.signal()
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.samples > Self.capacity, !state.isAbandoned else { return false }
                state.producer = continuation
                return true
            }
            if !mustWait { continuation.resume() }
        }
    }

    /// Nothing more arrives.
    func end(_ result: Result<Void, any Error>) {
        state.withLock { $0.end = $0.end ?? result }
        news.signal()
    }

    /// Nobody takes anything any more.
    func abandon() {
        let producer = state.withLock { state in
            state.isAbandoned = true
            state.inputs = []
            state.end = state.end ?? .failure(CancellationError())
            return state.producer.take()
        }
        producer?.resume()
        news.signal()
    }

    /// What has arrived, in order; waits for it. Nil behind the end.
    func take() throws -> [LiveInput]? {
        while true {
            let (inputs, end, producer) = state.withLock { state in
                defer {
                    state.inputs = []
                    state.samples = 0
                }
                return (state.inputs, state.end, state.producer.take())
            }
            producer?.resume()
            if !inputs.isEmpty { return inputs }
            if let end {
                try end.get()
                return nil
            }
            news.wait()
        }
    }
}
