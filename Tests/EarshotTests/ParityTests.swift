import Earshot
import Models
import TestSupport
import Testing

/// Whole recordings, token for token what openai-whisper writes on the same checkpoint.
@Suite(.serialized) struct ParityTests {
    /// A run of the reference over many recordings, and the model it ran with.
    enum Run: String, CaseIterable, CustomTestStringConvertible {
        case embedded = "default"
        case embeddedPreviousText = "default-previous-text"
        case tiny
        case tinyEnglish = "tiny.en"

        var testDescription: String { rawValue }

        /// The built-in model in 32 bits; the random ones in f16, which rounds nothing of them.
        func model() throws -> Model {
            switch self {
            case .embedded, .embeddedPreviousText: try embeddedModel(.f32)
            case .tiny: try .load(path: RandomCheckpoint.tiny(.openAI), precision: .f16)
            case .tinyEnglish: try .load(path: RandomCheckpoint.tinyEnglish(.openAI), precision: .f16)
            }
        }
    }

    @Test(arguments: Run.allCases) func sampleRecordings(_ run: Run) async throws {
        let compared = try await compare(run) { name in
            name.contains(".") ? .file("\(Fixtures.root)/Audio/\(name)") : nil
        }
        #expect(compared >= 20)
    }

    /// In the precision that it is used with, which was rounded in training, the model writes the same.
    @Test func theBuiltInModelWritesTheSameInEightBits() async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        var options = transcriber.model.defaultOptions
        options.language = "en"
        for expected in try ReferenceTranscripts("default").recordings where expected.recording.contains(".")
        {
            let transcript = try await transcriber.transcript(
                of: .file("\(Fixtures.root)/Audio/\(expected.recording)"), options: options)
            #expect(transcript.text == expected.text, "\(expected.recording)")
        }
    }

    @Test(
        .enabled(if: HumanRecording.present, "\(HumanRecording.absence)"),
        arguments: [Run.embedded, .embeddedPreviousText, .tiny])
    func humanRecordings(_ run: Run) async throws {
        let human = try HumanRecording.all()
        let compared = try await compare(run) { name in try human[name].map { .samples(try $0.joined()) } }
        #expect(compared >= 8)
    }

    /// Compares every recording of a run that `recording` finds by its name; returns how many.
    private func compare(_ run: Run, recording: (String) throws -> Recording?) async throws -> Int {
        let golden = try ReferenceTranscripts(run.rawValue)
        let transcriber = Transcriber(model: try run.model())
        var options = TranscriptionOptions()
        options.language = golden.language
        options.conditionOnPreviousText = golden.conditionOnPreviousText
        options.temperatures = [0]
        var compared = 0
        for expected in golden.recordings {
            guard let recording = try recording(expected.recording) else { continue }
            // Nothing is ended that the reference would accept; what it would not is compared whole.
            options.stopsLoops = expected.segments.allSatisfy { $0.compressionRatio <= 2.4 }
            let transcript = try await transcriber.transcript(of: recording, options: options)
            try expectEqual(transcript, expected)
            compared += 1
        }
        print("\(run.rawValue): \(compared) recordings compared")
        return compared
    }

    private func expectEqual(_ transcript: Transcript, _ expected: ReferenceTranscripts.Recording) throws {
        let name = expected.recording
        #expect(transcript.language == expected.language, "\(name)")
        #expect(transcript.text == expected.text, "\(name)")
        try #require(transcript.segments.count == expected.segments.count, "\(name)")
        for (found, segment) in zip(transcript.segments, expected.segments) {
            #expect(found.tokens == segment.tokens, "\(name)")
            #expect(found.text == segment.text, "\(name)")
            #expect([found.id, found.seek] == [segment.id, segment.seek], "\(name)")
            #expect(abs(found.start - segment.start) < 1e-9, "\(name)")
            #expect(abs(found.end - segment.end) < 1e-9, "\(name)")
            #expect(abs(found.averageLogProbability - segment.averageLogProbability) < 1e-4, "\(name)")
            #expect(abs(found.compressionRatio - segment.compressionRatio) < 1e-6, "\(name)")
            #expect(abs(found.noSpeechProbability - segment.noSpeechProbability) < 1e-4, "\(name)")
        }
    }
}

/// The default model, as the command carries it.
func embeddedModel(_ precision: Precision? = nil) throws -> Model {
    try .load(embedded: embeddedModelBytes(), name: "default", precision: precision)
}

func embeddedModelBytes() -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: earshot_default_model(), count: earshot_default_model_size())
}
