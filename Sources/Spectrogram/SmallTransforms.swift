// Discrete Fourier transforms of 4, 5 and 16 points, from which the one of 400 points is built.
// Forward sign: X[k] = Σ x[n]·exp(−2πi·kn/N).

/// Four complex points, natural order.
@inline(__always)
func transform4(
    _ x0: ComplexLanes, _ x1: ComplexLanes, _ x2: ComplexLanes, _ x3: ComplexLanes
) -> (ComplexLanes, ComplexLanes, ComplexLanes, ComplexLanes) {
    let even = x0 + x2
    let odd = x1 + x3
    let evenDifference = x0 - x2
    let oddDifference = x1 - x3
    return (
        even + odd, evenDifference.minusI(oddDifference), even - odd, evenDifference.plusI(oddDifference)
    )
}

/// Four real points: bins 0 and 2 are real, bin 3 is the mirror image of bin 1.
@inline(__always)
func realTransform4(
    _ x0: Lanes, _ x1: Lanes, _ x2: Lanes, _ x3: Lanes
) -> (bin0: Lanes, bin1: ComplexLanes, bin2: Lanes) {
    let even = x0 + x2
    let odd = x1 + x3
    return (even + odd, ComplexLanes(x0 - x2, x3 - x1), even - odd)
}

/// Five complex points, natural order.
@inline(__always)
func transform5(
    _ x0: ComplexLanes, _ x1: ComplexLanes, _ x2: ComplexLanes, _ x3: ComplexLanes, _ x4: ComplexLanes
) -> (ComplexLanes, ComplexLanes, ComplexLanes, ComplexLanes, ComplexLanes) {
    let cosine1: Float = 0.309_016_994_374_947_4  // cos 72°
    let cosine2: Float = -0.809_016_994_374_947_4  // cos 144°
    let sine1: Float = 0.951_056_516_295_153_6  // sin 72°
    let sine2: Float = 0.587_785_252_292_473_1  // sin 144°

    let outerSum = x1 + x4
    let innerSum = x2 + x3
    let outerDifference = x1 - x4
    let innerDifference = x2 - x3

    let even1 = x0 + outerSum * cosine1 + innerSum * cosine2
    let even2 = x0 + outerSum * cosine2 + innerSum * cosine1
    let odd1 = outerDifference * sine1 + innerDifference * sine2
    let odd2 = outerDifference * sine2 - innerDifference * sine1
    return (
        x0 + outerSum + innerSum, even1.minusI(odd1), even2.minusI(odd2), even2.plusI(odd2), even1.plusI(odd1)
    )
}

/// The nine bins of sixteen real points that the mirror symmetry X[16−k] = X[k]* leaves independent.
/// Bins 9 and 13 stand for their images 7 and 3, because they fall out of the arithmetic.
struct RealTransform16 {
    /// Which bin of the sixteen each of `bins` is. The first `realCount` have no imaginary part.
    static let binNumbers = [0, 8, 1, 5, 9, 13, 2, 6, 4]
    static let realCount = 2

    /// Transforms the points `x[order[0]]` to `x[order[15]]`; bin `i` goes to `bins[i * stride]`.
    @inline(__always)
    static func apply(
        _ x: UnsafePointer<Lanes>, order: UnsafePointer<Int32>,
        bins: UnsafeMutablePointer<ComplexLanes>, stride: Int
    ) {
        let cosine: Float = 0.923_879_532_511_286_7  // cos 22.5°
        let sine: Float = 0.382_683_432_365_089_8  // sin 22.5°
        let half: Float = 0.707_106_781_186_547_5  // cos 45°

        // Four transforms of every fourth point …
        @inline(__always)
        func quarter(_ n: Int) -> (bin0: Lanes, bin1: ComplexLanes, bin2: Lanes) {
            realTransform4(
                x[Int(order[n])], x[Int(order[n + 4])], x[Int(order[n + 8])], x[Int(order[n + 12])])
        }
        let q0 = quarter(0)
        let q1 = quarter(1)
        let q2 = quarter(2)
        let q3 = quarter(3)

        // … are joined, first where they are real: bins 0, 4 and 8,
        let zero = Lanes(repeating: 0)
        let bin0 = realTransform4(q0.bin0, q1.bin0, q2.bin0, q3.bin0)
        bins[0] = ComplexLanes(bin0.bin0, zero)
        bins[stride] = ComplexLanes(bin0.bin2, zero)
        bins[8 * stride] = bin0.bin1

        // then bins 1, 5, 9 and 13, turned by multiples of 22.5°,
        @inline(__always)
        func turned(_ value: ComplexLanes, _ cosine: Float, _ sine: Float) -> ComplexLanes {
            ComplexLanes(
                value.real * cosine + value.imaginary * sine,
                value.imaginary * cosine - value.real * sine)
        }
        let bin1 = transform4(
            q0.bin1, turned(q1.bin1, cosine, sine),
            ComplexLanes(q2.bin1.real + q2.bin1.imaginary, q2.bin1.imaginary - q2.bin1.real) * half,
            turned(q3.bin1, sine, cosine))
        bins[2 * stride] = bin1.0
        bins[3 * stride] = bin1.1
        bins[4 * stride] = bin1.2
        bins[5 * stride] = bin1.3

        // then bins 2 and 6, turned by multiples of 45°.
        let difference = (q1.bin2 - q3.bin2) * half
        let sum = (q1.bin2 + q3.bin2) * half
        bins[6 * stride] = ComplexLanes(q0.bin2 + difference, -q2.bin2 - sum)
        bins[7 * stride] = ComplexLanes(q0.bin2 - difference, q2.bin2 - sum)
    }
}
