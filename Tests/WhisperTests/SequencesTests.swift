import Checkpoints
import Compute
import Models
import TestSupport
import Testing
import Whisper

/// Several sequences and windows in one decoder, against each by itself: the same bits.
@Suite struct SequencesTests {
    static let prompt = [50258, 50259, 50359]

    let model: WhisperModel
    let encoder: AudioEncoder

    init() throws { (model, encoder) = try Self.prepared(.int8) }

    static func prepared(_ precision: Precision, threads: Int = 2) throws -> (WhisperModel, AudioEncoder) {
        let bytes = UnsafeRawBufferPointer(
            start: earshot_default_model(), count: earshot_default_model_size())
        let model = try WhisperModel(
            .open(embedded: bytes, name: "default"), engine: Engine(threads: threads), precision: precision)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        return (model, encoder)
    }

    /// The same for a random model of a published size.
    static func preparedTiny() throws -> (WhisperModel, AudioEncoder) {
        let model = try WhisperModel(
            .open(RandomCheckpoint.tiny(.openAI)), engine: Engine(threads: 2), precision: .int8)
        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        return (model, encoder)
    }

    /// The logits behind the last of some tokens, fed to a decoder that knows nothing else.
    func alone(_ tokens: [Int], model: WhisperModel, encoder: AudioEncoder) -> [Float] {
        let decoder = TextDecoder(model)
        decoder.attend(to: encoder)
        decoder.append(Self.prompt)
        return tokens.reduce([]) { _, token in Array(decoder.append([token])) }
    }

    @Test(arguments: [Precision.f32, .f16, .int8]) func beamsAreSequencesByThemselves(_ precision: Precision)
        throws
    {
        let (model, encoder) = try Self.prepared(precision)
        try compareBeams(model, encoder)
    }

    /// A model of a published size shares out its work differently.
    @Test func beamsOfATinyModelAreSequencesByThemselves() throws {
        let (model, encoder) = try Self.preparedTiny()
        try compareBeams(model, encoder)
    }

    private func compareBeams(_ model: WhisperModel, _ encoder: AudioEncoder) throws {
        let decoder = TextDecoder(model, sequencesPerWindow: 5)
        decoder.attend(to: encoder)
        decoder.append(Self.prompt)
        decoder.rearrange(from: [0, 0, 0, 0, 0])
        var beams = [[Int]](repeating: [], count: 5)
        let sources = [
            [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 2, 2, 0, 1], [1, 0, 0, 4, 4], [0, 0, 0, 0, 0],
        ]
        for (step, sources) in sources.enumerated() {
            let tokens = (0..<5).map { 400 + 97 * step + 13 * $0 }
            decoder.step(tokens, sequences: Array(0..<5))
            for beam in 0..<5 { beams[beam].append(tokens[beam]) }
            for beam in 0..<5 where step % 2 == 1 || beam == 3 {
                let expected = alone(beams[beam], model: model, encoder: encoder)
                #expect(Array(decoder.logits(ofRow: beam)) == expected, "step \(step), beam \(beam)")
            }
            decoder.rearrange(from: sources)
            beams = sources.map { beams[$0] }
        }
    }

    /// Two windows of different sound and different prompts, in steps of whichever wants one.
    @Test func windowsDoNotHearEachOther() throws {
        let other = AudioEncoder(model)
        try other.encode(RandomCheckpoint.logMel(seed: 4))
        let decoder = TextDecoder(model, windows: 2, sequencesPerWindow: 2)
        decoder.attend(to: encoder, window: 0)
        decoder.attend(to: other, window: 1)
        decoder.append(Self.prompt, window: 1)
        decoder.rearrange(window: 1, from: [0, 0])
        decoder.step([500, 600], sequences: [2, 3])
        decoder.append(Self.prompt, window: 0)
        decoder.step([700, 501, 601], sequences: [0, 2, 3])
        #expect(Array(decoder.logits(ofRow: 0)) == alone([700], model: model, encoder: encoder))
        #expect(Array(decoder.logits(ofRow: 1)) == alone([500, 501], model: model, encoder: other))
        #expect(Array(decoder.logits(ofRow: 2)) == alone([600, 601], model: model, encoder: other))
        // A window's place is taken by another; the first goes on.
        decoder.attend(to: encoder, window: 1)
        decoder.append(Self.prompt, window: 1)
        decoder.step([701, 502], sequences: [0, 2])
        #expect(Array(decoder.logits(ofRow: 0)) == alone([700, 701], model: model, encoder: encoder))
        #expect(Array(decoder.logits(ofRow: 1)) == alone([502], model: model, encoder: encoder))
    }
}
