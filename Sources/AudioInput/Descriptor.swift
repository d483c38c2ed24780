#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An open file of the system, closed when it is let go.
final class Descriptor {
    let number: Int32
    private let isOwned: Bool

    static var standardInput: Descriptor { Descriptor(STDIN_FILENO, owned: false) }

    init(_ number: Int32, owned: Bool = true) {
        self.number = number
        isOwned = owned
    }

    /// Opens a file for reading.
    convenience init(reading path: String) throws {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw AudioError(path, errno: errno) }
        self.init(number)
    }

    deinit {
        if isOwned { close(number) }
    }

    func status(name: String) throws -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw AudioError(name, errno: errno) }
        return status
    }

    /// Reads until `buffer` is full or the file ends; at `offset`, or where the file stands when that is nil.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64?, name: String) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count =
                if let offset {
                    pread(number, rest.baseAddress, rest.count, off_t(offset) + filled)
                } else {
                    readSome(number, rest.baseAddress, rest.count)
                }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno == EAGAIN {
                waitUntilReadable()
            } else if errno != EINTR {
                // What came before the error counts; the next call meets it again.
                if filled > 0 { break }
                throw AudioError(name, errno: errno, doing: "cannot be read")
            }
        }
        return filled
    }

    /// Whoever shares a pipe with us may have made it non-blocking.
    private func waitUntilReadable() {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, -1)
    }

    func write(_ bytes: UnsafeRawBufferPointer, name: String) throws {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = writeSome(number, rest.baseAddress, rest.count)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw AudioError(name, errno: errno, doing: "cannot be copied to a temporary file")
            }
        }
    }

    /// An empty file without a name, gone when it is closed.
    ///
    /// In `TMPDIR`, else in /var/tmp: /tmp is memory on many machines, and recordings are long.
    static func temporary(name: String) throws -> Descriptor {
        let folders = [getenv("TMPDIR").map { String(cString: $0) }, "/var/tmp", "/tmp"]
        for case let folder? in folders where !folder.isEmpty {
            var template = Array("\(folder)/earshot-XXXXXX".utf8CString)
            let number = mkstemp(&template)
            guard number >= 0 else { continue }
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            unlink(template)
            return Descriptor(number)
        }
        throw AudioError(name, errno: errno, doing: "no temporary file can be made")
    }
}

/// Whether a path, or standard input for "-", is a regular file.
func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    let found = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
    return found == 0 && status.isRegular
}

extension stat {
    var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
    var isDevice: Bool { st_mode & S_IFMT == S_IFCHR || st_mode & S_IFMT == S_IFBLK }
}

// The members of `Descriptor` hide the system's functions of the same name.
private func readSome(_ number: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(number, buffer, count)
}

private func writeSome(_ number: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(number, buffer, count)
}
