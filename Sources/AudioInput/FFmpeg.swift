#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An `ffmpeg` process that turns a file libsndfile cannot read into a stream of WAV.
final class FFmpeg: ByteSource {
    let name: String
    let length: Int64? = nil
    let isStream: Bool
    let descriptor: Descriptor? = nil
    private let output: PipeBytes
    private let log: Descriptor
    private var process: pid_t?
    private var succeeded = false

    /// Starts decoding the first audio track of a file.
    /// - Parameter isStream: whether the file is the copy of a pipe.
    /// - Returns: nil when there is no ffmpeg on the PATH.
    init?(decoding file: Descriptor, isStream: Bool, name: String) throws {
        // Not a pipe: a socket is closed to other child processes from its first moment, so that no ffmpeg
        // started at the same time can hold this one's end open.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw AudioError(name, errno: errno) }
        let writeEnd = Descriptor(ends[1])
        self.name = name
        self.isStream = isStream
        output = PipeBytes(Descriptor(ends[0]), name: name)
        // A file: a full pipe that nobody reads would stop ffmpeg, and a damaged recording fills any memory.
        log = try Descriptor.temporary(name: name)
        process = try launch(input: file, output: writeEnd, log: log, name: name)
        if process == nil { return nil }
    }

    deinit {
        guard let process else { return }
        kill(process, SIGKILL)
        _ = wait(for: process)
    }

    /// Reads decoded bytes; throws after the last of them when ffmpeg failed.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        let count = try output.read(into: buffer, at: offset)
        if count == 0 { try finish() }
        return count
    }

    func forgetHead() { output.forgetHead() }

    /// What ffmpeg complained about while it went on.
    var warnings: [String] {
        guard succeeded, let complaint else { return [] }
        return ["ffmpeg reports: \(complaint)"]
    }

    /// Seconds, as ffmpeg prints them before the first byte: "  Duration: 00:01:02.50, start: …".
    var duration: Double? {
        guard let line = logLines.first(where: { $0.contains("Duration: ") }),
            let text = line.split(separator: "Duration: ").last?.split(separator: ",").first
        else { return nil }
        let parts = text.split(separator: ":").map { Double($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else {
            return nil
        }
        return hours * 3600 + minutes * 60 + seconds
    }

    /// The duration, where ffmpeg found that the file ends before its container says.
    var brokenPromise: Double? {
        let isCut =
            succeeded
            && logLines.contains { line in
                ["partial file", "File ended prematurely"].contains { line.hasSuffix($0) }
            }
        return isCut ? duration : nil
    }

    private func finish() throws {
        guard let process else { return }
        self.process = nil
        succeeded = wait(for: process) == 0
        if !succeeded { throw AudioError(name, "ffmpeg cannot read it: \(complaint ?? "no reason given")") }
    }

    /// The first error in the log, without what names ffmpeg's parts: "[mov @ 0x5…] [error] moov atom not found".
    private var complaint: String? {
        for line in logLines {
            for level in ["[fatal] ", "[error] "] {
                guard let text = line.split(separator: level, maxSplits: 1).last, text.count < line.count
                else {
                    continue
                }
                if text.contains("matches no streams") { return "it holds no audio" }
                if text.contains("not on whitelist") { return "it is no recording" }
                let isAboutInput = text.hasPrefix(inputName + ": ")
                return String(isAboutInput ? text.dropFirst(inputName.count + 2) : text)
            }
        }
        return nil
    }

    /// The beginning of the log; what matters is there.
    private var logLines: [Substring] {
        let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
            filled = max(pread(log.number, buffer.baseAddress, buffer.count, 0), 0)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}

/// The input as ffmpeg sees it: opened again through the descriptor, so that no name can be taken for an option
/// or a protocol, and unlinked files work.
private let inputName = "file:/dev/fd/0"

/// The samples stay at their own rate and channels: they take the same way as all others from here.
/// Only containers are let in, no playlists: those open other files and sockets, and live ones never end.
private let arguments = [
    "ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info",
    "-protocol_whitelist", "file", "-format_whitelist", containers, "-i", inputName,
    "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1",
]

/// ffmpeg's names for the containers that carry sound.
private let containers =
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,loas,matroska,mov,mp3,mpc,mpc8,"
    + "mpeg,mpegts,mxf,nut,ogg,qcp,rm,sox,tak,truehd,tta,voc,w64,wav,wtv,wv,xwma"

/// - Returns: the process, or nil when there is no ffmpeg.
private func launch(input: Descriptor, output: Descriptor, log: Descriptor, name: String) throws -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.number, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, log.number, STDERR_FILENO)

    // A program that ignores SIGPIPE must not hand that on: ffmpeg is to end when nobody reads it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    switch posix_spawnp(&process, "ffmpeg", &actions, &attributes, &words, environ) {
    case 0: return process
    case ENOENT, EACCES, ENOTDIR: return nil
    case let code: throw AudioError(name, errno: code, doing: "ffmpeg cannot be started")
    }
}

/// Waits for a process to end.
/// - Returns: its exit status, not 0 when a signal ended it.
private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
        if errno != EINTR { return -1 }
    }
    return status
}
