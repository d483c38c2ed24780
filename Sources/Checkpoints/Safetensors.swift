import FoundationEssentials

/// A safetensors file: a length, a JSON header, and the tensors' bytes with no gap and no overlap, which is
/// also what the reference implementation insists on.
struct SafetensorsFile: Sendable {
    let file: ModelFile
    /// `__metadata__`.
    let metadata: [String: String]
    /// Where each tensor lies, under the file's names.
    let entries: [String: Entry]

    /// A tensor's place in the file.
    struct Entry: Sendable {
        let type: String
        let shape: [Int]
        nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    }

    /// Large-v3's header has 170 kB. The bound keeps the JSON reader's memory small.
    static let largestHeader = 4 << 20

    /// Reads the header.
    init(_ file: ModelFile) throws {
        var reader = ByteReader(file, file.bytes, of: "its safetensors header")
        let length = try reader.next(UInt64.self)
        guard length <= Self.largestHeader else {
            throw file.error("is damaged: its safetensors header claims \(length) bytes")
        }
        let header = try Self.decode(Header.self, try reader.take(Int(length)), of: "its header", in: file)
        let data = try reader.take(reader.remaining)
        self.file = file
        metadata = header.metadata
        entries = try header.tensors.mapValues { description in
            guard description.begin >= 0, description.begin <= description.end, description.end <= data.count
            else {
                throw file.error("is truncated or damaged: a tensor lies outside its \(data.count) bytes")
            }
            return Entry(
                type: description.dtype, shape: description.shape,
                bytes: UnsafeRawBufferPointer(rebasing: data[description.begin..<description.end]))
        }
        try Self.checkCoverage(header.tensors.values, of: data.count, in: file)
    }

    /// A tensor under the file's name; nil where there is none.
    func tensor(_ name: String) throws -> StoredTensor? {
        guard let entry = entries[name] else { return nil }
        guard let type = StoredType(safetensors: entry.type) else {
            throw file.error("has \(quoted(name)) in \(quoted(entry.type)); only F32, F16 and BF16 are read")
        }
        guard type.byteCount(shape: entry.shape) == entry.bytes.count else {
            throw file.error(
                "is damaged: \(quoted(name)) has \(entry.bytes.count) bytes, not those of its shape")
        }
        return StoredTensor(shape: entry.shape, type: type, bytes: entry.bytes, in: file)
    }

    /// Every byte belongs to one tensor. This also finds a header that names a tensor twice, of which the
    /// JSON reader shows only one.
    private static func checkCoverage(
        _ tensors: some Collection<Header.Tensor>, of count: Int, in file: ModelFile
    ) throws {
        var end = 0
        for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard tensor.begin == end else {
                throw file.error("is damaged: its tensors overlap or leave gaps")
            }
            end = tensor.end
        }
        guard end == count else { throw file.error("is damaged: \(count - end) bytes belong to no tensor") }
    }

    /// Decodes JSON that is a part of, or all of, `file`.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: UnsafeRawBufferPointer, of what: String, in file: ModelFile
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw file.error("is damaged: \(what) is not the JSON it should be")
        }
    }
}

/// The header as it is written: `{"__metadata__": {…}, "NAME": {"dtype", "shape", "data_offsets"}, …}`.
private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var tensors: [String: Tensor] = [:]

    struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let begin: Int
        let end: Int

        enum Keys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            dtype = try fields.decode(String.self, forKey: .dtype)
            shape = try fields.decode([Int].self, forKey: .shape)
            let offsets = try fields.decode([Int].self, forKey: .offsets)
            guard offsets.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .offsets, in: fields, debugDescription: "not a pair")
            }
            (begin, end) = (offsets[0], offsets[1])
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: SafetensorsKey.self)
        for name in fields.allKeys {
            if name.stringValue == "__metadata__" {
                metadata = try fields.decode([String: String].self, forKey: name)
            } else {
                tensors[name.stringValue] = try fields.decode(Tensor.self, forKey: name)
            }
        }
    }
}

/// Any key of the header, which are the names of the tensors.
struct SafetensorsKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension StoredType {
    /// The type under its name in a safetensors header.
    fileprivate init?(safetensors name: String) {
        switch name {
        case "F32": self = .float32
        case "F16": self = .float16
        case "BF16": self = .bfloat16
        default: return nil
        }
    }

    /// The name of the type in a safetensors header; nil for ggml's blocks, which have none.
    var safetensorsName: String? {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .int8: "I8"
        case .q8Zero, .q5Zero, .q5One, .q4Zero, .q4One, .q4K, .q5K, .q6K: nil
        }
    }
}
