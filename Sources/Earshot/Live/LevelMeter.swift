#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// How loud it is, about ten times a second.
struct LevelMeter {
    private var sum = 0.0
    private var peak: Float = 0
    private var count = 0
    /// Three chunks of voice activity: 96 ms.
    private static let length = 3 * 512

    /// Takes more samples.
    /// - Returns: the level when there are enough of them, at `time`.
    mutating func append(_ samples: UnsafeBufferPointer<Float>, time: Double) -> LiveLevel? {
        for sample in samples {
            sum += Double(sample * sample)
            peak = max(peak, abs(sample))
        }
        count += samples.count
        guard count >= Self.length else { return nil }
        defer { self = LevelMeter() }
        return LiveLevel(
            time: time, rms: decibels((sum / Double(count)).squareRoot()), peak: decibels(Double(peak)))
    }

    private func decibels(_ amplitude: Double) -> Double { max(-100, 20 * log10(max(amplitude, 1e-5))) }
}
