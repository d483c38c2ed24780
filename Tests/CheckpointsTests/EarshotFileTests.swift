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
            to: folder.path("model"), precision: .f32, metadata: ["key": "a \"quoted\" värde"])
        let copy = try Checkpoint.open(folder.path("model"))
        #expect(copy.format == .earshot && copy.dimensions == original.dimensions)
        var metadata = copy.metadata
        if original.format != .earshot {
            #expect(metadata.removeValue(forKey: "earshot.source")?.hasPrefix(original.name) == true)
        }
        #expect(metadata == original.metadata.merging(["key": "a \"quoted\" värde"]) { $1 })
        #expect(Set(copy.tensors.keys) == Set(original.tensors.keys))
        for (name, tensor) in original.tensors {
            #expect(copy.tensors[name]?.floats() == tensor.floats(), "\(name)")
        }
    }

    @Test func whatIsInterruptedLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path("nano-f16.pt"))
        try folder.write("old".utf8, to: "model")
        var asked = 0
        #expect(throws: CancellationError.self) {
            try original.write(to: folder.path("model")) {
                asked += 1
                return asked == 5
            }
        }
        #expect(try folder.names() == ["model"] && folder.text("model") == "old")
    }

    @Test(arguments: everything) func halfPrecisionRoundsMatricesOnly(file: String) throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path(file))
        try original.write(to: folder.path("model"))
        let copy = try Checkpoint.open(folder.path("model"))
        for (name, tensor) in original.tensors {
            let expected =
                tensor.shape.count > 1 ? tensor.floats().map { Float(Float16($0)) } : tensor.floats()
            #expect(copy.tensors[name]?.floats() == expected, "\(name)")
        }
    }

    @Test(arguments: everything) func eightBitsAreHalfAStepOff(file: String) throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path(file))
        try original.write(to: folder.path("model"), precision: .int8)
        let copy = try Checkpoint.open(folder.path("model"))
        for (name, tensor) in original.tensors {
            let stored = try #require(copy.tensors[name])
            let isMultiplied = tensor.shape.count > 1 && name.hasSuffix(".weight")
            #expect((stored.type == .int8) == isMultiplied, "\(name)")
            guard isMultiplied else { continue }
            let (numbers, rounded) = (tensor.floats(), stored.floats())
            for row in 0..<tensor.shape[0] {
                let places = row * tensor.rowLength..<(row + 1) * tensor.rowLength
                let step = (numbers[places].map(abs).max() ?? 0) / 127
                #expect(stored.roundedRow(row).scale == step, "row \(row) of \(name)")
                let error = places.map { abs(numbers[$0] - rounded[$0]) }.max() ?? .infinity
                #expect(error <= 0.50001 * step, "row \(row) of \(name)")
            }
        }
    }

    @Test(arguments: ["earshot-nano.safetensors", "nano-f16.pt"])
    func eightBitsAreRoundedOnce(file: String) throws {
        let folder = try TemporaryFolder()
        try Checkpoint.open(Golden.path(file)).write(to: folder.path("model"), precision: .int8)
        let rounded = try Checkpoint.open(folder.path("model"))
        try rounded.write(to: folder.path("again"), precision: .int8)
        #expect(try readFile(folder.path("model")) == readFile(folder.path("again")))
        try rounded.write(to: folder.path("wide"), precision: .f32)
        let wide = try Checkpoint.open(folder.path("wide"))
        for (name, tensor) in rounded.tensors {
            #expect(wide.tensors[name]?.floats() == tensor.floats(), "\(name)")
        }
    }

    @Test func aConversionIsAccountedFor() throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path("earshot-nano.safetensors"))
        try original.write(to: folder.path("half"))
        try original.write(to: folder.path("byte"), precision: .int8)
        let half = ConversionReport(from: original, to: try .open(folder.path("half")))
        #expect(half.total.largestError == nil && half.total.relativeError == nil)
        #expect(half.total.bytesBefore == half.total.bytesAfter)
        let byte = ConversionReport(from: original, to: try .open(folder.path("byte")))
        let vocabulary = byte.groups[3]
        // 3 stored rows of 8, and the stored row of each of 40: halves, then bytes with a scale for each row.
        #expect(vocabulary.bytesBefore == 3 * 8 * 2 + 40 * 2)
        #expect(vocabulary.bytesAfter == 3 * 8 + 3 * 4 + 40 * 2)
        #expect(byte.groups.reduce(0) { $0 + $1.bytesAfter } == byte.total.bytesAfter)
        #expect(byte.groups[4].largestError == nil)
        for group in byte.groups.dropLast() + [byte.total] {
            let (largest, relative) = try (#require(group.largestError), #require(group.relativeError))
            #expect(largest > 0 && largest < 0.05 && relative > 1e-4 && relative < 0.01, "\(group)")
        }
    }

    @Test func writingAgainGivesTheSameBytes() throws {
        let folder = try TemporaryFolder()
        let path = "\(Fixtures.root)/Models/default.safetensors"
        try Checkpoint.open(path).write(to: folder.path("once"))
        try Checkpoint.open(folder.path("once")).write(to: folder.path("again"))
        #expect(try Checkpoint.open(folder.path("again")).tensors.count == 173)
        #expect(try readFile(folder.path("once")) == readFile(folder.path("again")))
    }

    @Test func repeatedRowsAreStoredOnce() throws {
        let folder = try TemporaryFolder()
        let original = try Checkpoint.open(Golden.path("earshot-nano.safetensors"))
        try original.write(to: folder.path("model"))
        let copy = try Checkpoint.open(folder.path("model"))
        #expect(copy.tensors["decoder.token_embedding.weight"]?.uniqueRows?.count == 3)
        try Checkpoint.open(Golden.path("nano-f16.pt")).write(to: folder.path("plain"))
        let plain = try Checkpoint.open(folder.path("plain"))
        #expect(plain.tensors["decoder.token_embedding.weight"]?.uniqueRows == nil)
    }

    @Test func onlyWholeFilesAppear() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2, 3], to: "model")
        var tensors = try Checkpoint.open(Golden.path("nano-f32.pt")).tensors
        let dimensions = try Checkpoint.open(Golden.path("nano-f32.pt")).dimensions
        let tooLarge = withUnsafeBytes(of: Float(1e6)) { [UInt8]($0) }
        tensors["z"] = StoredTensor(shape: [1, 1], type: .float32, copying: tooLarge)
        #expect(throws: CheckpointError.self) {
            try EarshotFile.write(tensors, dimensions: dimensions, metadata: [:], to: path)
        }
        #expect(try folder.names() == ["model"])
        #expect(try readFile(path) == [1, 2, 3])
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let original = try Checkpoint.open(Golden.path("nano-f16.pt"))
        let error = #expect(throws: CheckpointError.self) { try original.write(to: "/nowhere/at/all") }
        #expect(error?.description == "/nowhere/at/all: cannot be written: No such file or directory")
    }
}
