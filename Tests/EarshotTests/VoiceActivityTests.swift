import AudioInput
import Earshot
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Transcripts of speech alone.
@Suite struct VoiceActivityTests {
    let transcriber: Transcriber
    let options: TranscriptionOptions

    init() throws {
        transcriber = Transcriber(model: try embeddedModel())
        var options = transcriber.model.defaultOptions
        options.voiceActivity = VoiceActivityOptions()
        self.options = options
    }

    private static func silence(_ seconds: Double) -> [Float] {
        [Float](repeating: 0, count: Int(seconds * 16_000))
    }

    private static func speech(_ name: String) throws -> [Float] {
        try ArraySource.reading("\(Fixtures.root)/Audio/\(name).flac")
    }

    @Test func timesAreThoseOfTheRecording() async throws {
        let demo = try Self.speech("demo")
        let plain = try await transcriber.transcript(of: .samples(demo))
        for (before, between) in [(0.0, 3.0), (12.3, 40.5), (33, 100.1)] {
            let samples = Self.silence(before) + demo + Self.silence(between) + demo + Self.silence(5)
            let transcript = try await transcriber.transcript(of: .samples(samples), options: options)
            let second = before + between + Double(demo.count) / 16_000
            let expected = [before, second].flatMap { offset in
                plain.segments.map { (text: $0.text, start: $0.start + offset, end: $0.end + offset) }
            }
            let segments = transcript.segments.filter { !$0.text.isEmpty }
            #expect(segments.map(\.text) == expected.map(\.text))
            for (segment, expected) in zip(segments, expected) {
                #expect(abs(segment.start - expected.start) < 0.35)
                #expect(abs(segment.end - expected.end) < 0.35)
            }
            #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.end <= $1.start })
        }
    }

    /// Each second with a voice is in a segment, or somebody says that it is not.
    @Test(arguments: ["demo", "half-minute", "seventy-seconds", "count-down", "hiss", "phone"])
    func noSpeechIsLost(name: String) async throws {
        let samples = try Self.speech(name) + Self.silence(20) + Self.speech("hello")
        let notes = Mutex<[String]>([])
        var segments: [Segment] = []
        for try await segment in transcriber.transcribe(
            .samples(samples), options: options,
            progress: { progress in notes.withLock { $0 += progress.notes } })
        {
            segments.append(segment)
        }
        let named = notes.withLock { $0 }.compactMap { note -> ClosedRange<Double>? in
            guard let match = note.wholeMatch(of: /speech from ([\d.]+) s to ([\d.]+) s is .*/),
                let start = Double(match.1), let end = Double(match.2)
            else { return nil }
            return start...end
        }
        // Loud enough to be a voice, in recordings without noise.
        for tenth in 0..<samples.count / 1600 {
            let loudness = samples[tenth * 1600..<(tenth + 1) * 1600].map(\.magnitude).max() ?? 0
            let time = (Double(tenth) + 0.5) / 10
            let isTold =
                segments.contains { !$0.text.isEmpty && ($0.start - 0.3...$0.end + 0.3).contains(time) }
                || named.contains { ($0.lowerBound - 0.3...$0.upperBound + 0.3).contains(time) }
            if name != "hiss" && name != "phone" && loudness > 0.1 {
                #expect(isTold, "\(time) s of \(name)")
            }
        }
    }

    /// The model ends the text of the second window before its end, and no time tells where.
    @Test(arguments: [nil, 4]) func anEarlyEndWithoutTimesIsNotTheLast(batch: Int?) async throws {
        let recording = Recording.samples(try Self.speech("seventy-seconds"))
        var options = options
        options.batchSize = batch
        options.withoutTimestamps = true
        let notes = Mutex<[String]>([])
        var segments: [Segment] = []
        for try await segment in transcriber.transcribe(
            recording, options: options, progress: { progress in notes.withLock { $0 += progress.notes } })
        {
            segments.append(segment)
        }
        #expect(segments.map(\.text).joined().hasSuffix(" right eight one four stop"))
        #expect(notes.withLock { $0.count { $0.contains("going on there") } } >= 1)
        // Each ends with its text: none reaches into the next.
        #expect(
            zip(segments, segments.dropFirst()).allSatisfy { $0.start < $0.end && $0.end <= $1.start + 0.2 })
    }

    /// Without times the model passes over most of what it does not know: speech that runs backwards.
    @Test func whatIsPassedOverWithoutTimesIsNamed() async throws {
        var options = options
        options.withoutTimestamps = true
        let notes = Mutex<[String]>([])
        let (known, other) = (try Self.speech("pi"), try Self.speech("half-minute")[48_000..<176_000])
        let recording = Recording.samples(known + other.reversed() + known)
        for try await _ in transcriber.transcribe(
            recording, options: options, progress: { progress in notes.withLock { $0 += progress.notes } })
        {}
        let named = notes.withLock(\.self).compactMap { note -> ClosedRange<Double>? in
            let match = note.wholeMatch(
                of: /speech from ([\d.]+) s to ([\d.]+) s is more than the one word .*/)
            guard let match, let start = Double(match.1), let end = Double(match.2) else { return nil }
            return start...end
        }
        #expect(named.contains { $0.overlaps(11...14) })
    }

    /// The model ends this text although a word follows two seconds later.
    @Test(.enabled(if: HumanRecording.present, "\(HumanRecording.absence)"))
    func anEarlyEndIsNotTheLast() async throws {
        let recording = try #require(try HumanRecording.all()["nicolas-2-2"]).joined()
        let transcript = try await transcriber.transcript(of: .samples(recording), options: options)
        #expect(transcript.text == " zero four nine")
        #expect(transcript.segments.last.map { (2.7...3.2).contains($0.start) } == true)
    }

    /// Sounds that are no speech, and how long they last.
    enum Sound: String, CaseIterable {
        case silence, white, pink, brown, hum, tone, chords

        func samples(_ seconds: Int) -> [Float] {
            var numbers = RandomNumbers(state: UInt64(seconds))
            func noise() -> Float { Float(numbers.next(20_001) - 10_000) / 10_000 }
            func wave(_ hertz: Double, _ index: Int) -> Float {
                Float(sin(2 * Double.pi * hertz * Double(index) / 16_000))
            }
            var (slow, slower): (Float, Float) = (0, 0)
            let chords = [[262.0, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]]
            return (0..<seconds * 16_000).map { index in
                switch self {
                case .silence: return 0
                case .white: return 0.1 * noise()
                case .pink:
                    (slow, slower) = (0.9 * slow + 0.1 * noise(), 0.99 * slower + 0.03 * noise())
                    return 0.3 * (slow + slower)
                case .brown:
                    slow = 0.998 * slow + 0.01 * noise()
                    return slow
                case .hum: return 0.2 * wave(50, index) + 0.1 * wave(100, index) + 0.05 * wave(150, index)
                case .tone: return 0.3 * wave(440, index)
                case .chords:
                    let fading = Float(8000 - index % 8000) / 8000
                    return chords[index / 8000 % 4].reduce(0) { $0 + 0.15 * fading * wave($1, index) }
                }
            }
        }
    }

    @Test(arguments: Sound.allCases, [1, 5, 30, 70])
    func noTextIsInvented(sound: Sound, seconds: Int) async throws {
        let transcript = try await transcriber.transcript(
            of: .samples(sound.samples(seconds)), options: options)
        #expect(transcript.segments.isEmpty)
        #expect(transcript.text.isEmpty)
    }
}
