import Earshot
import Models
import TestSupport
import Testing

/// Whole recordings, token for token what openai-whisper writes on the same checkpoint.
@Suite(.serialized) struct ParityTests {
    /// A run of the reference over many recordings, and the model it ran with.
    enum Run: String, CaseIterable, CustomTestStringConvertible {
        case digits
        case digitsPreviousText = "digits-previous-text"
        case tiny
        case tinyEnglish = "tiny.en"

        var testDescription: String { rawValue }

        func model() throws -> Model {
            switch self {
            case .digits, .digitsPreviousText: try embeddedModel(.f32)
            case .tiny: try .load(path: RandomCheckpoint.tiny(.openAI), precision: .f32)
            case .tinyEnglish: try .load(path: RandomCheckpoint.tinyEnglish(.openAI), precision: .f32)
            }
        }
    }

    @Test(arguments: Run.allCases) func tokensAreTheReferences(_ run: Run) async throws {
        let golden = try ReferenceTranscripts(run.rawValue)
        let transcriber = Transcriber(model: try run.model())
        var options = TranscriptionOptions()
        options.language = golden.language
        options.conditionOnPreviousText = golden.conditionOnPreviousText
        let human = HumanRecording.present ? try HumanRecording.all() : [:]

        var compared = 0
        for expected in golden.recordings {
            let name = expected.recording
            let isShipped = name.contains(".")
            guard isShipped || human[name] != nil else { continue }
            let recording: Recording =
                isShipped
                ? .file("\(Fixtures.root)/Audio/\(name)") : .samples(try human[name]?.joined() ?? [])
            let transcript = try await transcriber.transcript(of: recording, options: options)
            compared += 1
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
        print("\(run.rawValue): \(compared) of \(golden.recordings.count) recordings compared")
        #expect(compared >= 20)
    }
}

/// The default model, as the command carries it.
func embeddedModel(_ precision: Precision? = nil) throws -> Model {
    try .load(embedded: embeddedModelBytes(), name: "default", precision: precision)
}

func embeddedModelBytes() -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: earshot_default_model(), count: earshot_default_model_size())
}
