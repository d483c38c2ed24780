/// Memory that operations work in, reused from call to call. Sized at creation for the largest call
/// expected; a larger call makes it grow, a smaller one allocates nothing. One at a time may use it.
public final class Scratch {
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int

    /// - Parameters:
    ///   - maximumRows: most rows of one call.
    ///   - maximumInputs: widest row of one call: inputs of a linear map, hidden width of an MLP.
    public init(engine: Engine, maximumRows: Int, maximumInputs: Int) {
        // Rows as floats or quantised, and packed keys and values of attention, whichever is larger.
        capacity = max(1, maximumRows + 64) * (maximumInputs + 16) * 4 + 65536 * engine.threadCount
        memory = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        memory.deallocate()
    }

    /// At least so many bytes, on a cache line of their own; what was in them before is lost.
    func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        if count > capacity {
            memory.deallocate()
            memory = .allocate(byteCount: count, alignment: 64)
            capacity = count
        }
        return memory
    }
}

/// Cuts one piece of memory into arrays that start on cache lines.
struct Arena {
    private(set) var size = 0

    /// Room for `bytes`; returns where it starts.
    mutating func place(_ bytes: Int) -> Int {
        defer { size += (bytes + 63) / 64 * 64 }
        return size
    }
}
