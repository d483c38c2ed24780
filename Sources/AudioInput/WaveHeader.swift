/// Interleaved samples stored one after the other, with nothing to decode between them.
struct PlainSamples {
    /// How one sample is stored, little-endian.
    enum Encoding {
        case unsigned8
        case pcm16
        case pcm24
        case pcm32
        case float
        case double
        case muLaw
        case aLaw
    }

    let encoding: Encoding
    let rate: Int
    let channels: Int
    /// Where the first sample is, in bytes.
    let offset: Int64
    /// Bytes of samples; nil: until the end.
    let size: Int64?

    var frameSize: Int64 {
        let sampleSize: Int64 =
            switch encoding {
            case .unsigned8, .muLaw, .aLaw: 1
            case .pcm16: 2
            case .pcm24: 3
            case .pcm32, .float: 4
            case .double: 8
            }
        return sampleSize * Int64(channels)
    }
}

/// What the chunks before the samples of a RIFF WAVE file say.
///
/// libsndfile reads WAV files well, but neither from a pipe through its virtual files nor past what a header
/// promises; recorders that write to a pipe cannot know the length and leave 0 or the largest number there.
struct WaveHeader {
    private let format: Format
    private let riffSize: UInt32
    private let dataOffset: Int64
    private let dataSize: UInt32

    /// A recording whose header is longer than this is not worth streaming.
    private static let longestHeader: Int64 = 1 << 20

    /// Reads the header; nil when these are not the bytes of a RIFF WAVE file.
    init?(_ bytes: any ByteSource) throws {
        let start = try bytes.bytes(at: 0, count: 12)
        guard start.count == 12, start[0..<4].elementsEqual("RIFF".utf8),
            start[8..<12].elementsEqual("WAVE".utf8)
        else { return nil }
        riffSize = start.littleEndian(at: 4)

        var format: Format?
        var offset: Int64 = 12
        while offset < Self.longestHeader {
            let chunk = try bytes.bytes(at: offset, count: 8)
            guard chunk.count == 8 else { return nil }
            let size: UInt32 = chunk.littleEndian(at: 4)
            offset += 8
            if chunk[0..<4].elementsEqual("data".utf8) {
                guard let format else { return nil }
                self.format = format
                dataOffset = offset
                dataSize = size
                return
            }
            if chunk[0..<4].elementsEqual("fmt ".utf8) {
                format = Format(try bytes.bytes(at: offset, count: Int(min(size, 40))))
            }
            offset += Int64(size) + Int64(size & 1)
        }
        return nil
    }

    /// Whether the writer could not know how much would follow, and left a number that means so:
    /// ffmpeg the largest, sox and arecord almost the largest signed one, others zero.
    var isOpenEnded: Bool {
        switch dataSize {
        case 0: Int64(riffSize) < dataOffset
        default: dataSize.standsForTheUnknown
        }
    }

    /// The samples, where they need no decoder.
    var plainSamples: PlainSamples? {
        guard let encoding = format.encoding, format.channels > 0 else { return nil }
        let samples = PlainSamples(
            encoding: encoding, rate: format.rate, channels: format.channels,
            offset: dataOffset, size: isOpenEnded ? nil : Int64(dataSize))
        return samples.frameSize == format.blockSize ? samples : nil
    }

    /// What a file of `length` bytes lacks of the samples that its header promises.
    func shortfall(length: Int64) -> Shortfall? {
        isOpenEnded ? nil : Shortfall(promised: Int64(dataSize), present: length - dataOffset)
    }

    /// The fields of the "fmt " chunk that matter here.
    private struct Format {
        let tag: UInt16
        let channels: Int
        let rate: Int
        let bytesPerSecond: UInt32
        let blockSize: Int64
        let bits: UInt16

        init?(_ chunk: [UInt8]) {
            guard chunk.count >= 16 else { return nil }
            let tag: UInt16 = chunk.littleEndian(at: 0)
            let isExtensible = tag == 0xfffe && chunk.count >= 26
            self.tag = isExtensible ? chunk.littleEndian(at: 24) : tag
            channels = Int(chunk.littleEndian(at: 2) as UInt16)
            rate = Int(chunk.littleEndian(at: 4) as UInt32)
            bytesPerSecond = chunk.littleEndian(at: 8)
            blockSize = Int64(chunk.littleEndian(at: 12) as UInt16)
            bits = chunk.littleEndian(at: 14)
        }

        var encoding: PlainSamples.Encoding? {
            switch (tag, bits) {
            case (1, 8): .unsigned8
            case (1, 16): .pcm16
            case (1, 24): .pcm24
            case (1, 32): .pcm32
            case (3, 32): .float
            case (3, 64): .double
            case (6, 8): .aLaw
            case (7, 8): .muLaw
            default: nil
            }
        }
    }
}

extension UInt32 {
    /// Whether it is what writers leave for a length they cannot know.
    var standsForTheUnknown: Bool { (0x7fff_f000...0x7fff_ffff).contains(self) || self >= 0xffff_f000 }
}

extension [UInt8] {
    /// An integer stored least significant byte first; the caller has checked that it is there.
    func littleEndian<Value: FixedWidthInteger>(at offset: Int) -> Value {
        var value: Value = 0
        for index in (0..<MemoryLayout<Value>.size).reversed() {
            value = value << 8 | Value(self[offset + index])
        }
        return value
    }
}
