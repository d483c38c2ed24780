/// The kinds of model files Earshot reads.
public enum CheckpointFormat: String, Sendable {
    /// openai-whisper's `.pt`: a zip of a pickle and raw tensors, as `torch.save` writes it.
    case openAI
    /// A Hugging Face folder: `config.json` beside `model.safetensors`, whole or in shards.
    case huggingFace
    /// whisper.cpp's `ggml-*.bin`.
    case ggml
    /// Earshot's own: one safetensors file with the dimensions in its metadata.
    case earshot

    /// What people call it.
    var description: String {
        switch self {
        case .openAI: "OpenAI's .pt"
        case .huggingFace: "a Hugging Face folder"
        case .ggml: "whisper.cpp's ggml"
        case .earshot: "Earshot's own file"
        }
    }
}

/// A Whisper model as it lies in its file: what it is, and its weights where they are mapped.
public struct Checkpoint: Sendable {
    /// The kind of file it came from.
    public let format: CheckpointFormat
    /// The model's own name if its file carries one, else the file's or the folder's.
    public let name: String
    /// The sizes of the model.
    public let dimensions: ModelDimensions
    /// Every tensor the dimensions ask for, in its exact PyTorch shape (convolutions `[out, in, 3]`), under the
    /// names of openai-whisper's `state_dict` whatever the source. `encoder.positional_embedding` is there
    /// where the file has it.
    public let tensors: [String: StoredTensor]
    /// What an Earshot file says beside the weights: provenance, decoding defaults. Of other formats, what has
    /// a place among that.
    public let metadata: [String: String]

    /// Opens a model file or a Hugging Face folder, recognised by content and not by name. The file is mapped,
    /// not read; it must not shrink while the checkpoint is in use.
    /// - Throws: `CheckpointError`, one line that names the file and says what is wrong with it.
    public static func open(_ path: String) throws -> Checkpoint {
        if isFolder(path) { return try readHuggingFace(folder: path) }
        let file = try ModelFile(mapping: path)
        return try read(file) {
            try HuggingFaceSettings(folder: splitPath(path).folder)
        }
    }

    /// Opens a model compiled into the program, in Earshot's own format.
    /// - Parameters:
    ///   - bytes: The file's bytes, which must live as long as the program.
    ///   - name: The model's name in errors, and where its metadata has none.
    /// - Throws: `CheckpointError`.
    public static func open(embedded bytes: UnsafeRawBufferPointer, name: String) throws -> Checkpoint {
        try readEarshot(SafetensorsFile(ModelFile(embedded: bytes, name: name)))
    }

    /// Opens a model file held in memory, of any format; the bytes are copied once.
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - config: For a Hugging Face model, the bytes of its `config.json`.
    ///   - name: What errors call the file.
    /// - Throws: `CheckpointError`.
    public static func open(bytes: [UInt8], config: [UInt8]? = nil, name: String) throws -> Checkpoint {
        func file(_ bytes: [UInt8], _ name: String) -> ModelFile {
            bytes.withUnsafeBytes { ModelFile(copying: $0, name: name) }
        }
        return try read(file(bytes, name)) {
            config.map { HuggingFaceSettings(config: file($0, "\(name): config.json")) }
        }
    }

    private static func read(
        _ file: ModelFile, settings: () throws -> HuggingFaceSettings?
    ) throws -> Checkpoint {
        switch try FileKind(of: file) {
        case .zip: return try readOpenAI(file)
        case .ggml: return try readGGML(file)
        case .safetensors:
            let weights = try SafetensorsFile(file)
            if weights.metadata[EarshotFile.formatKey] != nil { return try readEarshot(weights) }
            guard let settings = try settings() else {
                throw file.error("is a safetensors file without a config.json beside it")
            }
            return try readHuggingFace(
                name: splitPath(file.path).name, settings, weights: [weights])
        }
    }

    /// Checks that `tensors` are those of a model of these dimensions, no more and no fewer.
    init(
        _ format: CheckpointFormat, name: String, dimensions: ModelDimensions,
        tensors: [String: StoredTensor], metadata: [String: String] = [:], in file: ModelFile
    ) throws {
        if let problem = dimensions.problem { throw file.error("cannot be a Whisper model: \(problem)") }
        var unclaimed = tensors
        func claim(_ name: String, _ shape: [Int]) throws -> Bool {
            guard let tensor = unclaimed.removeValue(forKey: name) else { return false }
            guard tensor.shape == shape else {
                throw file.error("has \(name) of shape \(tensor.shape) where its dimensions ask for \(shape)")
            }
            return true
        }
        try dimensions.forEachTensor { name, shape in
            guard try claim(name, shape) else { throw file.error("lacks the tensor \(name)") }
        }
        _ = try claim(ModelDimensions.encoderPositions, [dimensions.audioContext, dimensions.audioState])
        if let stranger = unclaimed.keys.min() {
            throw file.error("has a tensor no Whisper model has: \(quoted(stranger))")
        }
        try Self.checkDisjoint(tensors, in: file)
        self.format = format
        self.name = name
        self.dimensions = dimensions
        self.tensors = tensors
        self.metadata = metadata
    }

    /// No two tensors may share bytes: then all of them together are no larger than their file, and memory
    /// sized from them is bounded by it.
    private static func checkDisjoint(_ tensors: [String: StoredTensor], in file: ModelFile) throws {
        let ranges = tensors.map { name, tensor in
            let start = UInt(bitPattern: tensor.bytes.baseAddress)
            return (name: name, start: start, end: start + UInt(tensor.bytes.count))
        }.sorted { $0.start < $1.start }
        for (earlier, later) in zip(ranges, ranges.dropFirst()) where later.start < earlier.end {
            let names = [earlier.name, later.name].sorted()
            throw file.error("is damaged: \(names[0]) and \(names[1]) lie on the same bytes")
        }
    }
}

/// What the first bytes of a file say it is.
private enum FileKind {
    case zip, ggml, safetensors

    init(of file: ModelFile) throws {
        let start = [UInt8](file.bytes.prefix(9))
        if start.starts(with: [0x50, 0x4B, 3, 4]) {
            self = .zip
        } else if start.starts(with: [0x6C, 0x6D, 0x67, 0x67]) {
            self = .ggml
        } else if start.starts(with: Array("GGUF".utf8)) {
            throw file.error("is a GGUF file; of ggml's formats only whisper.cpp's ggml-*.bin is read")
        } else if start.starts(with: [0x80]) {
            throw file.error(
                "is a PyTorch file from before 1.6, or a bare pickle; load and torch.save it again")
        } else if start.count == 9, start[8] == UInt8(ascii: "{") {
            self = .safetensors
        } else {
            throw file.error(
                "is not a model file: neither OpenAI's .pt, nor ggml, nor safetensors (Hugging Face or Earshot)"
            )
        }
    }
}
