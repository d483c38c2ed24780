import AudioInput
import TestSupport
import Testing

/// One line of the fixtures' manifest.
struct Recording: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let golden: String
    let rate: Int
    let channels: Int
    let form: String
    let tolerance: Float

    var testDescription: String { file }
    var needsFFmpeg: Bool { form == "through ffmpeg" }

    static let all: [Recording] = (try? Fixtures.json("AudioInput/manifest.json")) ?? []
}

@Suite("Every format, rate and channel count")
struct FormatTests {
    @Test("The manifest is there")
    func manifest() {
        #expect(Recording.all.count == 29)
    }

    @Test(
        "libsndfile's formats agree with soundfile and soxr",
        arguments: Recording.all.filter { !$0.needsFFmpeg })
    func decodes(_ recording: Recording) throws {
        try compare(recording)
    }

    @Test(
        "Other formats agree with ffmpeg's own decoding",
        .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg on the PATH"),
        arguments: Recording.all.filter(\.needsFFmpeg))
    func decodesWithFFmpeg(_ recording: Recording) throws {
        try compare(recording)
    }

    private func compare(_ recording: Recording) throws {
        let reader = try AudioInput.file(fixture(recording.file)).open()
        let golden = try NumpyArray(fixture: "AudioInput/\(recording.golden)").values
        let (samples, error) = drain(reader)
        #expect(error == nil)
        #expect(reader.warnings.isEmpty)
        #expect(samples.count == golden.count)
        #expect(distance(samples, golden) <= recording.tolerance)

        let duration = try #require(reader.duration)
        #expect((duration * 16_000 - Double(golden.count)).magnitude < (recording.needsFFmpeg ? 800 : 1))
        let channels = recording.channels == 1 ? "mono" : "\(recording.channels) channels"
        #expect(reader.summary.hasPrefix("\(recording.rate) Hz, \(channels), \(recording.form)"))
        let isConverted = recording.rate != 16_000 || recording.channels != 1
        #expect(reader.summary.hasSuffix(" → 16000 Hz mono") == isConverted)
    }

    @Test("The size of the pieces asked for changes nothing", arguments: [1, 7, 160, 100_000])
    func pieces(_ step: Int) throws {
        let input = AudioInput.file(fixture("44100x2.flac"))
        let (samples, _) = drain(try input.open(), step: step)
        let golden = try NumpyArray(fixture: "AudioInput/44100x2-flac.npy").values
        #expect(distance(samples, golden) <= 2e-6)
    }

    @Test("An MP3 of variable bit rate is read to its end, though its first frames promise less")
    func variableBitRate() throws {
        let reader = try AudioInput.file(fixture("variable.mp3")).open()
        let (samples, error) = drain(reader)
        #expect(error == nil)
        #expect(samples.count >= 40_000)
        #expect(reader.warnings.isEmpty)
        // What follows from the size of the first frame:
        #expect((reader.duration ?? 0) < 2)
    }

    @Test("MP3 files that were joined are read one after the other")
    func joined() throws {
        let one = try Fixtures.bytes("AudioInput/layer3.mp3")
        let alone = try samples(of: .bytes(one, name: "one"))
        let tag = [UInt8]("TAG".utf8) + [UInt8](repeating: 0, count: 125)
        #expect(try samples(of: .bytes(one + one + tag + one + tag, name: "three")) == alone + alone + alone)
    }

    @Test("Bytes in memory read like the file they came from")
    func memory() throws {
        let bytes = try Fixtures.bytes("AudioInput/s16.flac")
        let input = AudioInput.bytes(bytes, name: "memory")
        #expect(try samples(of: input) == NumpyArray(fixture: "AudioInput/chirp.npy").values)
        #expect(input.canReopen)
    }

    @Test("Many channels are averaged")
    func manyChannels() throws {
        let frames: [Float] = (0..<100).flatMap { frame in
            (0..<1000).map { Float(frame) / 128 + ($0 % 2 == 0 ? 0.125 : -0.125) }
        }
        let read = try samples(of: .bytes(wave(frames, rate: 16_000, channels: 1000), name: "wide"))
        #expect(distance(read, (0..<100).map { Float($0) / 128 }) < 1e-5)
    }

    @Test("Samples in memory are a source")
    func array() {
        let values = sine(440, rate: 16_000, count: 1000)
        let source = ArraySource(values)
        #expect(source.duration == 0.0625)
        #expect(drain(source, step: 300).samples == values)
    }
}
