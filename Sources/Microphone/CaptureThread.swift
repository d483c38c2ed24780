import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A thread that runs before ordinary ones, where that is allowed.
final class CaptureThread: Sendable {
    private let thread: Mutex<pthread_t?>

    /// Starts a thread.
    /// - Parameters:
    ///   - device: what an error names.
    ///   - body: runs on it, and is told whether it has the priority.
    /// - Throws: `MicrophoneError` where the system has no thread left.
    init(named device: String, _ body: @escaping @Sendable (Bool) -> Void) throws(MicrophoneError) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body: body))
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body(RealTime.begin())
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw MicrophoneError(device, code: -code, doing: "no thread to record on")
        }
        self.thread = Mutex(thread)
    }

    /// Waits until the body has returned.
    func join() {
        thread.withLock { thread in
            if let running = thread { pthread_join(running, nil) }
            thread = nil
        }
    }

    private final class Work: Sendable {
        let body: @Sendable (Bool) -> Void

        init(body: @escaping @Sendable (Bool) -> Void) { self.body = body }
    }
}
