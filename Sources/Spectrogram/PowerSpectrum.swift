#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The power spectrum |X[k]|², k = 0…200, of 400 real samples, for four frames at once.
///
/// 400 = 16 · 25 has coprime factors, so with n = 25·a + 16·b (mod 400) the transform of 400 points is
/// exactly a table of 16 × 25 transformed along both sides, with no twiddle factors in between
/// (Good and Thomas); X[k] lands in row k mod 16, column k mod 25. The samples are real: sixteen rows shrink
/// to nine independent ones, and a weak bin is never computed as the difference of two strong ones, as it
/// is when 400 real samples are packed into 200 complex ones. Speech has exactly such spectra.
package final class PowerSpectrum {
    private static let rows = RealTransform16.binNumbers.count
    private static let columns = 25

    /// `order[16·b + a]` is the sample in row a, column b.
    private let order: Block<Int32>
    /// `bins[25·row + column]` is the frequency bin, mirror images folded onto 0…200.
    private let bins: Block<Int32>
    /// exp(−2πi·jk/25) at `5·j + k`, j and k = 0…4.
    private let twiddles: Block<ComplexLanes>
    /// [9 rows, 25 columns], overwritten by every call.
    private let table: Block<ComplexLanes>

    /// Makes the tables of the transform.
    package init() {
        let zero = ComplexLanes(Lanes(repeating: 0), Lanes(repeating: 0))
        order = Block(repeating: 0, count: 16 * Self.columns)
        for b in 0..<Self.columns {
            for a in 0..<16 { order.start[16 * b + a] = Int32((25 * a + 16 * b) % 400) }
        }
        bins = Block(repeating: 0, count: Self.rows * Self.columns)
        for k in 0..<400 {
            guard let row = RealTransform16.binNumbers.firstIndex(of: k % 16) else { continue }
            bins.start[Self.columns * row + k % Self.columns] = Int32(min(k, 400 - k))
        }
        twiddles = Block(repeating: zero, count: 25)
        for j in 0..<5 {
            for k in 0..<5 {
                let angle = -2 * Double.pi * Double(j * k) / 25
                twiddles.start[5 * j + k] = ComplexLanes(
                    Lanes(repeating: Float(cos(angle))), Lanes(repeating: Float(sin(angle))))
            }
        }
        table = Block(repeating: zero, count: Self.rows * Self.columns)
    }

    /// - Parameters:
    ///   - samples: [400], windowed.
    ///   - power: [201], overwritten.
    package func transform(_ samples: UnsafePointer<Lanes>, into power: UnsafeMutablePointer<Lanes>) {
        for column in 0..<Self.columns {
            RealTransform16.apply(
                samples, order: order.start + 16 * column, bins: table.start + column, stride: Self.columns)
        }
        for row in 0..<Self.rows {
            let offset = Self.columns * row
            transformRow(
                table.start + offset, bins: bins.start + offset, isReal: row < RealTransform16.realCount,
                into: power)
        }
    }

    /// Twenty-five points as 5 × 5. Of a real row, the last two fifths mirror the two before.
    @inline(__always)
    private func transformRow(
        _ row: UnsafeMutablePointer<ComplexLanes>, bins: UnsafePointer<Int32>, isReal: Bool,
        into power: UnsafeMutablePointer<Lanes>
    ) {
        for j in 0..<5 {
            let x = row + j
            let y = transform5(x[0], x[5], x[10], x[15], x[20])
            let twiddle = twiddles.start + 5 * j
            x[0] = y.0
            x[5] = y.1 * twiddle[1]
            x[10] = y.2 * twiddle[2]
            x[15] = y.3 * twiddle[3]
            x[20] = y.4 * twiddle[4]
        }
        for k in 0..<(isReal ? 3 : 5) {
            let x = row + 5 * k
            let y = transform5(x[0], x[1], x[2], x[3], x[4])
            let bin = bins + k
            power[Int(bin[0])] = y.0.power
            power[Int(bin[5])] = y.1.power
            power[Int(bin[10])] = y.2.power
            power[Int(bin[15])] = y.3.power
            power[Int(bin[20])] = y.4.power
        }
    }
}
