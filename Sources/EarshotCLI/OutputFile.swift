#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Why a transcript could not be written.
struct OutputError: Error, CustomStringConvertible {
    let name: String
    let code: Int32

    /// Whether the reader went away, as `head` does when it has enough.
    var isClosedPipe: Bool { code == EPIPE }

    var description: String { "\(name): cannot be written: \(String(cString: strerror(code)))" }
}

/// A file that comes to be with the first text written to it, or standard output.
final class OutputFile {
    /// Where transcripts go without `--output-dir`.
    static var standardOutput: OutputFile { OutputFile(name: "standard output", descriptor: STDOUT_FILENO) }

    private let name: String
    private var descriptor: Int32?

    /// A file yet to be created, or to be emptied where it exists.
    convenience init(path: String) { self.init(name: path, descriptor: nil) }

    private init(name: String, descriptor: Int32?) {
        self.name = name
        self.descriptor = descriptor
    }

    deinit {
        if let descriptor, !isStandardOutput { _ = close(descriptor) }
    }

    /// Whether this is standard output.
    var isStandardOutput: Bool { descriptor == STDOUT_FILENO }

    /// Writes all of the text, waiting where the reader is slow.
    func append(_ text: String) throws(OutputError) {
        if let code = writeAll(Array(text.utf8)[...], into: try open()) {
            throw OutputError(name: name, code: code)
        }
    }

    /// Closes the file; a full disk may show only here. Standard output stays open.
    func seal() throws(OutputError) {
        guard let descriptor, !isStandardOutput else { return }
        self.descriptor = nil
        if close(descriptor) != 0 { throw OutputError(name: name, code: errno) }
    }

    private func open() throws(OutputError) -> Int32 {
        if let descriptor { return descriptor }
        let created = creat(name, 0o666)
        guard created >= 0 else { throw OutputError(name: name, code: errno) }
        descriptor = created
        return created
    }
}

/// Writes all of the bytes, waiting where the reader is slow.
/// - Returns: what `errno` was where it failed.
func writeAll(_ bytes: ArraySlice<UInt8>, into descriptor: Int32) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            var reader = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&reader, 1, -1)
        } else if errno != EINTR {
            return errno
        }
    }
    return nil
}
