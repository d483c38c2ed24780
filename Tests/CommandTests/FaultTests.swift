import TestSupport
import Testing

/// What the built command does where something is wrong.
@Suite("earshot, where something is wrong,", .serialized)
struct FaultTests {
    @Test("names a recording that fails, does the others, and tells by its status")
    func oneOfThree() throws {
        let run = try earshot(sample("demo.flac"), "/nowhere/gone.wav", sample("pin.flac"))
        #expect(run.status == 1)
        #expect(run.output.contains("play next") && run.output.contains("four seven one nine"))
        #expect(run.errorLines.filter { $0.hasPrefix("earshot: ") }.count == 1)
        #expect(run.errors.contains("earshot: /nowhere/gone.wav: "))
    }

    @Test("keeps an earlier transcript of a recording that cannot be read")
    func keepsEarlier() throws {
        let folder = try TemporaryFolder()
        try folder.write("precious".utf8, to: "gone.txt")
        let run = try earshot("-o", folder.path(), folder.path("gone.wav"))
        #expect(run.status == 1)
        #expect(try folder.text("gone.txt") == "precious")
    }

    @Test("keeps what a damaged recording still gave", arguments: ["srt", "json", "csv", "lrc", "json-full"])
    func keepsFound(format: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Fixtures.bytes("../../Audio/seventy-seconds.flac")
        try folder.write(whole.prefix(whole.count * 2 / 3), to: "cut.flac")
        let run = try earshot("-o", folder.path(), "--format", format, folder.path("cut.flac"))
        let transcript = try folder.text(format == "json-full" ? "cut.full.json" : "cut.\(format)")
        #expect(run.status == 1)
        #expect(transcript.contains("one two three four"))
        #expect(format != "json" || transcript.hasSuffix(#""language": "en"}"#))
        #expect(format != "json-full" || transcript.hasSuffix("}}\n"))
        #expect(run.errors.contains("cut.flac: "))
    }

    @Test(
        "names a model it cannot use",
        arguments: [
            ("missing.pt", nil), ("empty.bin", 0), ("short.safetensors", 1000), ("cut.safetensors", 100_000),
        ])
    func model(name: String, size: Int?) throws {
        let folder = try TemporaryFolder()
        if let size {
            try folder.write(Fixtures.bytes("../../Models/default.safetensors").prefix(size), to: name)
        }
        let run = try earshot("--model", folder.path(name), sample("pin.flac"))
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.hasPrefix("earshot: \(folder.path(name)): "))
    }

    @Test(
        "will not ask an English-only model for another language",
        arguments: [["-l", "German"], ["-l", "yue"], ["--task", "translate"], ["-tr"], ["--multilingual"]])
    func englishOnly(wish: [String]) throws {
        let path = try RandomCheckpoint.tinyEnglish(.ggml)
        let run = try shell(#"exec "$0" "$@""#, ["--model", path] + wish + [sample("pin.flac")])
        #expect(run.status == 1)
        #expect(run.errors.contains("English-only"))
    }

    @Test(
        "explains how it is used",
        arguments: [
            ([], "Name at least one recording"),
            (["-l", "klingon", "a.wav"], "no such language"),
            (["--format", "doc", "a.wav"], "- srt"),
            (["--format", "txt", "-osrt", "a.wav"], "--output-dir"),
            (["-f", "srt", "a.wav"], "--format srt"),
            (["--rate", "8000", "a.wav"], "--raw"),
            (["--threads", "1025", "a.wav"], "--threads"),
            (["-", "-"], "only once"),
            (["--model", "", "a.wav"], "--model is empty"),
            (["a.wav", ""], "name of a recording is empty"),
            (["-o", "out", "x/a.wav", "y/a.mp3"], "x/a.wav and y/a.mp3"),
            (["--condition-on-previous-text", "maybe", "a.wav"], "'true' and 'false'"),
        ])
    func usage(arguments: [String], telling: String) throws {
        let run = try shell(#"exec "$0" "$@""#, arguments)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(telling))
    }

    @Test(
        "says so where the transcript cannot be written",
        arguments: [(">&-", "Bad file descriptor"), ("> /dev/full", "No space left on device")])
    func unwritable(redirection: String, reason: String) throws {
        let run = try shell(#"exec "$0" -q "$1" \#(redirection)"#, [sample("pin.flac")])
        #expect(run.status == 1)
        #expect(run.errors == "earshot: standard output: cannot be written: \(reason)\n")
    }

    @Test("names an output directory that cannot be made")
    func unwritableDirectory() throws {
        let run = try earshot("-o", "/dev/null/out", sample("pin.flac"))
        #expect(run.status == 1)
        #expect(run.errors == "earshot: /dev/null/out: cannot be written: Not a directory\n")
    }

    @Test("completes the other formats where one cannot be written")
    func unwritableFormat() throws {
        let folder = try TemporaryFolder()
        let run = try shell(
            #"""
            "$0" -q -o "$2/whole" --format all "$1"
            mkdir -p "$2/out/demo.srt"
            exec "$0" -q -o "$2/out" --format all "$1"
            """#, [sample("demo.flac"), folder.path()])
        #expect(run.status == 1)
        #expect(run.errors == "earshot: \(folder.path("out/demo.srt")): cannot be written: Is a directory\n")
        for format in ["txt", "vtt", "tsv", "json"] {
            #expect(try folder.text("out/demo.\(format)") == folder.text("whole/demo.\(format)"))
        }
    }

    @Test("names a file that is in the place of the output directory")
    func occupiedDirectory() throws {
        let folder = try TemporaryFolder()
        try folder.write("".utf8, to: "out")
        let run = try earshot("-o", folder.path("out"), sample("pin.flac"))
        #expect(run.status == 1)
        #expect(run.errors == "earshot: \(folder.path("out")): cannot be written: Not a directory\n")
    }

    @Test("keeps from the terminal what a file's name would command it")
    func controlCharacters() throws {
        let run = try earshot("-q", "/nowhere/\u{1B}[2J\u{9B}\n.wav")
        #expect(run.status == 1)
        #expect(
            run.errors
                == #"earshot: /nowhere/\u{1B}[2J\u{009B}\n.wav: No such file or directory"# + "\n")
    }

    @Test("says that names must be UTF-8")
    func notUTF8() throws {
        let run = try shell(
            #"exec "$0" -q "$(printf '/nowhere/caf\351.wav')" "$1""#, [sample("pin.flac")])
        #expect(run.status == 1)
        #expect(run.output.contains("four seven one nine"))
        #expect(
            run.errors
                == "earshot: /nowhere/caf\u{FFFD}.wav: files whose names are not UTF-8 cannot be opened; "
                + "give it as - < FILE\n")
    }

    @Test("warns once of a pipe that ends before its header says")
    func warning() throws {
        let folder = try TemporaryFolder()
        let whole = try Fixtures.bytes("../../Audio/telephone-8k.wav")
        try folder.write(whole.prefix(whole.count - 8000), to: "cut.wav")
        let script = #"cat "$1" | "$0" $2 -"#
        let run = try shell(script, [folder.path("cut.wav")])
        #expect(run.status == 0)
        #expect(!run.output.isEmpty)
        let warnings = run.errorLines.filter { $0.contains("warning") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("earshot: warning: standard input: is cut short: ") == true)
        let quiet = try shell(script, [folder.path("cut.wav"), "-q"])
        #expect(quiet.output == run.output && quiet.errors.isEmpty)
    }

    @Test(
        "writes all there is of a recording that is cut short, says so in a line, and tells by its status",
        arguments: [
            ("telephone-8k.wav", "transcribe"), ("note.mp3", "transcribe"), ("album.ogg", "transcribe"),
            ("telephone-8k.wav", "live"),
        ])
    func cutShort(name: String, command: String) throws {
        let folder = try TemporaryFolder()
        let whole = try Fixtures.bytes("../../Audio/\(name)")
        let path = try folder.write(whole.prefix(whole.count * 3 / 4), to: name)
        let run = try shell(#"exec "$0" "$2" -q "$1""#, [path, command])
        #expect(run.status == 1)
        #expect(!run.output.isEmpty)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.hasPrefix("earshot: \(path): is cut short: it"))
        let files = try shell(#"exec "$0" -o "$2" -q "$1" "$3""#, [path, folder.path(), sample("pin.flac")])
        #expect(files.status == 1 && files.errors == run.errors)
        #expect(try !folder.text("\(name.prefix { $0 != "." }).txt").isEmpty)
        #expect(try folder.text("pin.txt").contains("four seven one nine"))
    }

    @Test("ends quietly when nobody reads on")
    func closedPipe() throws {
        let folder = try TemporaryFolder()
        // Whoever reads is gone before anything is written.
        let run = try shell(
            #"""
            mkfifo "$2/pipe"; : < "$2/pipe" & exec 3> "$2/pipe"; wait
            "$0" -q "$1" >&3; echo "status $?" >&2
            """#, [sample("demo.flac"), folder.path()])
        #expect(run.errors == "status 141\n")
    }

    @Test("keeps a transcript clean of faults on standard error")
    func closedErrors() throws {
        let run = try shell(#"exec "$0" "$1" 2>&-"#, [sample("pin.flac")])
        #expect(run.status == 0)
        #expect(run.output.contains("four seven one nine"))
    }

    @Test("ends at an interruption, by the signal's status", arguments: [("INT", 130), ("TERM", 143)])
    func interruption(signal: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        // Once some text is there; what runs in the background would not hear INT.
        let run = try shell(
            #"""
            mkfifo "$3/pipe"; : > "$3/out"
            (exec 3> "$3/pipe"; for i in 1 2 3 4 5 6 7 8 9; do tail -c +45 "$1" >&3; done
                for i in $(seq 1200); do [ -s "$3/out" ] && break; sleep 0.05; done; kill -"$2" $$) &
            exec "$0" --raw s16le --rate 8000 - < "$3/pipe" > "$3/out"
            """#, [sample("telephone-8k.wav"), signal, folder.path()])
        #expect(run.status == status)
        #expect(run.errorLines.last == "earshot: -: interrupted; what was found is written")
    }

    @Test("says that nothing was found before an interruption, and leaves an earlier transcript as it is")
    func interruptedBeforeAnythingWasFound() throws {
        let folder = try TemporaryFolder()
        // Recording and signal: the program waits for more sound when it ends.
        let run = try shell(
            #"""
            mkfifo "$1/pipe"; mkdir "$1/out"; echo before > "$1/out/stdin.txt"
            (exec 3> "$1/pipe"; for i in $(seq 1200); do [ -s "$1/errors" ] && break; sleep 0.05; done
                sleep 0.5; kill -TERM $$; sleep 5) > "$1/void" 2>&1 &
            exec "$0" --raw s16le -o "$1/out" --format txt - < "$1/pipe" 2> "$1/errors"
            """#, [folder.path()])
        #expect(run.status == 143)
        let errors = try folder.text("errors").split(separator: "\n")
        #expect(errors.last == "earshot: -: interrupted; nothing was found, nothing is written")
        #expect(try folder.text("out/stdin.txt") == "before\n")
    }
}
