import Earshot
import Synchronization
import TestSupport
import Testing

/// Beams, prompts, prefixes, forbidden tokens and thresholds, token for token what openai-whisper writes.
@Suite(.serialized) struct SearchParityTests {
    static let runs = (try? ReferenceSearch.all()) ?? []

    @Test func allRunsAreThere() {
        #expect(Self.runs.count == 26)
        #expect(Self.runs.reduce(0) { $0 + $1.recordings.count } >= 110)
    }

    @Test(arguments: runs.indices) func writesWhatTheReferenceWrites(_ index: Int) async throws {
        let run = Self.runs[index]
        let transcriber = Transcriber(model: try Self.model(run.model))
        var options = run.options.transcription
        for expected in run.recordings {
            // Nothing is ended that the reference would accept; what it would not is compared whole.
            options.stopsLoops = expected.segments.allSatisfy { $0.compressionRatio <= 2.4 }
            let transcript = try await transcriber.transcript(
                of: .file("\(Fixtures.root)/Audio/\(expected.recording)"), options: options)
            try expectEqual(transcript, expected, "\(run.model), \(run.name), \(expected.recording)")
        }
    }

    /// Where the reference's first text was not good enough, ours is not; what is drawn then is another matter.
    @Test func fallsBackWhereTheReferenceDoes() async throws {
        let run = try #require(Self.runs.first { !$0.fellBack.isEmpty })
        let transcriber = Transcriber(model: try Self.model(run.model))
        for name in run.fellBack {
            let transcript = try await transcriber.transcript(
                of: .file("\(Fixtures.root)/Audio/\(name)"), options: run.options.transcription)
            #expect(transcript.segments.contains { $0.temperature > 0 }, "\(name)")
        }
    }

    private func expectEqual(
        _ transcript: Transcript, _ expected: ReferenceTranscripts.Recording, _ name: String
    ) throws {
        #expect(transcript.text == expected.text, "\(name)")
        try #require(transcript.segments.count == expected.segments.count, "\(name)")
        for (found, segment) in zip(transcript.segments, expected.segments) {
            #expect(found.tokens == segment.tokens, "\(name)")
            #expect([found.id, found.seek] == [segment.id, segment.seek], "\(name)")
            #expect(abs(found.start - segment.start) < 1e-9, "\(name)")
            #expect(abs(found.end - segment.end) < 1e-9, "\(name)")
            #expect(abs(found.averageLogProbability - segment.averageLogProbability) < 1e-4, "\(name)")
            #expect(abs(found.compressionRatio - segment.compressionRatio) < 1e-6, "\(name)")
            #expect(abs(found.noSpeechProbability - segment.noSpeechProbability) < 1e-4, "\(name)")
            #expect(found.tokenLogProbabilities.count == found.tokens.count, "\(name)")
        }
    }

    /// In the precision that rounds nothing more than the files do; each is loaded once.
    private static func model(_ name: String) throws -> Model {
        try models.withLock { models in
            if let model = models[name] { return model }
            let model: Model =
                switch name {
                case "tiny": try .load(path: RandomCheckpoint.tiny(.openAI), precision: .f16)
                case "tiny.en": try .load(path: RandomCheckpoint.tinyEnglish(.openAI), precision: .f16)
                default: try embeddedModel(.f32)
                }
            models[name] = model
            return model
        }
    }

    private static let models = Mutex<[String: Model]>([:])
}

extension ReferenceSearch.Options {
    /// The same in our words. The script's defaults are greedy search, once, in English, every window by itself.
    var transcription: TranscriptionOptions {
        var options = TranscriptionOptions()
        options.language = "en"
        options.temperatures = temperature ?? [0]
        options.conditionOnPreviousText = conditionOnPreviousText ?? false
        options.withoutTimestamps = withoutTimestamps ?? false
        options.beamSize = beamSize
        options.patience = patience
        options.lengthPenalty = lengthPenalty
        options.initialPrompt = initialPrompt
        options.carryInitialPrompt = carryInitialPrompt ?? false
        options.prefix = prefix
        options.maximumTokens = sampleLength
        if let suppressTokens {
            options.suppressedTokens = suppressTokens.split(separator: ",").compactMap { Int($0) }
        }
        options.suppressBlank = suppressBlank ?? true
        if let value = thresholds["compression_ratio_threshold"] { options.compressionRatioThreshold = value }
        if let value = thresholds["logprob_threshold"] { options.logProbabilityThreshold = value }
        if let value = thresholds["no_speech_threshold"] { options.noSpeechThreshold = value }
        return options
    }
}
