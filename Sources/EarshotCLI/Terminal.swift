#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The terminal that standard output may be.
enum Terminal {
    /// Whether colours are welcome there: where they were asked for, on a terminal or asked for twice, and never
    /// where `NO_COLOR` is set (no-color.org).
    static func showsColors(asked times: Int) -> Bool {
        if refusesColors { return false }
        return times > 1 || times == 1 && isatty(STDOUT_FILENO) == 1 && !isDumb
    }

    /// Whether `NO_COLOR` is set.
    static var refusesColors: Bool { getenv("NO_COLOR").map { $0[0] != 0 } ?? false }

    /// Whether it can do no more than show lines.
    static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? false }

    /// Whether a view can be drawn there.
    static func canDraw(on descriptor: Int32) -> Bool { isatty(descriptor) == 1 && !isDumb }

    /// Whether whoever writes to it now is not kept: after Ctrl-S it takes nothing. A signal handler may ask.
    static func takesBytes(_ descriptor: Int32) -> Bool {
        var terminal = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&terminal, 1, 0) > 0 && terminal.revents & Int16(POLLOUT) != 0
    }

    /// Columns and rows of a terminal; 80 and 24 where it does not say.
    static func size(of descriptor: Int32) -> (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
