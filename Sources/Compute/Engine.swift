import CKernels

/// Where the arithmetic runs: a kernel table and a pool of threads. Results are the same bytes whatever
/// the number of threads.
public final class Engine: Sendable {
    /// The table of inner loops in use.
    public let kernels: Kernels
    /// What is computed, for whoever asks.
    public let recorder = OperationRecorder()
    private let pool: ThreadPool

    /// - Parameters:
    ///   - threads: threads that compute, the caller's included; nil: one for each physical core that the
    ///     process may use.
    ///   - kernels: name of a kernel table; nil: the one in the environment variable `EARSHOT_KERNELS`,
    ///     else the best for this machine.
    /// - Throws: ``KernelError`` for a table that does not exist or that this machine cannot run.
    public init(threads: Int? = nil, kernels: String? = nil) throws {
        self.kernels = try Kernels.choose(kernels)
        pool = ThreadPool(threadCount: threads ?? Cores.count())
    }

    /// Threads that compute, the caller's included.
    public var threadCount: Int { pool.threadCount }

    /// Names of the kernel tables that this machine can run, best first.
    public static var availableKernels: [String] { Kernels.available.map(\.name) }

    /// Runs `body` for items `0..<count` on all threads, the caller's included, and returns when all are
    /// done. A body must not call this engine's `parallel`, nor an operation that does.
    public func parallel(_ count: Int, _ body: (Int) -> Void) {
        pool.run(count) { item, _ in body(item) }
    }

    /// Runs `body` for `0..<count` in ranges of `length`, the last of them maybe shorter, as `parallel` does.
    public func parallel(_ count: Int, inRangesOf length: Int, _ body: (Range<Int>) -> Void) {
        pool.run((count + length - 1) / length) { item, _ in
            body(item * length..<min(count, (item + 1) * length))
        }
    }

    /// Runs items as `parallel` does, with the number of the thread that runs the item: below `threadCount`, two items
    /// with the same number never at once.
    func parallel(_ count: Int, onThreads body: (_ item: Int, _ thread: Int) -> Void) {
        pool.run(count, body)
    }

    /// The same for a job that is a value: nothing is allocated.
    func parallel<Work: Job>(_ count: Int, _ work: Work) {
        pool.run(count, work)
    }

    var table: UnsafePointer<earshot_kernels> { kernels.table }
}
