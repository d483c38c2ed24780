import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A PulseAudio of the tests' own, with a loudspeaker that is heard by nobody but its monitor, "servermic".
final class SoundServer {
    private let process: pid_t
    private let tones: TemporaryFolder
    private var isRunning = true

    /// Starts a server and waits until it answers.
    init() throws {
        let folder = try Alsa.folder
        tones = try TemporaryFolder()
        process = try spawn(
            #"""
            cd "$1" && mkdir -p run && chmod 700 run
            HOME=$1 XDG_RUNTIME_DIR=$1/run exec pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 \
                --load="module-null-sink sink_name=nullsink" \
                --load="module-native-protocol-unix socket=$1/socket auth-anonymous=1" > log 2>&1
            """#, [folder])
        for _ in 0..<500 {
            if try command(#"exec pactl --server="unix:$1/socket" info"#, [folder]) == 0 { return }
            usleep(20_000)
        }
    }

    deinit { kill() }

    /// Ends the server on the spot.
    func kill() {
        guard isRunning else { return }
        isRunning = false
        _ = Glibc.kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// Plays raw samples of 32-bit floats at 48 kHz to the loudspeaker, in the background.
    func play(_ samples: [Float]) throws {
        let sound = try tones.write(samples.withUnsafeBytes { [UInt8]($0) }, to: "sound.raw")
        _ = try command(
            #"""
            HOME=$1 paplay --server="unix:$1/socket" --device=nullsink --raw --format=float32le --rate=48000 \
                --channels=1 "$2" &
            """#, [try Alsa.folder, sound])
    }

    /// Why there is none; nil where there can be one.
    static let absence: String? = {
        for program in ["pulseaudio", "paplay", "pactl"] where has(#"command -v \#(program)"#) == false {
            return "there is no \(program) here"
        }
        let plugin = #"test -e "$(pkg-config --variable=libdir alsa)/alsa-lib/libasound_module_pcm_pulse.so""#
        return has(plugin) ? nil : "there is no libasound2-plugins here"
    }()

    private static func has(_ script: String) -> Bool { (try? command(script, [])) == 0 }
}

/// Runs a shell script to its end, and returns its status.
private func command(_ script: String, _ arguments: [String]) throws -> Int32 {
    var status: Int32 = 0
    let process = try spawn(script, arguments)
    while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { throw SystemError(code: errno) }
    }
    return status
}

/// Starts a shell script that says nothing.
private func spawn(_ script: String, _ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var pointers = (["/bin/sh", "-c", script, "sh"] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &actions, nil, &pointers, environ)
    guard code == 0 else { throw SystemError(code: code) }
    return process
}
