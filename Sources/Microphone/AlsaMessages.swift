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
    /// One caller at a time, and what its own thread is told, so that nobody hears of another's device.
    /// - Returns: what `body` does, and the first message: it names the cause, the others what came of it.
    static func kept<Result>(_ body: () -> Result) -> (result: Result, message: String?) {
        silence()
        pthread_mutex_lock(oneCaller)
        defer { pthread_mutex_unlock(oneCaller) }
        heard.withLock { $0 = Heard(listener: pthread_self()) }
        let result = body()
        let message = heard.withLock { heard in
            defer { heard = Heard() }
            return heard.first
        }
        return (result, message)
    }

    /// Keeps all that libasound says from here on off the screen.
    static func silence() { _ = listening }

    private static let listening: Void = earshot_alsa_listen { message in
        guard let message else { return }
        let text = String(cString: message)
        heard.withLock { heard in
            guard let listener = heard.listener, pthread_equal(listener, pthread_self()) != 0 else { return }
            heard.first = heard.first ?? text
        }
    }

    private struct Heard {
        var listener: pthread_t?
        var first: String?
    }

    private static let heard = Mutex(Heard())

    private nonisolated(unsafe) static let oneCaller: UnsafeMutablePointer<pthread_mutex_t> = {
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        return lock
    }()
}
