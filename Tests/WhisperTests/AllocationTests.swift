import Allocations
import Compute
import Testing
import Whisper

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
        let decoder = TextDecoder(model, windows: 2, sequencesPerWindow: 3)
        let sequences = [0, 1, 2, 3, 4, 5]
        let tokens = [300, 400, 500, 600, 700, 800]
        let (all, sources) = ([0, 0, 0], [2, 0, 0])
        for window in 0..<2 {
            decoder.attend(to: encoder, window: window)
            decoder.append(SequencesTests.prompt, window: window)
            decoder.rearrange(window: window, from: all)
        }
        let before = earshot_allocations()
        for _ in 0..<40 {
            decoder.step(tokens, sequences: sequences)
            for window in 0..<2 { decoder.rearrange(window: window, from: sources) }
        }
        let after = earshot_allocations()
        #expect(after == before)
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
