import AudioInput
import Decoding
import Earshot
import TestSupport
import Testing
import VoiceActivity

/// A recording heard as speech alone.
@Suite struct VoicedSourceTests {
    let model: VoiceActivityModel

    init() throws { model = try VoiceActivityModel() }

    /// Speech with long silences around and between, and a click that is too short to be speech.
    static let recording: [Float] = {
        func speech(_ name: String) -> [Float] {
            (try? ArraySource.reading("\(Fixtures.root)/Audio/\(name).flac")) ?? []
        }
        let silence = [Float](repeating: 0, count: 16_000)
        return (0..<7).flatMap { _ in silence } + speech("demo") + (0..<5).flatMap { _ in silence }
            + speech("pin") + (0..<40).flatMap { _ in silence } + speech("hello") + silence[..<3210]
    }()

    private func source(
        _ samples: [Float], within clips: [Range<Int>]? = nil,
        _ change: (inout VoiceActivityOptions) -> Void = { _ in }
    ) -> VoicedSource {
        var options = VoiceActivityOptions()
        change(&options)
        return VoicedSource(
            ArraySource(samples), SpeechTrack(model, options), options, within: clips
        ) { _ in }
    }

    private func read(_ source: VoicedSource, by length: (Int) -> Int = { _ in 16_000 }) throws -> [Float] {
        var samples: [Float] = []
        var buffer = [Float](repeating: .nan, count: 20_000)
        while true {
            let wanted = length(samples.count)
            let count = try buffer.withUnsafeMutableBufferPointer {
                try source.read(into: UnsafeMutableBufferPointer(rebasing: $0[..<wanted]))
            }
            samples += buffer[..<count]
            if count < wanted { return samples }
        }
    }

    static let changes: [@Sendable (inout VoiceActivityOptions) -> Void] = [
        { _ in }, { $0.maximumSpeech = 2 }, { $0.minimumSilence = 100 },
        {
            $0.minimumSilence = 100
            $0.padding = 30
            $0.minimumSpeech = 600
        },
    ]

    @Test(arguments: changes.indices)
    func everySampleIsWhereTheMapSays(number: Int) throws {
        let source = source(Self.recording, Self.changes[number])
        let heard = try read(source)
        #expect(source.position == Self.recording.count)
        #expect(source.map.joinedCount == heard.count)
        #expect(!heard.isEmpty && heard.count < Self.recording.count)
        var present = Set<Int>()
        var wrong = 0
        for (joined, sample) in heard.enumerated() {
            let place = source.map.original(joined, .start)
            let isSpeech = source.map.original(joined + 1, .end) == place + 1
            if isSpeech { present.insert(place) }
            if sample != (isSpeech ? Self.recording[place] : 0) { wrong += 1 }
        }
        #expect(wrong == 0)

        // No voice is lost, but what is named.
        let voice = source.runs.rest(in: 0..<Self.recording.count, outside: source.tooShort, least: 1)
        #expect(voice.count >= 3)
        #expect(voice.allSatisfy { $0.allSatisfy(present.contains) })
    }

    @Test(arguments: changes.indices)
    func theSamplesDoNotDependOnHowTheyAreRead(number: Int) throws {
        let whole = try read(source(Self.recording, Self.changes[number]))
        var numbers = RandomNumbers(state: 5)
        #expect(
            try read(source(Self.recording, Self.changes[number])) { _ in 1 + numbers.next(9000) } == whole)
    }

    /// Clips cut speech, touch each other, hold none, reach behind the end.
    @Test func nothingIsTakenFromOutsideOfClips() throws {
        let whole = source(Self.recording)
        let count = try read(whole).count
        let seconds = [(0.5, 7), (8.5, 9.3), (9.3, 9.8), (10, 10), (10.01, 11.25), (13, 14), (22.2, 9e9)]
        let clips = seconds.map { Int($0.0 * 16_000)..<Int($0.1 * 16_000) }
        let source = source(Self.recording, within: clips)
        let heard = try read(source)
        let expected = (0..<count).compactMap { joined in
            let place = whole.map.original(joined, .start)
            guard whole.map.original(joined + 1, .end) == place + 1 else { return nil as Int? }
            return clips.contains { $0.contains(place) } ? place : nil
        }
        var places: [Int] = []
        var gaps = 0
        for joined in heard.indices {
            let place = source.map.original(joined, .start)
            if source.map.original(joined + 1, .end) == place + 1 {
                places.append(place)
                if heard[joined] != Self.recording[place] { gaps = .min }
            } else if heard[joined] == 0 {
                gaps += 1
            }
        }
        #expect(places == expected && places.count < count - 16_000)
        let pauses = zip(places, places.dropFirst()).count { $0 + 1 < $1 }
        #expect(pauses >= 3 && gaps == 1600 * pauses)
    }

    @Test func aRecordingIsHeardOnce() throws {
        let options = VoiceActivityOptions()
        let track = SpeechTrack(model, options)
        func source(_ samples: [Float]) -> VoicedSource {
            VoicedSource(ArraySource(samples), track, options) { _ in }
        }
        // The first reads ahead no further than its buffer, the second to the end, then the first goes on.
        let first = source(Self.recording)
        var begun = [Float](repeating: 0, count: 160)
        #expect(try begun.withUnsafeMutableBufferPointer { try first.read(into: $0) } == 160)
        let second = source(Self.recording)
        let whole = try read(second)
        #expect(try begun + read(first) == whole)
        // Where the speech was is known, whatever is heard there now.
        let silent = source([Float](repeating: 0, count: Self.recording.count))
        #expect(try read(silent).count == whole.count)
        #expect(
            silent.runs.rest(in: 0..<Self.recording.count, outside: [], least: 1)
                == second.runs.rest(in: 0..<Self.recording.count, outside: [], least: 1))
    }

    @Test func nothingIsHeardWhereNobodySpeaks() throws {
        #expect(try read(source([])).isEmpty)
        #expect(try read(source([Float](repeating: 0, count: 100_000))).isEmpty)
    }

    @Test func aFaultComesAfterWhatWasReadBefore() throws {
        let options = VoiceActivityOptions()
        let cut = Array(Self.recording[..<200_000])
        let faulty = VoicedSource(FaultySource(cut), SpeechTrack(model, options), options) { _ in }
        let whole = try read(source(cut))
        var heard: [Float] = []
        var buffer = [Float](repeating: 0, count: 16_000)
        #expect(throws: FaultySource.Fault.self) {
            while true {
                let count = try buffer.withUnsafeMutableBufferPointer { try faulty.read(into: $0) }
                heard += buffer[..<count]
            }
        }
        #expect(heard == whole && !whole.isEmpty)
    }

    @Test func anEarlyEndIsWhereTheTextEndsOrTheNextWordStarts() throws {
        let source = source(try ArraySource.reading("\(Fixtures.root)/Audio/demo.flac"))
        let frames = try read(source).count / 160
        let account = SpeechAccount(source)
        // The words of the recording, and when they end: hello 1.24, …, stop 9.38.
        func segment(_ end: Double, _ text: String) -> Segment {
            Segment(
                id: 0, seek: 0, start: end - 0.5, end: end, text: text, tokens: [], temperature: 0,
                averageLogProbability: 0, compressionRatio: 1, noSpeechProbability: 0)
        }
        let (hello, stop) = (segment(1.24, " hello"), segment(9.38, " stop"))
        // The next word starts at 2.2 s.
        let next = account.earlyEnd(of: [hello], from: 0, to: frames)
        #expect(try (160...190).contains(#require(next)))
        #expect(account.earlyEnd(of: [hello, segment(5, "")], from: 0, to: frames) == next)
        #expect(account.earlyEnd(of: [segment(2.5, " one")], from: 0, to: frames) == 250)
        #expect(account.earlyEnd(of: [hello, stop], from: 0, to: frames) == nil)
        #expect(account.earlyEnd(of: [hello], from: 0, to: 124) == nil)
        #expect(account.earlyEnd(of: [hello], from: 0, to: 200) == nil)
        #expect(account.earlyEnd(of: [hello], from: 110, to: frames) == nil)
        #expect(account.earlyEnd(of: [], from: 0, to: frames) == nil)
    }
}

/// Samples, and then a fault.
private final class FaultySource: SampleSource {
    struct Fault: Error {}
    private let samples: ArraySource
    let duration: Double? = nil

    init(_ samples: [Float]) { self.samples = ArraySource(samples) }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        let count = samples.read(into: buffer)
        if count == 0 { throw Fault() }
        return count
    }
}
