extension Checkpoint {
    /// A model whose tensors were made in memory rather than read from a file.
    /// - Parameters:
    ///   - name: The model's name, and what errors call it.
    ///   - dimensions: The sizes of the model.
    ///   - tensors: Those that `dimensions.forEachTensor` lists, no more and no fewer.
    /// - Throws: `CheckpointError`.
    public init(name: String, dimensions: ModelDimensions, tensors: [String: StoredTensor]) throws {
        let nowhere = ModelFile(embedded: UnsafeRawBufferPointer(start: nil, count: 0), name: name)
        try self.init(.earshot, name: name, dimensions: dimensions, tensors: tensors, in: nowhere)
    }
}
