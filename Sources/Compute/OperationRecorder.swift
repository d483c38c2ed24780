import Synchronization

/// Notes what an ``Engine`` computes and how long it takes, while somebody asks for it; else each operation
/// costs one look at a flag.
public final class OperationRecorder: Sendable {
    /// What the time went into.
    public enum Kind: Hashable, Sendable {
        /// The linear map of these weights; for two of an MLP, of the first.
        case linear(ObjectIdentifier)
        /// Attention of every row to every row.
        case attention
        /// Attention to stored keys and values; shared: the same for all queries.
        case storedAttention(shared: Bool)
        /// Keys and values on their way into a store.
        case store
        /// Layer norm by itself.
        case layerNorm
        /// The pass over logits.
        case logits
    }

    /// What all operations of a kind took together.
    public struct Total: Sendable {
        /// How often it was computed.
        public fileprivate(set) var calls = 0
        /// How long it took.
        public fileprivate(set) var time = Duration.zero
        /// Multiplications and additions.
        public fileprivate(set) var arithmetic = 0
        /// Bytes of weights, or of stored keys and values, that had to be read.
        public fileprivate(set) var bytes = 0
    }

    private let isOn = Atomic(false)
    private let totals = Mutex<[Kind: Total]>([:])

    /// Records all that the engine computes during `work`.
    public func record(_ work: () throws -> Void) rethrows -> [Kind: Total] {
        totals.withLock { $0 = [:] }
        isOn.store(true, ordering: .relaxed)
        defer { isOn.store(false, ordering: .relaxed) }
        try work()
        return totals.withLock { $0 }
    }

    /// Starts the clock for an operation; what is returned stops it. Nil while nobody records.
    func start(
        _ kind: @autoclosure () -> Kind, arithmetic: @autoclosure () -> Int = 0,
        bytes: @autoclosure () -> Int = 0
    ) -> (() -> Void)? {
        guard isOn.load(ordering: .relaxed) else { return nil }
        let (kind, arithmetic, bytes) = (kind(), arithmetic(), bytes())
        let start = ContinuousClock.now
        return { [self] in
            let time = ContinuousClock.now - start
            totals.withLock { totals in
                totals[kind, default: Total()].calls += 1
                totals[kind, default: Total()].time += time
                totals[kind, default: Total()].arithmetic += arithmetic
                totals[kind, default: Total()].bytes += bytes
            }
        }
    }
}
