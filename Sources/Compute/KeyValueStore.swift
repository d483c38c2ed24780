import CKernels

/// Which rows of a ``KeyValueStore`` the queries of one call attend to. A row index is physical: where
/// `store` put the row, whatever position of whatever sequence it stands for.
public enum KeyValueRows {
    /// Every query reads the same rows: cross-attention.
    case shared(Range<Int>)
    /// Queries are successive positions of one sequence whose rows lie together: query `i` reads
    /// rows `base ..< base + past + i + 1` (its own key is stored already).
    case causal(base: Int, past: Int)
    /// Query `i` reads rows `starts[i] ..< starts[i] + length`: cross-attention of sequences about different
    /// audio. Neighbours that start at the same row read it from memory once.
    case runs(starts: UnsafePointer<Int32>, length: Int)
    /// Query `i` reads rows `tables[i][0 ..< counts[i]]`. Sequences of a beam share rows and swap them by
    /// editing their tables, never by copying keys.
    case tables(UnsafePointer<UnsafePointer<Int32>>, counts: UnsafePointer<Int32>)

    func count(ofQuery query: Int) -> Int {
        switch self {
        case .shared(let range): range.count
        case .causal(_, let past): past + query + 1
        case .runs(_, let length): length
        case .tables(_, let counts): Int(counts[query])
        }
    }

    /// How many of `count` queries, from `query` on, read the same rows.
    func queriesTogether(from query: Int, of count: Int) -> Int {
        switch self {
        case .shared: return count - query
        case .causal, .tables: return 1
        case .runs(let starts, _):
            var end = query + 1
            while end < count, starts[end] == starts[query] { end += 1 }
            return end - query
        }
    }

    /// Whether several queries may read the same rows.
    var isShared: Bool {
        switch self {
        case .shared, .runs: true
        case .causal, .tables: false
        }
    }

    var isTable: Bool {
        if case .tables = self { true } else { false }
    }
}

/// Keys and values of one decoder layer: [heads][capacity][headSize] each, as floats or as bytes with one
/// scale for each row of a head.
public final class KeyValueStore {
    /// Rows there is room for.
    public let capacity: Int
    /// Width of a row: heads · headSize.
    public let state: Int
    /// Heads a row is divided into.
    public let heads: Int
    /// Whether numbers are kept in 8 bits instead of 32.
    public let isCompact: Bool
    /// Bytes of keys and values together.
    public var byteCount: Int { 2 * capacity * (isCompact ? state + 4 * heads : 4 * state) }

    var headSize: Int { state / heads }
    private let keys: Side
    private let values: Side
    private let isArranged: Bool

    /// Rows that are arranged together.
    static let run = 16

    /// So many rows, up to a multiple of those that are arranged together.
    public static func wholeRuns(_ rows: Int) -> Int { (rows + run - 1) / run * run }

    /// - Parameters:
    ///   - compact: keep bytes: a quarter of the memory to read in each step.
    ///   - engine: whose kernels may arrange bytes as suits them best. Rows are then stored and read in
    ///     whole runs, by place and not by table.
    ///   - memory: where keys and values are to lie, as long as it has room.
    public init(
        capacity: Int, state: Int, heads: Int, compact: Bool, arrangedFor engine: Engine? = nil,
        in memory: LargeMemory? = nil
    ) {
        precondition(capacity > 0 && heads > 0 && state % heads == 0 && state / heads <= EARSHOT_MAX_HEAD)
        let capacity = Self.wholeRuns(capacity)
        self.capacity = capacity
        self.state = state
        self.heads = heads
        isCompact = compact
        isArranged = compact && state == 64 * heads && engine?.kernels.table.pointee.arrange != nil
        keys = Side(rows: capacity * heads, size: state / heads, compact: compact, in: memory)
        values = Side(rows: capacity * heads, size: state / heads, compact: compact, in: memory)
    }

    /// Bytes of memory that keys and values take, without their scales.
    public static func room(capacity: Int, state: Int, heads: Int, compact: Bool) -> Int {
        let rows = wholeRuns(capacity) * heads
        return 2 * LargeMemory.room(for: Side.byteCount(rows: rows, size: state / heads, compact: compact))
    }

    /// Puts `count` rows of keys and values [count, state], `stride` floats between rows, at rows
    /// `row ..< row + count`.
    /// - Parameter centre: `[state]`, taken from every key; nil: nothing is.
    public func store(
        keys k: UnsafePointer<Float>, values v: UnsafePointer<Float>, stride: Int, count: Int, at row: Int,
        centre: UnsafePointer<Float>? = nil, engine: Engine
    ) {
        precondition(row >= 0 && row + count <= capacity && !(isArranged && row % Self.run > 0))
        let stop = engine.recorder.start(.store)
        defer { stop?() }
        let table = engine.kernels.table
        engine.parallel(count, inRangesOf: 64) { rows in
            for head in 0..<heads {
                let first = head * capacity + row + rows.lowerBound
                let source = rows.lowerBound * stride + head * headSize
                keys.put(
                    k + source, stride: stride, count: rows.count,
                    minus: centre?.advanced(by: head * headSize), at: first, table)
                values.put(v + source, stride: stride, count: rows.count, minus: nil, at: first, table)
                if isArranged {
                    table.pointee.arrange(keys.bytes(first), values.bytes(first), rows.count)
                }
            }
        }
    }

    /// The key of a head as floats, `[headSize]`.
    func copyKey(_ row: Int, ofHead head: Int, into target: UnsafeMutablePointer<Float>) {
        let row = head * capacity + row
        isArranged ? keys.copyArranged(row, into: target) : keys.copy(row, into: target)
    }

    func head(_ head: Int, rows: KeyValueRows, query: Int) -> earshot_stored_head {
        let first = head * capacity
        var result = earshot_stored_head(
            keys: keys.row(first), values: values.row(first), key_scales: keys.scales.map { $0 + first },
            value_scales: values.scales.map { $0 + first }, index: nil, first: 0,
            count: rows.count(ofQuery: query), size: headSize, arranged: isArranged)
        switch rows {
        case .shared(let range): result.first = range.lowerBound
        case .causal(let base, _): result.first = base
        case .runs(let starts, _): result.first = Int(starts[query])
        case .tables(let tables, _): result.index = tables[query]
        }
        return result
    }
}

/// The keys, or the values, of every head.
private final class Side {
    let scales: UnsafeMutablePointer<Float>?
    private let place: MemoryPlace
    private var memory: UnsafeMutableRawPointer { place.start }
    private let size: Int

    init(rows: Int, size: Int, compact: Bool, in shared: LargeMemory?) {
        self.size = size
        place = MemoryPlace(
            byteCount: Self.byteCount(rows: rows, size: size, compact: compact), in: shared)
        scales = compact ? zeroed(rows + Self.spare, as: Float.self).assumingMemoryBound(to: Float.self) : nil
    }

    /// The kernels read rows sixteen at a time.
    private static let spare = 16

    static func byteCount(rows: Int, size: Int, compact: Bool) -> Int {
        (rows + spare) * size * (compact ? 1 : 4)
    }

    deinit {
        place.giveBack()
        scales?.deallocate()
    }

    func row(_ row: Int) -> UnsafeMutableRawPointer { memory + row * size * (scales == nil ? 4 : 1) }

    func bytes(_ row: Int) -> UnsafeMutablePointer<Int8> {
        memory.assumingMemoryBound(to: Int8.self) + row * size
    }

    /// A key among sixteen that are arranged: four channels of each side by side, made unsigned.
    func copyArranged(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        guard let scales else { return }
        let run = KeyValueStore.run
        let start = UnsafePointer(bytes(row / run * run))
        for channel in 0..<size {
            let byte = start[(channel / 4 * run + row % run) * 4 + channel % 4] ^ Int8.min
            target[channel] = Float(byte) * scales[row]
        }
    }

    func copy(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        let source = self.row(row)
        if let scales {
            let bytes = source.assumingMemoryBound(to: Int8.self)
            for index in 0..<size { target[index] = Float(bytes[index]) * scales[row] }
        } else {
            target.update(from: source.assumingMemoryBound(to: Float.self), count: size)
        }
    }

    func put(
        _ x: UnsafePointer<Float>, stride: Int, count: Int, minus centre: UnsafePointer<Float>?, at row: Int,
        _ table: UnsafePointer<earshot_kernels>
    ) {
        if let scales {
            return table.pointee.narrow(x, stride, count, size, centre, bytes(row), scales + row)
        }
        for index in 0..<count {
            let target = self.row(row + index).assumingMemoryBound(to: Float.self)
            target.update(from: x + index * stride, count: size)
            if let centre { for channel in 0..<size { target[channel] -= centre[channel] } }
        }
    }
}
