import CKernels

extension Engine {
    /// Full attention of the encoder: every row attends to every row, `heads` times over. The scores are
    /// multiplied by headSize^-0.5 here.
    ///
    /// - Parameters:
    ///   - q: queries [rows, heads·headSize], `stride` floats between rows, as are `k` and `v`: slices of
    ///     one buffer serve.
    ///   - out: [rows, heads·headSize], `outStride` floats between rows; must not overlap the inputs.
    ///   - precision: `int8` lets the kernels work in 16-bit integers (13 bits a number, exact sums); the
    ///     others in floats.
    public func attention(
        q: UnsafePointer<Float>, k: UnsafePointer<Float>, v: UnsafePointer<Float>, stride: Int, rows: Int,
        heads: Int, headSize: Int, into out: UnsafeMutablePointer<Float>, outStride: Int,
        precision: Precision = .f32, scratch: Scratch
    ) {
        precondition(headSize > 0 && headSize <= EARSHOT_MAX_HEAD)
        let kernels = precision == .int8 ? table.attention_quantised : table.attention
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
        let longest = (0..<count).reduce(1) { max($0, rows.count(ofQuery: $1)) }
        precondition(longest <= store.capacity || rows.isTable)
        let room = (longest + 15) / 16 * 16
        let scores = scratch.bytes(store.heads * room * 4).assumingMemoryBound(to: Float.self)
        let scale = 1 / Float(store.headSize).squareRoot()
        let table = table
        // One head's queries share a thread: its keys are read from memory once.
        func attend(_ head: Int) {
            for query in 0..<count {
                var source = store.head(head, rows: rows, query: query)
                let offset = head * store.headSize
                table.attention_stored(
                    q + query * queryStride + offset, scale, &source, scores + head * room,
                    out + query * outStride + offset)
            }
        }
        if count * longest * store.state < 1 << 16 {
            for head in 0..<store.heads { attend(head) }
        } else {
            parallel(store.heads, attend)
        }
    }
}
