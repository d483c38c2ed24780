import Checkpoints
import TestSupport
import Testing

/// Stored numbers become the right fp32 numbers.
struct DecodeTests {
    /// Every half there is, against the compiler's own conversion.
    @Test func halves() throws {
        let bytes = (0...UInt16.max).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let tensor = try #require(StoredTensor(shape: [65536], type: .float16, copying: bytes))
        for (bits, value) in tensor.floats().enumerated() {
            let expected = Float(Float16(bitPattern: UInt16(bits)))
            // A NaN may be quieted by one conversion and not by the other.
            #expect(value.bitPattern == expected.bitPattern || value.isNaN && expected.isNaN, "\(bits)")
        }
    }

    @Test func brainFloats() throws {
        let bytes = (0...UInt16.max).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let tensor = try #require(StoredTensor(shape: [65536], type: .bfloat16, copying: bytes))
        for (bits, value) in tensor.floats().enumerated() { #expect(value.bitPattern == UInt32(bits) << 16) }
    }

    /// Memory that is given back is read from the file again; a copy has no file and keeps its own.
    @Test func releasedRows() throws {
        let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37 >> 7) & 0x3F }
        let copied = try #require(StoredTensor(shape: [512, 1024], type: .float16, copying: bytes))
        let spilled = try #require(StoredTensor(shape: [512, 1024], type: .float16, spilling: bytes))
        let expected = copied.floats()
        for tensor in [copied, spilled] {
            for rows in [0..<512, 3..<4, 100..<300, 500..<900] {
                #expect(tensor.floats() == expected)
                tensor.release(rows: rows)
            }
            #expect(tensor.floats() == expected)
        }
    }

    /// ggml's blocks, against the gguf package.
    @Test(arguments: StoredType.allCases.filter { $0.block.length > 1 })
    func blocks(type: StoredType) throws {
        let expected = try NumpyArray(fixture: "Checkpoints/blocks-\(type.rawValue).npy")
        let bytes = try Fixtures.bytes("Checkpoints/blocks-\(type.rawValue).bin")
        let tensor = try #require(StoredTensor(shape: expected.shape, type: type, copying: bytes))
        #expect(tensor.floats() == expected.values)
        #expect(
            StoredTensor(shape: [expected.shape[0] + 1, expected.shape[1]], type: type, copying: bytes) == nil
        )
    }

    @Test(arguments: [
        ("nano-f16.pt", "encoder.conv1.weight"), ("nano-f32.pt", "decoder.ln.bias"),
        ("nano-bf16.pt", "decoder.positional_embedding"),
        ("earshot-nano.safetensors", "decoder.token_embedding.weight"),
        ("ggml-micro-q5_0.bin", "encoder.blocks.0.mlp.0.weight"),
    ])
    func someRowsAreThatPartOfAll(file: String, name: String) throws {
        let tensor = try #require(try Checkpoint.open(Golden.path(file)).tensors[name])
        let all = tensor.floats()
        let rows = 1..<tensor.shape[0] - 1
        let some = [Float](unsafeUninitializedCapacity: rows.count * tensor.rowLength) { buffer, count in
            if let start = buffer.baseAddress { tensor.copyFloats(rows: rows, into: start) }
            count = rows.count * tensor.rowLength
        }
        #expect(some == Array(all[rows.lowerBound * tensor.rowLength..<rows.upperBound * tensor.rowLength]))
    }
}
