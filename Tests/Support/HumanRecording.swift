import FoundationEssentials

/// Human speech that the project does not ship, put together from files beside the checkout.
public struct HumanRecording: Decodable, Sendable {
    /// A silence, or a file in the folder of human recordings.
    public enum Part: Decodable, Sendable {
        /// This many samples at 16 kHz.
        case silence(Int)
        /// A WAV file of 16-bit mono samples at 8 or 16 kHz.
        case file(String)

        /// A number is a silence, a string is a file.
        public init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let count = try? value.decode(Int.self) {
                self = .silence(count)
            } else {
                self = .file(try value.decode(String.self))
            }
        }
    }

    /// The name it has among the reference's transcripts.
    public let name: String
    /// What follows what.
    public let parts: [Part]
    /// How many samples the whole has at 16 kHz.
    public let samples: Int
    /// The sum of all samples times 2^19, the one of number i times i mod 251.
    public let checksum: Int

    /// The folder with the human recordings, beside the checkout.
    public static let folder = "\(Fixtures.root)/../shared/audio"

    /// Whether that folder is there.
    public static let present = FileManager.default.fileExists(atPath: "\(folder)/digits")

    /// Why a test is skipped where it is not.
    public static let absence: String = "human recordings are not beside the checkout (../shared/audio)"

    /// Every recipe that the reference transcribed, by name.
    public static func all() throws -> [String: HumanRecording] {
        let recipes: [HumanRecording] = try Fixtures.json("Transcripts/human.json")
        return Dictionary(uniqueKeysWithValues: recipes.map { ($0.name, $0) })
    }

    /// The recording at 16 kHz, in [-1, 1].
    public func joined() throws -> [Float] {
        try parts.flatMap { part -> [Float] in
            switch part {
            case .silence(let count): [Float](repeating: 0, count: count)
            case .file(let name): try read("\(Self.folder)/\(name)")
            }
        }
    }
}

private struct NotPlainWave: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): not a WAV file of 16-bit mono samples at 8 or 16 kHz" }
}

private func read(_ path: String) throws -> [Float] {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    func number(_ offset: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    // The format, then any other chunks, then the samples.
    guard bytes.count > 44, number(20, 2) == 1, number(22, 2) == 1, number(34, 2) == 16 else {
        throw NotPlainWave(path: path)
    }
    var chunk = 12
    while chunk + 8 < bytes.count, bytes[chunk..<chunk + 4] != [0x64, 0x61, 0x74, 0x61] {
        chunk += 8 + number(chunk + 4, 4)
    }
    let count = chunk + 8 <= bytes.count ? min(number(chunk + 4, 4), bytes.count - chunk - 8) / 2 : 0
    let samples = (0..<count).map { Int(Int16(truncatingIfNeeded: number(chunk + 8 + 2 * $0, 2))) }
    switch number(24, 4) {
    case 16_000: return samples.map { Float($0) / 32768 }
    case 8_000: return doubled(samples)
    default: throw NotPlainWave(path: path)
    }
}

/// 8 kHz to 16 kHz: between two samples, (9 (b + c) - (a + d)) / 16. Exact in any arithmetic, as the reference
/// must hear the same samples.
private func doubled(_ samples: [Int]) -> [Float] {
    func sample(_ index: Int) -> Int { samples.indices.contains(index) ? samples[index] : 0 }
    return samples.indices.flatMap { index in
        let near = sample(index) + sample(index + 1)
        let far = sample(index - 1) + sample(index + 2)
        return [Float(samples[index]) / 32768, Float(9 * near - far) / 16 / 32768]
    }
}
