import Checkpoints
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Paths that lead to no model file are named, with the reason.
struct PlaceTests {
    private func complaint(_ path: String) -> String {
        #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }?.description ?? ""
    }

    @Test func nothingThere() {
        #expect(
            complaint("/nowhere/model.pt") == "/nowhere/model.pt: cannot be opened: No such file or directory"
        )
    }

    @Test func anEmptyFile() throws {
        let folder = try TemporaryFolder()
        #expect(complaint(try folder.write([], to: "empty.pt")).hasSuffix("empty.pt: is empty"))
    }

    @Test(.timeLimit(.minutes(1))) func aPipeAndADevice() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(complaint(folder.path("pipe")).hasSuffix("pipe: is not a regular file"))
        #expect(complaint("/dev/zero") == "/dev/zero: is not a regular file")
    }

    @Test func aFolderOfSomethingElse() throws {
        let folder = try TemporaryFolder()
        #expect(complaint(folder.path()).contains("without a config.json"))
        try folder.write("{}".utf8, to: "config.json")
        #expect(complaint(folder.path()).contains("without a model.safetensors"))
        try folder.write([1], to: "pytorch_model.bin")
        #expect(complaint(folder.path()).contains("pytorch_model.bin is not read"))
    }

    @Test(arguments: [
        (#"{"weight_map":{}}"#, "lists 0 files"),
        (#"{"weight_map":{"a":"../model.safetensors"}}"#, "outside its folder"),
        (#"{"weight_map":{"a":"/etc/passwd"}}"#, "outside its folder"),
        (#"{"weight_map":{"a":"gone.safetensors"}}"#, "gone.safetensors: cannot be opened"),
        ("[]", "not the JSON"),
    ]) func anIndexThatLies(index: String, expected: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Fixtures.bytes("Checkpoints/hf/config.json"), to: "config.json")
        try folder.write(index.utf8, to: "model.safetensors.index.json")
        #expect(complaint(folder.path()).contains(expected))
    }

    @Test func aMissingShard() throws {
        let folder = try TemporaryFolder()
        for name in ["config.json", "model.safetensors.index.json", "model-00001-of-00003.safetensors"] {
            try folder.write(Fixtures.bytes("Checkpoints/hf-sharded/\(name)"), to: name)
        }
        #expect(complaint(folder.path()).contains("model-00002-of-00003.safetensors: cannot be opened"))
    }
}
