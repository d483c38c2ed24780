#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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

extension StoredTensor {
    /// A tensor made in memory but kept in a nameless temporary file, so that it costs a process what one
    /// in a model file does; nil when `bytes` do not fit the shape or there is no place for such a file.
    public init?(shape: [Int], type: StoredType, spilling bytes: [UInt8]) {
        guard type.byteCount(shape: shape) == bytes.count, let file = tmpfile() else { return nil }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0,
            let mapped = try? ModelFile(mapping: "/proc/self/fd/\(fileno(file))")
        else { return nil }
        self.init(shape: shape, type: type, bytes: mapped.bytes, in: mapped)
    }
}
