/// Earshot's own model file: one safetensors file, so that everybody's tools read it.
///
/// Tensors lie under openai-whisper's names in F32, F16 or BF16; or in I8 beside `NAME.scales`, one F32 for each
/// row of dimension 0: what one step of the row's bytes is worth. `__metadata__` holds `earshot.format`, the
/// dimensions under openai-whisper's names (`n_mels`, …), the vocabulary's kind (`earshot.vocabulary`), the file that it
/// was converted from (`earshot.source`), and whatever the model wants to say about itself.
/// The vocabulary matrix may be stored as its unique rows beside `decoder.token_embedding.weight.rows`, one
/// U16 for each row of the full matrix: a model that was trained on a few words has one row for all others.
public enum EarshotFile {
    /// The metadata key that marks the format; its value is the version, 1.
    static let formatKey = "earshot.format"
    /// The metadata key of the model's name.
    public static let nameKey = "earshot.name"
    /// The metadata key of the file that the model was converted from, and its format.
    static let sourceKey = "earshot.source"
    /// The metadata key of the vocabulary's kind: `multilingual`, or `English` for models that know no other language.
    static let vocabularyKey = "earshot.vocabulary"
    /// Whether a metadata key is written from the model itself.
    public static func isReserved(_ key: String) -> Bool {
        [formatKey, vocabularyKey, sourceKey].contains(key) || key.hasPrefix("n_")
    }
    static let vocabulary = "decoder.token_embedding.weight"
    static let vocabularyRows = "\(vocabulary).rows"
    /// Where the scales of an I8 tensor lie.
    static func scales(of name: String) -> String { "\(name).scales" }
}

extension Checkpoint {
    /// Reads Earshot's own format.
    static func readEarshot(_ weights: SafetensorsFile) throws -> Checkpoint {
        let file = weights.file
        var metadata = weights.metadata
        guard let version = metadata.removeValue(forKey: EarshotFile.formatKey) else {
            throw file.error("is not in Earshot's own format")
        }
        metadata.removeValue(forKey: EarshotFile.vocabularyKey)
        guard version == "1" else {
            throw file.error(
                "is in version \(quoted(version)) of Earshot's format; this program reads version 1")
        }
        let dimensions = try ModelDimensions { name in
            guard let size = metadata.removeValue(forKey: name).flatMap({ Int($0) }) else {
                throw file.error("has no number for \(name) in its metadata")
            }
            return size
        }
        var tensors: [String: StoredTensor] = [:]
        let rounded = weights.entries.filter { $0.value.type == "I8" }
        let companions = Set(rounded.keys.map(EarshotFile.scales) + [EarshotFile.vocabularyRows])
        for name in weights.entries.keys where !companions.contains(name) {
            tensors[name] =
                try rounded[name].map { try roundedTensor(name, $0, in: weights) } ?? weights.tensor(name)
        }
        if let rows = weights.entries[EarshotFile.vocabularyRows] {
            tensors[EarshotFile.vocabulary] = try expanded(tensors[EarshotFile.vocabulary], rows, in: file)
        }
        return try Checkpoint(
            .earshot, name: metadata[EarshotFile.nameKey] ?? splitPath(file.path).name,
            dimensions: dimensions, tensors: tensors, metadata: metadata, in: file)
    }

    /// A tensor of bytes and their scales.
    private static func roundedTensor(
        _ name: String, _ entry: SafetensorsFile.Entry, in weights: SafetensorsFile
    ) throws -> StoredTensor {
        let file = weights.file
        guard let rows = entry.shape.first, product(entry.shape) == entry.bytes.count else {
            throw file.error(
                "is damaged: \(quoted(name)) has \(entry.bytes.count) bytes, not those of its shape")
        }
        guard let stored = weights.entries[EarshotFile.scales(of: name)], stored.type == "F32",
            stored.shape == [rows], product([rows, 4]) == stored.bytes.count
        else { throw file.error("is damaged: \(quoted(name)) lacks one F32 scale for each row") }
        let scales = RowScales(bytes: stored.bytes)
        for row in 0..<scales.count where !(scales[row] >= 0 && scales[row].isFinite) {
            throw file.error("is damaged: row \(row) of \(quoted(name)) has the scale \(scales[row])")
        }
        return StoredTensor(shape: entry.shape, type: .int8, bytes: entry.bytes, in: file, scales: scales)
    }

    /// The full matrix of which `unique` has the unique rows.
    private static func expanded(
        _ unique: StoredTensor?, _ rows: SafetensorsFile.Entry, in file: ModelFile
    ) throws -> StoredTensor? {
        guard let unique, unique.shape.count == 2, rows.type == "U16", rows.shape.count == 1,
            product([rows.shape[0], 2]) == rows.bytes.count
        else { throw file.error("is damaged: \(EarshotFile.vocabularyRows) is not one U16 for each row") }
        let index = RowIndex(bytes: rows.bytes)
        for row in 0..<index.count where index[row] >= unique.shape[0] {
            throw file.error(
                "is damaged: row \(row) of the vocabulary is stored row \(index[row]) of \(unique.shape[0])")
        }
        return StoredTensor(
            shape: [index.count, unique.shape[1]], type: unique.type, bytes: unique.bytes, in: file,
            rowIndex: index, scales: unique.scales)
    }
}
