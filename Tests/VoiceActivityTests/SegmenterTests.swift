import TestSupport
import Testing
import VoiceActivity

/// Stretches of speech, beside those that silero-vad's `get_speech_timestamps_from_probs` finds.
@Suite struct SegmenterTests {
    struct Goldens: Decodable {
        let options: [[String: Double]]
        let cases: [Case]
    }

    struct Case: Decodable {
        let probabilities: [Int]
        let length: Int
        let speech: [[[Int]]]
    }

    /// The reference's options, under its names; what is not named has its default.
    private func options(_ named: [String: Double]) -> VoiceActivityOptions {
        func milliseconds(_ name: String, _ usual: Int) -> Int { named[name].map { Int($0) } ?? usual }
        var options = VoiceActivityOptions()
        options.threshold = named["threshold"] ?? 0.5
        options.negativeThreshold = named["neg_threshold"]
        options.minimumSpeech = milliseconds("min_speech_duration_ms", 250)
        options.maximumSpeech = named["max_speech_duration_s"] ?? .infinity
        options.minimumSilence = milliseconds("min_silence_duration_ms", 100)
        options.padding = milliseconds("speech_pad_ms", 30)
        return options
    }

    @Test func stretchesAreThoseOfTheReference() throws {
        let goldens: Goldens = try Fixtures.json("VoiceActivity/segments.json")
        #expect(goldens.cases.count >= 20)
        for (number, example) in goldens.cases.enumerated() {
            for (options, expected) in zip(goldens.options, example.speech) {
                #expect(
                    try found(example, self.options(options)) == expected.map { $0[0]..<$0[1] },
                    "case \(number), \(options)")
            }
        }
    }

    /// The stretches, while what is told of decisions is held to what was decided.
    private func found(_ example: Case, _ options: VoiceActivityOptions) throws -> [Range<Int>] {
        var segmenter = SpeechSegmenter(options)
        var (stretches, start): ([Range<Int>], Int?) = ([], nil)
        var settled = 0
        func take(_ event: SpeechSegmenter.Event) {
            switch event {
            case .starts(let place):
                #expect(start == nil && place >= settled)
                start = place
            case .ends(let place):
                #expect(place >= settled)
                stretches.append((start ?? place + 1)..<place)
                start = nil
            case .tooShort(let range):
                #expect(range.count <= 16 * options.minimumSpeech)
            }
        }
        for probability in example.probabilities {
            segmenter.append(Float(probability) / 1024, take)
            #expect(segmenter.settled >= settled)
            settled = min(segmenter.settled, example.length)
        }
        segmenter.finish(sampleCount: example.length, take)
        #expect(start == nil && segmenter.settled == example.length)
        return stretches
    }

    /// With the defaults nothing waits longer than the shortest pause and what is kept around speech.
    @Test func decisionsAreMadeInTime() throws {
        let options = VoiceActivityOptions()
        var segmenter = SpeechSegmenter(options)
        for chunk in 0..<20_000 {
            let isSpeech = Sounds.mix(UInt32(chunk / 40)) % 3 > 0
            segmenter.append(isSpeech ? 0.9 : 0.1) { _ in }
            let wait = 16 * (options.minimumSilence + 2 * options.padding) + 3 * 512
            #expect((chunk + 1) * 512 - segmenter.settled <= wait)
        }
    }
}
