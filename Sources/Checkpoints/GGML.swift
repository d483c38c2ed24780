extension Checkpoint {
    /// Reads whisper.cpp's `ggml-*.bin` (`models/convert-pt-to-ggml.py` writes it, `whisper_model_load` reads
    /// it): magic, eleven numbers, the mel filters, the vocabulary, then tensors to the end of the file. The
    /// filters and the vocabulary are skipped: Earshot computes the one and carries the other.
    static func readGGML(_ file: ModelFile) throws -> Checkpoint {
        var reader = ByteReader(file, file.bytes, of: "its ggml data")
        _ = try reader.take(4)
        let dimensions = try ggmlDimensions(&reader)
        try skipFiltersAndVocabulary(&reader)
        var tensors: [String: StoredTensor] = [:]
        while reader.remaining > 0 {
            let (name, tensor) = try nextTensor(&reader)
            guard tensors.updateValue(tensor, forKey: name) == nil else {
                throw file.error("is damaged: it has \(quoted(name)) twice")
            }
        }
        return try Checkpoint(
            .ggml, name: splitPath(file.path).name, dimensions: dimensions, tensors: tensors, in: file)
    }

    private static func ggmlDimensions(_ reader: inout ByteReader) throws -> ModelDimensions {
        let order = [
            "n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer", "n_text_ctx",
            "n_text_state", "n_text_head", "n_text_layer", "n_mels",
        ]
        var sizes: [String: Int] = [:]
        for name in order { sizes[name] = try reader.int(Int32.self) }
        // Thousands count the versions of ggml's block layouts; all types here are those of version 2.
        let (version, type) = try reader.int(Int32.self).quotientAndRemainder(dividingBy: 1000)
        guard type <= 1 || version == 2 else {
            throw reader.file.error("is quantised in ggml's layout \(version), and only layout 2 is read")
        }
        return ModelDimensions { sizes[$0] ?? 0 }
    }

    private static func skipFiltersAndVocabulary(_ reader: inout ByteReader) throws {
        let filters = [try reader.int(Int32.self), try reader.int(Int32.self), 4]
        guard let filterBytes = product(filters) else {
            throw reader.file.error("is damaged: it has \(filters[0]) mel filters of \(filters[1]) bins")
        }
        _ = try reader.take(filterBytes)
        let words = try reader.int(Int32.self)
        guard words >= 0 else { throw reader.file.error("is damaged: it has \(words) words") }
        for _ in 0..<words { _ = try reader.take(reader.int(UInt32.self)) }
    }

    private static func nextTensor(_ reader: inout ByteReader) throws -> (String, StoredTensor) {
        let file = reader.file
        let rank = try reader.int(Int32.self)
        let nameLength = try reader.int(Int32.self)
        let typeNumber = try reader.int(Int32.self)
        guard (0...4).contains(rank) else {
            throw file.error("is damaged: it has a tensor of \(rank) dimensions")
        }
        var shape: [Int] = []
        for _ in 0..<rank { shape.insert(try reader.int(Int32.self), at: 0) }
        let name = try reader.text(nameLength)
        guard let type = StoredType(ggml: typeNumber) else {
            throw file.error("has \(quoted(name)) in ggml's type \(typeNumber), which is not read")
        }
        guard let count = type.byteCount(shape: shape) else {
            throw file.error("is damaged: \(quoted(name)) cannot have shape \(shape) in \(type.rawValue)")
        }
        let bytes = try reader.take(count)
        // The converter stores the convolutions' biases as columns.
        if shape.count == 2, shape[1] == 1, name.hasSuffix(".bias") { shape.removeLast() }
        return (name, StoredTensor(shape: shape, type: type, bytes: bytes, in: file))
    }
}

extension StoredType {
    /// The type under its number in `enum ggml_type`.
    fileprivate init?(ggml number: Int) {
        switch number {
        case 0: self = .float32
        case 1: self = .float16
        case 2: self = .q4Zero
        case 3: self = .q4One
        case 6: self = .q5Zero
        case 7: self = .q5One
        case 8: self = .q8Zero
        case 12: self = .q4K
        case 13: self = .q5K
        case 14: self = .q6K
        case 30: self = .bfloat16
        default: return nil
        }
    }
}
