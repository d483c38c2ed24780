/// A small generator of random numbers (SplitMix64), the same on every machine.
///
/// ref: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
public struct RandomNumbers: RandomNumberGenerator, Sendable, Equatable {
    private var state: UInt64

    /// Numbers that depend on the seed and on every one of `parts`, and on nothing else.
    public init(seed: UInt64, _ parts: UInt64...) {
        state = parts.reduce(Self.mix(seed)) { Self.mix($0 ^ Self.mix($1 &+ Self.step)) }
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// A random number in 0..<1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
