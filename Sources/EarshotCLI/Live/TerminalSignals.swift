import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What a terminal tells the program in it: another size, stop, go on.
enum TerminalSignals {
    /// Has `action` run with each signal, on a thread of its own. Signals the parent had ignored stay ignored.
    static func watch(_ action: @escaping @Sendable (Int32) -> Void) {
        guard let (reading, writing) = SignalPipe.open() else { return }
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        wakeUp.store(writing, ordering: .releasing)
        let source = DispatchSource.makeReadSource(fileDescriptor: reading)
        source.setEventHandler {
            var number: UInt8 = 0
            guard read(reading, &number, 1) == 1 else { return source.cancel() }
            action(Int32(number))
        }
        source.activate()
        SignalPipe.handle([SIGWINCH, SIGTSTP, SIGCONT], with: note)
        SignalPipe.handle([SIGQUIT]) { number in
            TerminalMode.end()
            _ = signal(number, SIG_DFL)
            raise(number)
        }
    }
}

private let wakeUp = Atomic<Int32>(-1)

private func note(_ number: Int32) {
    SignalPipe.wake(wakeUp.load(ordering: .acquiring), UInt8(truncatingIfNeeded: number))
}
