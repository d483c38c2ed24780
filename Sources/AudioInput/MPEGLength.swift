/// What an MPEG audio stream says of its length: a first frame that carries a Xing, Info or VBRI header.
///
/// Where it does not, libsndfile takes all frames to be as large as the first one, and stops when that many
/// are decoded: of a recording with a variable bit rate it reads as little as a quarter.
struct MPEGLength {
    /// Bytes there are to be, with what stands before the first frame; nil where it counts frames alone.
    let size: Int64?

    /// Reads the header of the stream that begins at `offset`; nil where there is none.
    init?(_ bytes: any ByteSource, at offset: Int64) throws {
        let head = try bytes.bytes(at: offset, count: 10)
        let hasTag = head.count == 10 && head.starts(with: "ID3".utf8)
        guard hasTag || isMPEGAudio(head) else { return nil }
        let tagSize = hasTag ? 10 + head[6..<10].reduce(0) { $0 << 7 | Int64($1 & 0x7f) } : 0
        let frame = try bytes.bytes(at: offset + tagSize, count: 256)
        guard let xing = frame.place(of: "Xing") ?? frame.place(of: "Info") else {
            guard frame.place(of: "VBRI") != nil else { return nil }
            size = nil
            return
        }
        size = frame[xing...].xingSize.map { tagSize + Int64($0) }
    }
}

/// Where another MPEG audio file begins that was appended to one that ends at `end`, for tries to open it.
func startAfterMPEG(_ bytes: any ByteSource, end: Int64) throws -> Int64 {
    // An ID3v1 tag closes a file with 128 bytes.
    try bytes.bytes(at: end, count: 3).elementsEqual("TAG".utf8) ? end + 128 : end
}

extension [UInt8] {
    fileprivate func place(of word: String) -> Int? {
        indices.first { self[$0...].starts(with: word.utf8) }
    }
}

extension ArraySlice<UInt8> {
    /// Bytes from the frame of a Xing header to the end: name, flags, frames where the first flag is set, bytes where
    /// the second one is.
    fileprivate var xingSize: UInt32? {
        let fields = Array(prefix(16))
        guard fields.count == 16, fields[7] & 2 != 0 else { return nil }
        return fields.bigEndian(at: fields[7] & 1 == 0 ? 8 : 12)
    }
}
