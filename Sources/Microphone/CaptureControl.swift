import Synchronization

/// What the capture thread is told to do.
package final class CaptureControl: Sendable {
    private let stopping = Atomic<Bool>(false)
    private let paused = Atomic<Bool>(false)

    /// Neither stopped nor paused.
    package init() {}

    /// Whether the thread is to end.
    package var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Whether nothing is to be recorded for now.
    package var isPaused: Bool {
        get { paused.load(ordering: .acquiring) }
        set { paused.store(newValue, ordering: .releasing) }
    }

    /// Has the thread end.
    package func stop() { stopping.store(true, ordering: .releasing) }

    /// Sleeps a while, but not when the thread is to end.
    func nap(seconds: Double) {
        let end = RealTime.now + seconds
        while RealTime.now < end, !isStopping { RealTime.nap() }
    }
}
