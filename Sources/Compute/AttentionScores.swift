extension Engine {
    /// What one head's softmax would be taken of: the products of queries and stored keys, times
    /// headSize^-0.5.
    ///
    /// A compact store whose keys had a centre taken from them gives each query's scores less a constant, which
    /// the softmax forgets.
    ///
    /// - Parameters:
    ///   - q: queries [count, heads·headSize], `queryStride` floats between rows.
    ///   - rows: which of the store's rows are asked for.
    ///   - scores: [count, rows].
    public func scores(
        queries q: UnsafePointer<Float>, queryStride: Int, count: Int, head: Int,
        over store: KeyValueStore, rows: Range<Int>, into scores: UnsafeMutablePointer<Float>
    ) {
        precondition(rows.upperBound <= store.capacity && head < store.heads)
        let size = store.headSize
        let scale = 1 / Float(size).squareRoot()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { key in
            guard let key = key.baseAddress else { return }
            for (index, row) in rows.enumerated() {
                store.copyKey(row, ofHead: head, into: key)
                for query in 0..<count {
                    let product = dot(q + query * queryStride + head * size, key, size)
                    scores[query * rows.count + index] = product * scale
                }
            }
        }
    }
}

private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    typealias Lanes = SIMD16<Float>
    func lanes(_ start: UnsafePointer<Float>) -> Lanes {
        UnsafeRawPointer(start).loadUnaligned(as: Lanes.self)
    }
    var (sums, index) = (Lanes.zero, 0)
    while index + Lanes.scalarCount <= count {
        sums += lanes(a + index) * lanes(b + index)
        index += Lanes.scalarCount
    }
    var sum = sums.sum()
    while index < count {
        sum += a[index] * b[index]
        index += 1
    }
    return sum
}
