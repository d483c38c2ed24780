#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How signals reach ordinary code: a handler may do next to nothing, so it writes a byte into a pipe that is read
/// elsewhere.
enum SignalPipe {
    /// A pipe that programs started from here do not get; nil where the system has none left.
    static func open() -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Has the signals handled. Those the parent had ignored, as shells do for a command in the background, stay
    /// ignored.
    static func handle(_ numbers: [Int32], with handler: @escaping @convention(c) (Int32) -> Void) {
        for number in numbers {
            let previous = signal(number, handler)
            if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                _ = signal(number, SIG_IGN)
            }
        }
    }

    /// Writes a byte into a pipe, from a handler.
    static func wake(_ writing: Int32, _ byte: UInt8 = 0) {
        let code = errno
        var byte = byte
        _ = write(writing, &byte, 1)
        errno = code
    }
}
