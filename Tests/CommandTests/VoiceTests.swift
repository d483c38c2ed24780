import TestSupport
import Testing

/// Silence left out, languages heard, and what the command says of both.
@Suite("earshot --vad", .serialized)
struct VoiceTests {
    @Test("writes the words with their times, from a file and from a pipe")
    func words() throws {
        let file = try earshot("--vad", "-q", "--format", "txt", sample("demo.flac"))
        #expect(file.status == 0 && file.errors.isEmpty)
        #expect(file.output == (try earshot("-q", "--format", "txt", sample("demo.flac"))).output)
        let timed = try earshot("--vad", "-q", sample("demo.flac"))
        let piped = try shell(#"cat "$1" | "$0" -q --vad -"#, [sample("demo.flac")])
        #expect(piped.output == timed.output && timed.output.contains("-->"))
    }

    @Test(
        "is given the names of others",
        arguments: [
            ["-vt", "0.6", "-vspd", "100", "-vsd", "500", "-vmsd", "20", "-vp", "200"],
            [
                "--vad_threshold", "0.6", "--vad_min_speech_duration_ms", "100",
                "--vad_min_silence_duration_ms", "500",
                "--vad_max_speech_duration_s", "20", "--vad_speech_pad_ms", "200",
            ],
        ])
    func names(options: [String]) throws {
        let words = try earshot(named: ["-q", "--format", "txt", "--vad"] + options + [sample("demo.flac")])
        #expect(words.status == 0, "\(words.errors)")
        #expect(words.output.contains("seven eight nine zero"))
    }

    @Test(
        "refuses what makes no sense",
        arguments: [
            (["--vad-threshold", "0.4"], "--vad"), (["--vad", "--vad-threshold", "1"], "between 0 and 1"),
            (["--vad", "--vad-speech-pad-ms", "-1"], "--vad-speech-pad-ms"),
            (["--vad", "--vad-min-silence-duration-ms", "100000"], "60000"),
            (["--vad", "--vad-max-speech-duration-s", "0.5"], "--vad-speech-pad-ms"),
            (["--quiet", "--verbose"], "exclude"), (["--multilingual", "-l", "de"], "name none"),
        ])
    func refusals(options: [String], reason: String) throws {
        let run = try earshot(named: options + [sample("demo.flac")])
        #expect(run.status == 64)
        #expect(run.errors.contains(reason))
        #expect(run.output.isEmpty)
    }

    @Test("says with --verbose what was converted and what speech is in no segment")
    func verbose() throws {
        let stereo = try earshot("--verbose", sample("stereo-44k.flac"))
        #expect(
            stereo.errors.contains("stereo-44k.flac: recording: 44100 Hz, 2 channels, FLAC → 16000 Hz mono"))
        for silent in [[], ["--verbose", "False"], ["--verbose=false"]] {
            let run = try earshot(named: silent + [sample("stereo-44k.flac")])
            #expect(run.status == 0 && !run.errors.contains("recording:"))
        }
        let short = try earshot(
            "--verbose", "--vad", "--vad-min-speech-duration-ms", "5000", "--vad-min-silence-duration-ms",
            "100",
            sample("hello.flac"))
        #expect(short.output.isEmpty && short.status == 0)
        #expect(short.errors.contains("is left out: it is too short to be speech"))
    }

    @Test("names every sound that may be a word, where a window has no text")
    func rejected() throws {
        let run = try earshot(
            "--vad", "--verbose", "--no-speech-threshold", "0", "--logprob-threshold", "0",
            "--clip-timestamps", "0.4,0.66,0.8,1.6,2.9,3.15", sample("hello.flac"))
        #expect(run.status == 0 && run.output.isEmpty)
        let named = run.errors.matches(of: /speech from (\d\.\d)\d s to \d\.\d\d s is in no segment/)
        #expect(named.map(\.1) == ["0.4", "0.8", "1.1", "2.9"], "\(run.errors)")
    }

    @Test("says that it cannot wait for a voice for ever")
    func languageFarAhead() throws {
        let run = try shell(
            #"""
            { head -c 5440000 /dev/zero; tail -c +45 "$1"; } |
                "$0" --raw s16le --rate 8000 -l auto -d 1000 -
            """#,
            [sample("telephone-8k.wav")])
        #expect(run.status == 0)
        #expect(run.errors.contains("warning: standard input: nobody speaks up to 330 s"), "\(run.errors)")
    }

    @Test("writes nothing where nobody speaks", arguments: ["silence.flac", "noise.flac"])
    func nobody(name: String) throws {
        let run = try earshot("--vad", "-q", "-l", "auto", sample(name))
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    }

    @Test("hears the language where somebody first speaks", arguments: [true, false])
    func languageBehindSilence(piped: Bool) throws {
        let folder = try TemporaryFolder()
        let silence = [UInt8](repeating: 0, count: 31 * 16_000)
        let speech = try Fixtures.bytes("../../Audio/telephone-8k.wav").dropFirst(44)
        let path = try folder.write(silence + speech, to: "late.raw")
        let options = #"--raw s16le --rate 8000 -l auto"#
        let script = piped ? #"cat "$1" | "$0" \#(options) $2 -"# : #"exec "$0" \#(options) $2 "$1""#
        let run = try shell(script, [path, "--verbose"])
        #expect(run.status == 0)
        let note = /nobody speaks at the beginning: the language is that from 3[01]\.\d\d s on/
        #expect(run.errorLines.filter { $0.contains(note) }.count == 1)
        // All is transcribed, and with all times as they are.
        let told = try shell(script.replacing("-l auto", with: "-l en"), [path, "-q"])
        #expect(run.output == told.output && run.output.contains("[00:3"))
        #expect(!told.errors.contains("nobody speaks"))
    }

    @Test("names the language that was heard, and how surely")
    func language() throws {
        for options in [["-l", "auto"], ["-l", "auto", "--vad"], ["--multilingual"]] {
            let run = try earshot(named: options + [sample("late.flac")])
            #expect(
                run.errorLines.last?.wholeMatch(of: /Language: English \(en\), with a probability of \d+ %/)
                    != nil)
        }
        #expect(!(try earshot(sample("late.flac"))).errors.contains("Language"))
        let windows = try earshot("--multilingual", "--verbose", sample("seventy-seconds.flac"))
        let heard = windows.errorLines.filter { $0.contains("language from ") }
        #expect(heard.count >= 3 && heard[0].contains("language from 0.00 s: en ("))
        let json = ["--format", "json-full", sample("late.flac")]
        #expect(try earshot(named: ["--multilingual"] + json).output.contains(#"}], "language": "en""#))
        #expect(!(try earshot(named: json)).output.contains(#"}], "language": "en""#))
    }
}
