import Compute

/// A tensor's numbers as an Earshot file holds them.
struct EncodedTensor {
    private(set) var bytes: [UInt8]
    /// Of `int8`: one little-endian `Float` for each row. Else empty.
    private(set) var scales: [UInt8] = []

    /// The tensor's numbers in a type; its own bytes where that is its type already.
    /// - Throws: `CheckpointError` that names `path` when the type cannot hold a number.
    init(_ tensor: StoredTensor, as type: StoredType, for path: String) throws {
        switch type {
        case tensor.type where tensor.rowIndex == nil:
            bytes = [UInt8](tensor.bytes)
            scales = tensor.scales.map { [UInt8]($0.bytes) } ?? []
        case .int8:
            bytes = []
            try append(rowsOf: tensor, path)
        case .float16:
            let floats = tensor.floats()
            let halves = floats.map { Float16($0) }
            for (wide, narrow) in zip(floats, halves) where wide.isFinite && !narrow.isFinite {
                throw CheckpointError(path: path, problem: "cannot hold \(wide) in half precision; use f32")
            }
            bytes = halves.withUnsafeBytes { [UInt8]($0) }
        default:
            bytes = tensor.floats().withUnsafeBytes { [UInt8]($0) }
        }
    }

    /// Rounds every row, as the kernels' weights are; a row that is rounded already stays as it is.
    private mutating func append(rowsOf tensor: StoredTensor, _ path: String) throws {
        let length = tensor.rowLength
        bytes.reserveCapacity(tensor.count)
        var numbers = [Float](repeating: 0, count: length)
        var rounded = [Int8](repeating: 0, count: length)
        for row in 0..<tensor.shape[0] {
            if tensor.type == .int8 {
                let stored = tensor.roundedRow(row)
                append(UnsafeBufferPointer(start: stored.weights, count: length), stored.scale)
                continue
            }
            numbers.withUnsafeMutableBufferPointer { buffer in
                if let start = buffer.baseAddress { tensor.copyFloats(rows: row..<row + 1, into: start) }
            }
            if let strange = numbers.first(where: { !$0.isFinite }) {
                throw CheckpointError(path: path, problem: "cannot hold \(strange) in int8")
            }
            let scale = roundWeights(numbers, count: length, into: &rounded)
            rounded.withUnsafeBufferPointer { append($0, scale) }
        }
    }

    private mutating func append(_ row: UnsafeBufferPointer<Int8>, _ scale: Float) {
        bytes += UnsafeRawBufferPointer(row)
        scales += withUnsafeBytes(of: scale.bitPattern.littleEndian) { [UInt8]($0) }
    }
}
