import AudioInput
import Earshot
import TestSupport
import Testing

/// Options that contradict each other, chance that can be repeated, loops.
@Suite struct SearchOptionsTests {
    static let contradictions: [(String, @Sendable (inout TranscriptionOptions) -> Void)] = [
        ("no temperature", { $0.temperatures = [] }),
        ("temperature", { $0.temperatures = [-0.1] }),
        ("beam search follows", { $0.beamSize = 0 }),
        ("beam search needs temperature 0", { ($0.beamSize, $0.temperatures) = (5, [0.4, 0.8]) }),
        ("best is taken of", { $0.bestOf = 101 }),
        ("needs a temperature above 0", { ($0.bestOf, $0.temperatures) = (5, [0]) }),
        ("needs a beam size", { $0.patience = 2 }),
        ("never finish", { ($0.patience, $0.beamSize) = (0.1, 5) }),
        ("never finish", { ($0.patience, $0.beamSize) = (.nan, 5) }),
        ("between 0 and 1", { ($0.lengthPenalty, $0.beamSize) = (1.1, 5) }),
        ("ranks beams or samples", { $0.lengthPenalty = 0.6 }),
        ("at least one token", { $0.maximumTokens = 0 }),
        ("no initial prompt", { $0.carryInitialPrompt = true }),
        ("beside a prefix", { ($0.hotwords, $0.prefix) = ("a", "b") }),
        ("tell speech from silence", { $0.voiceActivity = voice { $0.threshold = .nan } }),
        ("0 to 60000 ms", { $0.voiceActivity = voice { $0.padding = -1 } }),
        ("longest speech", { $0.voiceActivity = voice { $0.maximumSpeech = 0.2 } }),
    ]

    static func voice(_ change: (inout VoiceActivityOptions) -> Void) -> VoiceActivityOptions {
        var options = VoiceActivityOptions()
        change(&options)
        return options
    }

    @Test(arguments: contradictions.indices) func contradictionsAreRefused(_ index: Int) async throws {
        let (reason, change) = Self.contradictions[index]
        var options = TranscriptionOptions()
        change(&options)
        let error = #expect(throws: TranscriptionOptions.Contradiction.self) { try options.check() }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "nothing")")
        await #expect(throws: TranscriptionOptions.Contradiction.self) {
            try await Transcriber(model: try embeddedModel()).transcript(
                of: TranscriberTests.demo, options: options)
        }
    }

    @Test func theDefaultsAgree() throws {
        try TranscriptionOptions().check()
        try embeddedModel().defaultOptions.check()
        #expect(try embeddedModel().defaultOptions.temperatures == [0])
    }

    /// Hot enough for chance to decide, in windows of a model that is sure of nothing.
    static func hot(seed: UInt64) -> TranscriptionOptions {
        var options = TranscriptionOptions()
        options.language = "en"
        options.withoutTimestamps = true
        options.temperatures = [0.9]
        options.bestOf = 3
        options.maximumTokens = 12
        options.seed = seed
        return options
    }

    @Test func theSameSeedGivesTheSameTextWithAnyNumberOfThreads() async throws {
        func transcript(threads: Int, seed: UInt64) async throws -> Transcript {
            let model = try Model.load(path: RandomCheckpoint.tiny(.openAI), threads: threads)
            return try await Transcriber(model: model).transcript(
                of: .file("\(Fixtures.root)/Audio/half-minute.flac"), options: Self.hot(seed: seed))
        }
        let first = try await transcript(threads: 1, seed: 5)
        #expect(!first.text.isEmpty)
        for threads in 1...3 { #expect(try await transcript(threads: threads, seed: 5) == first) }
        #expect(try await transcript(threads: 1, seed: 6).text != first.text)
    }

    /// The same thirty seconds twice, heard whole and from the second time on.
    @Test func whatAWindowDrawsDependsOnItsPlaceAlone() async throws {
        let once = try ArraySource.reading("\(Fixtures.root)/Audio/half-minute.flac").prefix(480_000)
        let recording = Recording.samples(Array(once + once))
        let transcriber = Transcriber(model: try .load(path: RandomCheckpoint.tiny(.openAI)))
        var options = Self.hot(seed: 5)
        options.conditionOnPreviousText = false
        let whole = try await transcriber.transcript(of: recording, options: options)
        options.clips = [Clip(start: 30)]
        let second = try await transcriber.transcript(of: recording, options: options)
        #expect(whole.segments.count == 2 && second.segments.count == 1)
        #expect(second.text == whole.segments.last?.text && whole.segments.first?.text != second.text)
    }

    @Test func whatMatchesThePatternIsNotWritten() async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        var options = transcriber.model.defaultOptions
        options.suppressedPattern = " ?(one|two|three)"
        let transcript = try await transcriber.transcript(of: TranscriberTests.demo, options: options)
        #expect(!transcript.text.contains("one") && !transcript.text.contains("two"))
        #expect(transcript.text.contains("hello") && transcript.text.contains("seven eight nine"))
        options.suppressedPattern = "(one"
        await #expect(throws: (any Error).self) {
            try await transcriber.transcript(of: TranscriberTests.demo, options: options)
        }
    }
}
