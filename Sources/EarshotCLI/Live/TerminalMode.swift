import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A terminal whose keys are read one by one and not shown; as it was again at every end of the program.
enum TerminalMode {
    private static let saved = Atomic<UInt>(0)  // where the terminal's own settings are kept
    /// Counts the times keys were read: whoever reads them for an earlier time has to end.
    private static let turn = Atomic<Int>(0)
    private static let keyboard = Atomic<Int32>(-1)
    private static let view = Atomic<Int32>(-1)

    /// The terminal that keys come from: standard input, else the one that the program belongs to; nil where there is
    /// none.
    static func openKeyboard(standardInput: Bool) -> Int32? {
        if standardInput, isatty(STDIN_FILENO) == 1 { return STDIN_FILENO }
        let descriptor = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Reads keys as they are pressed. Ctrl-C and Ctrl-Z stay signals.
    /// - Returns: whether the terminal listens to us: it does not where we are in the background.
    @discardableResult
    static func begin(keyboard descriptor: Int32?, view viewDescriptor: Int32) -> Bool {
        view.store(viewDescriptor, ordering: .releasing)
        guard let descriptor, tcgetpgrp(descriptor) == getpgrp() else { return false }
        var mode = termios()
        guard tcgetattr(descriptor, &mode) == 0 else { return false }
        if saved.load(ordering: .acquiring) == 0 {
            let before = UnsafeMutablePointer<termios>.allocate(capacity: 1)
            before.initialize(to: mode)
            keyboard.store(descriptor, ordering: .releasing)
            saved.store(UInt(bitPattern: before), ordering: .releasing)
        }
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
        return tcsetattr(descriptor, TCSANOW, &mode) == 0
    }

    /// Puts the terminal back, with the cursor to be seen and nothing below it. A signal handler may call it.
    static func end() {
        let descriptor = view.exchange(-1, ordering: .acquiringAndReleasing)
        let farewell: StaticString = "\r\u{1B}[J\u{1B}[?25h"
        if descriptor >= 0, Terminal.takesBytes(descriptor) {
            _ = write(descriptor, farewell.utf8Start, farewell.utf8CodeUnitCount)
        }
        // Not given back: a handler may not.
        let before = UnsafePointer<termios>(bitPattern: saved.exchange(0, ordering: .acquiringAndReleasing))
        if let before { tcsetattr(keyboard.load(ordering: .acquiring), TCSANOW, before) }
    }

    /// Has `action` run for each key, as long as they are ours.
    static func onKeys(of descriptor: Int32, _ action: @escaping @Sendable (UInt8) -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        let mine = turn.add(1, ordering: .acquiringAndReleasing).newValue
        source.setEventHandler {
            var key: UInt8 = 0
            guard turn.load(ordering: .acquiring) == mine, tcgetpgrp(descriptor) == getpgrp(),
                read(descriptor, &key, 1) == 1
            else { return source.cancel() }
            action(key)
        }
        source.activate()
    }
}
