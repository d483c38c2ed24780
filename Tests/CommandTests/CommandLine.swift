import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What a run of the command left behind.
struct Outcome {
    /// Exit status; 128 and the signal's number where a signal ended it.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// Runs the command that was built beside these tests, without standard input.
func earshot(_ arguments: String...) throws -> Outcome { try earshot(named: arguments) }

/// The same with arguments that are in a list already.
func earshot(named arguments: [String]) throws -> Outcome {
    try shell(#"exec "$0" "$@" < /dev/null"#, arguments)
}

/// Runs a shell script in which `$0` is the command and `$1`… are `arguments`.
func shell(_ script: String, _ arguments: [String] = []) throws -> Outcome {
    let folder = try TemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, name) in [(STDOUT_FILENO, "out"), (STDERR_FILENO, "err")] {
        posix_spawn_file_actions_addopen(
            &actions, descriptor, folder.path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    let words = ["/bin/sh", "-c", script, try commandPath()] + arguments
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &actions, nil, &pointers, environ)
    guard code == 0 else { throw SystemError(code: code) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { throw SystemError(code: errno) }
    }
    let signal = status & 0x7F
    return Outcome(
        status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
        output: try folder.text("out"), errors: try folder.text("err"))
}

/// A recording that the project ships.
func sample(_ name: String) -> String { "\(Fixtures.root)/Audio/\(name)" }

/// The command, which is built into the folder of the tests' own program.
func commandPath() throws -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &buffer, Int(PATH_MAX)) > 0 else { throw SystemError(code: errno) }
    let own = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/earshot"
}
