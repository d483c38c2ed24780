/// The tensors of a safetensors file that is compiled into the program and no Whisper model.
public struct PlainTensors: Sendable {
    private let file: SafetensorsFile

    /// Reads the header.
    /// - Parameters:
    ///   - bytes: the file, which must live as long as the program.
    ///   - name: what errors call it.
    /// - Throws: `CheckpointError`.
    public init(embedded bytes: UnsafeRawBufferPointer, name: String) throws {
        file = try SafetensorsFile(ModelFile(embedded: bytes, name: name))
    }

    /// A tensor under the file's name.
    /// - Throws: `CheckpointError` when there is none of this shape.
    public func tensor(_ name: String, _ shape: Int...) throws -> StoredTensor {
        guard let tensor = try file.tensor(name), tensor.shape == shape else {
            throw file.file.error("has no \(name) of the shape \(shape)")
        }
        return tensor
    }
}
