import Checkpoints
import Earshot
import TestSupport
import Testing

/// Models that open but are not what they seem: the work ends, with text or with an error, never with a crash.
@Suite struct DamagedModelTests {
    @Test func damagedWeightsEndTheWorkInOrder() async throws {
        let folder = try TemporaryFolder()
        var random = SystemRandomNumberGenerator()
        let noise = (0..<16_000).map { _ in Float.random(in: -0.5...0.5, using: &random) }
        var (finished, refused) = (0, 0)
        for round in 0..<24 {
            var bytes = [UInt8](embeddedModelBytes())
            // Behind the header, which has its own tests; now single bits, now whole stretches of one byte.
            for _ in 0..<(1 << (round % 12)) {
                let at = Int.random(in: 40_000..<bytes.count - 4096, using: &random)
                if round % 2 == 0 {
                    bytes[at] ^= UInt8(1 << (at & 7))
                } else {
                    bytes.replaceSubrange(at..<at + 4096, with: repeatElement(UInt8(round * 11), count: 4096))
                }
            }
            try folder.write(bytes, to: "model")
            do {
                let transcriber = Transcriber(model: try Model.load(path: folder.path("model")))
                _ = try await transcriber.transcript(of: .samples(noise))
                finished += 1
            } catch {
                #expect(!"\(error)".isEmpty && !"\(error)".contains("\n"))
                refused += 1
            }
        }
        #expect(finished + refused == 24 && finished > 0)
    }

    @Test func aModelOfNoNumbersIsRefusedWhileItListens() async throws {
        let folder = try TemporaryFolder()
        // In halves, for a scale that is no number is found when a model is opened.
        try Checkpoint.open(embedded: embeddedModelBytes(), name: "default").write(to: folder.path("halves"))
        var bytes = [UInt8](try folder.bytes("halves"))
        // Weights of the decoder; what lies behind them is checked when it is opened, too.
        for at in stride(from: 60_000, to: 4_000_000, by: 2) {
            (bytes[at], bytes[at + 1]) = (0xFF, 0xFF)
        }
        try folder.write(bytes, to: "model")
        let transcriber = Transcriber(model: try Model.load(path: folder.path("model"), precision: .f16))
        var options = transcriber.model.defaultOptions
        options.language = nil
        let last = Latest<TranscriptionProgress>()
        let error = await #expect(throws: (any Error).self) {
            for try await _ in transcriber.transcribe(
                .samples([0, 1, 0]), options: options, progress: last.note)
            {}
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("no numbers"))
        #expect(last.value?.languageProbability == nil)
    }

    /// Attention keeps a head's sums in room for 256 channels.
    @Test func aModelWithHeadsTooWideIsRefused() throws {
        let folder = try TemporaryFolder()
        let tiny = try Checkpoint.open(RandomCheckpoint.tiny(.openAI))
        var dimensions = tiny.dimensions
        dimensions.textHeads = 1
        try EarshotFile.write(
            tiny.tensors, dimensions: dimensions, metadata: [:], precision: .int8, to: folder.path("wide"))
        let error = #expect(throws: (any Error).self) { try Model.load(path: folder.path("wide")) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("heads of 384 channels are wider than 256"))
    }

    @Test func aReadableModelThatIsNoWhisperIsRefusedByName() {
        let error = #expect(throws: (any Error).self) {
            try Model.load(path: Fixtures.path("Checkpoints/nano-f16.pt"))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("nano-f16"))
    }
}
