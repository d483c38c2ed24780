import Checkpoints
import FoundationEssentials
import TestSupport

/// What `expected.json` says each fixture holds.
struct Golden: Decodable, Sendable {
    struct Model: Decodable {
        /// In openai-whisper's order.
        let dimensions: [Int]
        let tensors: [String: Numbers]
    }

    struct Numbers: Decodable {
        let shape: [Int]
        let sum: Double
        /// Each number times its position from 1.
        let weighted: Double
        let first: Float
        let last: Float
    }

    let models: [String: Model]
    /// Which model each file or folder holds.
    let files: [String: String]

    static let all = try? Fixtures.json("Checkpoints/expected.json", as: Golden.self)

    /// The single files among the fixtures, without the folders.
    static let files = (all?.files.keys.filter { $0.contains(".") } ?? []).sorted()

    static func path(_ file: String) -> String { Fixtures.path("Checkpoints/\(file)") }
}

extension ModelDimensions {
    /// The dimensions in openai-whisper's order.
    var list: [Int] {
        [
            melBands, audioContext, audioState, audioHeads, audioLayers,
            vocabularySize, textContext, textState, textHeads, textLayers,
        ]
    }
}

/// The bytes of any file.
func readFile(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }
