import Checkpoints
import TestSupport
import Testing

/// Earshot's own files hold what they were made from.
struct EarshotFileTests {
    private static let everything = (Golden.all?.files.keys ?? [:].keys).sorted()

    @Test(arguments: everything) func singlePrecisionLosesNothing(file: String) throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path(file))
        try original.write(
            to: "\(folder.path)/model", precision: .f32, metadata: ["key": "a \"quoted\" värde"])
        let copy = try Checkpoint.open("\(folder.path)/model")
        #expect(copy.format == .earshot && copy.dimensions == original.dimensions)
        #expect(copy.metadata == original.metadata.merging(["key": "a \"quoted\" värde"]) { $1 })
        #expect(Set(copy.tensors.keys) == Set(original.tensors.keys))
        for (name, tensor) in original.tensors {
            #expect(copy.tensors[name]?.floats() == tensor.floats(), "\(name)")
        }
    }

    @Test(arguments: everything) func halfPrecisionRoundsMatricesOnly(file: String) throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path(file))
        try original.write(to: "\(folder.path)/model")
        let copy = try Checkpoint.open("\(folder.path)/model")
        for (name, tensor) in original.tensors {
            let expected =
                tensor.shape.count > 1 ? tensor.floats().map { Float(Float16($0)) } : tensor.floats()
            #expect(copy.tensors[name]?.floats() == expected, "\(name)")
        }
    }

    @Test func writingAgainGivesTheSameBytes() throws {
        let folder = try TemporaryFolder()
        let path = "\(Fixtures.root)/Models/default.safetensors"
        try Checkpoint.open(path).write(to: "\(folder.path)/again")
        #expect(try Checkpoint.open("\(folder.path)/again").tensors.count == 143)
        #expect(try readFile(path) == readFile("\(folder.path)/again"))
    }

    @Test func repeatedRowsAreStoredOnce() throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path("earshot-nano.safetensors"))
        try original.write(to: "\(folder.path)/model")
        let copy = try Checkpoint.open("\(folder.path)/model")
        #expect(copy.tensors["decoder.token_embedding.weight"]?.uniqueRows?.count == 3)
        try Checkpoint.open(Golden.path("nano-f16.pt")).write(to: "\(folder.path)/plain")
        let plain = try Checkpoint.open("\(folder.path)/plain")
        #expect(plain.tensors["decoder.token_embedding.weight"]?.uniqueRows == nil)
    }

    @Test func onlyWholeFilesAppear() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("model", [1, 2, 3])
        var tensors = try Checkpoint.open(Golden.path("nano-f32.pt")).tensors
        let dimensions = try Checkpoint.open(Golden.path("nano-f32.pt")).dimensions
        let tooLarge = withUnsafeBytes(of: Float(1e6)) { [UInt8]($0) }
        tensors["z"] = StoredTensor(shape: [1, 1], type: .float32, copying: tooLarge)
        #expect(throws: CheckpointError.self) {
            try EarshotFile.write(tensors, dimensions: dimensions, metadata: [:], to: path)
        }
        #expect(try folder.contents == ["model"])
        #expect(try readFile(path) == [1, 2, 3])
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let original = try Checkpoint.open(Golden.path("nano-f16.pt"))
        let error = #expect(throws: CheckpointError.self) { try original.write(to: "/nowhere/at/all") }
        #expect(error?.description == "/nowhere/at/all: cannot be written: No such file or directory")
    }
}
