#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that takes its name when it is complete; until then, and if it never is, the name is untouched.
final class AtomicFile {
    private let path: String
    private let place: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Begins the file that will be at `path`.
    init(_ path: String) throws {
        // Renaming would put a file in place of a device, or of a link.
        place = realPath(path) ?? path
        var status = stat()
        if stat(place, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw CheckpointError(path: path, problem: "cannot be written: it is no ordinary file")
        }
        self.path = path
        temporaryPath = "\(place).\(getpid()).partial"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
    }

    /// Writes to its end.
    func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer
            while !rest.isEmpty {
                let written = write(descriptor, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure() }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }

    /// Gives it its name, once all of it is on the disk.
    func commit() throws {
        guard fsync(descriptor) == 0 else { throw failure() }
        guard rename(temporaryPath, place) == 0 else { throw failure() }
        close(descriptor)
        descriptor = -1
    }

    private func failure() -> CheckpointError {
        CheckpointError(path: path, problem: "cannot be written: \(String(cString: strerror(errno)))")
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporaryPath)
    }
}

/// Where a path leads through links; nil where nothing is there.
package func realPath(_ path: String) -> String? {
    realpath(path, nil).map { place in
        defer { free(place) }
        return String(cString: place)
    }
}
