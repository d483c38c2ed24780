import AudioInput
import Dispatch
import Earshot
import Synchronization
import TestSupport
import Testing

/// Windows that are decoded together.
@Suite(.serialized) struct BatchTests {
    /// A transcript, and what was told on the way.
    private struct Heard: Equatable {
        var transcript: Transcript
        var notes: [String]
    }

    private func transcribe(
        _ samples: [Float], _ transcriber: Transcriber, _ options: TranscriptionOptions, together: Int?
    ) async throws -> Heard {
        var options = options
        options.batchSize = together
        let notes = Mutex<[String]>([])
        var segments: [Segment] = []
        for try await segment in transcriber.transcribe(
            .samples(samples), options: options,
            progress: { progress in notes.withLock { $0 += progress.notes } })
        {
            segments.append(segment)
        }
        let transcript = Transcript(
            text: transcriber.model.text(of: segments), segments: segments, language: "")
        return Heard(transcript: transcript, notes: notes.withLock(\.self))
    }

    private static func samples(_ names: String...) throws -> [Float] {
        try names.flatMap { try ArraySource.reading("\(Fixtures.root)/Audio/\($0).flac") }
    }

    /// Recordings: shorter than a window, of some windows, of many with silence between them.
    static let recordings = [
        ["demo"], ["seventy-seconds", "late", "hiss"],
        [
            "half-minute", "silence", "pin", "seventy-seconds", "noise", "count-up", "phone",
        ],
    ]

    private static func recording(_ number: Int) throws -> [Float] {
        try recordings[number].flatMap { try samples($0) }
    }

    @Test(arguments: recordings.indices)
    func theTextDoesNotDependOnHowManyThereAre(number: Int) async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        let samples = try Self.recording(number)
        var options = transcriber.model.defaultOptions
        options.wordTimestamps = number == 1
        let alone = try await transcribe(samples, transcriber, options, together: 1)
        for together in [2, 8] {
            let heard = try await transcribe(samples, transcriber, options, together: together)
            #expect(heard.transcript == alone.transcript)
            #expect(Set(heard.notes) == Set(alone.notes))
        }
        let segments = alone.transcript.segments
        #expect(segments.map(\.id) == Array(segments.indices))
        let spoken = segments.filter { !$0.text.isEmpty }
        #expect(zip(spoken, spoken.dropFirst()).allSatisfy { $0.end <= $1.start })
        #expect(segments.allSatisfy { ($0.words != nil) == options.wordTimestamps })
    }

    @Test(arguments: [0, 1])
    func theWordsAreThoseOfSequentialDecoding(number: Int) async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        let samples = try Self.recording(number)
        var options = transcriber.model.defaultOptions
        options.voiceActivity = VoiceActivityOptions()
        let expected = try await transcribe(samples, transcriber, options, together: nil).transcript
        let heard = try await transcribe(samples, transcriber, options, together: 4).transcript
        #expect(heard.text == expected.text)
        // Short enough for a window, it is one.
        if number == 0 { #expect(heard.segments == expected.segments) }
    }

    /// A model that is sure of nothing: every window goes up the ladder and is decoded in parts.
    @Test(arguments: [nil, 3]) func aBabblingModelBabblesTheSame(beams: Int?) async throws {
        let transcriber = Transcriber(model: try Model.load(path: RandomCheckpoint.tiny(.openAI)))
        let samples = try Self.samples("seventy-seconds", "menu")
        var options = TranscriptionOptions()
        options.language = "en"
        options.temperatures = [0, 0.7]
        options.bestOf = 2
        options.beamSize = beams
        options.logProbabilityThreshold = -0.01
        options.noSpeechThreshold = nil
        options.maximumTokens = 8
        options.initialPrompt = "one two"
        options.wordTimestamps = beams != nil
        let alone = try await transcribe(samples, transcriber, options, together: 1)
        #expect(alone.transcript.segments.contains { $0.temperature == 0.7 })
        #expect(alone.transcript.segments.count >= 3)
        #expect(
            try await transcribe(samples, transcriber, options, together: 5).transcript == alone.transcript)
    }

    @Test func theLanguageIsHeardOnce() async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        var options = transcriber.model.defaultOptions
        options.language = nil
        options.batchSize = 4
        let recording = Recording.file("\(Fixtures.root)/Audio/seventy-seconds.flac")
        #expect(try await transcriber.transcript(of: recording, options: options).language == "en")
    }

    @Test(arguments: [0, 1_000_000]) func nothingIsHeardWhereNobodySpeaks(count: Int) async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        let options = transcriber.model.defaultOptions
        #expect(
            try await transcribe([Float](repeating: 0, count: count), transcriber, options, together: 4)
                .transcript.segments.isEmpty)
    }

    @Test func leavingTheLoopStopsTheWork() async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        let samples = try Self.recording(2)
        var options = transcriber.model.defaultOptions
        options.batchSize = 2
        let behind = Mutex(0.0)
        // What is next waits until the first text has been taken and the loop left.
        let left = DispatchSemaphore(value: 0)
        for try await _ in transcriber.transcribe(
            .samples(samples), options: options,
            progress: { progress in
                guard progress.phase == .transcribing, progress.processedSeconds > 0 else { return }
                let isFirst = behind.withLock { behind in
                    defer { behind = progress.processedSeconds }
                    return behind == 0
                }
                if isFirst { left.wait() }
            })
        {
            break
        }
        left.signal()
        try await Task.sleep(for: .milliseconds(700))
        #expect(behind.withLock { $0 } < Double(samples.count) / 16_000 / 2)
    }

    static let contradictions: [(String, @Sendable (inout TranscriptionOptions) -> Void)] = [
        ("from 1 to 64", { $0.batchSize = 0 }), ("from 1 to 64", { $0.batchSize = 65 }),
        ("follow each other", { ($0.batchSize, $0.clips) = (2, [Clip(start: 1), Clip(start: 2)]) }),
        ("in one language", { ($0.batchSize, $0.detectsLanguageOfEveryWindow) = (2, true) }),
    ]

    @Test(arguments: contradictions.indices) func contradictionsAreRefused(_ index: Int) async throws {
        let (reason, change) = Self.contradictions[index]
        var options = TranscriptionOptions()
        change(&options)
        let transcriber = Transcriber(model: try embeddedModel())
        let error = await #expect(throws: TranscriptionOptions.Contradiction.self) {
            try await transcriber.transcript(of: TranscriberTests.demo, options: options)
        }
        #expect(error?.description.contains(reason) == true)
    }
}
