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
            #expect(decoder.tokenCount() == (step == 1 ? 0 : 3 + step - 2))
        }
    }

    /// Windows that are decoded together, some through several attempts, get the text they get alone, tokens and
    /// probabilities to the bit.
    @Test func windowsShareThePassesAndNothingElse() throws {
        let model = try WhisperModel(
            .open(RandomCheckpoint.tiny(.openAI)), engine: Engine(), precision: .int8)
        let tokenizer = try Tokenizer(vocabularySize: model.dimensions.vocabularySize)
        let encoder = AudioEncoder(model)
        var options = DecodingOptions()
        options.beamSize = 3
        options.bestOf = 2
        options.sampleLength = 24
        var ladder = FallbackLadder()
        ladder.temperatures = [0, 0.6, 1]
        // No text is good enough: every window goes all the way.
        ladder.logProbabilityThreshold = 0
        func optionsOfWindow(_ window: Int) -> DecodingOptions {
            var own = options
            own.seed = UInt64(window)
            own.prompt = Array(repeating: 1000 + window, count: window)
            return own
        }

        let together = TextDecoder(model, windows: 3, sequencesPerWindow: 3)
        var alone: [DecodingResult] = []
        for window in 0..<3 {
            try encoder.encode(RandomCheckpoint.logMel(seed: UInt32(7 + window)))
            together.attend(to: encoder, window: window)
            let single = TextDecoder(model, sequencesPerWindow: 3)
            single.attend(to: encoder)
            alone.append(
                try WindowDecoder(decoder: single, tokenizer: tokenizer)
                    .decode(optionsOfWindow(window), ladder: ladder))
        }
        let windows = WindowDecoder(decoder: together, tokenizer: tokenizer)
        for window in [1, 0, 2] { try windows.start(optionsOfWindow(window), ladder: ladder, window: window) }
        var found: [Int: DecodingResult] = [:]
        while !windows.windows.isEmpty {
            for finished in windows.takeFinished() { found[finished.window] = finished.result }
            try windows.step()
        }
        for window in 0..<3 { #expect(found[window] == alone[window]) }
        #expect(alone.allSatisfy { $0.tokens.count == $0.tokenLogProbabilities.count })
        #expect(alone.allSatisfy { $0.temperature == 1 })
    }
}
