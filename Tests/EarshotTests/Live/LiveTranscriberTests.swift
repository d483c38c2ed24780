import AudioInput
import Checkpoints
import Earshot
import Synchronization
import TestSupport
import Testing

/// Live transcription from samples to events, with the built-in model, as fast as it goes.
@Suite(.serialized) struct LiveTranscriberTests {
    var model: Model
    var options: LiveOptions

    init() throws {
        model = try embeddedModel()
        options = LiveOptions(model.defaultOptions)
    }

    static let names = ["demo", "count-up", "hello"]

    static func speech(_ name: String) throws -> [Float] {
        try ArraySource.reading("\(Fixtures.root)/Audio/\(name).flac")
    }

    static func silence(_ seconds: Double) -> [Float] {
        [Float](repeating: 0, count: Int(seconds * 16_000))
    }

    /// Tenths of a second.
    static func pieces(of samples: [Float]) -> AsyncStream<[Float]> {
        AsyncStream { continuation in
            for start in stride(from: 0, to: samples.count, by: 1600) {
                continuation.yield(Array(samples[start..<min(start + 1600, samples.count)]))
            }
            continuation.finish()
        }
    }

    func record(_ samples: [Float]) async throws -> LiveRecord {
        var record = LiveRecord()
        let transcriber = LiveTranscriber(model: model, options: options)
        for try await event in transcriber.events(of: Self.pieces(of: samples)) {
            record.events.append(event)
        }
        return record
    }

    @Test func recordingsJoinedByPausesAreWrittenAsTheirFileIs() async throws {
        var samples: [Float] = []
        for name in Self.names { samples += try Self.speech(name) + Self.silence(1.5) }
        let live = try await record(samples)
        var transcription = model.defaultOptions
        transcription.voiceActivity = VoiceActivityOptions()
        let file = try await Transcriber(model: model).transcript(
            of: .samples(samples), options: transcription)
        #expect(
            live.text == " hello one two three play next seven eight nine zero stop"
                + " zero one two three four five six seven eight nine hello hello yes")
        // Of the file the model makes up a word more, where the last window ends.
        #expect(file.text.hasPrefix(live.text))
        #expect(live.segments.map(\.text).joined() == live.text)
        #expect(live.summary?.words == live.words.count)
    }

    @Test func confirmedWordsAreWhereTheyAreSpoken() async throws {
        let live = try await record(Self.silence(30) + Self.speech("count-up") + Self.silence(1))
        var transcription = model.defaultOptions
        transcription.wordTimestamps = true
        let file = try await Transcriber(model: model).transcript(
            of: .samples(Self.speech("count-up")), options: transcription)
        let words = file.segments.flatMap { $0.words ?? [] }
        let heard = live.segments.flatMap { $0.words ?? [] }
        #expect(heard.map(\.text) == words.map(\.text))
        for (heard, word) in zip(heard, words) {
            #expect(abs(heard.end - 30 - word.end) < 0.4, "\(word.text)")
        }
    }

    /// The model ends this text although a word follows two seconds later.
    @Test(.enabled(if: HumanRecording.present, "\(HumanRecording.absence)"))
    func anEarlyEndIsNotTheLast() async throws {
        let recording = try #require(try HumanRecording.all()["nicolas-2-2"]).joined()
        #expect(try await record(recording).text == " zero four nine")
    }

    @Test func silenceTakesNoPass() async throws {
        let live = try await record(Self.silence(60))
        #expect(live.summary?.passes == 0 && live.text.isEmpty)
        #expect(live.summary?.audioSeconds == 60)
    }

    @Test func whatIsSaidBeforeASourceFailsIsKept() async throws {
        struct Broken: Error {}
        let samples = try Self.speech("hello")
        let source = AsyncThrowingStream<[Float], any Error> { continuation in
            continuation.yield(samples)
            continuation.finish(throwing: Broken())
        }
        var record = LiveRecord()
        await #expect(throws: Broken.self) {
            for try await event in LiveTranscriber(model: model, options: options).events(of: source) {
                record.events.append(event)
            }
        }
        #expect(record.text.hasPrefix(" hello") && record.summary != nil)
    }

    @Test func contradictionsAreThrown() async throws {
        var options = options
        options.transcription.batchSize = 2
        await #expect(throws: TranscriptionOptions.Contradiction.self) {
            for try await _ in LiveTranscriber(model: model, options: options).events(
                of: Self.pieces(of: []))
            {}
        }
    }

    /// The source never ends, and is asked for no more once nobody listens.
    @Test(.timeLimit(.minutes(10))) func leavingTheLoopEndsTheSource() async throws {
        let speech = try Self.speech("demo")
        let isAbandoned = AsyncStream<Void>.makeStream()
        let source = AsyncStream<[Float]>.makeStream()
        source.continuation.onTermination = { _ in isAbandoned.continuation.finish() }
        source.continuation.yield(speech)
        for try await event in LiveTranscriber(model: model, options: options).events(of: source.stream) {
            if case .pass = event { break }
        }
        for await _ in isAbandoned.stream {}
    }

    /// Random weights of a published size on one thread: no pass begins before the one before is done, so that a slow
    /// machine keeps up, too.
    @Test func aLargerModelKeepsToItsStep() async throws {
        var random = self
        random.options = LiveOptions(TranscriptionOptions())
        random.options.transcription.language = "en"
        random.options.transcription.temperatures = [0]
        random.options.transcription.maximumTokens = 16
        random.options.audioContext = .atLeast(seconds: 5)
        random.model = try .synthetic(.tiny, threads: 1)
        let live = try await random.record(Self.speech("demo") + Self.silence(1))
        #expect(live.passes.count > 4)
        for (pass, next) in zip(live.passes, live.passes.dropFirst()) {
            #expect(next.time - next.seconds >= pass.time - 1e-6)
        }
        #expect(live.text == live.segments.map(\.text).joined())
    }

    /// A number that no window can have means a whole window.
    @Test(arguments: [("10", 10.0), ("inf", 30), ("nan", 30), ("1e30", 30), ("0", 30), ("-5", 30)])
    func whatAModelSaysOfItsWindowIsNotTrusted(said: String, encoded: Double) async throws {
        let folder = try TemporaryFolder()
        try Checkpoint.open(embedded: embeddedModelBytes(), name: "default").write(
            to: folder.path("model"), metadata: ["earshot.live.audio_context": said])
        var other = self
        other.model = try Model.load(path: folder.path("model"))
        let live = try await other.record(Self.speech("hello"))
        #expect(!live.passes.isEmpty && live.passes.allSatisfy { $0.audioContext == encoded })
    }

    /// A source that is faster than the model waits.
    @Test func aFastSourceIsNotReadAhead() async throws {
        let sound = Self.silence(20)
        let asked = Atomic(0)
        let source = AsyncStream<[Float]> {
            asked.wrappingAdd(1, ordering: .relaxed).newValue < 1000 ? sound : nil
        }
        for try await event in LiveTranscriber(model: model, options: options).events(of: source) {
            guard case .level(let level) = event else { continue }
            if level.time > 150 { break }
        }
        // Eight pieces were heard; without waiting all would have been asked for.
        #expect(asked.load(ordering: .relaxed) <= 20)
    }
}
