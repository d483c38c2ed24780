/// One number of each of four neighbouring frames.
///
/// Everything from the window to the logarithm runs on four frames at once, one frame a lane. No step then
/// needs a shuffle, and a frame's numbers do not depend on which frames share its registers: the result is
/// the same to the bit however the audio was cut into chunks.
package typealias Lanes = SIMD4<Float>

/// The greater of two numbers, lane by lane; unlike `pointwiseMax` it compiles to an instruction, not to a call.
@inline(__always)
func greater(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .< b) }

/// One complex number of each of four neighbouring frames.
struct ComplexLanes: BitwiseCopyable {
    var real: Lanes
    var imaginary: Lanes

    @inline(__always)
    init(_ real: Lanes, _ imaginary: Lanes) {
        self.real = real
        self.imaginary = imaginary
    }

    @inline(__always)
    var power: Lanes { real * real + imaginary * imaginary }

    /// This plus i times the other. Adding what is turned, instead of turning it first, negates nothing.
    @inline(__always)
    func plusI(_ other: ComplexLanes) -> ComplexLanes {
        ComplexLanes(real - other.imaginary, imaginary + other.real)
    }

    /// This minus i times the other.
    @inline(__always)
    func minusI(_ other: ComplexLanes) -> ComplexLanes {
        ComplexLanes(real + other.imaginary, imaginary - other.real)
    }

    @inline(__always)
    static func + (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(a.real + b.real, a.imaginary + b.imaginary)
    }

    @inline(__always)
    static func - (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(a.real - b.real, a.imaginary - b.imaginary)
    }

    @inline(__always)
    static func * (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(
            a.real * b.real - a.imaginary * b.imaginary,
            a.real * b.imaginary + a.imaginary * b.real)
    }

    @inline(__always)
    static func * (a: ComplexLanes, b: Float) -> ComplexLanes {
        ComplexLanes(a.real * b, a.imaginary * b)
    }
}

/// Memory at a fixed address, for loops that must not pay for a bounds check at every number.
final class Block<Element: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(repeating element: Element, count: Int) {
        start = .allocate(capacity: count)
        start.initialize(repeating: element, count: count)
        self.count = count
    }

    convenience init(_ elements: [Element], fallback: Element) {
        self.init(repeating: fallback, count: elements.count)
        for (index, element) in elements.enumerated() { start[index] = element }
    }

    deinit { start.deallocate() }
}
