/// The median of seven neighbours, along rows that are mirrored at their ends.
///
/// ref: openai-whisper `timing.py`, `median_filter` with its width of 7.
package struct MedianFilter {
    private static let reach = 3
    private typealias Lanes = SIMD16<Float>
    private var padded: [Float] = []

    package init() {}

    /// Filters one row in place. A row of three or fewer stays as it is, as in the reference.
    package mutating func apply(to row: UnsafeMutableBufferPointer<Float>) {
        let (reach, count) = (Self.reach, row.count)
        guard count > reach else { return }
        let room = count + 2 * reach + Lanes.scalarCount
        if padded.count < room { padded = [Float](repeating: 0, count: room) }
        for index in 0..<count { padded[reach + index] = row[index] }
        for distance in 1...reach {
            padded[reach - distance] = row[distance]
            padded[reach + count - 1 + distance] = row[count - 1 - distance]
        }
        padded.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: count, by: Lanes.scalarCount) {
                func neighbours(_ offset: Int) -> Lanes {
                    bytes.loadUnaligned(fromByteOffset: 4 * (start + offset), as: Lanes.self)
                }
                let medians = Self.median(
                    neighbours(0), neighbours(1), neighbours(2), neighbours(3), neighbours(4), neighbours(5),
                    neighbours(6))
                for lane in 0..<min(Lanes.scalarCount, count - start) { row[start + lane] = medians[lane] }
            }
        }
    }

    /// The middle of seven by a network of comparisons (Devillard, "Fast median search").
    private static func median(
        _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ e: Lanes, _ f: Lanes, _ g: Lanes
    ) -> Lanes {
        var (a, b, c, d, e, f, g) = (a, b, c, d, e, f, g)
        func order(_ low: inout Lanes, _ high: inout Lanes) {
            (low, high) = (pointwiseMin(low, high), pointwiseMax(low, high))
        }
        order(&a, &f)
        order(&a, &d)
        order(&b, &g)
        order(&c, &e)
        order(&a, &b)
        order(&d, &f)
        order(&c, &g)
        order(&c, &d)
        order(&d, &g)
        order(&e, &f)
        order(&b, &e)
        order(&b, &d)
        order(&d, &e)
        return d
    }
}
