import FoundationEssentials
import Spectrogram
import TestSupport
import Testing

/// One recording that openai-whisper computed features of.
struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var audio: String
    var samples: Int
    var padding: Int
    /// The frames that were kept, and where they are in the golden arrays.
    var frames: [Int]
    var firstColumn: Int?
    /// The greatest log10 energy with 80 and with 128 bands.
    var peaks: [Float]

    var testDescription: String { name }
    var totalFrames: Int { (samples + padding) / MelFormat.hop }

    static let all: [GoldenCase] = {
        var cases = (try? Fixtures.json("Spectrogram/cases.json", as: [GoldenCase].self)) ?? []
        var column = 0
        for index in cases.indices {
            cases[index].firstColumn = column
            column += cases[index].frames.count
        }
        return cases
    }()
    static let repeatable = all.filter { $0.audio != "jfk" }
    static let recorded = all.filter { $0.audio == "jfk" }

    func recording() throws -> [Float] {
        switch audio {
        case "speech": try TestAudio.speech()
        case "silence": [Float](repeating: 0, count: samples)
        case "click": TestAudio.click(samples)
        case "jfk": try TestAudio.jfk(samples: samples)
        default: TestAudio.noise(samples)
        }
    }

    /// The kept frames of the reference, [bands, frames].
    func expected(bands: Int) throws -> [Float] {
        let golden = try NumpyArray(fixture: "Spectrogram/frames-\(bands).npy")
        let firstColumn = try #require(firstColumn)
        return (0..<bands).flatMap { band in
            let row = band * golden.shape[1] + firstColumn
            return golden.values[row..<(row + frames.count)]
        }
    }

    /// The kept frames out of a whole tensor, [bands, totalFrames].
    func kept(of features: [Float], bands: Int) -> [Float] {
        (0..<bands).flatMap { band in frames.map { features[band * totalFrames + $0] } }
    }
}

@Suite struct GoldenTests {
    /// What the project promises.
    private let tolerance: Float = 1e-4

    @Test func thereAreCases() {
        #expect(GoldenCase.repeatable.count == 21)
        #expect(GoldenCase.recorded.count == 1)
    }

    @Test(arguments: GoldenCase.repeatable, [80, 128])
    func wholeRecordingEqualsTheReference(golden: GoldenCase, bands: Int) throws {
        try check(golden, bands: bands)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: TestAudio.jfkPath),
            "needs the recording ../shared/audio/jfk.wav, which is not part of the repository"),
        arguments: GoldenCase.recorded, [80, 128])
    func humanSpeechEqualsTheReference(golden: GoldenCase, bands: Int) throws {
        try check(golden, bands: bands)
    }

    private func check(_ golden: GoldenCase, bands: Int) throws {
        let recording = try golden.recording()
        #expect(recording.count == golden.samples)
        let features = logMelSpectrogram(recording, bands: bands, padding: golden.padding)
        let difference = greatestDifference(
            golden.kept(of: features, bands: bands), try golden.expected(bands: bands))
        #expect(difference < tolerance)
        let peak = try #require(features.max()) * 4 - 4
        #expect(abs(peak - golden.peaks[bands == 80 ? 0 : 1]) < tolerance)
    }

    /// The stream never sees more than the tail of the 30 s of zeros, and yet gives the reference's tensor.
    @Test(arguments: GoldenCase.repeatable.filter { $0.padding == MelFormat.windowSamples }, [80, 128])
    func streamEqualsTheReference(golden: GoldenCase, bands: Int) throws {
        let recording = try golden.recording()
        let stream = MelStream.finished(recording, bands: bands)
        #expect(stream.framesReady == golden.totalFrames - MelFormat.windowFrames)
        #expect(abs(stream.peak - golden.peaks[bands == 80 ? 0 : 1]) < 4 * tolerance)
        let features = stream.window(count: golden.totalFrames, pastEnd: .silence)
        let difference = greatestDifference(
            golden.kept(of: features, bands: bands), try golden.expected(bands: bands))
        #expect(difference < tolerance)
        #expect(features == logMelSpectrogram(recording, bands: bands, padding: golden.padding))
    }
}
