import Earshot
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A terminal of the tests' own, with a program in it.
final class PseudoTerminal {
    /// What the terminal was told so far.
    private(set) var bytes: [UInt8] = []
    private let master: Int32
    // TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID, which are not imported.
    private static let unlock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let newSession: Int16 = 0x80
    private let process: pid_t
    private var status: Int32?

    /// Starts a shell script on a terminal of this size; `$0` is the command and `$1`… are `arguments`.
    init(columns: Int, rows: Int, _ script: String, _ arguments: [String] = []) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number) = (Int32(0), UInt32(0))
        guard master >= 0, ioctl(master, Self.unlock, &lock) == 0, ioctl(master, Self.getNumber, &number) == 0
        else { throw SystemError(code: errno) }
        let name = "/dev/pts/\(number)"
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The first terminal that the leader of a session opens is the session's.
        posix_spawnattr_setflags(&attributes, Self.newSession)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, descriptor)
        }
        let words =
            [
                "/bin/sh", "-c",
                "stty cols \(columns) rows \(rows); unset NO_COLOR; export TERM=xterm; \(script)",
                try commandPath(),
            ] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &pointers, environ)
        guard code == 0 else { throw SystemError(code: code) }
        self.process = process
    }

    deinit {
        if status == nil {
            kill(-process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(master)
    }

    /// What the terminal was told so far, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Presses keys.
    func type(_ keys: String) {
        _ = Array(keys.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
    }

    /// Whether it edits lines and shows what is typed, as terminals do for a shell.
    var isCooked: Bool {
        var mode = termios()
        let wanted = tcflag_t(ICANON | ECHO)
        return tcgetattr(master, &mode) == 0 && mode.c_lflag & wanted == wanted
    }

    /// Changes the size of the terminal.
    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Reads until what was written meets a condition.
    /// - Returns: whether it does; it does not where the program ended before, or a minute passed.
    @discardableResult
    func wait(until isMet: (String) -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if isMet(text) { return true }
            var reader = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&reader, 1, 50) > 0 else { continue }
            var block = [UInt8](repeating: 0, count: 4096)
            let count = read(master, &block, block.count)
            // The last process that had the terminal open has closed it.
            if count <= 0 { return isMet(text) }
            bytes += block[..<count]
        }
        return false
    }

    /// Waits until the program has stopped, but does not end.
    /// - Returns: whether it has; it has not where it ended, or a minute passed.
    func waitUntilStopped() -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            var code: Int32 = 0
            if waitpid(process, &code, WUNTRACED | WNOHANG) == process {
                if code & 0xFF == 0x7F { return true }
                status = code
                return false
            }
            usleep(20_000)
        }
        return false
    }

    /// Has a program that has stopped go on.
    func goOn() { kill(process, SIGCONT) }

    /// Reads to the end.
    /// - Returns: the exit status; 128 and the signal's number where a signal ended it.
    func end() -> Int32 {
        wait { _ in false }
        var code: Int32 = 0
        waitpid(process, &code, 0)
        status = code
        return code & 0x7F == 0 ? (code >> 8) & 0xFF : 128 + code & 0x7F
    }
}
