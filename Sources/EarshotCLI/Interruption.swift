import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Ctrl-C, and `kill`: the first ends the work in good order, the second at once.
enum Interruption {
    /// The signal that came, if any.
    static var signalNumber: Int32? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Has `action` run, on a thread of its own, when the first signal comes.
    ///
    /// A signal handler may do next to nothing, so it writes a byte into a pipe that wakes the action. Signals the
    /// parent had ignored, as shells do for a command in the background, stay ignored.
    static func forward(to action: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        received.store(0, ordering: .releasing)
        wakeUp.store(ends[1], ordering: .releasing)
        let source = DispatchSource.makeReadSource(fileDescriptor: ends[0])
        source.setEventHandler {
            source.cancel()
            action()
        }
        source.activate()
        for number in [SIGINT, SIGTERM] {
            let previous = signal(number, note)
            if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                _ = signal(number, SIG_IGN)
            }
        }
    }
}

private let received = Atomic<Int32>(0)
private let wakeUp = Atomic<Int32>(-1)

private func note(_ number: Int32) {
    guard received.exchange(number, ordering: .acquiringAndReleasing) == 0 else {
        TerminalMode.end()
        _exit(128 + number)
    }
    let code = errno
    var byte: UInt8 = 0
    _ = write(wakeUp.load(ordering: .acquiring), &byte, 1)
    errno = code
}
