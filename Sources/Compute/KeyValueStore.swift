import CKernels

/// Which rows of a ``KeyValueStore`` the queries of one call attend to. A row index is physical: where
/// `store` put the row, whatever position of whatever sequence it stands for.
public enum KeyValueRows {
    /// Every query reads the same rows: cross-attention.
    case shared(Range<Int>)
    /// Queries are successive positions of one sequence whose rows lie together: query `i` reads
    /// rows `base ..< base + past + i + 1` (its own key is stored already).
    case causal(base: Int, past: Int)
    /// Query `i` reads rows `table[i * stride ..< i * stride + counts[i]]`. Sequences of a beam share rows
    /// and swap them by editing the table, never by copying keys.
    case table(UnsafePointer<Int32>, stride: Int, counts: UnsafePointer<Int32>)

    func count(ofQuery query: Int) -> Int {
        switch self {
        case .shared(let range): range.count
        case .causal(_, let past): past + query + 1
        case .table(_, _, let counts): Int(counts[query])
        }
    }

    var isTable: Bool {
        if case .table = self { true } else { false }
    }
}

/// Keys and values of one decoder layer: [heads][capacity][headSize] each.
public final class KeyValueStore {
    /// Rows there is room for.
    public let capacity: Int
    /// Width of a row: heads · headSize.
    public let state: Int
    /// Heads a row is divided into.
    public let heads: Int
    /// Whether numbers are kept in 16 bits instead of 32.
    public let isCompact: Bool
    /// Bytes of keys and values together.
    public var byteCount: Int { 2 * capacity * state * (isCompact ? 2 : 4) }

    var headSize: Int { state / heads }
    private let keys: UnsafeMutableRawPointer
    private let values: UnsafeMutableRawPointer

    /// - Parameter compact: keep 16-bit floats: half the memory to read in each step.
    public init(capacity: Int, state: Int, heads: Int, compact: Bool) {
        precondition(capacity > 0 && heads > 0 && state % heads == 0 && state / heads <= EARSHOT_MAX_HEAD)
        self.capacity = capacity
        self.state = state
        self.heads = heads
        isCompact = compact
        keys = zeroed(capacity * state * (compact ? 2 : 4), as: UInt8.self)
        values = zeroed(capacity * state * (compact ? 2 : 4), as: UInt8.self)
    }

    deinit {
        keys.deallocate()
        values.deallocate()
    }

    /// Puts `count` rows of keys and values [count, state], `stride` floats between rows, at rows
    /// `row ..< row + count`.
    public func store(
        keys k: UnsafePointer<Float>, values v: UnsafePointer<Float>, stride: Int, count: Int, at row: Int,
        engine: Engine
    ) {
        precondition(row >= 0 && row + count <= capacity)
        for index in 0..<count {
            for head in 0..<heads {
                let source = index * stride + head * headSize
                let target = (head * capacity + row + index) * headSize
                write(k + source, to: keys, at: target, engine)
                write(v + source, to: values, at: target, engine)
            }
        }
    }

    private func write(
        _ x: UnsafePointer<Float>, to memory: UnsafeMutableRawPointer, at element: Int, _ engine: Engine
    ) {
        if isCompact {
            engine.table.narrow(x, headSize, memory.assumingMemoryBound(to: UInt16.self) + element)
        } else {
            memory.assumingMemoryBound(to: Float.self).advanced(by: element).update(from: x, count: headSize)
        }
    }

    func head(_ head: Int, rows: KeyValueRows, query: Int) -> earshot_stored_head {
        let offset = head * capacity * headSize * (isCompact ? 2 : 4)
        var result = earshot_stored_head(
            keys: keys + offset, values: values + offset, index: nil, first: 0,
            count: rows.count(ofQuery: query), size: headSize, half: isCompact)
        switch rows {
        case .shared(let range): result.first = range.lowerBound
        case .causal(let base, _): result.first = base
        case .table(let table, let stride, _): result.index = table + query * stride
        }
        return result
    }
}
