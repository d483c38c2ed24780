import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What sampling needs to know of a run of logits.
public struct LogitSummary: Sendable, Equatable {
    /// Index of the first of the largest logits.
    public let argmax: Int
    /// The largest logit; -infinity when all are masked.
    public let maximum: Float
    /// Logarithm of the sum of exponentials; -infinity when all are masked, NaN when some are no numbers.
    public let logSumExp: Float

    /// A summary of these values.
    public init(argmax: Int, maximum: Float, logSumExp: Float) {
        self.argmax = argmax
        self.maximum = maximum
        self.logSumExp = logSumExp
    }

    /// The summary of two runs, the other behind this one.
    public func joined(with other: LogitSummary) -> LogitSummary {
        let larger = other.maximum > maximum ? other : self
        guard larger.maximum > -.infinity else { return larger }
        let sum = expf(logSumExp - larger.maximum) + expf(other.logSumExp - larger.maximum)
        return LogitSummary(
            argmax: larger.argmax, maximum: larger.maximum, logSumExp: larger.maximum + logf(sum))
    }
}

/// Summaries of a run of logits, part by part; how it is cut does not depend on how many threads there are.
private struct SummaryJob: Job {
    static let length = 8192

    let logits: UnsafePointer<Float>
    let mask: UnsafePointer<Float>?
    let range: Range<Int>
    let table: UnsafePointer<earshot_kernels>
    let parts: UnsafeMutableBufferPointer<LogitSummary>

    func run(_ item: Int, thread: Int) {
        let start = range.lowerBound + item * Self.length
        let found = table.pointee.logits(
            logits + start, mask.map { $0 + start }, min(Self.length, range.upperBound - start))
        let summary = LogitSummary(
            argmax: start + found.argmax, maximum: found.maximum,
            logSumExp: found.maximum > -.infinity ? found.maximum + logf(found.sum) : -.infinity)
        parts.initializeElement(at: item, to: summary)
    }
}

extension Engine {
    /// Largest logit and log-sum-exp of `logits[range]` in one pass over memory, by all threads: two take about
    /// those that they have computed, which their own caches still hold.
    /// - Parameter mask: added to the logits (0 or -infinity), indexed like them; nil: nothing masked.
    public func summarize(
        _ logits: UnsafePointer<Float>, _ range: Range<Int>, mask: UnsafePointer<Float>? = nil
    ) -> LogitSummary {
        let stop = recorder.start(.logits, bytes: 4 * range.count)
        defer { stop?() }
        let count = max(1, (range.count + SummaryJob.length - 1) / SummaryJob.length)
        return withUnsafeTemporaryAllocation(of: LogitSummary.self, capacity: count) { parts in
            parallel(
                count, SummaryJob(logits: logits, mask: mask, range: range, table: table, parts: parts))
            return parts.dropFirst().reduce(parts[0]) { $0.joined(with: $1) }
        }
    }

    /// out[i] = gelu(x[i]), the exact form with erf.
    public func gelu(_ x: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>) {
        table.pointee.gelu(x, count, out)
    }

    /// out[i] = e^x[i].
    public func exponential(_ x: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>) {
        table.pointee.exponential(x, count, out)
    }
}
