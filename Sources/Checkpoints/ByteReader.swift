/// Reads little-endian numbers from a stretch of a model file, front to back. Running off its end is an error,
/// never a crash.
struct ByteReader {
    let file: ModelFile
    /// What is being read, for error messages.
    let subject: String
    private let bytes: UnsafeRawBufferPointer
    /// Bytes read so far.
    private(set) var position = 0

    /// Reads `bytes`, a part of `file`.
    init(_ file: ModelFile, _ bytes: UnsafeRawBufferPointer, of subject: String) {
        self.file = file
        self.bytes = bytes
        self.subject = subject
    }

    /// Bytes not yet read.
    var remaining: Int { bytes.count - position }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw file.error("is truncated or damaged: \(subject) ends early")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// The next number, stored little-endian and not necessarily aligned.
    mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws -> Number {
        Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
    }

    /// The next number, as an `Int`. A `UInt64` above `Int.max` is an error.
    mutating func int<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) throws -> Int {
        guard let number = Int(exactly: try next(type)) else {
            throw file.error("is damaged: \(subject) holds an impossible number")
        }
        return number
    }

    /// The next `count` bytes as UTF-8.
    mutating func text(_ count: Int) throws -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw file.error("is damaged: \(subject) holds a name that is not UTF-8")
        }
        return text
    }
}
