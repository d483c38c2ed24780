import AudioInput
import TestSupport
import Testing

/// `earshot live` of streams: the same policy as of a microphone, without one.
@Suite("earshot live", .serialized)
struct LiveTests {
    @Test(
        "confirms what is transcribed of the same recording",
        arguments: ["demo.flac", "seventy-seconds.flac", "stereo-44k.flac"])
    func recordings(name: String) throws {
        let file = try earshot("-q", "--vad", "--format", "txt", sample(name))
        let live = try earshot("live", "-q", sample(name))
        #expect(live.status == 0 && live.errors.isEmpty, "\(live.errors)")
        #expect(words(live.output) == words(file.output) && !live.output.isEmpty)
    }

    @Test("hears raw samples and WAV of any length from a pipe as they are in the file")
    func pipes() throws {
        let folder = try TemporaryFolder()
        let raw = try folder.write(samples(of: "demo.flac"), to: "demo.raw")
        let live = try earshot("live", "-q", sample("demo.flac"))
        let piped = try shell(#"cat "$1" | "$0" live -q --raw s16le -"#, [raw])
        #expect(piped.status == 0 && words(piped.output) == words(live.output))
        // What arecord writes to a pipe: a header that promises two gigabytes.
        let header =
            #"printf 'RIFF\377\377\377\177WAVEfmt \020\0\0\0\1\0\1\0\200\076\0\0\0\175\0\0\2\0\020\0data\0\377\377\177'"#
        let wave = try shell(#"{ \#(header); cat "$1"; } | "$0" live -q -"#, [raw])
        #expect(wave.status == 0 && words(wave.output) == words(live.output), "\(wave.errors)")
    }

    @Test("writes a line a segment, at once")
    func lines() throws {
        let folder = try TemporaryFolder()
        let raw = try folder.write(samples(of: "demo.flac"), to: "demo.raw")
        // The pipe stays open until the first line is there.
        let run = try shell(
            #"""
            mkfifo "$2/pipe"
            "$0" live -q --raw s16le "$2/pipe" > "$2/out" 2> "$2/err" &
            exec 3> "$2/pipe"
            cat "$1" >&3
            for i in $(seq 1200); do [ "$(wc -l < "$2/out")" -ge 3 ] && echo early && break; sleep 0.05; done
            exec 3>&-; wait; cat "$2/out" "$2/err"
            """#, [raw, folder.path()])
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "early" && lines.count >= 4)
        #expect(lines.dropFirst().allSatisfy { $0.first != " " })
    }

    @Test("hears nothing where nobody speaks", arguments: ["silence.flac", "noise.flac"])
    func nobody(name: String) throws {
        let run = try earshot("live", sample(name))
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(run.errorLines.last?.contains("0.0 s of speech; 0 passes") == true, "\(run.errors)")
    }

    @Test("sums up on standard error")
    func summary() throws {
        let run = try earshot("live", sample("demo.flac"))
        let line = try #require(run.errorLines.last)
        #expect(
            line.wholeMatch(
                of:
                    /\d+\.\d s of audio, \d\.\d s of speech; \d+ passes, \d+\.\d{3} processor seconds a second; delay \d+\.\d\d s for half of the words, \d+\.\d\d s for 95 of 100; 0 overruns/
            ) != nil, "\(line)")
        #expect(run.errorLines.count == 2 && run.errorLines[0].hasPrefix("Model: "))
    }

    @Test("spends less with less power")
    func power() throws {
        func passes(_ power: String) throws -> Int {
            let run = try earshot("live", "--power", power, sample("half-minute.flac"))
            return try #require(run.errors.firstMatch(of: /(\d+) passes/).flatMap { Int($0.1) })
        }
        let (low, fast) = (try passes("low"), try passes("fast"))
        #expect(low > 0 && low < fast)
    }

    @Test(
        "explains how it is used",
        arguments: [
            (["--device", "x", "-"], "a stream is named"), (["--reconnect", "a.wav"], "a stream is named"),
            (["--raw", "s16le"], "--raw describes a stream"), (["--rate", "8000", "-"], "--raw"),
            (["--power", "none", "-"], "low"), (["--audio-context", "40", "-"], "audio-context"),
            (["--prefix", "x", "-"], "--initial-prompt"), (["-o", "x.doc", "-"], "name its --format"),
            (["-o", "x.txt", "-o", "y.txt", "--format", "txt", "-"], "one --output"),
            (["-o", "x.txt", "-o", "x.txt", "-"], "same name"), (["-o", "", "-"], "--output is empty"),
            (["--force", "-"], "name one"), (["-q", "--json", "-"], "exclude"),
            (["-q", "--verbose", "-"], "exclude"),
            (["--vad-min-silence-duration-ms", "100", "-"], "between 200 and 60000"),
            (["--vad-speech-pad-ms", "3500", "-"], "3000 together"),
            (["-o", "x.txt", "-o", "./x.txt", "-"], "same name"),
            (["", "-q"], "is empty"),
            (["--device", ""], "--device is empty"),
        ])
    func usage(arguments: [String], telling: String) throws {
        let run = try shell(#"exec "$0" live "$@" < /dev/null"#, arguments)
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains(telling), "\(run.errors)")
    }

    @Test("names a stream that cannot be heard", arguments: ["/nowhere/gone.wav", "/"])
    func unreadable(name: String) throws {
        let run = try earshot("live", "-q", name)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errorLines.count == 1 && run.errors.hasPrefix("earshot: \(name): "))
    }

    @Test("names a microphone that is not there")
    func noMicrophone() throws {
        let run = try shell(
            #"ALSA_CONFIG_PATH=/dev/null PULSE_SERVER=unix:/nonexistent exec "$0" live -q --device nobody"#)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errorLines.count == 1 && run.errors.hasPrefix("earshot: nobody: "), "\(run.errors)")
    }

    private func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
}

/// The samples of a recording of the project's as a pipe brings them: 16 kHz, mono, signed 16-bit integers.
func samples(of name: String) throws -> [UInt8] {
    let reader = try AudioInput.file(sample(name)).open()
    let samples = try [Float](unsafeUninitializedCapacity: 16_000 * 100) { $1 = try reader.read(into: $0) }
    return samples.flatMap { sample in
        let number = Int16(clamping: Int((sample * 32_768).rounded()))
        return withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
    }
}
