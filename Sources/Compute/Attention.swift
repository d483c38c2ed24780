import CKernels

extension Engine {
    /// Full attention of the encoder: every row attends to every row, `heads` times over. The scores are
    /// multiplied by headSize^-0.5 here.
    ///
    /// - Parameters:
    ///   - q: queries [rows, heads·headSize], `stride` floats between rows, as are `k` and `v`: slices of
    ///     one buffer serve.
    ///   - out: [rows, heads·headSize], `outStride` floats between rows; must not overlap the inputs.
    ///   - precision: `int8` lets the kernels work in 16-bit integers (13 bits a number, exact sums) or, where
    ///     the processor has tiles, in bfloat16 with sums in floats; the others in floats.
    public func attention(
        q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, stride: Int, rows: Int,
        heads: Int, headSize: Int, into out: UnsafeMutablePointer<Float>, outStride: Int,
        precision: Precision = .f32, scratch: Scratch
    ) {
        precondition(headSize > 0 && headSize <= EARSHOT_MAX_HEAD)
        let stop = recorder.start(.attention, arithmetic: 4 * rows * rows * heads * headSize)
        defer { stop?() }
        let kernels = precision == .int8 ? table.pointee.attention_quantised : table.pointee.attention
        guard let bytes = kernels.bytes?(rows, headSize), let pack = kernels.pack, let attend = kernels.attend
        else { return }
        let share = (bytes + 63) / 64 * 64
        let memory = scratch.bytes(2 * heads * share)
        func packed(_ head: Int) -> earshot_head {
            let keys = memory + 2 * head * share
            return earshot_head(keys: keys, values: keys + share, count: rows, size: headSize)
        }
        parallel(heads) { head in
            var target = packed(head)
            pack(k + head * headSize, v + head * headSize, stride, &target)
        }
        let block = 48
        let blocks = (rows + block - 1) / block
        let scale = 1 / Float(headSize).squareRoot()
        parallel(heads * blocks) { item in
            let head = item / blocks
            let row = item % blocks * block
            var source = packed(head)
            attend(
                q + row * stride + head * headSize, stride, min(block, rows - row), scale, &source,
                out + row * outStride + head * headSize, outStride)
        }
    }

    /// Attention of the decoder: `count` queries [count, heads·headSize] against stored keys and values.
    ///
    /// - Parameters:
    ///   - rows: which rows of the store each query attends to.
    ///   - out: [count, heads·headSize], `outStride` floats between rows.
    public func attention(
        queries q: UnsafePointer<Float>, queryStride: Int, count: Int, over store: KeyValueStore,
        reading rows: KeyValueRows, into out: UnsafeMutablePointer<Float>, outStride: Int, scratch: Scratch
    ) {
        var longest = 1
        for query in 0..<count { longest = max(longest, rows.count(ofQuery: query)) }
        precondition(longest <= store.capacity || rows.isTable)
        let stop = recorder.start(
            .storedAttention(shared: rows.isShared), arithmetic: 4 * count * longest * store.state,
            bytes: store.byteCount / store.capacity * longest)
        defer { stop?() }
        let room = (longest + 15) / 16 * 16 * (rows.isShared ? count : 1)
        let job = StoredAttention(
            q: q, queryStride: queryStride, count: count, store: store, rows: rows, out: out,
            outStride: outStride, table: table,
            scores: scratch.bytes(store.heads * room * 4).assumingMemoryBound(to: Float.self), room: room)
        defer { withExtendedLifetime(store) {} }
        // Less than a microsecond of work is not worth sharing out.
        if count * longest * store.state < 1 << 12 {
            for head in 0..<store.heads { job.run(head, thread: 0) }
        } else {
            parallel(store.heads, job)
        }
    }
}

/// One head an item: its queries share a thread, so that its keys are read from memory once.
private struct StoredAttention: Job {
    let q: UnsafePointer<Float>
    let queryStride: Int
    let count: Int
    unowned(unsafe) let store: KeyValueStore  // the caller's; counting references costs time
    let rows: KeyValueRows
    let out: UnsafeMutablePointer<Float>
    let outStride: Int
    let table: UnsafePointer<earshot_kernels>
    let scores: UnsafeMutablePointer<Float>
    let room: Int

    func run(_ head: Int, thread: Int) {
        let scale = 1 / Float(store.headSize).squareRoot()
        let offset = head * store.headSize
        var query = 0
        while query < count {
            let together = rows.queriesTogether(from: query, of: count)
            defer { query += together }
            var source = store.head(head, rows: rows, query: query)
            table.pointee.attend_stored(
                q + query * queryStride + offset, queryStride, together, scale, &source,
                scores + head * room, out + query * outStride + offset, outStride)
        }
    }
}
