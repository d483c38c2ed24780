import AudioInput
import Glibc
import TestSupport
import Testing

@Suite("Pipes, standard input and raw samples", .timeLimit(.minutes(10)))
struct StreamTests {
    @Test("A pipe gives the same samples as the file", arguments: Recording.all.filter { !$0.needsFFmpeg })
    func pipe(_ recording: Recording) throws {
        let bytes = try Fixtures.bytes("AudioInput/\(recording.file)")
        let input = AudioInput.file(pipeHolding(bytes))
        #expect(!input.canReopen)
        #expect(try samples(of: input) == samples(of: .file(fixture(recording.file))))
    }

    @Test("Standard input is read from \"-\"")
    func standardInput() async {
        await #expect(processExitsWith: .success) {
            let pipe = pipeHolding(try Fixtures.bytes("AudioInput/s16.wav"))
            dup2(open(pipe, O_RDONLY), STDIN_FILENO)
            let input = AudioInput.file("-")
            #expect(input.name == "standard input")
            #expect(!input.canReopen)
            let reader = try input.open()
            #expect(reader.duration == 0.25)
            let golden = try NumpyArray(fixture: "AudioInput/chirp.npy").values
            #expect(drain(reader).samples == golden)
        }
    }

    @Test("A file redirected to standard input can be read twice")
    func redirected() async {
        await #expect(processExitsWith: .success) {
            dup2(open(fixture("s16.flac"), O_RDONLY), STDIN_FILENO)
            let input = AudioInput.file("-")
            #expect(input.canReopen)
            let first = try samples(of: input)
            let second = try samples(of: input)
            #expect(first.count == 4000)
            #expect(first == second)
        }
    }

    /// What writers that cannot seek leave as the lengths: ffmpeg, sox, arecord, Python's wave.
    static let openEnds: [(UInt32, UInt32)] = [
        (0xffff_ffff, 0xffff_ffff), (0x7fff_f024, 0x7fff_f000), (0x7fff_ff24, 0x7fff_ff00), (36, 0), (0, 0),
    ]

    @Test("A live WAV stream is read as it comes, whatever its header says")
    func live() async {
        await #expect(processExitsWith: .success) {
            alarm(300)  // a reader that waits for more than it needs waits forever
            for (riffSize, dataSize) in StreamTests.openEnds {
                let tone = sine(440, rate: 16_000, count: 8000)
                let bytes = wave(tone, rate: 16_000, dataSize: dataSize, riffSize: riffSize)
                let pipe = Pipe(Array(bytes[..<(44 + 4000)]))
                let reader = try AudioInput.file(pipe.path).open()
                #expect(reader.duration == nil)
                let first = try read(1000, from: reader)
                #expect(first == Array(tone[..<1000]))
                pipe.send(Array(bytes[(44 + 4000)...]))
                pipe.finish()
                #expect(drain(reader).samples == Array(tone[1000...]))
                #expect(reader.warnings.isEmpty)
            }
        }
    }

    @Test("A recording that was never closed is read to its end", arguments: openEnds)
    func unclosed(_ sizes: (UInt32, UInt32)) throws {
        let tone = sine(440, rate: 16_000, count: 8000)
        let file = try temporaryFile(wave(tone, rate: 16_000, dataSize: sizes.1, riffSize: sizes.0))
        let reader = try AudioInput.file(file).open()
        #expect(reader.duration == 0.5)
        #expect(drain(reader).samples == tone)
        #expect(reader.warnings.isEmpty)
    }

    @Test("A live 44.1 kHz stream is not held up by more than a block")
    func liveResampled() async {
        await #expect(processExitsWith: .success) {
            alarm(300)
            let pipe = Pipe(wave(sine(440, rate: 44_100, count: 12_000), rate: 44_100, dataSize: ~0))
            let reader = try AudioInput.file(pipe.path).open()
            let first = try read(1600, from: reader)
            #expect(first.count == 1600)
            pipe.finish()
            #expect(drain(reader).samples.count == 4354 - 1600)
        }
    }

    @Test("What follows the samples of a piped WAV is not taken for sound")
    func trailingChunk() throws {
        let tone = sine(440, rate: 16_000, count: 100)
        let pipe = pipeHolding(wave(tone, rate: 16_000) + [UInt8]("LIST".utf8) + littleEndian(UInt32(400)))
        #expect(try samples(of: .file(pipe)) == tone)
    }

    @Test("Raw 16-bit integers", arguments: [true, false])
    func rawIntegers(piped: Bool) throws {
        let integers = (0..<4000).map { Int16(truncatingIfNeeded: $0 * 17 - 32_768) }
        let bytes = integers.flatMap { littleEndian($0) }
        let format = RawFormat(encoding: .s16le, rate: 16_000, channels: 1)
        #expect(try raw(bytes, format, piped: piped).samples == integers.map { Float($0) / 32_768 })
    }

    @Test("Raw floats in stereo", arguments: [true, false])
    func rawFloats(piped: Bool) throws {
        let tone = sine(440, rate: 16_000, count: 4000)
        let bytes = tone.flatMap { littleEndian($0.bitPattern) + littleEndian((-$0 / 2).bitPattern) }
        let format = RawFormat(encoding: .f32le, rate: 16_000, channels: 2)
        let read = try raw(bytes, format, piped: piped).samples
        #expect(read == tone.map { ($0 - $0 / 2) / 2 })
    }

    @Test("Raw samples are read as they come")
    func rawLive() async {
        await #expect(processExitsWith: .success) {
            alarm(300)  // a reader that waits for more than it needs waits forever
            let bytes = (0..<8000).flatMap { littleEndian(Int16($0)) }
            let pipe = Pipe(Array(bytes[..<4000]))
            let format = RawFormat(encoding: .s16le, rate: 16_000, channels: 1)
            let reader = try AudioInput.raw(pipe.path, format).open()
            #expect(try read(1000, from: reader).last == 999 / 32_768)
            pipe.send(Array(bytes[4000...]))
            pipe.finish()
            #expect(drain(reader).samples.count == 7000)
        }
    }

    @Test("Bytes that are no whole frame at the end are left out with a warning", arguments: [true, false])
    func oddEnd(piped: Bool) throws {
        let format = RawFormat(encoding: .s16le, rate: 16_000, channels: 2)
        let (read, warnings) = try raw([0, 64, 0, 64, 0, 32, 0, 32, 1, 2, 3], format, piped: piped)
        #expect(read == [0.5, 0.25])
        #expect(warnings == ["ends inside a frame; 3 bytes are left out"])
    }

    @Test(
        "A raw format that makes no sense is refused",
        arguments: [(0, 1), (-1, 1), (Int.max, 1), (999, 1), (16_000, 0), (16_000, -2), (16_000, 1025)])
    func badFormat(rate: Int, channels: Int) throws {
        let file = try temporaryFile([0, 0, 0, 0])
        let format = RawFormat(encoding: .s16le, rate: rate, channels: channels)
        let error = try #require(failure(of: .raw(file, format)))
        #expect(error.description.hasPrefix("\(file): "))
        #expect(error.reason.contains("cannot be read"))
    }

    private func raw(
        _ bytes: [UInt8], _ format: RawFormat, piped: Bool
    ) throws -> (samples: [Float], warnings: [String]) {
        let reader = try AudioInput.raw(piped ? pipeHolding(bytes) : temporaryFile(bytes), format).open()
        #expect((reader.duration == nil) == piped)
        return (drain(reader).samples, reader.warnings)
    }
}

private func read(_ count: Int, from reader: AudioReader) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = try reader.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
}
