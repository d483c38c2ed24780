import Compute
import Testing

@Suite struct AttentionTests {
    /// Full attention against the plain softmax, rows from 1 to past several key blocks.
    @Test(
        arguments: Engine.availableKernels,
        [
            (1, 1, 64, Precision.f32), (63, 2, 64, .f32), (64, 1, 16, .f32), (130, 3, 64, .f32),
            (200, 1, 40, .f32), (333, 2, 128, .f32), (1, 1, 64, .int8), (63, 2, 64, .int8),
            (130, 3, 64, .int8), (200, 1, 40, .int8), (333, 2, 128, .int8), (650, 1, 64, .int8),
        ])
    func encoderMatchesPlainSoftmax(
        kernels: String, shape: (rows: Int, heads: Int, size: Int, precision: Precision)
    )
        throws
    {
        var noise = Noise(shape.rows)
        let state = shape.heads * shape.size
        let stride = 3 * state + 1
        var qkv = noise.floats(shape.rows * stride, scale: 2)
        // Two that look for nothing, or next to nothing, find the mean of all values.
        for (row, factor) in [(7, Float(0)), (14, 1e-30)] where row < shape.rows {
            for index in 0..<state { qkv[row * stride + index] *= factor }
        }
        // One whose entries are all the largest there is, and its key likewise: the largest sum of products.
        if shape.rows > 21 {
            for index in 0..<2 * state { qkv[21 * stride + index] = 1 }
        }
        let engine = try Engine(threads: 2, kernels: kernels)
        var out = [Float](repeating: .nan, count: shape.rows * state)
        qkv.withUnsafeBufferPointer { qkv in
            out.withUnsafeMutableBufferPointer { out in
                guard let qkv = qkv.baseAddress, let out = out.baseAddress else { return }
                engine.attention(
                    q: qkv, k: qkv + state, v: qkv + 2 * state, stride: stride, rows: shape.rows,
                    heads: shape.heads, headSize: shape.size, into: out, outStride: state,
                    precision: shape.precision,
                    scratch: Scratch(engine: engine, maximumRows: 1, maximumInputs: 1))
            }
        }
        func part(_ row: Int, _ which: Int, _ head: Int) -> ArraySlice<Float> {
            let start = row * stride + which * state + head * shape.size
            return qkv[start..<start + shape.size]
        }
        // Tiles take numbers of eight bits; values are up to 7 here.
        let isInTiles = kernels == "amx" && shape.size == 64
        let tolerance = shape.precision == .int8 ? (isInTiles ? 7 / 128.0 : 1e-2) : 3e-5
        for head in 0..<shape.heads {
            let keys = (0..<shape.rows).map { part($0, 1, head) }
            let values = (0..<shape.rows).map { part($0, 2, head) }
            for row in Swift.stride(from: 0, to: shape.rows, by: 7) {
                let expected = naiveAttention(part(row, 0, head), keys: keys, values: values)
                let start = row * state + head * shape.size
                #expect(largestError(Array(out[start..<start + shape.size]), expected) < tolerance)
            }
        }
    }

    /// What all keys have in common, which a softmax does not see, costs the encoder's attention nothing either.
    @Test(arguments: Engine.availableKernels)
    func encoderSeesKeysAboutTheirCentre(kernels: String) throws {
        var noise = Noise(12)
        let (rows, size) = (300, 64)
        let centre = noise.floats(size, scale: 40)
        let (queries, rest, values) = (
            noise.floats(rows * size, scale: 4), noise.floats(rows * size), noise.floats(rows * size)
        )
        let keys = rest.indices.map { rest[$0] + centre[$0 % size] }
        let engine = try Engine(threads: 2, kernels: kernels)
        var out = [Float](repeating: .nan, count: rows * size)
        engine.attention(
            q: queries, k: keys, v: values, stride: size, rows: rows, heads: 1, headSize: size, into: &out,
            outStride: size, precision: .int8,
            scratch: Scratch(engine: engine, maximumRows: 1, maximumInputs: 1))
        func slice(_ array: [Float], _ row: Int) -> ArraySlice<Float> { array[row * size..<(row + 1) * size] }
        for row in Swift.stride(from: 0, to: rows, by: 7) {
            let expected = naiveAttention(
                slice(queries, row), keys: (0..<rows).map { slice(rest, $0) },
                values: (0..<rows).map { slice(values, $0) })
            #expect(largestError(Array(slice(out, row)), expected) < 5e-2)
        }
    }

    /// The decoder's four ways to name the rows it reads, in both storage types.
    @Test(arguments: Engine.availableKernels, [false, true])
    func decoderReadsTheRowsItIsTold(kernels: String, compact: Bool) throws {
        var noise = Noise(4)
        let (heads, size, capacity, count) = (3, 20, 50, 4)
        let state = heads * size
        let keys = noise.floats(capacity * state)
        let values = noise.floats(capacity * state)
        let queries = noise.floats(count * state)
        let engine = try Engine(threads: 2, kernels: kernels)
        let store = KeyValueStore(capacity: capacity, state: state, heads: heads, compact: compact)
        store.store(keys: keys, values: values, stride: state, count: capacity, at: 0, engine: engine)
        let table = kept((0..<count * 10).map { _ in Int32(noise.next() % UInt64(capacity)) })
        let tables = kept((0..<count).map { UnsafePointer(table + $0 * 10) })
        let counts = kept([10, 1, 7, 9] as [Int32])
        let starts = kept([30, 7, 7, 0] as [Int32])
        defer {
            table.deallocate()
            tables.deallocate()
            counts.deallocate()
            starts.deallocate()
        }
        let ways: [(KeyValueRows, [[Int]])] = [
            (.shared(5..<45), (0..<count).map { _ in Array(5..<45) }),
            (.causal(base: 20, past: 11), (0..<count).map { Array(20..<20 + 11 + $0 + 1) }),
            (
                .runs(starts: starts, length: 20),
                (0..<count).map { Array(Int(starts[$0])..<Int(starts[$0]) + 20) }
            ),
            (
                .tables(tables, counts: counts),
                (0..<count).map { query in (0..<Int(counts[query])).map { Int(tables[query][$0]) } }
            ),
        ]
        for (rows, positions) in ways {
            var out = [Float](repeating: .nan, count: count * state)
            engine.attention(
                queries: queries, queryStride: state, count: count, over: store, reading: rows,
                into: &out, outStride: state,
                scratch: Scratch(engine: engine, maximumRows: 1, maximumInputs: 1))
            for query in 0..<count {
                for head in 0..<heads {
                    func slice(_ array: [Float], _ row: Int) -> ArraySlice<Float> {
                        array[row * state + head * size..<row * state + head * size + size]
                    }
                    let expected = naiveAttention(
                        slice(queries, query), keys: positions[query].map { slice(keys, $0) },
                        values: positions[query].map { slice(values, $0) })
                    #expect(
                        largestError(Array(slice(out, query)), expected) < (compact ? 3e-2 : 1e-5))
                }
            }
        }
    }

    /// Keys that have much in common lose no more to rounding than others when that is taken from them.
    @Test(arguments: Engine.availableKernels)
    func keysAreStoredAboutACentre(kernels: String) throws {
        var noise = Noise(11)
        let (heads, size, capacity) = (2, 64, 96)
        let state = heads * size
        let (rest, values) = (noise.floats(capacity * state), noise.floats(capacity * state))
        let (centre, query) = (noise.floats(state, scale: 40), noise.floats(state))
        let keys = rest.indices.map { rest[$0] + centre[$0 % state] }
        let engine = try Engine(threads: 2, kernels: kernels)
        let store = KeyValueStore(
            capacity: capacity, state: state, heads: heads, compact: true, arrangedFor: engine)
        store.store(
            keys: keys, values: values, stride: state, count: capacity, at: 0, centre: centre, engine: engine)
        var out = [Float](repeating: .nan, count: state)
        engine.attention(
            queries: query, queryStride: state, count: 1, over: store, reading: .shared(0..<capacity),
            into: &out, outStride: state, scratch: Scratch(engine: engine, maximumRows: 1, maximumInputs: 1))
        for head in 0..<heads {
            func slice(_ array: [Float], _ row: Int) -> ArraySlice<Float> {
                array[row * state + head * size..<row * state + head * size + size]
            }
            let expected = naiveAttention(
                slice(query, 0), keys: (0..<capacity).map { slice(rest, $0) },
                values: (0..<capacity).map { slice(values, $0) })
            #expect(largestError(Array(slice(out, 0)), expected) < 3e-2)
        }
    }

    /// What a query finds does not depend on those beside it: heads of Whisper's size, over bytes.
    @Test(arguments: Engine.availableKernels, [false, true])
    func aQueryFindsTheSameAmongOthers(kernels: String, arranged: Bool) throws {
        var noise = Noise(5)
        let (heads, size, capacity, count) = (2, 64, 150, 11)
        let state = heads * size
        let (keys, values) = (noise.floats(capacity * state), noise.floats(capacity * state))
        let queries = noise.floats(count * state)
        let engine = try Engine(threads: 2, kernels: kernels)
        let store = KeyValueStore(
            capacity: capacity, state: state, heads: heads, compact: true,
            arrangedFor: arranged ? engine : nil)
        // Over something else: what was there before leaves no trace, nor what lies behind.
        store.store(keys: values, values: keys, stride: state, count: capacity, at: 0, engine: engine)
        store.store(keys: keys, values: values, stride: state, count: 117, at: 0, engine: engine)
        let scratch = Scratch(engine: engine, maximumRows: 1, maximumInputs: 1)
        let rows = 16..<117
        func attend(_ some: Range<Int>) -> [Float] {
            var out = [Float](repeating: .nan, count: some.count * state)
            queries.withUnsafeBufferPointer { queries in
                guard let start = queries.baseAddress else { return }
                engine.attention(
                    queries: start + some.lowerBound * state, queryStride: state, count: some.count,
                    over: store, reading: .shared(rows), into: &out, outStride: state, scratch: scratch)
            }
            return out
        }
        let alone = (0..<count).map { attend($0..<$0 + 1) }
        for together in [2, 5, 8, count] {
            #expect(attend(0..<together) == alone.prefix(together).flatMap { $0 }, "\(together) queries")
        }
        for (query, found) in alone.enumerated() {
            for head in 0..<heads {
                func slice(_ array: [Float], _ row: Int) -> ArraySlice<Float> {
                    array[row * state + head * size..<row * state + head * size + size]
                }
                let expected = naiveAttention(
                    slice(queries, query), keys: rows.map { slice(keys, $0) },
                    values: rows.map { slice(values, $0) })
                #expect(largestError(Array(slice(found, 0)), expected) < 3e-2)
            }
        }
    }
}

/// Values at an address that stays; whoever asks frees it.
private func kept<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: values.count)
    memory.initialize(from: values, count: values.count)
    return memory
}
