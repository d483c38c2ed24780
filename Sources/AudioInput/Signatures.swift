/// How many bytes `beginsLikeRecording` looks at.
let signatureLength = 200

/// Whether bytes begin like a file of a container that libsndfile or ffmpeg reads.
///
/// This is for pipes only, which must be copied before a decoder can look at them: files are shown to the
/// decoders themselves, which know more kinds and are stricter.
func beginsLikeRecording(_ head: [UInt8]) -> Bool {
    signatures.contains { offset, bytes in head.dropFirst(offset).starts(with: bytes) }
        || isMPEGAudio(head) || isTransportStream(head)
}

/// MP3 and AAC in bare frames: eleven bits of synchronization, and a bit rate that there is.
func isMPEGAudio(_ head: [UInt8]) -> Bool {
    head.count > 3 && head[0] == 0xff && head[1] & 0xe0 == 0xe0 && head[2] & 0xf0 != 0xf0
}

/// MPEG transport streams have packets of 188 bytes, or of 192 with a time before each.
private func isTransportStream(_ head: [UInt8]) -> Bool {
    func isSynchronous(at offsets: Int...) -> Bool { offsets.allSatisfy { head[$0] == 0x47 } }
    return head.count == signatureLength && (isSynchronous(at: 0, 188) || isSynchronous(at: 4, 196))
}

private let signatures: [(offset: Int, bytes: [UInt8])] =
    textsAtStart.map { (0, Array($0.utf8)) } + textsAtFour.map { (4, Array($0.utf8)) } + numbers

private let textsAtStart = [
    // libsndfile's, in the order of its own search.
    "RIFF", "RIFX", "RF64", "FORM", ".snd", "dns.", "fap ", " paf", "NIST_1A", "Creative Voice File", "riff",
    "MATLAB 5", "PVF1", "Extended Instrument", "caff", "OggS", "ALawSoundFile", "DiamondWare Digitized",
    "LM8",
    "2BIT", "fLaC", "ID3",
    // ffmpeg's.
    "#!AMR", "ADIF", "MAC ", "DSD ", "FRM8", "FLV", "MP+", "MPCK", "nut/multimedia container", ".RMF", ".ra",
    ".SoX", "XoS.", "tBaK", "TTA1", "wvpk",
]

/// The first box of an mp4 or QuickTime file, after its length.
private let textsAtFour = ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"]

private let numbers: [(offset: Int, bytes: [UInt8])] = [
    (0, [0x64, 0xa3]), (2, [0xa3, 0x64]),  // IRCAM
    (0, [0, 0, 0, 0, 1, 0, 0, 0]), (0, [0, 0, 3, 0xe8, 0, 0, 0, 1]),  // Matlab 4
    (0, [0xf0, 0x7e]),  // SDS
    (8, [0, 2, 0, 0]),  // HTK
    (0, [1, 4]),  // MPC 2000
    (0, [0x1a, 0x45, 0xdf, 0xa3]),  // Matroska, WebM
    (0, [0x30, 0x26, 0xb2, 0x75]),  // ASF, WMA
    (0, [0xb7, 0xd8, 0, 0x20]),  // WTV
    (0, [0x06, 0x0e, 0x2b, 0x34]),  // MXF
    (0, [0, 0, 1, 0xba]), (0, [0, 0, 1, 0xb3]),  // MPEG program streams
    (0, [0x0b, 0x77]), (0, [0x77, 0x0b]),  // AC-3
    (0, [0x7f, 0xfe, 0x80, 0x01]), (0, [0xfe, 0x7f, 0x01, 0x80]),  // DTS
    (0, [0x1f, 0xff, 0xe8, 0]), (0, [0xff, 0x1f, 0, 0xe8]),  // DTS in 14 bits
    (4, [0xf8, 0x72, 0x6f, 0xba]),  // TrueHD
    (0, [0x56, 0xe0]),  // LOAS
]
