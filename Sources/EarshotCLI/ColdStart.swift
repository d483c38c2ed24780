import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How a process starts: it is started again and again, and the child says how it got there.
struct ColdStart {
    /// What it takes to load the model.
    let load: Measurement
    /// From the start of the process to its first operation of the encoder.
    let ready: Measurement

    /// Starts this program some times.
    /// - Parameter arguments: what makes it call `report`.
    init(measuring arguments: [String]) throws {
        let starts = try (0..<5).map { _ in try Self.measureOnce(arguments) }
        load = Measurement(starts.map(\.load))
        ready = Measurement(starts.map(\.ready))
    }

    /// In the child: loads the model and gets it ready for its first window; tells the time, and what loading took.
    static func report(_ load: () throws -> Model) throws {
        let start = now()
        let model = try load()
        let loaded = now()
        let window = try Benchmark.firstWindow(of: model)
        try OutputFile.standardOutput.append("\(now()) \(loaded - start)\n")
        withExtendedLifetime(window) {}
    }

    private static func measureOnce(_ arguments: [String]) throws -> (load: Double, ready: Double) {
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
        let times = String(decoding: answer.prefix(max(0, count)), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        guard status == 0, times.count == 2 else {
            throw BenchmarkError("a new process did not get ready; what it said is above")
        }
        return (Double(times[1]) / 1e6, Double(times[0] - start) / 1e6)
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
