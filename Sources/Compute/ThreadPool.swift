import CKernels
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Threads that share out the items of one job at a time. They spin for some tens of microseconds after
/// a job, because the next one usually follows at once, and then sleep.
final class ThreadPool: Sendable {
    let threadCount: Int
    private let board: JobBoard
    private let workers: [pthread_t]

    init(threadCount: Int) {
        let board = JobBoard(threads: max(1, threadCount))
        var workers: [pthread_t] = []
        for number in 1..<max(1, threadCount) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(Worker(board: board, number: number))
            let status = pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Worker>.fromOpaque(context).takeRetainedValue().work()
                    return nil
                }, context.toOpaque())
            // Fewer threads give the same numbers, only later.
            guard status == 0 else {
                context.release()
                break
            }
            workers.append(thread)
        }
        self.board = board
        self.workers = workers
        self.threadCount = workers.count + 1
    }

    deinit {
        board.stop()
        for worker in workers { pthread_join(worker, nil) }
    }

    /// Runs `body` for every item, with the number of the thread it runs on; the caller takes part as
    /// thread 0 and returns when all are done. Jobs of several callers run one after another; a body must
    /// not start a job on the same pool.
    func run(_ count: Int, _ body: (_ item: Int, _ thread: Int) -> Void) {
        if threadCount == 1 || count <= 1 {
            for item in 0..<max(0, count) { body(item, 0) }
            return
        }
        withoutActuallyEscaping(body) { run(count, ClosureJob(body: $0)) }
    }

    /// The same for a job that is a value: nothing is allocated.
    func run<Work: Job>(_ count: Int, _ work: Work) {
        if threadCount == 1 || count <= 1 {
            for item in 0..<max(0, count) { work.run(item, thread: 0) }
            return
        }
        withUnsafePointer(to: work) { board.run(count, UnsafeRawPointer($0), Work.self) }
    }
}

/// A job whose items the threads share out.
protocol Job {
    func run(_ item: Int, thread: Int)
}

extension Job {
    /// Runs an item of the job that lies at `address`.
    static func run(at address: UnsafeRawPointer, _ item: Int, thread: Int) {
        address.assumingMemoryBound(to: Self.self).pointee.run(item, thread: thread)
    }
}

private struct ClosureJob: Job {
    let body: (_ item: Int, _ thread: Int) -> Void

    func run(_ item: Int, thread: Int) { body(item, thread) }
}

/// What a new thread is told.
private final class Worker {
    private let board: JobBoard
    private let number: Int

    init(board: JobBoard, number: Int) {
        self.board = board
        self.number = number
    }

    func work() { board.work(as: number) }
}

/// Where a thread is in its run of items; as wide as what a processor fetches at a time.
private struct Cursor: ~Copyable {
    let item = Atomic<Int>(0)
    private let rest: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
    private let more: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
}

/// Where the caller posts a job and the workers find it.
private final class JobBoard: @unchecked Sendable {
    /// Job number · 2³² + (open ? 2³¹ : 0) + workers inside. Only who enters while a job is open may look
    /// at it, so that nobody waits for a worker that slept through the job.
    private let state = Atomic<UInt64>(0)
    /// The next item of each thread's run, on cache lines of their own.
    private let next: UnsafeMutablePointer<Cursor>
    private let threads: Int
    private let sleepers = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    // Written only while no worker is inside.
    private var count = 0
    private var address: UnsafeRawPointer?
    private var kind: any Job.Type = ClosureJob.self
    // Owned for as long as the board lives; their addresses must not move.
    private let oneJob = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let sleep = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private static let open: UInt64 = 1 << 31
    private static let spins = 1000

    init(threads: Int) {
        self.threads = threads
        next = .allocate(capacity: threads)
        for thread in 0..<threads { (next + thread).initialize(to: Cursor()) }
        pthread_mutex_init(oneJob, nil)
        pthread_mutex_init(sleep, nil)
        pthread_cond_init(wake, nil)
    }

    deinit {
        pthread_mutex_destroy(oneJob)
        pthread_mutex_destroy(sleep)
        pthread_cond_destroy(wake)
        next.deinitialize(count: threads)
        next.deallocate()
        oneJob.deallocate()
        sleep.deallocate()
        wake.deallocate()
    }

    func run(_ count: Int, _ address: UnsafeRawPointer, _ kind: any Job.Type) {
        pthread_mutex_lock(oneJob)
        defer { pthread_mutex_unlock(oneJob) }
        self.count = count
        self.address = address
        self.kind = kind
        for thread in 0..<threads { next[thread].item.store(start(of: thread), ordering: .relaxed) }
        let number = (state.load(ordering: .relaxed) >> 32 &+ 1) & 0xFFFF_FFFF
        state.store(number << 32 | Self.open, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
        takeItems(as: 0)
        state.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing)
        var spun = 0
        while state.load(ordering: .acquiring) & 0xFFFF_FFFF != 0 {
            spun += 1
            if spun < Self.spins { earshot_pause() } else { sched_yield() }
        }
    }

    func stop() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        wakeAll()
    }

    func work(as thread: Int) {
        var last: UInt64 = 0
        while let number = enter(after: last) {
            takeItems(as: thread)
            state.subtract(1, ordering: .acquiringAndReleasing)
            last = number
        }
    }

    /// Takes the items of this thread's run, then what is left of the others'.
    private func takeItems(as thread: Int) {
        guard let address else { return }
        for step in 0..<threads {
            let owner = (thread + step) % threads
            let end = start(of: owner + 1)
            if next[owner].item.load(ordering: .relaxed) >= end { continue }
            while true {
                let item = next[owner].item.add(1, ordering: .relaxed).oldValue
                if item >= end { break }
                kind.run(at: address, item, thread: thread)
            }
        }
    }

    /// A thread's run begins here.
    private func start(of thread: Int) -> Int { thread * count / threads }

    /// Waits for a job other than `last` and enters it; nil when the pool stops.
    private func enter(after last: UInt64) -> UInt64? {
        var spun = 0
        while !stopped.load(ordering: .relaxed) {
            let seen = state.load(ordering: .acquiring)
            if isNew(seen, last) {
                let entered = state.compareExchange(
                    expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
                if entered.exchanged { return seen >> 32 }
                continue
            }
            spun += 1
            if spun < Self.spins {
                earshot_pause()
            } else {
                rest(until: last)
                spun = 0
            }
        }
        return nil
    }

    private func isNew(_ state: UInt64, _ last: UInt64) -> Bool {
        state & Self.open != 0 && state >> 32 != last
    }

    private func rest(until last: UInt64) {
        pthread_mutex_lock(sleep)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !stopped.load(ordering: .sequentiallyConsistent),
            !isNew(state.load(ordering: .sequentiallyConsistent), last)
        {
            pthread_cond_wait(wake, sleep)
        }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(sleep)
    }

    private func wakeAll() {
        pthread_mutex_lock(sleep)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(sleep)
    }
}
