import AudioInput
import TestSupport

/// The sounds that `Fixtures/VoiceActivity/make.py` had the reference listen to.
enum Sounds {
    /// By the name they have there; nil for a human recording that is not beside the checkout.
    static func samples(_ name: String) throws -> [Float]? {
        if name.hasSuffix(".flac") {
            return try ArraySource.reading("\(Fixtures.root)/Audio/\(name)")
        }
        if name.hasPrefix("human/") {
            guard HumanRecording.present else { return nil }
            return try HumanRecording.all()[String(name.dropFirst(6))]?.joined()
        }
        return generated(name)
    }

    /// Six seconds that any language computes exactly.
    private static func generated(_ name: String) -> [Float] {
        let chords = [[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]]
        return (0..<96_000).map { index in
            let value =
                switch name {
                case "white": Int(mix(UInt32(index)) & 0x3FFF) - 8192
                case "tone": triangle(index * 65536 * 440 / 16000) >> 1
                case "chords":
                    (chords[index / 8000 % 4].reduce(0) { $0 + triangle(index * 65536 * $1 / 16000) }
                        * (8000 - index % 8000)).flooredDivision(by: 8000) >> 2
                default: 0
                }
            return Float(value) / 32768
        }
    }

    /// A hash of 32 bits.
    static func mix(_ value: UInt32) -> UInt32 {
        var x = value
        x = (x ^ (x >> 16)) &* 0x7FEB_352D
        x = (x ^ (x >> 15)) &* 0x846C_A68B
        return x ^ (x >> 16)
    }

    /// One period in 65536 steps, in −16384…16384.
    private static func triangle(_ phase: Int) -> Int {
        let phase = phase % 65536
        return (phase < 32768 ? phase : 65536 - phase) - 16384
    }
}

extension Int {
    fileprivate func flooredDivision(by divisor: Int) -> Int {
        (self - (self % divisor + divisor) % divisor) / divisor
    }
}

extension ArraySource {
    /// All samples of a recording.
    static func reading(_ path: String) throws -> [Float] {
        let reader = try AudioInput.file(path).open()
        var samples: [Float] = []
        var chunk = [Float](repeating: 0, count: 16_000)
        while case let count = try chunk.withUnsafeMutableBufferPointer({ try reader.read(into: $0) }),
            count > 0
        {
            samples += chunk[..<count]
        }
        return samples
    }
}
