import AudioInput
import Earshot
import Synchronization
import TestSupport
import Testing

/// Parts of recordings, token for token what openai-whisper writes with `clip_timestamps`.
@Suite("Clips of a recording") struct ClipTests {
    struct Case: Decodable, CustomTestStringConvertible {
        let recording: String
        let clips: String
        let conditionOnPreviousText: Bool
        let text: String
        let segments: [ReferenceTranscripts.Segment]

        var testDescription: String { "\(recording) \(clips)" }
    }

    let transcriber: Transcriber

    init() throws { transcriber = Transcriber(model: try embeddedModel(.f32)) }

    @Test("are those of the reference", arguments: try Fixtures.json("Clips/clips.json") as [Case])
    func parity(_ expected: Case) async throws {
        var options = TranscriptionOptions()
        options.language = "en"
        options.conditionOnPreviousText = expected.conditionOnPreviousText
        options.temperatures = [0]
        options.clips = [Clip](expected.clips.split(separator: ",").compactMap { Double($0) })
        let recording = Recording.file("\(Fixtures.root)/Audio/\(expected.recording)")
        let transcript = try await transcriber.transcript(of: recording, options: options)
        #expect(transcript.text == expected.text)
        try #require(transcript.segments.count == expected.segments.count)
        for (found, segment) in zip(transcript.segments, expected.segments) {
            #expect(found.tokens == segment.tokens)
            #expect([found.id, found.seek] == [segment.id, segment.seek])
            #expect(abs(found.start - segment.start) < 1e-9 && abs(found.end - segment.end) < 1e-9)
            // The floor of the features is that of the clips, not of the whole recording.
            #expect(abs(found.averageLogProbability - segment.averageLogProbability) < 5e-3)
        }
    }

    @Test("have nothing behind the end of the recording")
    func behindTheEnd() async throws {
        var options = transcriber.model.defaultOptions
        options.clips = [Clip(start: 90, end: 100), Clip(start: 8, end: 1000), Clip(start: 11)]
        options.clips += [Clip(start: .greatestFiniteMagnitude), Clip(start: .nan, end: .nan)]
        let demo = Recording.file("\(Fixtures.root)/Audio/demo.flac")
        #expect(try await transcriber.transcript(of: demo, options: options).text == " stop")
    }

    @Test("take times from the recording and progress from themselves")
    func progress() async throws {
        var options = transcriber.model.defaultOptions
        options.clips = [Clip(start: 40, end: 50), Clip(start: 60, end: 65)]
        let last = Latest<TranscriptionProgress>()
        let long = Recording.file("\(Fixtures.root)/Audio/seventy-seconds.flac")
        for try await segment in transcriber.transcribe(long, options: options, progress: last.note) {
            #expect(options.clips.contains { ($0.start..<($0.end ?? 0)).contains(segment.start) })
        }
        let end = try #require(last.value)
        #expect(end.processedSeconds == 15)
        #expect(end.totalSeconds == 15)
    }

    @Test("do not read what lies before them")
    func damageBefore() async throws {
        let folder = try TemporaryFolder()
        var bytes = try Fixtures.bytes("../../Audio/seventy-seconds.flac")
        let spoilt = bytes.count / 4..<bytes.count / 3
        bytes.replaceSubrange(spoilt, with: repeatElement(0, count: spoilt.count))
        try folder.write(bytes, to: "spoilt.flac")
        var options = transcriber.model.defaultOptions
        await #expect(throws: (any Error).self) {
            try await transcriber.transcript(of: .file(folder.path("spoilt.flac")), options: options)
        }
        options.clips = [Clip(start: 50, end: 65)]
        let transcript = try await transcriber.transcript(
            of: .file(folder.path("spoilt.flac")), options: options)
        #expect(transcript.segments.count > 3)
    }

    @Test("have all times within them", arguments: [nil, 4], [false, true])
    func times(batch: Int?, words: Bool) async throws {
        var options = transcriber.model.defaultOptions
        options.voiceActivity = VoiceActivityOptions()
        options.batchSize = batch
        options.wordTimestamps = words
        let demo = Recording.file("\(Fixtures.root)/Audio/demo.flac")
        // Borders next to words and within them.
        for moments in [[2, 4], [1.8, 3.1], [2.5, 3, 3.1, 4.9, 5, 6.2, 8.9, 9.3], [1, 2.6, 2.6, 12]] {
            options.clips = [Clip](moments)
            let segments = try await transcriber.transcript(of: demo, options: options).segments
            let spoken = segments.filter { !$0.text.isEmpty }
            #expect(!spoken.isEmpty && spoken.allSatisfy { !words || $0.words?.isEmpty == false })
            for time in spoken.flatMap({
                [$0.start, $0.end] + ($0.words ?? []).flatMap { [$0.start, $0.end] }
            }) {
                #expect(
                    options.clips.contains { ($0.start...($0.end ?? 0)).contains(time) },
                    "\(time), \(moments)")
            }
        }
    }

    /// What is heard of a recording with voice activity is what is heard in its clips alone.
    @Test("are heard for speech, too", arguments: [nil, 4])
    func speech(batch: Int?) async throws {
        var options = transcriber.model.defaultOptions
        var voice = VoiceActivityOptions()
        // Of that nothing is taken from outside of a clip.
        voice.padding = 0
        options.voiceActivity = voice
        options.batchSize = batch
        let name = "\(Fixtures.root)/Audio/seventy-seconds.flac"
        let samples = try ArraySource.reading(name)
        // In pauses, between chunks of the voice activity.
        let clips = [Clip(start: 10.88, end: 21.44), Clip(start: 39.04, end: 59.2)]
        var silenced = samples
        for index in silenced.indices
        where !clips.contains(where: { ($0.start..<($0.end ?? 0)).contains(Double(index) / 16_000) }) {
            silenced[index] = 0
        }
        let expected = try await transcriber.transcript(
            of: .samples(Array(silenced[..<Int(59.2 * 16_000)])), options: options)
        options.clips = clips
        let transcript = try await transcriber.transcript(of: .file(name), options: options)
        #expect(transcript.segments.count > 5)
        #expect(transcript.segments == expected.segments)
        options.clips.reverse()
        await #expect(throws: (any Error).self) {
            try await transcriber.transcript(of: .file(name), options: options)
        }
    }
}

/// The last of many values.
final class Latest<Value: Sendable>: Sendable {
    private let latest = Mutex<Value?>(nil)

    var value: Value? { latest.withLock(\.self) }

    @Sendable func note(_ value: Value) { latest.withLock { $0 = value } }
}
