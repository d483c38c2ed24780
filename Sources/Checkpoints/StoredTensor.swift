/// A tensor lying in a model file: its shape and its bytes where they are mapped. Nothing is copied
/// until somebody asks for numbers.
public struct StoredTensor: Sendable {
    /// Row-major shape, slowest dimension first, as in PyTorch.
    public let shape: [Int]
    /// How the numbers are written.
    public let type: StoredType
    /// The bytes in the file's mapping. They need not be aligned. With `rowIndex` they are the unique rows only.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// For a matrix of which only the unique rows are stored: which of them each row is.
    public let rowIndex: RowIndex?
    /// For `int8`: what one step of each stored row of dimension 0 is worth.
    let scales: RowScales?
    /// Keeps the bytes alive; nil when they live as long as the program.
    let owner: (any AnyObject & Sendable)?

    /// A tensor in `file`; the readers have checked that `bytes` fit the shape.
    init(
        shape: [Int], type: StoredType, bytes: UnsafeRawBufferPointer, in file: ModelFile,
        rowIndex: RowIndex? = nil, scales: RowScales? = nil
    ) {
        self.shape = shape
        self.type = type
        self.bytes = bytes
        self.rowIndex = rowIndex
        self.scales = scales
        owner = file.owner
    }

    /// A tensor with its own copy of `bytes`; nil when they are not exactly as many as the shape needs, or for
    /// `int8`, which needs scales.
    public init?(shape: [Int], type: StoredType, copying bytes: [UInt8]) {
        guard type != .int8, type.byteCount(shape: shape) == bytes.count else { return nil }
        let file = bytes.withUnsafeBytes { ModelFile(copying: $0, name: "memory") }
        self.init(shape: shape, type: type, bytes: file.bytes, in: file)
    }

    /// An `int8` tensor with its own copy of `bytes` and of `scales`, one little-endian `Float` for each row.
    init(shape: [Int], bytes: [UInt8], scales: [UInt8]) {
        let file = (bytes + scales).withUnsafeBytes { ModelFile(copying: $0, name: "memory") }
        self.init(
            shape: shape, type: .int8, bytes: UnsafeRawBufferPointer(rebasing: file.bytes[..<bytes.count]),
            in: file,
            scales: RowScales(bytes: UnsafeRawBufferPointer(rebasing: file.bytes[bytes.count...])))
    }

    /// Numbers in the tensor.
    public var count: Int { shape.reduce(1, *) }

    /// Numbers in one row of dimension 0.
    public var rowLength: Int { shape.dropFirst().reduce(1, *) }

    /// Writes all numbers to `destination`, `count` of them, as fp32.
    public func copyFloats(into destination: UnsafeMutablePointer<Float>) {
        copyFloats(rows: 0..<(shape.first ?? 1), into: destination)
    }

    /// Writes the numbers of some rows of dimension 0 to `destination`, `rows.count * rowLength` of them, so
    /// that a matrix can be packed without a whole fp32 copy.
    public func copyFloats(rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= shape.first ?? 1, "rows outside the tensor")
        let length = rowLength
        guard !rows.isEmpty, length > 0, let start = bytes.baseAddress else { return }
        let rowBytes = length / type.block.length * type.block.bytes
        guard rowIndex != nil || scales != nil else {
            type.decode(start + rows.lowerBound * rowBytes, count: rows.count * length, into: destination)
            return
        }
        for (target, row) in rows.enumerated() {
            let stored = rowIndex?[row] ?? row
            type.decode(
                start + stored * rowBytes, count: length, scale: scales?[stored] ?? 1,
                into: destination + target * length)
        }
    }

    /// Says that some rows of dimension 0 are not needed for now: the memory that a mapped file takes for
    /// them is given back, until somebody asks for them again.
    public func release(rows: Range<Int>) {
        guard let file = owner as? MappedFile, rowIndex == nil, let count = shape.first, count > 0 else {
            return
        }
        let rowBytes = bytes.count / count
        let rows = rows.clamped(to: 0..<count)
        file.release(
            UnsafeRawBufferPointer(
                rebasing: bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]))
    }

    /// A row of an `int8` tensor, `rowLength` numbers, and what one step of them is worth.
    public func roundedRow(_ row: Int) -> (weights: UnsafePointer<Int8>, scale: Float) {
        guard type == .int8, let scales, let start = bytes.baseAddress, row >= 0, row < shape[0] else {
            preconditionFailure("not a row of an int8 tensor")
        }
        let stored = rowIndex?[row] ?? row
        return ((start + stored * rowLength).assumingMemoryBound(to: Int8.self), scales[stored])
    }

    /// All numbers as fp32, row-major.
    public func floats() -> [Float] { floats(rows: 0..<(shape.first ?? 1)) }

    /// The numbers of some rows of dimension 0 as fp32, row-major.
    func floats(rows: Range<Int>) -> [Float] {
        let count = rows.count * rowLength
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            if let start = buffer.baseAddress { copyFloats(rows: rows, into: start) }
            initialised = count
        }
    }

    /// Bytes it takes in its file.
    public var byteCount: Int { bytes.count + (rowIndex?.bytes.count ?? 0) + (scales?.bytes.count ?? 0) }

    /// How many rows are stored, and which of them each row is; nil when every row is stored.
    public var uniqueRows: (count: Int, index: RowIndex)? {
        guard let rowIndex, rowLength > 0 else { return nil }
        return (bytes.count / (rowLength / type.block.length * type.block.bytes), rowIndex)
    }
}

/// For each row of a matrix, the number of the stored row it is equal to.
public struct RowIndex: Sendable {
    /// Little-endian `UInt16`, one a row.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// Rows of the matrix.
    public var count: Int { bytes.count / 2 }

    /// The stored row that row `row` is equal to.
    public subscript(row: Int) -> Int {
        Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * row, as: UInt16.self)))
    }
}

/// What one step of each stored row of an `int8` tensor is worth.
struct RowScales: Sendable {
    /// Little-endian `Float`, one a stored row.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    var count: Int { bytes.count / 4 }

    subscript(row: Int) -> Float {
        Float(
            bitPattern: UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * row, as: UInt32.self)))
    }
}
