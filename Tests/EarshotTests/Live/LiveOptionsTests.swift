import Earshot
import Testing

@Suite struct LiveOptionsTests {
    @Test(
        "what is for recordings only is refused in one line",
        arguments: [
            { $0.transcription.clips = [Clip(start: 0, end: 10)] }, { $0.transcription.batchSize = 4 },
            { $0.transcription.prefix = "so" }, { $0.transcription.maximumSegmentLength = 20 },
            { $0.transcription.voiceActivity = VoiceActivityOptions() },
            { $0.transcription.beamSize = 0 }, { $0.voiceActivity.threshold = 2 },
            { $0.voiceActivity.minimumSilence = 50 }, { $0.voiceActivity.maximumSpeech = 20 },
            { $0.voiceActivity.minimumSpeech = 2601 }, { $0.voiceActivity.padding = 2901 },
            { $0.audioContext = .atLeast(seconds: 40) }, { $0.audioContext = .atLeast(seconds: .nan) },
        ] as [@Sendable (inout LiveOptions) -> Void])
    func refusals(change: @Sendable (inout LiveOptions) -> Void) throws {
        var options = LiveOptions(TranscriptionOptions())
        try options.check()
        change(&options)
        let refusal = #expect(throws: TranscriptionOptions.Contradiction.self) { try options.check() }
        #expect(refusal?.description.isEmpty == false && refusal?.description.contains("\n") == false)
    }
}
