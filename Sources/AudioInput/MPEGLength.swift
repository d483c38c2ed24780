/// Whether an MPEG audio stream says how long it is: a first frame that carries a Xing, Info or VBRI header.
///
/// Where it does not, libsndfile takes all frames to be as large as the first one, and stops when that many
/// are decoded: of a recording with a variable bit rate it reads as little as a quarter.
func declaresMPEGLength(_ bytes: any ByteSource, at offset: Int64) throws -> Bool {
    let tag = try bytes.bytes(at: offset, count: 10)
    var start = offset
    if tag.count == 10, tag.starts(with: "ID3".utf8) {
        start += 10 + tag[6..<10].reduce(0) { $0 << 7 | Int64($1 & 0x7f) }
    }
    let frame = try bytes.bytes(at: start, count: 256)
    return ["Xing", "Info", "VBRI"].contains { frame.holds($0) }
}

/// Where another MPEG audio file begins that was appended to one that ends at `end`, for tries to open it.
func startAfterMPEG(_ bytes: any ByteSource, end: Int64) throws -> Int64 {
    // An ID3v1 tag closes a file with 128 bytes.
    try bytes.bytes(at: end, count: 3).elementsEqual("TAG".utf8) ? end + 128 : end
}

extension [UInt8] {
    fileprivate func holds(_ word: String) -> Bool {
        indices.contains { self[$0...].starts(with: word.utf8) }
    }
}
