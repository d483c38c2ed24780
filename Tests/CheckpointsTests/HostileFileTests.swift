import Checkpoints
import TestSupport
import Testing

/// Files that are damaged, of another kind, or made to do harm: each gives one line that names the file and
/// says what is wrong.
struct HostileFileTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        /// What the error must say.
        let complaint: String

        init(_ name: String, _ bytes: [UInt8], _ complaint: String) {
            testDescription = name
            self.bytes = bytes
            self.complaint = complaint
        }
    }

    private static func expect(_ complaint: String, of bytes: [UInt8], config: [UInt8]? = nil) {
        let error = #expect(throws: CheckpointError.self) {
            try Checkpoint.open(bytes: bytes, config: config, name: "the-file")
        }
        let line = error?.description ?? ""
        #expect(line.hasPrefix("the-file") && line.contains(complaint) && !line.contains("\n"), "\(line)")
    }

    @Test(arguments: otherKinds + pickles + tensors + zips) func ofOpenAI(_ hostile: Case) {
        Self.expect(hostile.complaint, of: hostile.bytes)
    }

    private static let otherKinds = [
        Case("nothing", [], "is not a model file"),
        Case("text", Array("#!/bin/sh\necho hello\n".utf8), "is not a model file"),
        Case("GGUF", Array("GGUF".utf8) + [3, 0, 0, 0, 0, 0, 0, 0], "is a GGUF file"),
        Case("PyTorch before 1.6", (try? Fixtures.bytes("Checkpoints/legacy.pt")) ?? [], "from before 1.6"),
        Case("transposed", (try? Fixtures.bytes("Checkpoints/strided.pt")) ?? [], "transposed or strided"),
    ]

    // MARK: Pickles

    private static func pickle(_ name: String, _ program: [UInt8], _ complaint: String) -> Case {
        Case(name, PickleWriter.file(program), complaint)
    }

    private static let pickles = [
        pickle("os.system", Array("cos\nsystem\n(X\u{4}\0\0\0exit".utf8) + [0x74, 0x52], "'os.system'"),
        pickle(
            "eval by STACK_GLOBAL", PickleWriter.text("builtins") + PickleWriter.text("eval") + [0x93],
            "'builtins.eval'"),
        pickle("INST", Array("(ios\nsystem\n".utf8), "opcode 0x69"),
        pickle("NEWOBJ", PickleWriter.global("collections", "OrderedDict") + [0x29, 0x81], "opcode 0x81"),
        pickle("EXT1", [0x82, 1], "opcode 0x82"),
        pickle("a name with control characters", Array("ca\u{1B}[31m\nb\n".utf8), "'a?[31m.b'"),
        pickle("a name without end", [0x63] + [UInt8](repeating: 0x61, count: 100_000), "256 letters"),
        pickle("nesting a million deep", [0x4E] + [UInt8](repeating: 0x85, count: 1_000_000), "lacks 'dims'"),
        pickle("a million marks", [UInt8](repeating: 0x28, count: 1_000_000), "makes no sense"),
        pickle(
            "a dictionary within itself", [0x7D, 0x71, 0] + PickleWriter.text("dims") + [0x68, 0, 0x73],
            "lacks 'dims'"),
        pickle("a list within itself", [0x5D, 0x71, 0, 0x68, 0, 0x61], "lacks 'dims'"),
        pickle("an empty memo", [0x68, 7], "makes no sense"),
        pickle("an empty stack", [0x85], "makes no sense"),
        pickle("no end", Array(repeating: 0x4E, count: 10) + [0x58, 0xFF, 0xFF, 0xFF, 0xFF], "ends early"),
        pickle("an enormous integer", [0x8A, 255] + [UInt8](repeating: 1, count: 255), "255 bytes"),
        pickle("too long", [UInt8](repeating: 0x4E, count: 5 << 20), "far more than a Whisper model's"),
        pickle("the same key twice", PickleWriter.dictionary([("a", [0x4E]), ("a", [0x4E])]), "'a' twice"),
        pickle("a key that is no text", [0x7D, 0x4E, 0x4E, 0x73], "not text"),
        pickle(
            "a call of a storage", PickleWriter.global("torch", "HalfStorage") + [0x29, 0x52],
            "other arguments"),
        pickle("a persistent id that is no storage", PickleWriter.text("0") + [0x51], "refers to something"),
    ]

    // MARK: Tensors and dimensions in pickles

    private static func tensor(_ name: String, _ tensor: [UInt8], _ complaint: String) -> Case {
        Case(name, PickleWriter.file(tensors: [("t", tensor)]), complaint)
    }

    private static let tensors = [
        tensor(
            "offset past the end", PickleWriter.tensor(offset: 2, shape: [4], strides: [1]), "fit its storage"
        ),
        tensor(
            "negative offset", PickleWriter.tensor(offset: -1, shape: [4], strides: [1]), "fit its storage"),
        tensor(
            "offset that overflows", PickleWriter.tensor(offset: .max, shape: [4], strides: [1]),
            "fit its storage"),
        tensor("negative size", PickleWriter.tensor(shape: [-4], strides: [1]), "cannot be"),
        tensor("negative stride", PickleWriter.tensor(shape: [4], strides: [-1]), "cannot be"),
        tensor(
            "sizes whose product overflows",
            PickleWriter.tensor(shape: [1 << 32, 1 << 32], strides: [1 << 32, 1]), "fit its storage"),
        tensor("a broadcast", PickleWriter.tensor(shape: [4], strides: [0]), "strided"),
        tensor(
            "a lying storage", PickleWriter.tensor(numbers: 8, shape: [8], strides: [1]), "fit its storage"),
        tensor(
            "a missing storage", PickleWriter.tensor(key: "9", shape: [4], strides: [1]), "lacks the numbers"),
        tensor("a number for a tensor", PickleWriter.integer(1), "other than a tensor"),
        Case("no tensors", PickleWriter.file(tensors: []), "lacks the tensor encoder.conv1.weight"),
        Case(
            "the wrong shape",
            PickleWriter.file(tensors: [
                ("encoder.conv1.weight", PickleWriter.tensor(shape: [2, 2], strides: [2, 1]))
            ]), "of shape [2, 2] where its dimensions ask for [8, 4, 3]"),
        Case(
            "huge dimensions", PickleWriter.file(dimensions: Array(repeating: .max, count: 10), tensors: []),
            "n_mels is 9223372036854775807"),
        Case("no dimensions", PickleWriter.file(dimensions: [4], tensors: []), "no number for n_audio_ctx"),
        Case(
            "heads that do not divide",
            PickleWriter.file(dimensions: [4, 6, 8, 3, 1, 40, 5, 8, 2, 1], tensors: []), "do not divide"),
    ]

    // MARK: Zips

    private static let zips = [
        Case("a zip of something else", ZipWriter(entries: [("a", [1])]).bytes, "no data.pkl"),
        Case("a compressed zip", ZipWriter(entries: [("x/data.pkl", [0x2E])], method: 8).bytes, "compressed"),
        Case(
            "a name twice", ZipWriter(entries: [("x/data.pkl", [0x2E]), ("x/data.pkl", [0x2E])]).bytes,
            "twice"),
        Case(
            "an entry past the end",
            ZipWriter(entries: [("x/data.pkl", [0x2E])], claimedOffset: 1 << 30).bytes,
            "lies outside"),
        Case(
            "an entry that is none", ZipWriter(entries: [("x/data.pkl", [0x2E])], claimedOffset: 3).bytes,
            "no zip entry where"),
        Case(
            "a directory past the end",
            ZipWriter(entries: [("x/data.pkl", [0x2E])], claimedDirectory: 1 << 30).bytes, "lies outside"),
        Case(
            "a zip64 directory that is not there",
            ZipWriter(entries: [("x/data.pkl", [0x2E])], claimedDirectory: .max).bytes, "zip64"),
        Case(
            "the start of a zip", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 100), "no zip directory"),
    ]

    @Test(arguments: Golden.files) func cutShort(file: String) throws {
        let whole = try Fixtures.bytes("Checkpoints/\(file)")
        for length in stride(from: 0, to: whole.count, by: 97) {
            Self.expect("", of: Array(whole.prefix(length)))
        }
    }

    // MARK: ggml

    private static let ggml = (try? Fixtures.bytes("Checkpoints/ggml-nano-f16.bin")) ?? []

    /// Where the first tensor begins, after 12 header words, 2 + 4 * 3 of filters, and 3 + 1 + 1 + 6 of words.
    private static let firstTensor = 48 + 8 + 48 + 4 + 12 + 8

    @Test(arguments: [
        Case("negative dimension", ggml.setting(-1, at: 12), "n_audio_state is -1"),
        Case("huge dimension", ggml.setting(.max, at: 20), "n_audio_layer is 2147483647"),
        Case("a vocabulary of none", ggml.setting(0, at: 4), "n_vocab is 0"),
        Case("an old layout", ggml.setting(1002, at: 44), "layout 1"),
        Case("negative filters", ggml.setting(-5, at: 48), "-5 mel filters"),
        Case("too many filters", ggml.setting(.max, at: 48), "ends early"),
        Case("too many words", ggml.setting(.max, at: 104), "ends early"),
        Case("negative words", ggml.setting(-1, at: 104), "-1 words"),
        Case("too many dimensions", ggml.setting(5, at: firstTensor), "a tensor of 5 dimensions"),
        Case("a negative name", ggml.setting(-1, at: firstTensor + 4), "ends early"),
        Case("an unknown type", ggml.setting(10, at: firstTensor + 8), "in ggml's type 10"),
        Case(
            "blocks that do not fit", ggml.setting(8, at: firstTensor + 8),
            "cannot have shape [6, 8] in q8Zero"),
        Case("a negative size", ggml.setting(-8, at: firstTensor + 12), "cannot have shape"),
        Case("a huge size", ggml.setting(.max, at: firstTensor + 12), "ends early"),
        Case("something after the end", ggml + [1], "ends early"),
        Case("a tensor twice", ggml + ggml[firstTensor...], "'encoder.positional_embedding' twice"),
    ]) func ofGGML(_ hostile: Case) { Self.expect(hostile.complaint, of: hostile.bytes) }

    // MARK: safetensors

    private static let tensor = #""t":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}"#

    @Test(arguments: [
        Case("no config.json", safetensors("{}"), "without a config.json"),
        Case("a header of 2^63", safetensors("{}", length: 1 << 63), "claims 9223372036854775808"),
        Case("a header of 2^64 - 1", safetensors("{}", length: .max), "claims 18446744073709551615"),
        Case("a header past the end", safetensors("{}", length: 3), "ends early"),
        Case("a header that is no JSON", safetensors("{,}"), "not the JSON"),
        Case("a header that is a list", safetensors("{]"), "not the JSON"),
        Case(
            "nesting 100,000 deep", safetensors(#"{"a":"# + String(repeating: "[", count: 100_000)),
            "not the JSON"),
        Case(
            "a tensor past the end", safetensors("{\(tensor)}", data: 15), "lies outside its 15 bytes"),
        Case(
            "negative offsets",
            safetensors(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}"#), "lies outside"),
        Case(
            "reversed offsets",
            safetensors(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#, data: 16), "lies outside"
        ),
        Case(
            "offsets of 2^64",
            safetensors(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[0,18446744073709551616]}}"#),
            "not the JSON"),
        Case(
            "three offsets", safetensors(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[0,1,2]}}"#),
            "not the JSON"),
        Case(
            "overlapping tensors",
            safetensors(#"{\#(tensor),"u":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, data: 16),
            "overlap"),
        Case(
            "a gap", safetensors(#"{"t":{"dtype":"F32","shape":[4],"data_offsets":[4,20]}}"#, data: 20),
            "gaps"),
        Case("bytes of no tensor", safetensors("{\(tensor)}", data: 20), "4 bytes belong to no tensor"),
        Case(
            "a tensor twice",
            safetensors(#"{\#(tensor),"t":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}"#, data: 32),
            "damaged"),
    ]) func ofSafetensors(_ hostile: Case) { Self.expect(hostile.complaint, of: hostile.bytes) }

    // MARK: Earshot's own

    private static func earshot(_ change: (String) -> String) -> [UInt8] {
        reheaded((try? Fixtures.bytes("Checkpoints/earshot-nano.safetensors")) ?? [], change)
    }

    private static func reheaded(_ bytes: [UInt8], _ change: (String) -> String) -> [UInt8] {
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = change(String(decoding: bytes[8..<8 + length], as: UTF8.self))
        return safetensors(header) + bytes[(8 + length)...]
    }

    @Test(arguments: [
        Case(
            "a later version",
            earshot { $0.replacing(#""earshot.format":"1""#, with: #""earshot.format":"2""#) }, "version '2'"),
        Case(
            "a dimension that is no number",
            earshot { $0.replacing(#""n_mels":"4""#, with: #""n_mels":"x""#) },
            "no number for n_mels"),
        Case(
            "too many layers",
            earshot { $0.replacing(#""n_text_layer":"1""#, with: #""n_text_layer":"2""#) },
            "lacks the tensor decoder.blocks.1"),
        Case(
            "a stranger", earshot { $0.replacing("encoder.ln_post.bias", with: "encoder.ln_post.blas") },
            "lacks the tensor encoder.ln_post.bias"),
        Case(
            "rows in another type", earshot { $0.replacing(#""dtype":"U16""#, with: #""dtype":"I16""#) },
            "not one U16"),
        Case(
            "a type that is not read", earshot { $0.replacing("F16", with: "F64") }, "only F32, F16 and BF16"),
        Case(
            "a shape that does not fit", earshot { $0.replacing("[8,4,3]", with: "[8,4,4]") },
            "not those of its shape"),
    ]) func ofEarshot(_ hostile: Case) { Self.expect(hostile.complaint, of: hostile.bytes) }

    private static func rounded(_ change: (String) -> String) -> [UInt8] {
        reheaded((try? roundedNano()) ?? [], change)
    }

    @Test(arguments: [
        Case(
            "no scales",
            rounded { $0.replacing("conv1.weight.scales", with: "conv1.weight.scalez") },
            "'encoder.conv1.weight' lacks one F32 scale for each row"),
        Case(
            "scales of something else",
            rounded { $0.replacing("conv1.weight.scales", with: "conv1.bias.scales") },
            "'encoder.conv1.weight' lacks one F32 scale for each row"),
        Case(
            "scales in another type",
            rounded {
                $0.replacing(/(conv2.weight.scales":\{[^}]*)"dtype":"F32"/) { "\($0.1)\"dtype\":\"I32\"" }
            }, "'encoder.conv2.weight' lacks one F32 scale for each row"),
        Case(
            "too few scales",
            rounded { $0.replacing(/(conv2.weight.scales":\{[^}]*)\[8\]/) { "\($0.1)[7]" } },
            "'encoder.conv2.weight' lacks one F32 scale for each row"),
        Case(
            "a shape without rows",
            rounded { $0.replacing(/(conv2.weight":\{[^}]*)\[8,8,3\]/) { "\($0.1)[]" } },
            "not those of its shape"),
        Case(
            "more bytes than the shape has",
            rounded { $0.replacing(/(conv2.weight":\{[^}]*)\[8,8,3\]/) { "\($0.1)[8,8,2]" } },
            "not those of its shape"),
        Case(
            "a type without scales", rounded { $0.replacing(#""I8""#, with: #""U8""#) },
            "only F32, F16 and BF16"),
    ]) func ofRounded(_ hostile: Case) { Self.expect(hostile.complaint, of: hostile.bytes) }

    @Test(arguments: [-1, .nan, .infinity] as [Float]) func scalesThatAreNone(scale: Float) throws {
        var bytes = try roundedNano()
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        let entry = try #require(header.firstMatch(of: /conv1.weight.scales":\{"data_offsets":\[(\d+)/))
        let place = try 8 + length + #require(Int(entry.1)) + 8
        bytes.replaceSubrange(place..<place + 4, with: scale.bitPattern.bytes)
        Self.expect("row 2 of 'encoder.conv1.weight' has the scale \(scale)", of: bytes)
    }

    @Test func rowsBeyondTheStoredOnes() throws {
        let bytes = try Fixtures.bytes("Checkpoints/earshot-nano.safetensors")
        let rows: [UInt8] = (0..<40).flatMap { [UInt8($0 * 5 % 7 % 3), 0] }
        let place = try #require((0...bytes.count - rows.count).first { Array(bytes[$0..<$0 + 80]) == rows })
        var damaged = bytes
        damaged[place + 2] = 3
        Self.expect("row 1 of the vocabulary is stored row 3 of 3", of: damaged)
    }

    // MARK: Hugging Face

    @Test(arguments: [
        ("{", "not the JSON"),
        (#"{"model_type":"whisper"}"#, "not the JSON"),
        (config { $0.replacing(#""whisper""#, with: #""bert""#) }, "type 'bert'"),
        (config { $0.replacing(#""gelu""#, with: #""relu""#) }, "activation 'relu'"),
        (
            config { $0.replacing(#""tie_word_embeddings": true"#, with: #""tie_word_embeddings": false"#) },
            "output projection"
        ),
        (config { $0.replacing(#""scale_embedding": false"#, with: #""scale_embedding": true"#) }, "scaled"),
        (config { $0.replacing(#""d_model": 8"#, with: #""d_model": 1e300"#) }, "not the JSON"),
        (config { $0.replacing(#""d_model": 8"#, with: #""d_model": 4611686018427387904"#) }, "feed-forward"),
        (
            config { $0.replacing(#""encoder_layers": 1"#, with: #""encoder_layers": -1"#) },
            "n_audio_layer is -1"
        ),
        (config { $0.replacing(#""encoder_layers": 1"#, with: #""encoder_layers": 2"#) }, "lacks the tensor"),
    ]) func ofHuggingFace(config: String, complaint: String) throws {
        let weights = try Fixtures.bytes("Checkpoints/hf/model.safetensors")
        Self.expect(complaint, of: weights, config: Array(config.utf8))
    }

    private static func config(_ change: (String) -> String) -> String {
        change(String(decoding: (try? Fixtures.bytes("Checkpoints/hf/config.json")) ?? [], as: UTF8.self))
    }
}
