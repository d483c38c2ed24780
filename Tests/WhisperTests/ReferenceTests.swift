import Checkpoints
import Compute
import Models
import TestSupport
import Testing
import Whisper

/// Encoder output and teacher-forced logits against openai-whisper, on the same checkpoint and input.
@Suite(.serialized) struct ReferenceTests {
    struct Golden: Decodable {
        let tokens: [Int]
        let frames: [Int]
        let logitRows: [Int]
        let encoderStride: Int
        let logitStride: Int
        let topTokens: [[Int]]
    }

    enum Source: String, CaseIterable, CustomTestStringConvertible {
        case openAI, huggingFace, ggml, english, embedded

        var testDescription: String { rawValue }

        var golden: String {
            switch self {
            case .openAI, .huggingFace, .ggml: "tiny"
            case .english: "tiny.en"
            case .embedded: "default"
            }
        }

        func open() throws -> Checkpoint {
            switch self {
            case .openAI: return try .open(RandomCheckpoint.tiny(.openAI))
            case .huggingFace: return try .open(RandomCheckpoint.tiny(.huggingFace))
            case .ggml: return try .open(RandomCheckpoint.tiny(.ggml))
            case .english: return try .open(RandomCheckpoint.tinyEnglish(.openAI))
            case .embedded:
                let bytes = UnsafeRawBufferPointer(
                    start: earshot_default_model(), count: earshot_default_model_size())
                return try .open(embedded: bytes, name: "default")
            }
        }
    }

    /// How far numbers are from the reference's.
    struct Agreement: CustomStringConvertible {
        let cosine: Double
        let maximumError: Float

        init(_ found: [Float], _ expected: [Float]) {
            var (dot, a, b) = (0.0, 0.0, 0.0)
            for (x, y) in zip(found, expected) {
                dot += Double(x) * Double(y)
                a += Double(x) * Double(x)
                b += Double(y) * Double(y)
            }
            cosine = found.count == expected.count && a > 0 ? dot / (a * b).squareRoot() : 0
            maximumError = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        }

        var description: String { "cosine \(cosine), maximum error \(maximumError)" }
    }

    /// int8 rounds weights and activations to 8 bits; the others round nothing the checkpoint has not, but for the
    /// built-in one, whose weights are bytes that 16 bits do not hold exactly. These
    /// models are livelier than trained ones: what is rounded early grows from block to block.
    @Test(arguments: Source.allCases, Precision.allCases)
    func agreesWithTheReference(_ source: Source, _ precision: Precision) throws {
        let isExact = precision == .f32 || (precision == .f16 && source != .embedded)
        let name = "Models/\(source.golden)"
        let golden: Golden = try Fixtures.json("\(name).golden.json")
        let model = try WhisperModel(source.open(), engine: Engine(), precision: precision)
        let state = model.dimensions.audioState

        let encoder = AudioEncoder(model)
        try encoder.encode(RandomCheckpoint.logMel())
        let rows = golden.frames.flatMap { encoder.features[$0 * state..<($0 + 1) * state] }
        let expectedRows = try NumpyArray(fixture: "\(name).encoder.npy").values.suffix(rows.count)
        let strided = stride(from: 0, to: encoder.features.count, by: golden.encoderStride).map {
            encoder.features[$0]
        }
        let encoded = [
            Agreement(rows, Array(expectedRows)),
            Agreement(strided, try NumpyArray(fixture: "\(name).encoder-strided.npy").values),
        ]

        let decoder = TextDecoder(model)
        decoder.attend(to: encoder)
        var logits = golden.tokens.map { Array(decoder.append([$0])) }
        // The same sequence at once, as a prompt is fed.
        decoder.forgetTokens()
        logits.append(Array(decoder.append(golden.tokens)))
        let expectedLogits = try NumpyArray(fixture: "\(name).logits.npy").values
        let expectedStrided = try NumpyArray(fixture: "\(name).logits-strided.npy").values
        let sparse = logits.map { row in
            stride(from: 0, to: row.count, by: golden.logitStride).map { row[$0] }
        }
        let decoded = [
            Agreement(golden.logitRows.flatMap { logits[$0] }, expectedLogits),
            Agreement(sparse.dropLast().flatMap(\.self), expectedStrided),
            Agreement(sparse[golden.tokens.count], Array(expectedStrided.suffix(sparse[0].count))),
        ]
        print("\(source) \(precision): encoder \(encoded[1]); logits \(decoded[0])")
        for agreement in encoded + decoded {
            #expect(agreement.cosine > (precision == .int8 ? 0.999 : 0.99999), "\(agreement)")
            if isExact { #expect(agreement.maximumError < 2e-3, "\(agreement)") }
        }
        for (row, top) in zip(logits, golden.topTokens) where isExact {
            #expect(row.indices.max { row[$0] < row[$1] } == top.first)
        }
    }

    @Test func stoppingLeavesTheEncoder() throws {
        let model = try WhisperModel(Source.embedded.open(), engine: Engine(threads: 1), precision: .f16)
        let encoder = AudioEncoder(model)
        #expect(throws: CancellationError.self) {
            try encoder.encode(RandomCheckpoint.logMel()) { true }
        }
    }
}
