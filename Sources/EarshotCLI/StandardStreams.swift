#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Standard input, output and error, as whoever started the program left them.
enum StandardStreams {
    /// Puts something harmless where a stream was closed: the next file that is opened would take its number, and
    /// a transcript would be written into it.
    static func fillGaps() {
        while true {
            let descriptor = open("/dev/null", O_RDONLY)
            guard (STDIN_FILENO...STDERR_FILENO).contains(descriptor) else {
                if descriptor >= 0 { close(descriptor) }
                return
            }
        }
    }

    /// A reader that goes away, and a file that may not grow, are to be noticed, not to end the program on the spot.
    static func surviveFaults() {
        for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    }

    /// Whether standard output takes what is written to it.
    static var isOutputOpen: Bool {
        let flags = fcntl(STDOUT_FILENO, F_GETFL)
        return flags >= 0 && flags & O_ACCMODE != O_RDONLY
    }
}
