import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A thread that runs before ordinary ones, where that is allowed.
final class CaptureThread: Sendable {
    private let end = DispatchSemaphore(value: 0)

    /// Starts a thread.
    /// - Parameters:
    ///   - device: what an error names.
    ///   - body: runs on it, and is told whether it has the priority.
    /// - Throws: `MicrophoneError` where the system has no thread left.
    init(named device: String, _ body: @escaping @Sendable (Bool) -> Void) throws(MicrophoneError) {
        var thread = pthread_t()
        let end = end
        let work = Unmanaged.passRetained(
            Work {
                body(RealTime.begin())
                end.signal()
            })
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw MicrophoneError(device, code: -code, doing: "no thread to record on")
        }
        pthread_detach(thread)
    }

    /// Waits until the body has returned, but not for ever.
    /// - Returns: whether it has.
    func hasEnded(within seconds: Int) -> Bool {
        guard end.wait(timeout: .now() + .seconds(seconds)) == .success else { return false }
        end.signal()
        return true
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
