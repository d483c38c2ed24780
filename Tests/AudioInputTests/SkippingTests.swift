import AudioInput
import TestSupport
import Testing

@Suite("Passing over samples")
struct SkippingTests {
    /// Lossy decoders, and the resampler, remember a little of what was before.
    @Test("leads to the samples that reading leads to", arguments: Recording.all.filter { !$0.needsFFmpeg })
    func agrees(_ recording: Recording) throws {
        let input = AudioInput.file(fixture(recording.file))
        let whole = try samples(of: input)
        for place in [0, 1, whole.count / 3, whole.count * 2 / 3, whole.count - 1] {
            let reader = try input.open()
            #expect(try reader.skip(place) == place)
            let (rest, error) = drain(reader)
            #expect(error == nil)
            #expect(rest.count == whole.count - place)
            #expect(distance(rest, Array(whole[place...])) <= 1e-3, "from \(place) of \(whole.count)")
        }
    }

    @Test("adds up, between readings")
    func several() throws {
        let input = AudioInput.file(fixture("../../../Audio/stereo-44k.flac"))
        let whole = try samples(of: input)
        let reader = try input.open()
        var buffer = [Float](repeating: 0, count: 1000)
        var place = 0
        for step in [7000, 1, 20_000, 33] {
            #expect(try reader.skip(step) == step)
            let count = try buffer.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
            place += step
            #expect(distance(Array(buffer[..<count]), Array(whole[place..<place + count])) <= 1e-5)
            place += count
        }
    }

    @Test("ends with the recording", arguments: ["short.wav", "voice.opus", "note.mp3", "telephone-8k.wav"])
    func ends(name: String) throws {
        let input = AudioInput.file(fixture("../../../Audio/\(name)"))
        let count = try samples(of: input).count
        let reader = try input.open()
        #expect(try reader.skip(10_000_000) == count)
        #expect(drain(reader).samples.isEmpty)
    }

    @Test("works from a pipe, too")
    func pipe() throws {
        let sound = sine(440, rate: 16_000, count: 5000)
        let reader = try AudioInput.file(pipeHolding(wave(sound, rate: 16_000))).open()
        #expect(try reader.skip(1234) == 1234)
        #expect(drain(reader).samples == Array(sound[1234...]))
    }
}
