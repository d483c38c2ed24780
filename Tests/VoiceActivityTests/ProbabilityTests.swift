import Compute
import TestSupport
import Testing
import VoiceActivity

/// What the network hears, beside what silero-vad's ONNX model hears under onnxruntime.
@Suite struct ProbabilityTests {
    static let goldens: [String: [Float]] = (try? Fixtures.json("VoiceActivity/probabilities.json")) ?? [:]

    /// The probabilities of samples that arrive in pieces of the lengths that `next` names.
    private func probabilities(
        _ samples: [Float], _ model: VoiceActivityModel, pieces next: (Int) -> Int = { _ in 16_000 }
    ) -> [Float] {
        let stream = VoiceActivityStream(model)
        var heard: [Float] = []
        samples.withUnsafeBufferPointer { samples in
            var position = 0
            while position < samples.count {
                let end = min(samples.count, position + next(position))
                stream.append(samples.extracting(position..<end)) { heard.append($0) }
                position = end
            }
        }
        #expect(stream.sampleCount == samples.count)
        stream.finish { heard.append($0) }
        return heard
    }

    @Test("are the reference's, with every table", arguments: Engine.availableKernels)
    func reference(kernels: String) throws {
        let model = try VoiceActivityModel(kernels: kernels)
        var worst: Float = 0
        for (name, expected) in Self.goldens {
            guard let samples = try Sounds.samples(name) else { continue }
            let heard = probabilities(samples, model)
            #expect(heard.count == expected.count, "\(name)")
            let difference = zip(heard, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(difference < 0.001, "\(name)")
            worst = max(worst, difference)
        }
        print("speech probabilities, \(kernels): within \(worst) of the reference")
        #expect(Self.goldens.count >= 15)
    }

    @Test("are the same to the bit however the samples are cut", arguments: 0..<4)
    func pieces(seed: Int) throws {
        let model = try VoiceActivityModel()
        let samples = try #require(try Sounds.samples("demo.flac"))
        let whole = probabilities(samples, model)
        let cut = probabilities(samples, model) { position in
            seed == 0 ? 511 : 1 + Int(Sounds.mix(UInt32(position + seed * 1_000_003)) % 1500)
        }
        #expect(whole == cut)
    }

    @Test("are those of nothing for no samples at all")
    func nothing() throws {
        #expect(probabilities([], try VoiceActivityModel()) == [])
    }

    /// Prints what a minute takes. How long that may be is for a quiet machine to say, not for a test.
    @Test("are there for every chunk of a minute")
    func speed() throws {
        let model = try VoiceActivityModel()
        let samples = (0..<960_000).map { Float(Int(Sounds.mix(UInt32($0)) & 0xFFF) - 2048) / 32768 }
        var found: [Float] = []
        let time = (0..<3).map { _ in ContinuousClock().measure { found = probabilities(samples, model) } }
            .min()
        print("speech probabilities of a minute: \(time ?? .zero)")
        #expect(found.count == 1875)
    }
}
