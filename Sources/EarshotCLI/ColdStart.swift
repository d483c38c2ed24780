import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How long it takes from the start of a process to its first operation of the encoder: a child says when it
/// is there.
enum ColdStart {
    /// Starts this program again and again.
    /// - Parameter arguments: what makes it call `report`.
    static func measure(_ arguments: [String]) throws -> Measurement {
        Measurement(try (0..<5).map { _ in try measureOnce(arguments) })
    }

    /// In the child: gets the model ready for its first window, and tells the time.
    static func report(readiness model: Model) throws {
        let window = try Benchmark.firstWindow(of: model)
        try OutputFile.standardOutput.append("\(now())\n")
        withExtendedLifetime(window) {}
    }

    private static func measureOnce(_ arguments: [String]) throws -> Double {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure(errno) }
        defer { close(ends[0]) }
        let start = now()
        let child: pid_t
        do {
            defer { close(ends[1]) }
            child = try spawn(arguments, output: ends[1])
        }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = read(ends[0], &answer, answer.count)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let text = String(decoding: answer.prefix(max(0, count)), as: UTF8.self)
        guard status == 0, let arrival = UInt64(text.prefix { $0 != "\n" }) else {
            throw BenchmarkError("a new process did not get ready; what it said is above")
        }
        return Double(arrival - start) / 1e6
    }

    private static func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var words = (["earshot"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let code = posix_spawn(&child, "/proc/self/exe", &actions, nil, &words, environ)
        guard code == 0 else { throw failure(code) }
        return child
    }

    /// Nanoseconds on a clock that all processes share.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func failure(_ code: Int32) -> BenchmarkError {
        BenchmarkError("a new process cannot be started: \(String(cString: strerror(code)))")
    }
}
