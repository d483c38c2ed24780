import Checkpoints
import Compute
import FoundationEssentials
import TestSupport
import Testing
import Whisper

/// A model file in int8 holds what the kernels multiply: nothing is rounded twice, and nothing else.
@Suite(.serialized) struct RoundedFileTests {
    private static let tokens = [50258, 50259, 50359, 50363, 400, 50000]

    /// `tiny` in int8, gone when the test ends: the mapping stays.
    private static func rounded() throws -> (original: Checkpoint, copy: Checkpoint) {
        let original = try Checkpoint.open(RandomCheckpoint.tiny(.openAI))
        let path = FileManager.default.temporaryDirectory.appending(path: "rounded-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try original.write(to: path, precision: .int8)
        return (original, try Checkpoint.open(path))
    }

    /// Features of the window, and logits behind each token.
    private static func run(
        _ checkpoint: Checkpoint, _ precision: Precision, threads: Int
    ) throws -> (features: [Float], logits: [Float]) {
        let model = try WhisperModel(checkpoint, engine: Engine(threads: threads), precision: precision)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        let decoder = TextDecoder(model)
        decoder.attend(to: encoder)
        return (Array(encoder.features), tokens.flatMap { Array(decoder.append([$0])) })
    }

    @Test func runsBitForBitAsTheOriginal() throws {
        let (original, copy) = try Self.rounded()
        let expected = try Self.run(original, .int8, threads: 2)
        for threads in [1, 2] {
            let found = try Self.run(copy, .int8, threads: threads)
            #expect(found.features == expected.features)
            #expect(found.logits == expected.logits)
        }
    }

    @Test(arguments: [Precision.f16, .f32]) func runsInFloatsToo(precision: Precision) throws {
        let (_, copy) = try Self.rounded()
        let expected = try Self.run(copy, .int8, threads: 2).logits
        let agreement = ReferenceTests.Agreement(
            try Self.run(copy, precision, threads: 2).logits, expected)
        #expect(agreement.cosine > 0.998, "\(agreement)")
    }
}
