import AudioInput
import Microphone
import TestSupport
import Testing

/// ALSA's `file` plugin: a device that gives the samples of a file as fast as they are fetched, and then silence.
struct FileMicrophone: Sendable, CustomTestStringConvertible {
    let encoding: SampleEncoding
    let rate: Int
    let channels: Int

    static let all = [
        FileMicrophone(encoding: .s16, rate: 16_000, channels: 1),
        FileMicrophone(encoding: .u8, rate: 8000, channels: 1),
        FileMicrophone(encoding: .s16, rate: 44_100, channels: 2),
        FileMicrophone(encoding: .s24packed, rate: 16_000, channels: 3),
        FileMicrophone(encoding: .s32, rate: 48_000, channels: 1),
        FileMicrophone(encoding: .float, rate: 32_000, channels: 2),
    ]

    /// What ALSA calls it.
    var name: String { "file-\(encoding)-\(rate)-\(channels)" }
    var testDescription: String { name }

    /// How it is to be opened: the plugin takes every form, and gives the same bytes in each.
    var options: MicrophoneOptions {
        get throws {
            _ = try Alsa.folder
            var options = MicrophoneOptions()
            options.device = name
            options.wish.rate = rate
            options.wish.channels = channels
            options.wish.encoding = encoding
            return options
        }
    }

    /// A second of noise.
    var bytes: [UInt8] {
        let count = rate * channels
        return (0..<UInt32(count)).flatMap { index -> [UInt8] in
            let noise = Int32(bitPattern: mixed(index)) / 4
            return switch encoding {
            case .u8: [UInt8(truncatingIfNeeded: noise >> 24 + 128)]
            case .s16: Array(littleEndian(noise).suffix(2))
            case .s24packed: Array(littleEndian(noise).suffix(3))
            case .s24, .s32: littleEndian(noise)
            case .float: littleEndian((Float(noise) * 0x1p-31).bitPattern)
            }
        }
    }

    /// What the same bytes are as a recording.
    var recording: [Float] {
        get throws {
            let bytes = bytes
            let width = bytes.count / (rate * channels)
            var wave = [UInt8]("RIFF".utf8) + littleEndian(UInt32(bytes.count + 36))
            wave += [UInt8]("WAVEfmt ".utf8) + littleEndian(UInt32(16))
            wave += littleEndian(UInt16(encoding == .float ? 3 : 1)) + littleEndian(UInt16(channels))
            wave += littleEndian(UInt32(rate)) + littleEndian(UInt32(rate * channels * width))
            wave += littleEndian(UInt16(channels * width)) + littleEndian(UInt16(8 * width))
            wave += [UInt8]("data".utf8) + littleEndian(UInt32(bytes.count)) + bytes
            let reader = try AudioInput.bytes(wave, name: name).open()
            return try [Float](unsafeUninitializedCapacity: 20_000) { $1 = try reader.read(into: $0) }
        }
    }

    func configuration(in folder: TemporaryFolder) -> String {
        #"pcm.\#(name) { type file; file "/dev/null"; infile "\#(folder.path(name)).raw"; format "raw"; "#
            + #"slave.pcm "null"; hint { show on; description "Noise from a file, \#(name)" } }"#
    }
}

private func mixed(_ value: UInt32) -> UInt32 {
    var value = (value ^ value >> 16) &* 0x7FEB_352D
    value = (value ^ value >> 15) &* 0x846C_A68B
    return value ^ value >> 16
}

private func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
}
