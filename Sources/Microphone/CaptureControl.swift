import Synchronization

/// What the capture thread is told to do, and whether it still does anything.
package final class CaptureControl: Sendable {
    private let stopping = Atomic<Bool>(false)
    private let paused = Atomic<Bool>(false)
    private let steps = Atomic<Int>(0)  // into operations of the device and out of them: odd while in one

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

    /// Runs an operation of the device, which may not return.
    func during<Result>(_ operation: () -> Result) -> Result {
        steps.add(1, ordering: .relaxed)
        defer { steps.add(1, ordering: .relaxed) }
        return operation()
    }

    /// The number of the operation of the device that is under way; nil where none is.
    var operation: Int? {
        let steps = steps.load(ordering: .relaxed)
        return steps % 2 == 1 ? steps : nil
    }

    /// Sleeps a while, but not when the thread is to end.
    func nap(seconds: Double) {
        let end = RealTime.now + seconds
        while RealTime.now < end, !isStopping { RealTime.nap() }
    }
}
