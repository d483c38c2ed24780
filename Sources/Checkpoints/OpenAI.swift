extension Checkpoint {
    /// Reads openai-whisper's `.pt`: `{'dims': {...}, 'model_state_dict': {...}}` (`whisper/__init__.py`,
    /// `load_model`), a zip of `NAME/data.pkl` and `NAME/data/0`, `NAME/data/1`, …
    static func readOpenAI(_ file: ModelFile) throws -> Checkpoint {
        let archive = try ZipArchive(file)
        guard let program = archive.names.filter({ $0.hasSuffix("/data.pkl") }).min(),
            let bytes = try archive.bytes(of: program)
        else { throw file.error("is a zip file, but not one that torch.save wrote: it has no data.pkl") }
        let prefix = program.dropLast("data.pkl".count)
        if let order = try archive.bytes(of: "\(prefix)byteorder"), !order.elementsEqual("little".utf8) {
            throw file.error("was saved on a big-endian machine")
        }
        let pickle = try Pickle(bytes, in: file)
        let root = pickle[dictionary: pickle.result]
        guard let sizes = pickle[dictionary: root?["dims"]],
            let weights = pickle[dictionary: root?["model_state_dict"]]
        else { throw file.error("is no Whisper checkpoint: it lacks 'dims' or 'model_state_dict'") }

        var tensors: [String: StoredTensor] = [:]
        for (name, value) in weights {
            guard let tensor = pickle[tensor: value] else {
                throw file.error("has something other than a tensor under \(quoted(name))")
            }
            tensors[name] = try stored(tensor, name, archive, prefix, in: file)
        }
        return try Checkpoint(
            .openAI, name: splitPath(file.path).name, dimensions: try dimensions(sizes, in: file),
            tensors: tensors, in: file)
    }

    private static func dimensions(
        _ sizes: [String: PickleValue], in file: ModelFile
    ) throws -> ModelDimensions {
        try ModelDimensions { name in
            guard let size = sizes[name]?.integer else { throw file.error("has no number for \(name)") }
            return size
        }
    }

    private static func stored(
        _ tensor: PickleTensor, _ name: String, _ archive: ZipArchive, _ prefix: Substring,
        in file: ModelFile
    ) throws -> StoredTensor {
        let storage = tensor.storage
        guard let bytes = try archive.bytes(of: "\(prefix)data/\(storage.key)") else {
            throw file.error("lacks the numbers of \(quoted(name))")
        }
        let size = storage.type.block.bytes
        guard let count = storage.type.byteCount(shape: tensor.shape), tensor.offset >= 0,
            let offset = product([tensor.offset, size]), let available = product([storage.count, size]),
            available == bytes.count, offset <= available, count <= available - offset
        else { throw file.error("is damaged: \(quoted(name)) does not fit its storage") }
        guard isContiguous(tensor) else {
            throw file.error("has \(quoted(name)) transposed or strided; save it contiguous")
        }
        return StoredTensor(
            shape: tensor.shape, type: storage.type,
            bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]), in: file)
    }

    private static func isContiguous(_ tensor: PickleTensor) -> Bool {
        var expected = 1
        for (size, stride) in zip(tensor.shape, tensor.strides).reversed() {
            // A dimension of one is never stepped along, and PyTorch writes any stride for it.
            guard size == 1 || stride == expected, let next = product([expected, size]) else { return false }
            expected = next
        }
        return true
    }
}

extension ModelDimensions {
    /// Dimensions looked up under openai-whisper's names.
    init(_ size: (String) throws -> Int) rethrows {
        self.init(
            melBands: try size("n_mels"), audioContext: try size("n_audio_ctx"),
            audioState: try size("n_audio_state"), audioHeads: try size("n_audio_head"),
            audioLayers: try size("n_audio_layer"), vocabularySize: try size("n_vocab"),
            textContext: try size("n_text_ctx"), textState: try size("n_text_state"),
            textHeads: try size("n_text_head"), textLayers: try size("n_text_layer"))
    }

    /// The dimensions under openai-whisper's names, in its order.
    var named: [(name: String, size: Int)] {
        [
            ("n_mels", melBands), ("n_audio_ctx", audioContext), ("n_audio_state", audioState),
            ("n_audio_head", audioHeads), ("n_audio_layer", audioLayers), ("n_vocab", vocabularySize),
            ("n_text_ctx", textContext), ("n_text_state", textState), ("n_text_head", textHeads),
            ("n_text_layer", textLayers),
        ]
    }
}
