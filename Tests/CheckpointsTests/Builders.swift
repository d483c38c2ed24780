import Checkpoints
import TestSupport

// Just enough of each format's writer to write what no honest tool writes.

extension FixedWidthInteger {
    var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { [UInt8]($0) } }
}

/// A zip file of stored entries.
struct ZipWriter {
    var entries: [(name: String, bytes: [UInt8])]
    var method: UInt16 = 0
    /// Where the directory says every entry is, instead of where it is.
    var claimedOffset: UInt32?
    /// Where the end record says the directory is, instead of where it is.
    var claimedDirectory: UInt32?

    var bytes: [UInt8] {
        var body: [UInt8] = []
        var directory: [UInt8] = []
        for (name, bytes) in entries {
            let offset = claimedOffset ?? UInt32(body.count)
            let sizes = UInt32(bytes.count).bytes + UInt32(bytes.count).bytes
            let name = Array(name.utf8)
            let common = UInt16(20).bytes + UInt16(0).bytes + method.bytes + UInt32(0).bytes + UInt32(0).bytes
            body += UInt32(0x0403_4B50).bytes + common + sizes + UInt16(name.count).bytes + UInt16(0).bytes
            body += name + bytes
            directory += UInt32(0x0201_4B50).bytes + UInt16(20).bytes + common + sizes
            directory += UInt16(name.count).bytes + [UInt8](repeating: 0, count: 12) + offset.bytes + name
        }
        let count = UInt16(entries.count).bytes
        let end =
            UInt32(0x0605_4B50).bytes + UInt32(0).bytes + count + count + UInt32(directory.count).bytes
            + (claimedDirectory ?? UInt32(body.count)).bytes + UInt16(0).bytes
        return body + directory + end
    }
}

/// Pieces of a pickle program.
enum PickleWriter {
    static func text(_ text: String) -> [UInt8] { [0x58] + UInt32(text.utf8.count).bytes + Array(text.utf8) }

    static func integer(_ number: Int) -> [UInt8] { [0x8A, 8] + number.bytes }

    static func tuple(_ elements: [UInt8]...) -> [UInt8] { [0x28] + elements.joined() + [0x74] }

    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        [0x7D, 0x28] + items.flatMap { text($0.0) + $0.1 } + [0x75]
    }

    static func tensor(
        key: String = "0", numbers: Int = 4, offset: Int = 0, shape: [Int], strides: [Int]
    ) -> [UInt8] {
        let storage =
            tuple(
                text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"), integer(numbers))
            + [0x51]
        let sizes = [0x28] + shape.flatMap(integer) + [0x74]
        let steps = [0x28] + strides.flatMap(integer) + [0x74]
        let hooks = global("collections", "OrderedDict") + [0x29, 0x52]
        return global("torch._utils", "_rebuild_tensor_v2")
            + tuple(storage, integer(offset), sizes, steps, [0x89], hooks) + [0x52]
    }

    static let dimensionNames = [
        "n_mels", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer",
        "n_vocab", "n_text_ctx", "n_text_state", "n_text_head", "n_text_layer",
    ]

    /// The dimensions of the fixtures' `NANO`.
    static let nano = [4, 6, 8, 2, 1, 40, 5, 8, 2, 1]

    /// A `.pt` whose pickle is `program`, with one storage of four numbers.
    static func file(_ program: [UInt8]) -> [UInt8] {
        ZipWriter(entries: [
            ("x/data.pkl", [0x80, 2] + program + [0x2E]), ("x/data/0", [UInt8](repeating: 0, count: 16)),
        ]).bytes
    }

    /// A `.pt` with these dimensions and tensors.
    static func file(dimensions: [Int] = nano, tensors: [(String, [UInt8])]) -> [UInt8] {
        let sizes = zip(dimensionNames, dimensions).map { ($0, integer($1)) }
        return file(dictionary([("dims", dictionary(sizes)), ("model_state_dict", dictionary(tensors))]))
    }
}

/// A safetensors file with any header.
func safetensors(_ header: String, length: UInt64? = nil, data: Int = 0) -> [UInt8] {
    (length ?? UInt64(header.utf8.count)).bytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
}

extension [UInt8] {
    /// Itself with a 32-bit number overwritten.
    func setting(_ number: Int32, at offset: Int) -> [UInt8] {
        Array(prefix(offset)) + number.bytes + dropFirst(offset + 4)
    }
}

/// `earshot-nano.safetensors` in int8.
func roundedNano() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Checkpoint.open(Golden.path("earshot-nano.safetensors")).write(
        to: folder.path("model"), precision: .int8)
    return try readFile(folder.path("model"))
}
