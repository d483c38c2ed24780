import Checkpoints
import TestSupport
import Testing

/// Files that torch, transformers, whisper.cpp and the safetensors package wrote hold what those tools put in.
struct ReadingTests {
    private static let everything = (Golden.all?.files.keys ?? [:].keys).sorted()

    @Test func fixturesOfEveryFormatArePresent() throws {
        let formats = try Self.everything.map { try Checkpoint.open(Golden.path($0)).format }
        #expect(Set(formats) == [.openAI, .huggingFace, .ggml, .earshot])
        #expect(formats.count == 14)
    }

    @Test(arguments: everything) func holdsTheExpectedNumbers(file: String) throws {
        let golden = try #require(Golden.all)
        let model = try #require(golden.files[file].flatMap { golden.models[$0] })
        let checkpoint = try Checkpoint.open(Golden.path(file))
        #expect(checkpoint.dimensions.list == model.dimensions)
        #expect(Set(checkpoint.tensors.keys) == Set(model.tensors.keys))
        for (name, expected) in model.tensors {
            let tensor = try #require(checkpoint.tensors[name])
            #expect(tensor.shape == expected.shape, "\(name)")
            let floats = tensor.floats()
            let size = floats.reduce(0) { $0 + Double(abs($1)) }
            let sum = floats.reduce(0) { $0 + Double($1) }
            let weighted = floats.enumerated().reduce(0) { $0 + Double($1.offset + 1) * Double($1.element) }
            #expect(abs(sum - expected.sum) <= 1e-12 * size, "\(name)")
            #expect(abs(weighted - expected.weighted) <= 1e-12 * size * Double(floats.count), "\(name)")
            #expect(floats.first == expected.first && floats.last == expected.last, "\(name)")
        }
    }

    @Test(arguments: Golden.files) func bytesInMemoryReadAlike(file: String) throws {
        let fromDisk = try Checkpoint.open(Golden.path(file))
        let fromMemory = try Checkpoint.open(bytes: Fixtures.bytes("Checkpoints/\(file)"), name: file)
        #expect(fromMemory.dimensions == fromDisk.dimensions)
        for (name, tensor) in fromDisk.tensors {
            #expect(fromMemory.tensors[name]?.floats() == tensor.floats())
        }
    }

    @Test func namesComeFromTheFileUnlessItHasItsOwn() throws {
        #expect(try Checkpoint.open(Golden.path("nano-f16.pt")).name == "nano-f16.pt")
        #expect(try Checkpoint.open(Golden.path("hf")).name == "hf")
        #expect(try Checkpoint.open(Golden.path("hf") + "/").name == "hf")
        let earshot = try Checkpoint.open(Golden.path("earshot-nano.safetensors"))
        #expect(earshot.name == "nano")
        #expect(earshot.metadata == ["earshot.name": "nano", "earshot.default.language": "en"])
    }

    @Test func weightsInsideAFolderStandForTheFolder() throws {
        let checkpoint = try Checkpoint.open(Golden.path("hf/model.safetensors"))
        #expect(checkpoint.format == .huggingFace)
        #expect(checkpoint.dimensions == (try Checkpoint.open(Golden.path("hf")).dimensions))
    }

    @Test func uniqueRowsAreShownAsTheFullMatrix() throws {
        let checkpoint = try Checkpoint.open(Golden.path("earshot-nano.safetensors"))
        let matrix = try #require(checkpoint.tensors["decoder.token_embedding.weight"])
        let unique = try #require(matrix.uniqueRows)
        #expect(matrix.shape == [40, 8] && unique.count == 3 && unique.index.count == 40)
        for row in 0..<40 { #expect(unique.index[row] == row * 5 % 7 % 3) }
    }

    @Test func tensorsOutliveTheirCheckpoint() throws {
        func query() throws -> StoredTensor? {
            try Checkpoint.open(Golden.path("nano-f32.pt")).tensors["encoder.blocks.0.attn.query.weight"]
        }
        let expected = Golden.all?.models["nano-f32"]?.tensors["encoder.blocks.0.attn.query.weight"]
        #expect(try query()?.floats().first == expected?.first)
    }

    @Test func theDefaultModelIsWhatItsCardSays() throws {
        let path = "\(Fixtures.root)/Models/default.safetensors"
        let model = try Checkpoint.open(path)
        #expect(model.format == .earshot && model.name == "commands")
        #expect(model.dimensions.list == [80, 1500, 256, 4, 6, 51865, 448, 256, 4, 3])
        #expect(model.metadata["earshot.default.language"] == "en")
        #expect(model.metadata["earshot.default.temperature_fallback"] == "false")
        let unique = try #require(model.tensors["decoder.token_embedding.weight"]?.uniqueRows)
        #expect(unique.count == 1918 && unique.index.count == 51865)
        let embedded = try Checkpoint.open(embedded: Self.staticBytes(path), name: "built in")
        #expect(embedded.dimensions == model.dimensions && embedded.name == "commands")
    }

    /// The bytes of a file, never freed, as those compiled into a program.
    private static func staticBytes(_ path: String) throws -> UnsafeRawBufferPointer {
        let bytes = try readFile(path)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }
}
