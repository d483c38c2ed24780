import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A file that a live transcript is to be written into.
struct LiveTarget: Sendable {
    let path: String
    let format: TranscriptFormat

    /// The format that a file's name asks for; nil where it asks for none.
    static func format(of path: String) -> TranscriptFormat? {
        let name = path.lowercased()
        let asked = TranscriptFormat.allCases.filter { name.hasSuffix(".\($0.fileExtension)") }
        return asked.max { $0.fileExtension.count < $1.fileExtension.count }
    }

    /// What the file holds already; nil where that is nothing.
    /// - Throws: `OccupiedFile` where a transcript cannot go on behind it; `OutputError` where it cannot be read.
    func earlier() throws -> EarlierTranscript? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        if format.hasTail {
            throw OccupiedFile(path: path, format: format, isWhole: true)
        }
        guard let earlier = EarlierTranscript(String(decoding: try contents(), as: UTF8.self), format: format)
        else {
            throw OccupiedFile(path: path, format: format, isWhole: false)
        }
        return earlier
    }

    /// Makes sure that it can be written, before anything is computed.
    /// - Throws: `OutputError`; `OccupiedFile`.
    func check(anew: Bool) throws {
        if access(path, F_OK) != 0 { try OutputDirectory(containing: path).requireWritable() }
        if !anew { _ = try earlier() }
    }

    private func contents() throws(OutputError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutputError(name: path, code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &block, block.count), count != 0 {
            if count > 0 {
                bytes += block[..<count]
            } else if errno != EINTR {
                throw OutputError(name: path, code: errno)
            }
        }
        return bytes
    }
}

extension TranscriptFormat {
    /// Whether something has to stand behind the last segment.
    var hasTail: Bool { self == .json || self == .jsonFull }
}

/// A file that holds what no transcript can go on behind.
struct OccupiedFile: Error, CustomStringConvertible {
    let path: String
    let format: TranscriptFormat
    let isWhole: Bool

    var description: String {
        let what = isWhole ? "is there already" : "holds something else than \(format.rawValue)"
        return "\(path): \(what); name another file, or replace it with --force"
    }
}
