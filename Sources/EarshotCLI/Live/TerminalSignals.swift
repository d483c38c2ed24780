import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What a terminal tells the program in it: another size, stop, go on.
enum TerminalSignals {
    /// Has `action` run with each signal, on a thread of its own: a handler may do next to nothing, so it writes the
    /// number into a pipe. Signals the parent had ignored stay ignored.
    static func watch(_ action: @escaping @Sendable (Int32) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let receiver = ends[0]
        wakeUp.store(ends[1], ordering: .releasing)
        let source = DispatchSource.makeReadSource(fileDescriptor: receiver)
        source.setEventHandler {
            var number: UInt8 = 0
            guard read(receiver, &number, 1) == 1 else { return source.cancel() }
            action(Int32(number))
        }
        source.activate()
        for number in [SIGWINCH, SIGTSTP, SIGCONT] {
            let previous = signal(number, note)
            if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                _ = signal(number, SIG_IGN)
            }
        }
    }
}

private let wakeUp = Atomic<Int32>(-1)

private func note(_ number: Int32) {
    let code = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(wakeUp.load(ordering: .acquiring), &byte, 1)
    errno = code
}
