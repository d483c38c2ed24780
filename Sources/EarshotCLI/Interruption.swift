import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Ctrl-C, `kill`, and a terminal that is closed: the first ends the work in good order, the second at once.
enum Interruption {
    /// The signal that came, if any.
    static var signalNumber: Int32? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Has `action` run, on a thread of its own, when the first signal comes.
    ///
    /// Signals the parent had ignored stay ignored.
    static func forward(to action: @escaping @Sendable () -> Void) {
        guard let (reading, writing) = SignalPipe.open() else { return }
        received.store(0, ordering: .releasing)
        wakeUp.store(writing, ordering: .releasing)
        let source = DispatchSource.makeReadSource(fileDescriptor: reading)
        source.setEventHandler {
            source.cancel()
            action()
        }
        source.activate()
        SignalPipe.handle([SIGINT, SIGTERM, SIGHUP], with: note)
    }
}

/// Whether the only signal before this one was that of a closed terminal, which it takes the place of.
private func isBehindHangUp(_ number: Int32) -> Bool {
    received.compareExchange(expected: SIGHUP, desired: number, ordering: .acquiringAndReleasing).exchanged
}

private let received = Atomic<Int32>(0)
private let wakeUp = Atomic<Int32>(-1)

private func note(_ number: Int32) {
    let (isFirst, _) = received.compareExchange(
        expected: 0, desired: number, ordering: .acquiringAndReleasing)
    // A terminal that is closed says so itself, and the shell in it once more; beside another signal, in any order.
    if !isFirst, number == SIGHUP || isBehindHangUp(number) { return }
    guard isFirst else {
        TerminalMode.end()
        _exit(128 + number)
    }
    SignalPipe.wake(wakeUp.load(ordering: .acquiring))
}
