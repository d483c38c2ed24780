import Checkpoints
import Compute
import Decoding
import TestSupport
import Testing
import Whisper

/// Decoding one window, step by step.
@Suite struct WindowDecoderTests {
    /// Stopping is asked before every step, and honoured at once.
    @Test func stopsBeforeTheStepThatIsNotWanted() throws {
        let model = try WhisperModel(
            .open(RandomCheckpoint.tiny(.openAI)), engine: Engine(), precision: .int8)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        let decoder = TextDecoder(model)
        decoder.attend(to: encoder)
        let windows = WindowDecoder(
            decoder: decoder,
            tokenizer: try Tokenizer(
                vocabularySize: model.dimensions.vocabularySize, language: "en", task: .transcribe))
        for step in [1, 2, 7] {
            var asked = 0
            #expect(throws: CancellationError.self) {
                try windows.decode(DecodingOptions()) {
                    asked += 1
                    return asked == step
                }
            }
            #expect(asked == step)
            // The start of the transcript is three tokens; each step before the last added one.
            #expect(decoder.tokenCount == (step == 1 ? 0 : 3 + step - 2))
        }
    }
}
