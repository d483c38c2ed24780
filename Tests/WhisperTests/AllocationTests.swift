import Allocations
import Compute
import Synchronization
import Testing
import Whisper

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A decode step takes no memory: everything is there since the decoder was made.
@Suite(.enabled(if: earshot_counts_allocations(), "allocations are counted with glibc only"))
struct AllocationTests {
    @Test func allocationsAreCounted() {
        let before = earshot_allocations()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 64)
        let array = [Int](repeating: Int(bitPattern: memory), count: 3)
        let after = earshot_allocations()
        memory.deallocate()
        #expect(after >= before + 2 && array.count == 3)
    }

    @Test(arguments: [Precision.f32, .f16, .int8], [1, 2])
    func aStepAllocatesNothing(_ precision: Precision, threads: Int) throws {
        let (model, encoder) = try SequencesTests.prepared(precision, threads: threads)
        try stepsAllocateNothing(model, encoder)
    }

    /// Nor does one of a model of a published size.
    @Test func aStepOfATinyModelAllocatesNothing() throws {
        let (model, encoder) = try SequencesTests.preparedTiny()
        try stepsAllocateNothing(model, encoder)
    }

    private func stepsAllocateNothing(_ model: WhisperModel, _ encoder: AudioEncoder) throws {
        let decoder = TextDecoder(model, windows: 2, sequencesPerWindow: 3)
        let sequences = [0, 1, 2, 3, 4, 5]
        let tokens = [300, 400, 500, 600, 700, 800]
        let (all, sources) = ([0, 0, 0], [2, 0, 0])
        for window in 0..<2 {
            decoder.attend(to: encoder, window: window)
            decoder.append(SequencesTests.prompt, window: window)
            decoder.rearrange(window: window, from: all)
        }
        // Counting on every thread takes some itself, each time the same.
        let first = Self.allocations(on: model.engine)
        let before = Self.allocations(on: model.engine)
        for _ in 0..<40 {
            decoder.step(tokens, sequences: sequences)
            for window in 0..<2 { decoder.rearrange(window: window, from: sources) }
        }
        let after = Self.allocations(on: model.engine)
        #expect(after - before == before - first)
    }

    /// What all threads of an engine have allocated so far. Each waits until the others have come, so that none
    /// counts for another.
    private static func allocations(on engine: Engine) -> Int {
        let arrived = Atomic<Int>(0)
        let sum = Atomic<Int>(0)
        engine.parallel(engine.threadCount) { _ in
            sum.add(Int(earshot_allocations()), ordering: .relaxed)
            arrived.add(1, ordering: .relaxed)
            while arrived.load(ordering: .relaxed) < engine.threadCount { sched_yield() }
        }
        return sum.load(ordering: .relaxed)
    }

    /// Nor does a single sequence.
    @Test func feedingASequenceAllocatesNothing() throws {
        let (model, encoder) = try SequencesTests.prepared(.int8)
        let decoder = TextDecoder(model)
        decoder.attend(to: encoder)
        decoder.append(SequencesTests.prompt)
        let token = [400]
        let before = earshot_allocations()
        for _ in 0..<40 { decoder.append(token) }
        let after = earshot_allocations()
        #expect(after == before)
    }
}
