import CALSA

/// How a device stores one sample; all are little-endian.
package enum SampleEncoding: String, Sendable, CaseIterable {
    // The best comes first: a card that has 32 bits has 24 that mean something.
    case s32 = "32 bits"
    case s24 = "24 bits in 32"
    case s24packed = "24 bits"
    case s16 = "16 bits"
    case float = "floating point"
    case u8 = "8 bits"

    var alsaFormat: snd_pcm_format_t {
        switch self {
        case .s32: SND_PCM_FORMAT_S32_LE
        case .s24: SND_PCM_FORMAT_S24_LE
        case .s24packed: SND_PCM_FORMAT_S24_3LE
        case .s16: SND_PCM_FORMAT_S16_LE
        case .float: SND_PCM_FORMAT_FLOAT_LE
        case .u8: SND_PCM_FORMAT_U8
        }
    }

    /// Bytes of one sample.
    var width: Int {
        switch self {
        case .s32, .s24, .float: 4
        case .s24packed: 3
        case .s16: 2
        case .u8: 1
        }
    }

    /// What every byte of silence is.
    var silence: UInt8 { self == .u8 ? 0x80 : 0 }

    /// Averages the channels of `frames` frames, as is done with files: integers are divided by their full scale,
    /// what is no number is silence.
    /// - Parameters:
    ///   - raw: `[frames, channels]` samples in this encoding.
    ///   - mono: `[frames]`, in −1…1.
    package func decode(
        raw: UnsafeRawPointer, frames: Int, channels: Int, into mono: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .s32:
            average(raw, width, frames, channels, mono) {
                Float(Int32(littleEndian: $0.loadUnaligned(as: Int32.self))) * 0x1p-31
            }
        case .s24:
            // The highest byte may hold anything.
            average(raw, width, frames, channels, mono) {
                Float(Int32(littleEndian: $0.loadUnaligned(as: Int32.self)) << 8) * 0x1p-31
            }
        case .s24packed:
            average(raw, width, frames, channels, mono) {
                let low = Int32(UInt16(littleEndian: $0.loadUnaligned(as: UInt16.self)))
                return Float(Int32($0.load(fromByteOffset: 2, as: Int8.self)) << 16 | low) * 0x1p-23
            }
        case .s16:
            average(raw, width, frames, channels, mono) {
                Float(Int16(littleEndian: $0.loadUnaligned(as: Int16.self))) * 0x1p-15
            }
        case .float:
            average(raw, width, frames, channels, mono) {
                let sample = Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
                return sample.magnitude <= 65_536 ? sample : 0
            }
        case .u8:
            average(raw, width, frames, channels, mono) {
                (Float($0.load(as: UInt8.self)) - 128) * 0x1p-7
            }
        }
    }
}

@inline(__always)
private func average(
    _ raw: UnsafeRawPointer, _ width: Int, _ frames: Int, _ channels: Int,
    _ mono: UnsafeMutablePointer<Float>,
    _ sample: (UnsafeRawPointer) -> Float
) {
    let scale = Float(channels)
    var next = raw
    for frame in 0..<frames {
        var sum: Float = 0
        for _ in 0..<channels {
            sum += sample(next)
            next += width
        }
        mono[frame] = sum / scale
    }
}
