import AudioInput
import Earshot
import Synchronization
import TestSupport
import Testing

/// The library as a program uses it.
@Suite struct TranscriberTests {
    let transcriber: Transcriber

    init() throws { transcriber = Transcriber(model: try embeddedModel()) }

    static let demo = Recording.file("\(Fixtures.root)/Audio/demo.flac")

    @Test func segmentsComeInOrderOfTime() async throws {
        var segments: [Segment] = []
        for try await segment in transcriber.transcribe(Self.demo) { segments.append(segment) }
        #expect(
            segments.map(\.text) == [
                " hello", " one two three", " play next", " seven eight nine zero", " stop",
            ])
        #expect(segments.map(\.id) == Array(0..<5))
        #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.end <= $1.start })
    }

    @Test func theModelSaysWhatItUnderstandsAndHowItLikesToBeUsed() {
        #expect(transcriber.model.understands?.contains("zero to nine") == true)
        #expect(transcriber.model.defaultOptions.language == "en")
        #expect(!transcriber.model.defaultOptions.conditionOnPreviousText)
    }

    @Test func leavingTheLoopStopsTheWork() async throws {
        let windows = Mutex(0)
        let long = Recording.samples([Float](repeating: 0, count: 16_000 * 3600))
        let sawFirst = Mutex(false)
        let task = Task {
            for try await _ in transcriber.transcribe(
                long,
                progress: { progress in
                    if progress.phase == .transcribing { windows.withLock { $0 += 1 } }
                    sawFirst.withLock { $0 = true }
                })
            {}
        }
        while !sawFirst.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        _ = await task.result
        let atCancellation = windows.withLock { $0 }
        try await Task.sleep(for: .milliseconds(500))
        // At most the window under way was still counted.
        #expect(windows.withLock { $0 } <= atCancellation + 1)
        #expect(atCancellation < 120)
    }

    @Test func aCancelledTaskThrows() async throws {
        let task = Task { try await transcriber.transcript(of: Self.demo) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatCannotBeOpenedThrows() async {
        await #expect(throws: AudioError.self) {
            try await transcriber.transcript(of: .file("/nowhere/at/all.wav"))
        }
    }

    @Test func aLanguageTheModelDoesNotKnowIsRefused() async {
        var options = TranscriptionOptions()
        options.language = "xx"
        await #expect(throws: (any Error).self) {
            try await transcriber.transcript(of: Self.demo, options: options)
        }
    }

    @Test func nothingAtAllIsAnEmptyTranscript() async throws {
        let transcript = try await transcriber.transcript(of: .samples([]))
        #expect(transcript.segments.isEmpty)
        #expect(transcript.text.isEmpty)
    }

    @Test(arguments: [1, 2, 3]) func theSameTextWithAnyNumberOfThreads(_ threads: Int) async throws {
        let model = try Model.load(
            embedded: embeddedModelBytes(), name: "default", threads: threads)
        let expected = try await transcriber.transcript(of: Self.demo)
        #expect(try await Transcriber(model: model).transcript(of: Self.demo) == expected)
    }

    @Test func twoTranscriptionsShareAModel() async throws {
        async let first = transcriber.transcript(of: Self.demo)
        async let second = transcriber.transcript(of: Self.demo)
        #expect(try await first == second)
    }
}
