import FoundationEssentials
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Whisper models of exact published size with random weights, as the reference's own tools write them.
///
/// A file of 75 MB is rebuilt from its skeleton, which holds every byte but the weights, and from a hash that
/// gives the weights; `Tests/Fixtures/README.md` has the formulas. The files live until the process ends.
public struct RandomCheckpoint: Sendable {
    /// Who wrote the file.
    public enum Format: String, CaseIterable, Sendable {
        /// `torch.save` of openai-whisper's dimensions and state dict, float16. The path is a file's.
        case openAI = "openai"
        /// `save_pretrained` of transformers, float16. The path is a directory's.
        case huggingFace = "huggingface"
        /// The same in several shards with an index. Only the multilingual model has it.
        case huggingFaceShards = "sharded"
        /// whisper.cpp's converter, float16 matrices and float32 vectors. The path is a file's.
        case ggml
    }

    /// One of the models in `Tests/Fixtures/Models`.
    public enum Model: String, CaseIterable, Sendable {
        /// The dimensions of `tiny`.
        case tiny
        /// The dimensions of `tiny.en`.
        case tinyEnglish = "tiny.en"
    }

    /// A file as rebuilt: its path and what `make_models.py` wrote down of the original.
    public struct File: Sendable {
        /// The path of the rebuilt file.
        public let path: String
        /// The size of the original.
        public let expectedCount: Int
        /// The checksum of the original, as `RandomCheckpoint.checksum` computes it.
        public let expectedChecksum: String
    }

    /// The file or the directory to load.
    public let path: String
    /// Every file that was rebuilt.
    public let files: [File]

    /// The path of the random model of `tiny`'s dimensions, rebuilt at the first call.
    public static func tiny(_ format: Format) throws -> String { try rebuilt(.tiny, as: format).path }

    /// The path of the random model of `tiny.en`'s dimensions, rebuilt at the first call.
    public static func tinyEnglish(_ format: Format) throws -> String {
        try rebuilt(.tinyEnglish, as: format).path
    }

    /// A model in a format, rebuilt at the first call of this process.
    public static func rebuilt(_ model: Model, as format: Format) throws -> RandomCheckpoint {
        let name = "\(model.rawValue).\(format.rawValue)"
        return try cache.withLock { known in
            if let checkpoint = known[name] { return checkpoint }
            let checkpoint = try rebuild(name)
            known[name] = checkpoint
            return checkpoint
        }
    }

    /// The sum of mixed 64-bit words, in hexadecimal.
    public static func checksum(_ bytes: [UInt8]) -> String {
        var sum: UInt64 = 0
        let words = (bytes.count + 7) / 8
        bytes.withUnsafeBytes { raw in
            for index in 0..<words {
                var word: UInt64 = 0
                if index < bytes.count / 8 {
                    word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
                } else {
                    for byte in raw[(index * 8)...].reversed() { word = word << 8 | UInt64(byte) }
                }
                var mixed = word ^ (UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
                mixed = mixed &* 0xBF58_476D_1CE4_E5B9
                sum &+= mixed ^ (mixed >> 32)
            }
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A stand-in for a log-mel spectrogram, `[bands, frames]` row-major: multiples of 1/1024 in [-0.75, 1.25).
    public static func logMel(seed: UInt32 = 3, bands: Int = 80, frames: Int = 3000) -> [Float] {
        let start = mix(seed)
        return (0..<bands * frames).map { index in
            Float(mix(start &+ UInt32(index)) & 0x7FF) / 1024 - 0.75
        }
    }
}

// MARK: - Rebuilding

private let cache = Mutex<[String: RandomCheckpoint]>([:])
private let folders = Mutex<[String]>([])

/// Where the tensors lie in the stream of hashes, and what their bits have in common.
private struct Weights: Decodable {
    struct Tensor: Decodable {
        let first: Int
        let count: Int
        let base: UInt16
        let mask: UInt16
    }
    let start: UInt32
    let tensors: [Tensor]
}

/// The files of one format with their weights cut out.
private struct Skeleton: Decodable {
    struct File: Decodable {
        let name: String
        let bytes: Int
        let checksum: String
        let pieces: [String]
    }
    let weights: String
    let files: [File]
}

private struct Malformed: Error, CustomStringConvertible {
    let description: String
}

private func rebuild(_ name: String) throws -> RandomCheckpoint {
    let skeleton: Skeleton = try Fixtures.json("Models/\(name).json")
    let weights: Weights = try Fixtures.json("Models/\(skeleton.weights)")
    let folder = try temporaryFolder()
    let files = try skeleton.files.map { file in
        let path = "\(folder)/\(file.name)"
        try write(try assemble(file, weights), to: path)
        return RandomCheckpoint.File(
            path: path, expectedCount: file.bytes, expectedChecksum: file.checksum)
    }
    return RandomCheckpoint(path: files.count == 1 ? files[0].path : folder, files: files)
}

private func assemble(_ file: Skeleton.File, _ weights: Weights) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: file.bytes)
    var at = 0
    try bytes.withUnsafeMutableBytes { raw in
        for piece in file.pieces {
            at += try fill(raw, at: at, with: piece, weights)
        }
    }
    guard at == file.bytes else { throw Malformed(description: "\(file.name): the pieces make \(at) bytes") }
    return bytes
}

/// Writes a piece and returns how long it was.
private func fill(_ raw: UnsafeMutableRawBufferPointer, at: Int, with piece: String, _ weights: Weights)
    throws -> Int
{
    let words = piece.split(separator: " ", maxSplits: 1)
    let rest = UnsafeMutableRawBufferPointer(rebasing: raw[at...])
    func place(_ bytes: some Collection<UInt8>) throws -> Int {
        guard bytes.count <= rest.count else { throw Malformed(description: "a piece beyond the file's end") }
        rest.copyBytes(from: bytes)
        return bytes.count
    }
    func place(_ tensor: Weights.Tensor, width: Int, _ store: (Int, UInt16) -> Void) throws -> Int {
        guard tensor.count * width <= rest.count else {
            throw Malformed(description: "a tensor beyond the file's end")
        }
        let first = weights.start &+ UInt32(tensor.first)
        for index in 0..<tensor.count {
            let hash = mix(first &+ UInt32(truncatingIfNeeded: index))
            store(index, tensor.base | (UInt16(truncatingIfNeeded: hash) & tensor.mask))
        }
        return tensor.count * width
    }
    guard words.count == 2 else { throw Malformed(description: "unknown piece: \(piece)") }
    let argument = String(words[1])
    switch (words[0], Int(argument)) {
    case ("bytes", _):
        guard let data = Data(base64Encoded: argument) else { throw Malformed(description: "not base64") }
        return try place(data)
    case ("zeros", let count?):
        return count
    case ("vocabulary", _):
        return try place(ggmlVocabulary("\(Fixtures.root)/Vocab/\(argument).tiktoken"))
    case ("f16", let index?):
        return try place(weights.tensors[index], width: 2) {
            rest.storeBytes(of: $1.littleEndian, toByteOffset: $0 * 2, as: UInt16.self)
        }
    case ("f32", let index?):
        return try place(weights.tensors[index], width: 4) {
            rest.storeBytes(of: widened($1).littleEndian, toByteOffset: $0 * 4, as: UInt32.self)
        }
    default:
        throw Malformed(description: "unknown piece: \(piece)")
    }
}

/// A bijective hash of 32 bits (Chris Wellons' lowbias32).
@inline(__always)
private func mix(_ value: UInt32) -> UInt32 {
    var x = value
    x ^= x >> 16
    x = x &* 0x7FEB_352D
    x ^= x >> 15
    x = x &* 0x846C_A68B
    x ^= x >> 16
    return x
}

/// The bits of a normal float16 as a float32.
@inline(__always)
private func widened(_ half: UInt16) -> UInt32 {
    let bits = UInt32(half)
    return (bits & 0x8000) << 16 | ((bits & 0x7FFF) << 13 &+ 112 << 23)
}

/// The tokens of a tiktoken file as ggml stores them: a 32-bit length, then the bytes.
private func ggmlVocabulary(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
        let encoded = String(line.prefix { $0 != " " })
        // The multilingual vocabulary ends with an empty token, written as a lone padding character.
        guard let token = encoded == "=" ? Data() : Data(base64Encoded: encoded) else {
            throw Malformed(description: "\(path): not base64: \(line)")
        }
        withUnsafeBytes(of: UInt32(token.count).littleEndian) { bytes += $0 }
        bytes += token
    }
    return bytes
}

// MARK: - Files

/// A new folder, removed when the process ends.
private func temporaryFolder() throws -> String {
    var template = Array("\(FileManager.default.temporaryDirectory.path)/earshot-random-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Malformed(description: "no temporary folder: \(errno)") }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    folders.withLock { known in
        if known.isEmpty {
            atexit {
                folders.withLock { for folder in $0 { try? FileManager.default.removeItem(atPath: folder) } }
            }
        }
        known.append(folder)
    }
    return folder
}

private func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else { throw Malformed(description: "cannot write \(path): \(errno)") }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else {
        throw Malformed(description: "cannot write \(path): \(errno)")
    }
}
