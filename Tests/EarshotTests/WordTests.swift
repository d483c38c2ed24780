import Decoding
import Earshot
import TestSupport
import Testing

/// Words with their times: what openai-whisper makes of the same recordings and the same windows.
@Suite(.serialized) struct WordTests {
    private struct Rows<Row: Decodable>: Decodable { let rows: [Row] }

    fileprivate struct ReferenceSegment: Decodable {
        let seek: Int
        let start: Double
        let end: Double
        let text: String
        let tokens: [Int]
        let words: [ReferenceWord]
    }

    fileprivate struct ReferenceWord: Decodable {
        let text: String
        let start: Double
        let end: Double
        let probability: Double

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            text = try values.decode(String.self)
            start = try values.decode(Double.self)
            end = try values.decode(Double.self)
            probability = try values.decode(Double.self)
        }
    }

    // MARK: - Scripted windows

    private struct Run: Decodable {
        let frames: Int
        let threshold: Double?
        let previousText: Bool
        let windows: [Window]
        let segments: [ReferenceSegment]

        struct Window: Decodable {
            let tokens: [Int]
            let prompt: Int
            let alignment: [Alignment]
            let noSpeech: Double
            let logProbability: Double

            enum CodingKeys: String, CodingKey {
                case tokens, prompt, alignment
                case noSpeech = "no_speech"
                case logProbability = "logprob"
            }
        }

        struct Alignment: Decodable {
            let timing: WordTiming

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                timing = WordTiming(
                    word: try values.decode(String.self), tokens: try values.decode([Int].self),
                    start: try values.decode(Double.self), end: try values.decode(Double.self),
                    probability: try values.decode(Double.self))
            }
        }
    }

    /// Clamps, seeks, skipped silence and dropped segments, to the last bit.
    @Test func windowsFollowOneAnotherAsInTheReference() throws {
        let runs: Rows<Run> = try Fixtures.json("Words/windows.json")
        let tokenizer = try Tokenizer(vocabularySize: 51865, language: "en", task: .transcribe)
        for (number, run) in runs.rows.enumerated() {
            var options = TranscriptionOptions()
            options.wordTimestamps = true
            options.conditionOnPreviousText = run.previousText
            options.hallucinationSilenceThreshold = run.threshold
            var progression = WindowProgression(options: options, tokenizer: tokenizer, textContext: 448)
            var segments: [Segment] = []
            for window in run.windows {
                #expect(progression.prompt.count == min(window.prompt, 223), "run \(number)")
                let result = DecodingResult(
                    tokens: window.tokens, text: "", averageLogProbability: window.logProbability,
                    noSpeechProbability: window.noSpeech, temperature: 0, compressionRatio: 1)
                segments += progression.advance(
                    result, frames: min(3000, run.frames - progression.seek),
                    align: { text in
                        let timings = window.alignment.map(\.timing)
                        #expect(text.starts(with: timings.flatMap(\.tokens)), "run \(number)")
                        return timings
                    },
                    recordingEnd: { _ in run.frames })
            }
            #expect(progression.seek >= run.frames, "run \(number)")
            try #require(segments.count == run.segments.count, "run \(number)")
            for (found, expected) in zip(segments, run.segments) {
                #expect([found.start, found.end] == [expected.start, expected.end], "run \(number)")
                #expect(found.text == expected.text && found.tokens == expected.tokens, "run \(number)")
                #expect(found.seek == expected.seek, "run \(number)")
                #expect(found.words?.map(\.text) == expected.words.map(\.text), "run \(number)")
                #expect(found.words?.map(\.start) == expected.words.map(\.start), "run \(number)")
                #expect(found.words?.map(\.end) == expected.words.map(\.end), "run \(number)")
                #expect(found.words?.map(\.probability) == expected.words.map(\.probability), "run \(number)")
            }
        }
        #expect(runs.rows.contains { $0.threshold != nil })
    }

    // MARK: - Recordings

    private struct Heard: Decodable {
        let recording: String
        let text: String
        let segments: [ReferenceSegment]
    }

    private func compare(
        _ name: String, _ model: Model, recording: (String) throws -> Recording?
    ) async throws -> Int {
        let golden: Rows<Heard> = try Fixtures.json("Words/\(name).json")
        var options = TranscriptionOptions()
        options.language = "en"
        options.conditionOnPreviousText = false
        options.temperatures = [0]
        options.stopsLoops = false
        options.wordTimestamps = true
        var count = 0
        for expected in golden.rows {
            guard let recording = try recording(expected.recording) else { continue }
            let found = try await Transcriber(model: model).transcript(of: recording, options: options)
            let name = expected.recording
            #expect(found.text == expected.text, "\(name)")
            try #require(found.segments.map(\.tokens) == expected.segments.map(\.tokens), "\(name)")
            for (found, expected) in zip(found.segments, expected.segments) {
                #expect(found.seek == expected.seek, "\(name)")
                // A window too short to align words in is one step early in the reference, and emptied.
                let tolerance = expected.words.isEmpty ? 0.0201 : 1e-9
                #expect(abs(found.start - expected.start) < tolerance, "\(name)")
                #expect(abs(found.end - expected.end) < tolerance, "\(name)")
                let words = try #require(found.words)
                try #require(words.map(\.text) == expected.words.map(\.text), "\(name)")
                for (word, expected) in zip(words, expected.words) {
                    #expect(abs(word.start - expected.start) < 1e-9, "\(name): \(word)")
                    #expect(abs(word.end - expected.end) < 1e-9, "\(name): \(word)")
                    #expect(abs(word.probability - expected.probability) < 1e-3, "\(name): \(word)")
                    count += 1
                }
            }
        }
        print("\(name): \(count) words compared")
        return count
    }

    private func sample(_ name: String) -> Recording? {
        name.contains(".") ? .file("\(Fixtures.root)/Audio/\(name)") : nil
    }

    @Test func sampleRecordings() async throws {
        let count = try await compare("default", embeddedModel(.f32), recording: sample)
        #expect(count > 200)
    }

    @Test(.enabled(if: HumanRecording.present, "\(HumanRecording.absence)"))
    func humanRecordings() async throws {
        let human = try HumanRecording.all()
        let count = try await compare("default", embeddedModel(.f32)) { name in
            try human[name].map { .samples(try $0.joined()) }
        }
        #expect(count > 80)
    }

    @Test func randomModels() async throws {
        let tiny = try Model.load(path: RandomCheckpoint.tiny(.openAI), precision: .f16)
        #expect(try await compare("tiny", tiny, recording: sample) > 100)
        let english = try Model.load(path: RandomCheckpoint.tinyEnglish(.openAI), precision: .f16)
        #expect(try await compare("tiny.en", english, recording: sample) > 100)
    }

    /// Eight bits move few words, and those little.
    @Test func wordsInEightBitsAreNearTheReferences() async throws {
        let golden: Rows<Heard> = try Fixtures.json("Words/default.json")
        let transcriber = Transcriber(model: try embeddedModel(.int8))
        var options = transcriber.model.defaultOptions
        options.wordTimestamps = true
        var distances: [Double] = []
        for expected in golden.rows.prefix(25) {
            guard let recording = sample(expected.recording) else { continue }
            let found = try await transcriber.transcript(of: recording, options: options)
            let words = found.segments.flatMap { $0.words ?? [] }
            let references = expected.segments.flatMap(\.words)
            guard words.map(\.text) == references.map(\.text) else { continue }
            distances += zip(words, references).map {
                max(abs($0.start - $1.start), abs($0.end - $1.end))
            }
        }
        #expect(distances.count > 100)
        let moved = distances.count { $0 > 0.021 }
        print(
            "int8: of \(distances.count) words, \(moved) moved by more than 0.02 s, at most \(distances.max() ?? 0)"
        )
        #expect(moved * 20 < distances.count)
    }

    @Test func wordsAreInOrderWithinTheirSegments() async throws {
        let transcriber = Transcriber(model: try embeddedModel())
        var options = transcriber.model.defaultOptions
        options.wordTimestamps = true
        let transcript = try await transcriber.transcript(
            of: .file("\(Fixtures.root)/Audio/demo.flac"), options: options)
        for segment in transcript.segments {
            let words = try #require(segment.words)
            #expect(words.map(\.text).joined() == segment.text)
            #expect(words.allSatisfy { $0.start <= $0.end && (0...1).contains($0.probability) })
            #expect(zip(words, words.dropFirst()).allSatisfy { $0.end <= $1.start })
        }
        options.wordTimestamps = false
        let plain = try await transcriber.transcript(
            of: .file("\(Fixtures.root)/Audio/demo.flac"), options: options)
        #expect(plain.segments.allSatisfy { $0.words == nil })
    }
}
