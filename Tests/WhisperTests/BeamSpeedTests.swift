import Checkpoints
import Compute
import TestSupport
import Testing
import Whisper

/// Sequences that are fed together share every pass over the weights.
@Suite(.serialized) struct BeamSpeedTests {
    /// Five cost little more than one; on a busy machine less than three times as much.
    @Test func fiveBeamsAreNotFiveTimesTheWork() throws {
        let model = try WhisperModel(
            .open(RandomCheckpoint.tiny(.openAI)), engine: Engine(), precision: .int8)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        var best: [Int: Duration] = [1: .seconds(1), 5: .seconds(1)]
        for _ in 0..<4 {
            for beams in [1, 5] {
                let decoder = TextDecoder(model, sequencesPerWindow: beams)
                decoder.attend(to: encoder)
                decoder.append(SequencesTests.prompt)
                decoder.rearrange(from: Array(repeating: 0, count: beams))
                let (tokens, sequences) = (Array(1000..<1000 + beams), Array(0..<beams))
                for _ in 0..<50 {
                    let time = ContinuousClock().measure { decoder.step(tokens, sequences: sequences) }
                    best[beams] = min(best[beams] ?? time, time)
                }
            }
        }
        let (one, five) = (best[1] ?? .zero, best[5] ?? .zero)
        print("a decode step of one sequence \(one), of five \(five): \(five / one) times as long")
        #expect(five < one * 3)
    }
}
