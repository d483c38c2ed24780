/// What was measured several times, in milliseconds.
public struct Measurement: Sendable, Equatable, Encodable {
    /// Half of the runs took longer.
    public let median: Double
    /// The fastest run.
    public let min: Double
    /// From the quarter of the runs that is fastest to the quarter that is slowest: what a noisy machine
    /// makes of the median.
    public let spread: Double

    /// Sums up the milliseconds of some runs; zeros for none.
    public init(_ milliseconds: [Double]) {
        let sorted = milliseconds.sorted()
        func quantile(_ fraction: Double) -> Double {
            guard let last = sorted.indices.last else { return 0 }
            let position = fraction * Double(last)
            let below = Int(position)
            let above = Swift.min(below + 1, last)
            return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
        }
        median = rounded(quantile(0.5))
        min = rounded(sorted.first ?? 0)
        spread = rounded(quantile(0.75) - quantile(0.25))
    }
}

/// To a tenth of a microsecond, which is finer than any clock here.
func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

/// Milliseconds since some moment.
func milliseconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .milliseconds(1)
}

/// A number with about three digits that count.
func short(_ value: Double) -> String { fixed(value, abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2) }
