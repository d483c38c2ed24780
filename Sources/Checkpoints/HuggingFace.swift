extension Checkpoint {
    /// Reads a folder as `save_pretrained` writes it: `config.json` and `model.safetensors`, or an index of
    /// shards.
    static func readHuggingFace(folder: String) throws -> Checkpoint {
        func entry(_ name: String) -> String { "\(folder)/\(name)" }
        guard let settings = try HuggingFaceSettings(folder: folder) else {
            throw CheckpointError(path: folder, problem: "is a folder without a config.json")
        }
        let names: [String]
        if exists(entry("model.safetensors")) {
            names = ["model.safetensors"]
        } else if exists(entry("model.safetensors.index.json")) {
            names = try shards(of: ModelFile(mapping: entry("model.safetensors.index.json")))
        } else {
            let detail = exists(entry("pytorch_model.bin")) ? " (pytorch_model.bin is not read)" : ""
            throw CheckpointError(path: folder, problem: "is a folder without a model.safetensors\(detail)")
        }
        return try readHuggingFace(
            name: splitPath(folder).name, settings,
            weights: names.map { try SafetensorsFile(ModelFile(mapping: entry($0))) })
    }

    /// Puts a model together from its configuration and its weights, whole or in shards.
    static func readHuggingFace(
        name: String, _ files: HuggingFaceSettings, weights: [SafetensorsFile]
    ) throws -> Checkpoint {
        let config = files.config
        let settings = try SafetensorsFile.decode(Settings.self, config.bytes, of: "the file", in: config)
        if let problem = settings.problem { throw config.error(problem) }
        var tensors: [String: StoredTensor] = [:]
        for shard in weights {
            for theirs in shard.entries.keys {
                guard let ours = stateDictName(theirs), let tensor = try shard.tensor(theirs) else {
                    continue
                }
                guard tensors.updateValue(tensor, forKey: ours) == nil else {
                    throw shard.file.error(
                        "has \(quoted(theirs)), which came already under this or another name")
                }
            }
        }
        return try Checkpoint(
            .huggingFace, name: name, dimensions: settings.dimensions, tensors: tensors,
            metadata: files.metadata(), in: weights.first?.file ?? config)
    }

    /// The files an index lists: in the same folder, and no more of them than a model has tensors.
    private static func shards(of file: ModelFile) throws -> [String] {
        struct Index: Decodable {
            let places: [String: String]
            enum CodingKeys: String, CodingKey { case places = "weight_map" }
        }
        guard file.bytes.count <= SafetensorsFile.largestHeader else {
            throw file.error("is no index of shards: it has \(file.bytes.count) bytes")
        }
        let index = try SafetensorsFile.decode(Index.self, file.bytes, of: "the file", in: file)
        let names = Set(index.places.values).sorted()
        guard !names.isEmpty, names.count <= 1000 else {
            throw file.error("lists \(names.count) files")
        }
        for name in names where name.contains("/") || name.contains("\0") || name.isEmpty || name == ".." {
            throw file.error("lists a file outside its folder: \(quoted(name))")
        }
        return names
    }

    /// openai-whisper's name for a tensor of Hugging Face's `WhisperForConditionalGeneration` or
    /// `WhisperModel`; nil for the output projection, which is the token embedding once more.
    private static func stateDictName(_ name: String) -> String? {
        if name == "proj_out.weight" { return nil }
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "model" { parts.removeFirst() }
        if parts.count == 3, parts[1] == "layer_norm" { parts[1] = parts[0] == "encoder" ? "ln_post" : "ln" }
        // `embed_positions` is a module there, a bare parameter here.
        if parts.count == 3, parts[1] == "embed_positions" { parts.removeLast() }
        return parts.map { renamed[$0] ?? $0 }.joined(separator: ".")
    }

    private static let renamed = [
        "embed_positions": "positional_embedding", "embed_tokens": "token_embedding", "layers": "blocks",
        "self_attn": "attn", "self_attn_layer_norm": "attn_ln",
        "encoder_attn": "cross_attn", "encoder_attn_layer_norm": "cross_attn_ln",
        "q_proj": "query", "k_proj": "key", "v_proj": "value", "out_proj": "out",
        "fc1": "mlp.0", "fc2": "mlp.2", "final_layer_norm": "mlp_ln",
    ]
}

/// The files that stand beside a Hugging Face model's weights.
struct HuggingFaceSettings {
    let config: ModelFile
    /// `generation_config.json`, where there is one.
    var generation: ModelFile?

    /// Settings of a model held in memory.
    init(config: ModelFile) { self.config = config }

    /// Settings in a folder; nil without a `config.json`.
    init?(folder: String) throws {
        guard exists("\(folder)/config.json") else { return nil }
        config = try ModelFile(mapping: "\(folder)/config.json")
        let path = "\(folder)/generation_config.json"
        generation = exists(path) ? try ModelFile(mapping: path) : nil
    }

    /// What the generation's settings say that an Earshot file would say in its metadata.
    func metadata() throws -> [String: String] {
        struct Generation: Decodable {
            let heads: [[Int]]?
            enum CodingKeys: String, CodingKey { case heads = "alignment_heads" }
        }
        guard let generation else { return [:] }
        guard generation.bytes.count <= SafetensorsFile.largestHeader else {
            throw generation.error("is no configuration: it has \(generation.bytes.count) bytes")
        }
        let settings = try SafetensorsFile.decode(
            Generation.self, generation.bytes, of: "the file", in: generation)
        let heads = (settings.heads ?? []).filter { $0.count == 2 }
        guard !heads.isEmpty else { return [:] }
        let text = heads.map { "\(AlignmentHead(layer: $0[0], head: $0[1]))" }.joined(separator: " ")
        return [Checkpoint.alignmentHeadsKey: text]
    }
}

/// What `config.json` says that matters here.
private struct Settings: Decodable {
    let modelType: String
    let melBands: Int
    let audioContext: Int
    let textContext: Int
    let state: Int
    let vocabularySize: Int
    let audioHeads: Int
    let audioLayers: Int
    let audioHidden: Int
    let textHeads: Int
    let textLayers: Int
    let textHidden: Int
    let activation: String?
    let scaleEmbedding: Bool?
    let tieEmbeddings: Bool?

    enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case melBands = "num_mel_bins"
        case audioContext = "max_source_positions"
        case textContext = "max_target_positions"
        case state = "d_model"
        case vocabularySize = "vocab_size"
        case audioHeads = "encoder_attention_heads"
        case audioLayers = "encoder_layers"
        case audioHidden = "encoder_ffn_dim"
        case textHeads = "decoder_attention_heads"
        case textLayers = "decoder_layers"
        case textHidden = "decoder_ffn_dim"
        case activation = "activation_function"
        case scaleEmbedding = "scale_embedding"
        case tieEmbeddings = "tie_word_embeddings"
    }

    var dimensions: ModelDimensions {
        ModelDimensions(
            melBands: melBands, audioContext: audioContext, audioState: state, audioHeads: audioHeads,
            audioLayers: audioLayers, vocabularySize: vocabularySize, textContext: textContext,
            textState: state, textHeads: textHeads, textLayers: textLayers)
    }

    /// A variant of the architecture that openai-whisper has not, and that would be computed wrongly here.
    var problem: String? {
        if modelType != "whisper" { return "describes a model of type \(quoted(modelType)), not whisper" }
        if let activation, activation != "gelu" {
            return "asks for the activation \(quoted(activation)), not gelu"
        }
        if scaleEmbedding == true { return "asks for scaled embeddings, which Whisper does not have" }
        if tieEmbeddings == false {
            return "has an output projection of its own, which Whisper does not have"
        }
        for hidden in [audioHidden, textHidden] where product([state, 4]) != hidden {
            return "has a feed-forward width of \(hidden), not four times its state \(state)"
        }
        return nil
    }
}
