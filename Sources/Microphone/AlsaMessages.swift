import CALSA
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What libasound has to say: it would write it to standard error, several lines for one device that is not there.
enum AlsaMessages {
    /// Calls libasound with its messages kept off the screen.
    ///
    /// One caller at a time, so that nobody is told what another's device said.
    /// - Returns: what `body` does, and the first message: it names the cause, the others what came of it.
    static func kept<Result>(_ body: () -> Result) -> (result: Result, message: String?) {
        silence()
        pthread_mutex_lock(oneCaller)
        defer { pthread_mutex_unlock(oneCaller) }
        first.withLock { $0 = nil }
        let result = body()
        return (result, first.withLock { $0 })
    }

    /// Keeps all that libasound says from here on off the screen.
    static func silence() { _ = listening }

    private static let listening: Void = earshot_alsa_listen { message in
        guard let message else { return }
        let text = String(cString: message)
        first.withLock { $0 = $0 ?? text }
    }

    private static let first = Mutex<String?>(nil)

    private nonisolated(unsafe) static let oneCaller: UnsafeMutablePointer<pthread_mutex_t> = {
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        return lock
    }()
}
