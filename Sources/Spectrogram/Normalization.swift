/// Whisper's scale: nothing lies more than eight powers of ten under the peak, and the rest is moved to
/// about −1…1, never above (peak + 4) / 4.
struct Normalization {
    let floor: Float

    init(peak: Float) { floor = peak - 8 }

    @inline(__always)
    func callAsFunction(_ energy: Float) -> Float {
        // A division by four and a product with a quarter give the same bits.
        ((energy < floor ? floor : energy) + 4) * 0.25
    }

    func apply(
        _ energies: UnsafePointer<Float>, count: Int, into features: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<count { features[index] = self(energies[index]) }
    }
}
