import Synchronization

/// Where the listener sleeps until the capture thread has something.
///
/// The lock between them is held for an instant, by one who has the other's priority meanwhile: it keeps nobody.
package final class Doorbell: Sendable {
    private let sleeper = Mutex<CheckedContinuation<Void, Never>?>(nil)

    /// One where nobody sleeps.
    package init() {}

    /// Wakes who sleeps.
    package func ring() {
        let woken = sleeper.withLock { sleeper in
            defer { sleeper = nil }
            return sleeper
        }
        woken?.resume()
    }

    /// Sleeps until it rings or the task is cancelled.
    /// - Parameter isAwaited: whether there is nothing yet. What changes that rings afterwards, so that no ring is
    ///   missed.
    package func sleep(
        isolation: isolated (any Actor)? = #isolation, while isAwaited: @Sendable () -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeps = sleeper.withLock { sleeper in
                    if Task.isCancelled || !isAwaited() { return false }
                    sleeper = continuation
                    return true
                }
                if !sleeps { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
    }
}
