import AudioInput
import Glibc
import TestSupport
import Testing

@Suite("Inputs with something wrong", .timeLimit(.minutes(10)))
struct FaultTests {
    @Test("No file, no permission, a folder, nothing in it: one clear line each")
    func unreadable() throws {
        #expect(failure(of: .file("/no/such.wav"))?.description == "/no/such.wav: No such file or directory")
        #expect(failure(of: .file("/"))?.description == "/: is a directory")
        let empty = try temporaryFile()
        #expect(failure(of: .file(empty))?.reason == "is empty")
        let raw = RawFormat(encoding: .s16le, rate: 16_000, channels: 1)
        #expect(failure(of: .raw(empty, raw))?.reason == "is empty")
        #expect(failure(of: .file(pipeHolding([])))?.reason == "is empty")
        #expect(failure(of: .bytes([], name: "nothing"))?.description == "nothing: is empty")
    }

    @Test("No permission", .enabled(if: geteuid() != 0, "root may read everything"))
    func forbidden() throws {
        let file = try temporaryFile([1, 2, 3])
        chmod(file, 0)
        #expect(failure(of: .file(file))?.reason == "Permission denied")
    }

    @Test("What is no audio is refused with libsndfile's reason")
    func notAudio() {
        let error = failure(of: .bytes([UInt8]("These are words, and no sound.".utf8), name: "words"))
        #expect(error?.description == "words: Format not recognised")
    }

    @Test(
        "A pipe that begins like no recording is refused before its end",
        arguments: [[UInt8](repeating: 0, count: 4096), [UInt8](repeating: 0xff, count: 4096)])
    func endlessPipe(_ bytes: [UInt8]) async {
        await #expect(processExitsWith: .success) { [bytes = bytes as [UInt8]] in
            alarm(300)  // a copy would wait for the end
            let pipe = Pipe(bytes)
            let reason = failure(of: .file(pipe.path))?.reason
            #expect(reason == "does not begin like a recording; samples without a header are raw ones")
            pipe.finish()
        }
    }

    @Test("A device is refused, except for raw samples")
    func device() throws {
        #expect(failure(of: .file("/dev/zero"))?.reason == "is a device; only raw samples are read from it")
        let raw = RawFormat(encoding: .s16le, rate: 16_000, channels: 1)
        _ = try AudioInput.raw("/dev/zero", raw).open()
    }

    @Test("A WAV cut short gives what is there, and an error; a pipe, a warning", arguments: [false, true])
    func cutWave(piped: Bool) throws {
        let tone = sine(440, rate: 16_000, count: 8000)
        let bytes = Array(wave(tone, rate: 16_000).prefix(44 + 4 * 2000))
        let reader = try AudioInput.file(piped ? pipeHolding(bytes) : temporaryFile(bytes)).open()
        let (samples, error) = drain(reader)
        #expect(samples == Array(tone[..<2000]))
        let reason = "is cut short: its header promises 0.5 s, 0.13 s are there"
        #expect(error?.reason == (piped ? nil : reason))
        #expect(reader.warnings == (piped ? [reason] : []))
        #expect(drain(reader) == ([], error))
    }

    @Test(
        "What is cut short gives what is there, and then an error",
        arguments: [
            "s16.wav", "ima.wav", "s16.aiff", "s16.au", "big.rf64", "44100x2.flac", "../../../Audio/note.mp3",
            "../../../Audio/album.ogg", "../../../Audio/voice.opus",
        ])
    func cut(name: String) throws {
        let (all, cut, reader, error) = try damage(name) { Array($0.prefix($0.count / 2)) }
        #expect(!cut.isEmpty && cut.count < all.count * 3 / 4)
        #expect(error?.reason.hasPrefix("is cut short: it") == true)
        #expect(error?.reason.hasSuffix(" s are there") == true)
        #expect(reader.warnings.isEmpty && drain(reader) == ([], error))
    }

    @Test(
        "What is cut short and goes through ffmpeg gives what is there, and then an error",
        .enabled(if: hasProgram("ffmpeg"), "there is no ffmpeg on the PATH"),
        arguments: ["s16.caf", "opus.webm"])
    func cutThroughFFmpeg(name: String) throws {
        let whole = try Fixtures.bytes("AudioInput/\(name)")
        let reader = try AudioInput.file(temporaryFile(Array(whole.prefix(whole.count * 3 / 4)))).open()
        let (samples, error) = drain(reader)
        #expect(!samples.isEmpty)
        #expect(error?.reason.hasPrefix("is cut short: its header promises ") == true)
        #expect(reader.warnings.isEmpty)
    }

    @Test("Less than a hundredth of a second that is missing is no fault: some count their header along")
    func almostWhole() throws {
        let tone = sine(440, rate: 16_000, count: 8000)
        let file = try temporaryFile(wave(tone, rate: 16_000, dataSize: 4 * 8000 + 44))
        #expect(drain(try AudioInput.file(file).open()) == (tone, nil))
    }

    @Test("An Ogg recording whose last page is whole ends there, though it does not say so")
    func openEnd() throws {
        let name = "../../../Audio/voice.opus"
        let (all, cut, reader, error) = try damage(name) { bytes in
            let last = bytes.indices.last { bytes[$0...].starts(with: "OggS".utf8) }
            return Array(bytes[..<(last ?? 0)])
        }
        #expect(!cut.isEmpty && cut.count < all.count)
        #expect(error == nil && reader.warnings.isEmpty)
    }

    @Test("A FLAC with a tag behind its end is whole")
    func taggedFLAC() throws {
        let tag = [UInt8]("TAG".utf8) + [UInt8](repeating: 0, count: 125)
        let (all, read, reader, error) = try damage("s16.flac") { $0 + tag }
        #expect(read == all && error == nil && reader.warnings.isEmpty)
    }

    @Test("A FLAC cut short gives what is there, and then an error")
    func cutFLAC() throws {
        let (all, cut, reader, error) = try damage("44100x2.flac") { Array($0.prefix($0.count * 3 / 4)) }
        #expect(cut.count > all.count / 3 && cut.count < all.count)
        // The resampler sees an end where there was none: its last milliseconds differ.
        #expect(distance(Array(cut.dropLast(200)), Array(all[..<(cut.count - 200)])) < 1e-6)
        #expect(error?.reason.hasPrefix("is cut short: its header promises 0.25 s, ") == true)
        #expect(drain(reader).error == error)
    }

    @Test("A FLAC damaged in the middle gives what came before, and then an error")
    func damagedFLAC() throws {
        let (all, cut, _, error) = try damage("44100x2.flac") { bytes in
            var bytes = bytes
            for index in bytes.count / 2..<bytes.count / 2 + 100 { bytes[index] = 0x55 }
            return bytes
        }
        #expect(cut.count > all.count / 4 && cut.count < all.count)
        #expect(error?.reason.hasPrefix("is damaged after 0.") == true)
    }

    @Test("Samples that are no numbers are silence, with one warning")
    func notANumber() throws {
        var tone = sine(440, rate: 16_000, count: 20_000)
        for (index, value) in [(3, Float.nan), (10_000, .infinity), (19_999, -.infinity), (5, 1e30)] {
            tone[index] = value
        }
        let reader = try AudioInput.bytes(wave(tone, rate: 16_000), name: "broken").open()
        let read = drain(reader).samples
        for index in [3, 5, 10_000, 19_999] { tone[index] = 0 }
        #expect(read == tone)
        #expect(reader.warnings == ["holds samples that are no numbers; they are read as silence"])
    }

    @Test("Samples beyond full scale are kept")
    func loud() throws {
        #expect(try samples(of: .bytes(wave([1.5, -3], rate: 16_000), name: "loud")) == [1.5, -3])
    }

    @Test("Headers with absurd rates and channels are refused", arguments: [false, true])
    func absurdHeaders(piped: Bool) throws {
        for (rate, channels) in [(0, 1), (1, 1), (999, 1), (2_000_000_000, 1), (16_000, 0), (16_000, 1025)] {
            let bytes = wave([0, 0, 0, 0], rate: rate, channels: channels)
            let input = piped ? AudioInput.file(pipeHolding(bytes)) : .bytes(bytes, name: "absurd")
            let error = try #require(failure(of: input), "\(rate) Hz, \(channels) channels")
            #expect(error.path == input.name)
        }
    }

    @Test("A recording without samples is no error")
    func noSamples() throws {
        let reader = try AudioInput.bytes(wave([], rate: 44_100), name: "silent").open()
        #expect(drain(reader) == ([], nil))
        #expect(reader.warnings == ["holds no audio"])
    }

    /// A fixture read whole and after damage.
    private func damage(
        _ name: String, _ change: ([UInt8]) -> [UInt8]
    ) throws -> (all: [Float], cut: [Float], reader: AudioReader, error: AudioError?) {
        let bytes = try Fixtures.bytes("AudioInput/\(name)")
        let reader = try AudioInput.bytes(change(bytes), name: name).open()
        let (cut, error) = drain(reader)
        return (try samples(of: .bytes(bytes, name: name)), cut, reader, error)
    }
}
