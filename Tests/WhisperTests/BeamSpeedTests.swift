import Checkpoints
import Compute
import TestSupport
import Testing
import Whisper

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Sequences that are fed together share every pass over the weights.
@Suite(.serialized) struct BeamSpeedTests {
    /// Five cost little more than one; with a busy neighbour in the same core less than two and a half times as much.
    @Test func fiveBeamsAreNotFiveTimesTheWork() throws {
        let (one, five) = try steps((windows: 1, beams: 1), (windows: 1, beams: 5), until: 2.5)
        print("a decode step of one sequence \(one), of five \(five): \(five / one) times as long")
        #expect(five < one * 2.5)
    }

    /// Though each of them listens to audio of its own.
    @Test func eightWindowsAreNotEightTimesTheWork() throws {
        let (one, eight) = try steps((windows: 1, beams: 1), (windows: 8, beams: 1), until: 4)
        print("a decode step of one window \(one), of eight \(eight): \(eight / one) times as long")
        #expect(eight < one * 4)
    }

    private typealias Shape = (windows: Int, beams: Int)

    /// The least processor time of a step of a token for each sequence, of two shapes in turn. On one thread, and not
    /// by the clock: other tests have the processors and their caches, too, and it is tried again until it is at most
    /// `bound` times as long; what is slower is so every time.
    private func steps(_ first: Shape, _ second: Shape, until bound: Double) throws -> (Duration, Duration) {
        let model = try WhisperModel(
            .open(RandomCheckpoint.tiny(.openAI)), engine: Engine(threads: 1), precision: .int8)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        var best = (Duration.seconds(1), Duration.seconds(1))
        for round in 0..<40 where round < 4 || best.1 >= best.0 * bound {
            best.0 = min(best.0, step(first, encoder))
            best.1 = min(best.1, step(second, encoder))
        }
        return best
    }

    private func step(_ shape: Shape, _ encoder: AudioEncoder) -> Duration {
        let decoder = TextDecoder(encoder.model, windows: shape.windows, sequencesPerWindow: shape.beams)
        for window in 0..<shape.windows {
            decoder.attend(to: encoder, window: window)
            decoder.append(SequencesTests.prompt, window: window)
            decoder.rearrange(window: window, from: Array(repeating: 0, count: shape.beams))
        }
        let sequences = Array(0..<shape.windows * shape.beams)
        let tokens = sequences.map { 1000 + $0 }
        let times = (0..<50).map { _ in
            let start = Self.processorTime
            decoder.step(tokens, sequences: sequences)
            return Self.processorTime - start
        }
        return times.min() ?? .zero
    }

    /// What this thread has computed for so far.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
