import AudioInput
import Dispatch
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
        #expect(transcriber.model.understands?.contains("numbers to the millions") == true)
        #expect(transcriber.model.defaultOptions.language == "en")
        #expect(!transcriber.model.defaultOptions.conditionOnPreviousText)
    }

    @Test func leavingTheLoopStopsTheWork() async throws {
        let windows = Mutex(0)
        // The second window waits until the first one's text has been taken and the loop left.
        let left = DispatchSemaphore(value: 0)
        let demo = try ArraySource.reading("\(Fixtures.root)/Audio/demo.flac")
        let long = Recording.samples((0..<30).flatMap { _ in demo })
        for try await _ in transcriber.transcribe(
            long,
            progress: { progress in
                guard progress.phase == .transcribing else { return }
                let count = windows.withLock { windows in
                    windows += 1
                    return windows
                }
                if count == 2 { left.wait() }
            })
        {
            break
        }
        left.signal()
        try await Task.sleep(for: .milliseconds(700))
        #expect(windows.withLock { $0 } <= 2)
    }

    @Test func aCancelledTaskThrows() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await transcriber.transcript(of: Self.demo)
        }
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

extension ArraySource {
    /// All samples of a recording.
    static func reading(_ path: String) throws -> [Float] {
        let reader = try AudioInput.file(path).open()
        var samples: [Float] = []
        var chunk = [Float](repeating: 0, count: 16_000)
        while true {
            let count = try chunk.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
            if count == 0 { return samples }
            samples += chunk[..<count]
        }
    }
}
