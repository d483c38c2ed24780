#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The bytes of a recording, before anything is decoded.
protocol ByteSource: AnyObject {
    /// What messages call it.
    var name: String { get }
    /// How many there are; nil when only the end will tell.
    var length: Int64? { get }
    /// The file they come from, for a decoder in another process; nil when there is none it could open.
    var descriptor: Descriptor? { get }
    /// Seconds of audio, where somebody said so besides the header.
    var duration: Double? { get }
    /// What went wrong without stopping the reading.
    var warnings: [String] { get }
    /// Whether they came through a pipe: who writes to one may stop wherever he likes.
    var isStream: Bool { get }
    /// Seconds of audio that were promised, where whoever decoded it met an end before.
    var brokenPromise: Double? { get }

    /// Reads at `offset` until `buffer` is full or the bytes end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int

    /// From here on the bytes are read in order, and each once.
    func forgetHead()
}

extension ByteSource {
    var duration: Double? { nil }
    var warnings: [String] { [] }
    var brokenPromise: Double? { nil }
    func forgetHead() {}

    /// `count` bytes at `offset`, fewer only at the end.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
    }
}

/// Opens a path, or standard input for "-".
func openBytes(_ path: String, name: String) throws -> any ByteSource {
    let descriptor = path == "-" ? Descriptor.standardInput : try Descriptor(reading: path)
    let status = try descriptor.status(name: name)
    if status.isDirectory { throw AudioError(name, "is a directory") }
    guard status.isRegular else { return PipeBytes(descriptor, isDevice: status.isDevice, name: name) }
    let file = FileBytes(descriptor, size: Int64(status.st_size), name: name)
    if file.length == 0 { throw AudioError(name, "is empty") }
    return file
}

/// A regular file, from where it stands; reading does not move it.
final class FileBytes: ByteSource {
    let name: String
    let isStream: Bool
    let length: Int64?
    let descriptor: Descriptor?
    private let file: Descriptor
    private let start: Int64

    /// - Parameter isStream: whether it is the copy of a pipe.
    init(_ file: Descriptor, size: Int64, isStream: Bool = false, name: String) {
        self.isStream = isStream
        self.file = file
        self.name = name
        descriptor = file
        start = max(Int64(lseek(file.number, 0, SEEK_CUR)), 0)
        length = max(size - start, 0)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        guard let length, offset < length else { return 0 }
        return try file.read(into: buffer, at: start + offset, name: name)
    }
}

/// A file that is in memory.
final class MemoryBytes: ByteSource {
    let name: String
    let isStream = false
    let descriptor: Descriptor? = nil
    var length: Int64? { Int64(bytes.count) }
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        guard offset < bytes.count else { return 0 }
        let start = Int(offset)
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }
}

/// A pipe, a socket or a device: bytes that come once, and may never end.
///
/// The head is kept until `forgetHead`, so that a header can be looked at before it is known who decodes it.
final class PipeBytes: ByteSource {
    let name: String
    let length: Int64? = nil
    let isStream = true
    let descriptor: Descriptor? = nil
    /// Whether it is one of the machine's devices: a terminal, /dev/zero, a disk.
    let isDevice: Bool
    private let pipe: Descriptor
    private var head: [UInt8] = []
    private var keepsHead = true
    private var consumed: Int64 = 0

    init(_ pipe: Descriptor, isDevice: Bool = false, name: String) {
        self.pipe = pipe
        self.isDevice = isDevice
        self.name = name
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        if keepsHead {
            try extendHead(to: Int(offset) + buffer.count)
            let kept = head.dropFirst(Int(offset)).prefix(buffer.count)
            buffer.copyBytes(from: kept)
            return kept.count
        }
        guard offset == consumed else { return 0 }
        let count = try pipe.read(into: buffer, at: nil, name: name)
        consumed += Int64(count)
        return count
    }

    func forgetHead() {
        keepsHead = false
        head = []
    }

    /// Copies everything to a temporary file, for decoders that seek.
    func spooled() throws -> FileBytes {
        let file = try Descriptor.temporary(name: name)
        try head.withUnsafeBytes { try file.write($0, name: name) }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        var size = Int64(head.count)
        while true {
            let count = try block.withUnsafeMutableBytes { try pipe.read(into: $0, at: nil, name: name) }
            if count == 0 { break }
            try block.withUnsafeBytes {
                try file.write(UnsafeRawBufferPointer(rebasing: $0[..<count]), name: name)
            }
            size += Int64(count)
        }
        lseek(file.number, 0, SEEK_SET)
        return FileBytes(file, size: size, isStream: true, name: name)
    }

    private func extendHead(to end: Int) throws {
        let missing = end - head.count
        guard missing > 0 else { return }
        head += try [UInt8](unsafeUninitializedCapacity: missing) { buffer, filled in
            filled = try pipe.read(into: UnsafeMutableRawBufferPointer(buffer), at: nil, name: name)
        }
        consumed = Int64(head.count)
    }
}
