import AudioInput
import Earshot
import Synchronization
import TestSupport
import Testing

/// Which sound the language is detected from, with a random model: it hears a language in anything, more or less
/// surely in other sound.
@Suite struct LanguageTests {
    let transcriber: Transcriber
    let speech: [Float]

    init() throws {
        transcriber = Transcriber(
            model: try .load(path: RandomCheckpoint.tiny(.openAI), precision: .f16))
        speech = try ArraySource.reading("\(Fixtures.root)/Audio/hello.flac")
    }

    @Test func theFirstHalfMinuteTellsWhereSomebodySpeaksInIt() async throws {
        let recording = silence(20) + speech + silence(20) + speech
        let whole = try await detect(recording)
        #expect(try await detect(Array(recording.prefix(480_000))) == whole)
        #expect(!whole.notes.contains("nobody speaks"))
    }

    @Test(arguments: [31, 70]) func whereNobodySpeaksInItTheFirstVoiceTells(_ seconds: Int) async throws {
        let late = try await detect(silence(seconds) + speech)
        let place = try #require(late.notes.firstMatch(of: /the language is that from (\d+\.\d\d) s on/))
        let start = Int(try #require(Double(place.1)) * 16_000)
        #expect((seconds * 16_000 - 6400..<seconds * 16_000 + 6400).contains(start))
        let alone = try await detect(Array((silence(seconds) + speech)[start...]))
        #expect(abs(late.probability - alone.probability) < 1e-3)
        let nobody = try await detect(silence(seconds))
        #expect(abs(late.probability - nobody.probability) > 1e-3)
    }

    @Test func whereNobodySpeaksAtAllSilenceTells() async throws {
        let nobody = try await detect(silence(40))
        #expect(try await detect(silence(30)).probability == nobody.probability)
        #expect(!nobody.notes.contains("nobody speaks"))
    }

    @Test func clipsAloneAreListenedTo() async throws {
        let recording = speech + silence(75) + speech
        let clips = [Clip(start: 10, end: 45), Clip(start: 50)]
        let heard = try await detect(recording, clips: clips)
        #expect(heard.notes.contains(/the language is that from 7\d\.\d\d s on/))
    }

    @Test func everySegmentHasTheLanguageOfItsWindowWhereThatIsAskedFor() async throws {
        var options = options
        options.detectsLanguageOfEveryWindow = true
        let notes = Mutex<[String]>([])
        var languages: [Int: String] = [:]
        let recording = Recording.samples(speech + silence(30) + speech)
        for try await segment in transcriber.transcribe(
            recording, options: options,
            progress: { progress in notes.withLock { $0 += progress.notes } })
        {
            languages[segment.seek] = segment.language
            #expect(segment.language != nil)
        }
        #expect(languages.count >= 2)
        for (seek, language) in languages {
            let start = "language from \(seek / 100).\(seek % 100 / 10)\(seek % 10) s: \(language) ("
            #expect(notes.withLock { $0.contains { $0.hasPrefix(start) } }, "\(start)")
        }
        let plain = try await transcriber.transcript(of: recording, options: self.options)
        #expect(!plain.segments.isEmpty && plain.segments.allSatisfy { $0.language == nil })
    }

    private var options: TranscriptionOptions {
        var options = TranscriptionOptions()
        options.temperatures = [0]
        options.maximumTokens = 4
        options.noSpeechThreshold = nil
        return options
    }

    private func silence(_ seconds: Int) -> [Float] { [Float](repeating: 0, count: seconds * 16_000) }

    private struct Detected: Equatable {
        let language: String
        let probability: Double
        var notes = ""
    }

    /// What is detected, before anything is transcribed.
    private func detect(_ samples: [Float], clips: [Clip] = []) async throws -> Detected {
        var options = options
        options.clips = clips
        let found = Mutex<(progress: TranscriptionProgress?, notes: String)>((nil, ""))
        for try await _ in transcriber.transcribe(
            .samples(samples), options: options,
            progress: { progress in
                found.withLock {
                    $0.progress = progress
                    $0.notes += progress.notes.filter { !$0.hasPrefix("recording") }.joined(separator: "\n")
                }
            })
        { break }
        let (progress, notes) = found.withLock { $0 }
        return Detected(
            language: try #require(progress?.language),
            probability: try #require(progress?.languageProbability), notes: notes)
    }
}
