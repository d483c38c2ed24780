#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of one model file, wherever they lie, and the name its errors carry.
struct ModelFile: Sendable {
    /// The file as the caller named it.
    let path: String
    /// The whole file. Nothing is read beyond it, and nothing is sized from what it says beyond its length.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Keeps the bytes alive; nil when they live as long as the program.
    let owner: (any AnyObject & Sendable)?

    /// Bytes compiled into the program.
    init(embedded bytes: UnsafeRawBufferPointer, name: String) {
        path = name
        self.bytes = bytes
        owner = nil
    }

    /// A copy of bytes in memory.
    init(copying bytes: UnsafeRawBufferPointer, name: String) {
        let block = OwnedBytes(copying: bytes)
        path = name
        self.bytes = UnsafeRawBufferPointer(block.bytes)
        owner = block
    }

    /// Maps a file read-only; its pages are read when they are touched.
    init(mapping path: String) throws {
        let mapping = try MappedFile(path)
        self.path = path
        bytes = mapping.bytes
        owner = mapping
    }

    /// An error about this file.
    func error(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }

    /// `count` bytes from `offset`, which may be any numbers a file can hold.
    func slice(from offset: Int, count: Int, of what: String) throws -> UnsafeRawBufferPointer {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw error("is truncated or damaged: \(what) lies outside its \(bytes.count) bytes")
        }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

/// A private copy of some bytes.
final class OwnedBytes: Sendable {
    nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

    /// Room for `count` bytes, not set to anything, on a cache line's boundary.
    init(count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }

    convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count)
        bytes.copyMemory(from: source)
    }

    deinit { bytes.deallocate() }
}

/// A file mapped read-only, unmapped when the last tensor that points into it is gone.
final class MappedFile: Sendable {
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    init(_ path: String) throws {
        func failure(_ action: String) -> CheckpointError {
            CheckpointError(path: path, problem: "cannot be \(action): \(String(cString: strerror(errno)))")
        }
        // Without O_NONBLOCK a pipe of that name would hold the program until somebody writes to it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CheckpointError(path: path, problem: "is not a regular file")
        }
        guard status.st_size > 0 else { throw CheckpointError(path: path, problem: "is empty") }
        let count = Int(status.st_size)
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw failure("mapped into memory")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Takes from memory the pages that hold some of its bytes; they are read again when they are touched.
    func release(_ part: UnsafeRawBufferPointer) {
        #if os(Linux)
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            guard let start = part.baseAddress, let base = bytes.baseAddress else { return }
            // A fault brings in a run of 16 pages: the last page stays, or what follows it would bring the
            // others back.
            let first = (start - base) / (16 * page) * 16 * page
            let end = (start - base + part.count) / page * page
            guard first < end else { return }
            madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
        #endif
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// Whether there is a folder at `path`.
func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is anything at `path`.
func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The last component of a path, and the folder it lies in.
func splitPath(_ path: String) -> (folder: String, name: String) {
    var path = Substring(path)
    while path.count > 1, path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
    let name = String(path[path.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name.isEmpty ? "/" : name)
}
