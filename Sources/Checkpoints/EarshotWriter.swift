import FoundationEssentials

/// How an Earshot file is to hold the weights.
public enum WeightPrecision: String, Sendable, CaseIterable {
    /// Matrices that are multiplied as bytes with a scale for each row, just as the engine multiplies them;
    /// the rest as in `f16`.
    case int8
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
    ///   - shouldStop: Asked before every tensor.
    /// - Throws: `CheckpointError` that names `path`; `CancellationError` when `shouldStop` says so.
    public func write(
        to path: String, precision: WeightPrecision = .f16, metadata: [String: String] = [:],
        shouldStop: () -> Bool = { false }
    ) throws {
        var kept = self.metadata
        if format != .earshot { kept[EarshotFile.sourceKey] = "\(name), \(format.description)" }
        // A name may have told them, and the new file may have another.
        kept[Self.alignmentHeadsKey] = knownAlignmentHeads?.map(\.description).joined(separator: " ")
        try EarshotFile.write(
            tensors, dimensions: dimensions, metadata: kept.merging(metadata) { $1 }, precision: precision,
            to: path, shouldStop: shouldStop)
    }
}

extension EarshotFile {
    /// Writes tensors under openai-whisper's names as one file, through a temporary file beside it that is
    /// renamed when it is complete. No more than one converted tensor is in memory at a time.
    /// - Throws: `CheckpointError` that names `path`; `CancellationError` when `shouldStop`, which is asked before
    ///   every tensor, says so.
    public static func write(
        _ tensors: [String: StoredTensor], dimensions: ModelDimensions, metadata: [String: String],
        precision: WeightPrecision = .f16, to path: String, shouldStop: () -> Bool = { false }
    ) throws {
        if let problem = dimensions.problem {
            throw CheckpointError(path: path, problem: "would hold no Whisper model: \(problem)")
        }
        var metadata = metadata
        metadata[formatKey] = "1"
        metadata[vocabularyKey] = dimensions.isMultilingual ? "multilingual" : "English"
        for (name, size) in dimensions.named { metadata[name] = String(size) }

        let parts = try plan(tensors, precision, path)
        let output = try AtomicFile(path)
        try output.append(header(parts, metadata))
        for part in parts {
            if shouldStop() { throw CancellationError() }
            try output.append(part.bytes())
        }
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
            let type = storedType(of: tensor, name, precision)
            var stored = tensor
            if name == vocabulary, let (unique, rows) = try uniqueRows(of: tensor, type, path) {
                stored = unique
                parts.append(
                    Part(
                        name: vocabularyRows, type: "U16", elementSize: 2, shape: [rows.count],
                        byteCount: 2 * rows.count,
                        bytes: { rows.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }))
            }
            parts.append(try part(name, stored, type, path))
            if type == .int8 { parts.append(scalesPart(name, stored, path)) }
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
            byteCount: byteCount, bytes: { try EncodedTensor(tensor, as: type, for: path).bytes })
    }

    private static func scalesPart(_ name: String, _ tensor: StoredTensor, _ path: String) -> Part {
        Part(
            name: scales(of: name), type: "F32", elementSize: 4, shape: [tensor.shape[0]],
            byteCount: 4 * tensor.shape[0],
            bytes: { try EncodedTensor(tensor, as: .int8, for: path).scales })
    }

    private static func storedType(
        of tensor: StoredTensor, _ name: String, _ precision: WeightPrecision
    ) -> StoredType {
        let isMatrix = tensor.shape.count > 1
        switch precision {
        case .f32: return .float32
        // Positions are added, not multiplied.
        case .int8 where isMatrix && name.hasSuffix(".weight"): return .int8
        case .f16, .int8: return tensor.type == .float16 || isMatrix ? .float16 : .float32
        }
    }

    /// The unique rows of a matrix and which of them each row is, if that at least halves it.
    private static func uniqueRows(
        of tensor: StoredTensor, _ type: StoredType, _ path: String
    ) throws -> (StoredTensor, [UInt16])? {
        guard tensor.shape.count == 2, tensor.count > 0 else { return nil }
        let encoded = try EncodedTensor(tensor, as: type, for: path)
        let rowBytes = encoded.bytes.count / tensor.shape[0]
        let scaleBytes = encoded.scales.count / tensor.shape[0]
        var numbers: [[UInt8]: UInt16] = [:]
        var rows: [UInt16] = []
        var unique: (bytes: [UInt8], scales: [UInt8]) = ([], [])
        for row in 0..<tensor.shape[0] {
            let bytes = encoded.bytes[row * rowBytes..<(row + 1) * rowBytes]
            let scale = encoded.scales[row * scaleBytes..<(row + 1) * scaleBytes]
            if let number = numbers[Array(bytes + scale)] {
                rows.append(number)
                continue
            }
            let number = numbers.count
            guard number <= UInt16.max, 2 * (number + 1) <= tensor.shape[0] else { return nil }
            numbers[Array(bytes + scale)] = UInt16(number)
            rows.append(UInt16(number))
            unique.bytes += bytes
            unique.scales += scale
        }
        let shape = [numbers.count, tensor.shape[1]]
        let matrix =
            type == .int8
            ? StoredTensor(shape: shape, bytes: unique.bytes, scales: unique.scales)
            : StoredTensor(shape: shape, type: type, copying: unique.bytes)
        return matrix.map { ($0, rows) }
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
