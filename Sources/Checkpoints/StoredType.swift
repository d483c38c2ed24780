/// How the numbers of a stored tensor are written in its file.
public enum StoredType: String, Sendable, CaseIterable {
    case float32, float16, bfloat16
    /// Bytes, each worth its row's scale, which lies apart.
    case int8
    /// ggml's blocks of 32 numbers: a half-precision scale (and, for `One`, an offset) and small integers.
    case q8Zero, q5Zero, q5One, q4Zero, q4One
    /// ggml's blocks of 256 numbers with scales of scales.
    case q4K, q5K, q6K

    /// Numbers in the smallest unit that can be read by itself, and that unit's bytes.
    public var block: (length: Int, bytes: Int) {
        switch self {
        case .float32: (1, 4)
        case .float16, .bfloat16: (1, 2)
        case .int8: (1, 1)
        case .q8Zero: (32, 34)
        case .q5Zero: (32, 22)
        case .q5One: (32, 24)
        case .q4Zero: (32, 18)
        case .q4One: (32, 20)
        case .q4K: (256, 144)
        case .q5K: (256, 176)
        case .q6K: (256, 210)
        }
    }

    /// Bytes of a tensor of this type; nil where the product does not fit an `Int`, a dimension is negative,
    /// or a row does not consist of whole blocks.
    func byteCount(shape: [Int]) -> Int? {
        guard let count = product(shape) else { return nil }
        if block.length > 1 {
            guard shape.count == 2, shape[1] % block.length == 0 else { return nil }
        }
        return product([count / block.length, block.bytes])
    }
}

/// The product of numbers that come out of a file; nil on overflow or a negative factor.
func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
        let (partial, overflow) = result.multipliedReportingOverflow(by: factor)
        guard factor >= 0, !overflow else { return nil }
        result = partial
    }
    return result
}
