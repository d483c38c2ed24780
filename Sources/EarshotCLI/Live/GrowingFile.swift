import Checkpoints

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A file that is a whole document at every moment, while it grows.
///
/// What ends with its last entry is appended to, an entry in one write; where not all of it can be written, none of
/// it stays. What has an end of its own (a bracket) is written anew beside the file and takes its place by renaming.
final class GrowingFile {
    private let path: String
    private var descriptor: Int32
    private let isRegular: Bool
    private var bodyEnd: off_t
    private var hasTail = false

    /// Opens a file, or creates it.
    /// - Parameters:
    ///   - path: its name; where it is a link, what it leads to is written.
    ///   - anew: whether to drop what it holds.
    init(path: String, anew: Bool) throws(OutputError) {
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : 0), 0o666)
        // A terminal or a pipe is written, and never read.
        if descriptor < 0, errno == EACCES || errno == EINVAL || errno == ENXIO {
            descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw OutputError(name: path, code: errno) }
        self.path = realPath(path) ?? path
        var status = stat()
        isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        bodyEnd = isRegular ? status.st_size : 0
    }

    deinit { _ = close(descriptor) }

    /// Adds text behind all that is there but the tail.
    /// - Parameter tail: what has to stand behind it for the document to be whole.
    func extend(by text: String, tail: String) throws(OutputError) {
        if tail.isEmpty, !hasTail { return try append(text) }
        try replace(addition: text, tail: tail)
        hasTail = true
    }

    private func append(_ text: String) throws(OutputError) {
        let bytes = Array(text.utf8)
        if let code = writeAll(bytes[...], into: descriptor) {
            _ = ftruncate(descriptor, bodyEnd)
            throw OutputError(name: path, code: code)
        }
        bodyEnd += off_t(bytes.count)
    }

    private func replace(addition: String, tail: String) throws(OutputError) {
        guard isRegular else { throw OutputError(name: path, code: ESPIPE) }
        let draft = path + ".part"
        var status = stat()
        fstat(descriptor, &status)
        let new = open(draft, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard new >= 0 else { throw OutputError(name: draft, code: errno) }
        _ = fchmod(new, status.st_mode & 0o777)
        let code =
            copyBody(into: new) ?? writeAll(Array(addition.utf8)[...], into: new)
            ?? writeAll(Array(tail.utf8)[...], into: new) ?? (rename(draft, path) == 0 ? nil : errno)
        if let code {
            _ = (close(new), unlink(draft))
            throw OutputError(name: path, code: code)
        }
        _ = close(descriptor)
        descriptor = new
        bodyEnd += off_t(addition.utf8.count)
    }

    /// Copies what stands before the tail.
    /// - Returns: what `errno` was where it failed.
    private func copyBody(into new: Int32) -> Int32? {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        var position: off_t = 0
        while position < bodyEnd {
            let wanted = min(block.count, Int(bodyEnd - position))
            let count = pread(descriptor, &block, wanted, position)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            if let code = writeAll(block[..<count], into: new) { return code }
            position += off_t(count)
        }
        return nil
    }
}
