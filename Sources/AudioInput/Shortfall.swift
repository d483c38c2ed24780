/// What a recording lacks at its end of what its container says.
struct Shortfall {
    /// How many times what is there the header promises; nil where it is only known that more was to come.
    private let ratio: Double?

    /// A header promises more bytes of audio than there are.
    /// - Returns: nil where it does not.
    init?(promised: Int64, present: Int64) {
        guard present < promised else { return nil }
        ratio = Double(promised) / Double(max(present, 1))
    }

    /// The last page ends behind the last byte.
    fileprivate init() { ratio = nil }

    /// The line about it; nil where it is too little for anybody to hear: some writers count their header along.
    /// - Parameter present: seconds that are there.
    func text(present: Double) -> String? {
        guard let ratio else { return Self.text(endingInside: "page", present: present) }
        if present == 0 { return "is cut short before its first sample" }
        let promised = ratio * present
        return promised - present > 0.01 ? Self.text(promised: promised, present: present) : nil
    }

    /// The line about a recording that ends before its header says, in seconds.
    static func text(promised: Double, present: Double) -> String {
        "is cut short: its header promises \(rounded(promised)), \(rounded(present)) are there"
    }

    /// The line about a recording that ends inside a part of its container.
    static func text(endingInside part: String, present: Double) -> String {
        "is cut short: it ends inside a \(part), \(rounded(present)) are there"
    }

    private static func rounded(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100) s" }
}

/// What a file lacks at its end; nil where it is whole, where it does not say, and where libsndfile tells.
///
/// libsndfile takes what is there for all of an AIFF, AU, CAF, RF64 or W64 file, and an Ogg file for as long as its
/// last whole page says.
func shortfall(of bytes: any ByteSource) throws -> Shortfall? {
    guard let length = bytes.length, !bytes.isStream else { return nil }
    let head = try bytes.bytes(at: 0, count: 28)
    guard head.count == 28 else { return nil }
    if head.starts(with: "OggS".utf8) { return try endsInsidePage(bytes, length: length) ? Shortfall() : nil }
    return try declaredLength(bytes, head).flatMap { Shortfall(promised: $0, present: length) }
}

/// Bytes that a file has by its own header.
/// - Parameter head: its first 28 bytes.
private func declaredLength(_ bytes: any ByteSource, _ head: [UInt8]) throws -> Int64? {
    func sum(_ start: Int64, _ size: UInt32) -> Int64? {
        size == 0 || size.standsForTheUnknown ? nil : start + Int64(size)
    }
    func sum(_ start: Int64, _ size: UInt64) -> Int64? {
        size == 0 || size > UInt64(Int64.max / 4) ? nil : start + Int64(size)
    }
    switch String(decoding: head[0..<4], as: UTF8.self) {
    case "FORM": return sum(8, head.bigEndian(at: 4) as UInt32)
    case ".snd": return sum(Int64(head.bigEndian(at: 4) as UInt32), head.bigEndian(at: 8) as UInt32)
    case "riff": return sum(0, head.littleEndian(at: 16) as UInt64)
    case "RF64" where head[12..<16].elementsEqual("ds64".utf8):
        return sum(8, head.littleEndian(at: 20) as UInt64)
    case "caff": return try endOfCoreAudioData(bytes)
    default: return nil
    }
}

/// Where the samples of a CAF file end by its own account: behind the chunk named "data".
private func endOfCoreAudioData(_ bytes: any ByteSource) throws -> Int64? {
    var offset: Int64 = 8
    for _ in 0..<64 {
        let chunk = try bytes.bytes(at: offset, count: 12)
        guard chunk.count == 12 else { break }
        let size: UInt64 = chunk.bigEndian(at: 4)
        // What nobody knew is −1.
        guard size < UInt64(Int64.max / 4) else { break }
        offset += 12 + Int64(size)
        if chunk[0..<4].elementsEqual("data".utf8) { return offset }
    }
    return nil
}

/// Whether the last page of an Ogg file is not whole.
///
/// That the last page does not end its stream means little: recorders of voice messages leave it so.
private func endsInsidePage(_ bytes: any ByteSource, length: Int64) throws -> Bool {
    // The longest page has 65,307 bytes.
    let tail = try bytes.bytes(at: max(0, length - 65_536), count: Int(min(length, 65_536)))
    let mark = Array("OggS".utf8) + [0]
    guard let page = tail.indices.reversed().first(where: { tail[$0...].starts(with: mark) }) else {
        return false
    }
    // Twenty-six bytes, how many pieces the page has, the size of each.
    let pieces = tail[page...].dropFirst(26)
    guard let count = pieces.first, pieces.count > count else { return true }
    let sizes = pieces.dropFirst().prefix(Int(count))
    return sizes.reduce(page + 27 + sizes.count) { $0 + Int($1) } > tail.count
}

extension [UInt8] {
    /// An integer stored most significant byte first; the caller has checked that it is there.
    func bigEndian<Value: FixedWidthInteger>(at offset: Int) -> Value {
        self[offset..<offset + MemoryLayout<Value>.size].reduce(0) { $0 << 8 | Value($1) }
    }
}
