import FoundationEssentials

/// How an Earshot file is to hold the weights.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// Matrices in half precision. Vectors (biases, norms) stay as they are, or become fp32: they are small.
    case f16
    /// Everything in single precision.
    case f32
}

extension Checkpoint {
    /// Writes the model in Earshot's own format.
    /// - Parameters:
    ///   - path: The file to write; it appears whole or not at all.
    ///   - precision: How to hold the weights.
    ///   - metadata: Replaces what the checkpoint says about itself, key by key.
    /// - Throws: `CheckpointError` that names `path`.
    public func write(
        to path: String, precision: WeightPrecision = .f16, metadata: [String: String] = [:]
    ) throws {
        try EarshotFile.write(
            tensors, dimensions: dimensions, metadata: self.metadata.merging(metadata) { $1 },
            precision: precision, to: path)
    }
}

extension EarshotFile {
    /// Writes tensors under openai-whisper's names as one file, through a temporary file beside it that is
    /// renamed when it is complete. No more than one converted tensor is in memory at a time.
    /// - Throws: `CheckpointError` that names `path`.
    public static func write(
        _ tensors: [String: StoredTensor], dimensions: ModelDimensions, metadata: [String: String],
        precision: WeightPrecision = .f16, to path: String
    ) throws {
        if let problem = dimensions.problem {
            throw CheckpointError(path: path, problem: "would hold no Whisper model: \(problem)")
        }
        var metadata = metadata
        metadata[formatKey] = "1"
        for (name, size) in dimensions.named { metadata[name] = String(size) }

        let parts = try plan(tensors, precision, path)
        let output = try AtomicFile(path)
        try output.append(header(parts, metadata))
        for part in parts { try output.append(part.bytes()) }
        try output.commit()
    }

    /// A tensor as it will lie in the file. Its bytes are made when they are written.
    private struct Part {
        let name: String
        let type: String
        let elementSize: Int
        let shape: [Int]
        let byteCount: Int
        let bytes: () throws -> [UInt8]
    }

    /// Wider types first, as the safetensors library orders them: then every tensor is aligned to its type.
    private static func plan(
        _ tensors: [String: StoredTensor], _ precision: WeightPrecision, _ path: String
    ) throws -> [Part] {
        var parts: [Part] = []
        for (name, tensor) in tensors {
            let type = storedType(of: tensor, precision)
            if name == vocabulary, let (unique, rows) = try uniqueRows(of: tensor, type, path) {
                parts.append(try part(name, unique, type, path))
                parts.append(
                    Part(
                        name: vocabularyRows, type: "U16", elementSize: 2, shape: [rows.count],
                        byteCount: 2 * rows.count,
                        bytes: { rows.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }))
            } else {
                parts.append(try part(name, tensor, type, path))
            }
        }
        return parts.sorted { ($1.elementSize, $0.name) < ($0.elementSize, $1.name) }
    }

    private static func part(
        _ name: String, _ tensor: StoredTensor, _ type: StoredType, _ path: String
    ) throws -> Part {
        guard let typeName = type.safetensorsName, let byteCount = type.byteCount(shape: tensor.shape) else {
            throw CheckpointError(path: path, problem: "cannot hold \(quoted(name)) of shape \(tensor.shape)")
        }
        return Part(
            name: name, type: typeName, elementSize: type.block.bytes, shape: tensor.shape,
            byteCount: byteCount, bytes: { try encoded(tensor, as: type, path) })
    }

    private static func storedType(of tensor: StoredTensor, _ precision: WeightPrecision) -> StoredType {
        switch precision {
        case .f32: .float32
        case .f16: tensor.type == .float16 || tensor.shape.count > 1 ? .float16 : .float32
        }
    }

    /// The tensor's numbers in another type; its own bytes where that is its type already.
    private static func encoded(
        _ tensor: StoredTensor, as type: StoredType, _ path: String
    ) throws -> [UInt8] {
        if tensor.type == type, tensor.rowIndex == nil { return [UInt8](tensor.bytes) }
        let floats = tensor.floats()
        guard type == .float16 else { return floats.withUnsafeBytes { [UInt8]($0) } }
        let halves = floats.map { Float16($0) }
        for (wide, narrow) in zip(floats, halves) where wide.isFinite && !narrow.isFinite {
            throw CheckpointError(path: path, problem: "cannot hold \(wide) in half precision; use f32")
        }
        return halves.withUnsafeBytes { [UInt8]($0) }
    }

    /// The unique rows of a matrix and which of them each row is, if that at least halves it.
    private static func uniqueRows(
        of tensor: StoredTensor, _ type: StoredType, _ path: String
    ) throws -> (StoredTensor, [UInt16])? {
        guard tensor.shape.count == 2, tensor.count > 0 else { return nil }
        let bytes = try encoded(tensor, as: type, path)
        let rowBytes = bytes.count / tensor.shape[0]
        var numbers: [ArraySlice<UInt8>: UInt16] = [:]
        var rows: [UInt16] = []
        var unique: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: rowBytes) {
            let row = bytes[start..<start + rowBytes]
            if let number = numbers[row] {
                rows.append(number)
                continue
            }
            let number = numbers.count
            guard number <= UInt16.max, 2 * (number + 1) <= tensor.shape[0] else { return nil }
            numbers[row] = UInt16(number)
            rows.append(UInt16(number))
            unique.append(contentsOf: row)
        }
        return StoredTensor(shape: [numbers.count, tensor.shape[1]], type: type, copying: unique).map {
            ($0, rows)
        }
    }

    /// Length and JSON, padded so that the data begins on a cache line.
    private static func header(
        _ parts: [Part], _ metadata: [String: String]
    ) throws -> [UInt8] {
        var tensors: [String: Description] = [:]
        var end = 0
        for part in parts {
            tensors[part.name] = Description(
                dtype: part.type, shape: part.shape, offsets: [end, end + part.byteCount])
            end += part.byteCount
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = [UInt8](try encoder.encode(HeaderOut(metadata: metadata, tensors: tensors)))
        json += [UInt8](repeating: UInt8(ascii: " "), count: (64 - (8 + json.count) % 64) % 64)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { [UInt8]($0) } + json
    }

    private struct Description: Encodable {
        let dtype: String
        let shape: [Int]
        let offsets: [Int]
        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    private struct HeaderOut: Encodable {
        let metadata: [String: String]
        let tensors: [String: Description]

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: SafetensorsKey.self)
            try fields.encode(metadata, forKey: SafetensorsKey(stringValue: "__metadata__"))
            for (name, tensor) in tensors {
                try fields.encode(tensor, forKey: SafetensorsKey(stringValue: name))
            }
        }
    }
}
