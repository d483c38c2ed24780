/// How the numbers of a stored tensor are written in its file.
public enum StoredType: String, Sendable, CaseIterable {
    case float32, float16, bfloat16
    case q8Zero, q5Zero, q5One, q4Zero, q4One, q4K, q5K, q6K
}

/// A tensor lying in a model file: its shape and its bytes where they are mapped. Nothing is copied
/// until somebody asks for numbers.
public struct StoredTensor: Sendable {
    /// Row-major shape, slowest dimension first, as in PyTorch.
    public let shape: [Int]
    /// How the numbers are written.
    public let type: StoredType
    /// The bytes in the file's mapping. They need not be aligned.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Keeps the mapping alive.
    let owner: any AnyObject & Sendable
}
