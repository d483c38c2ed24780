import TestSupport
import Testing

/// Where transcripts go, and what is left of them where something goes wrong.
@Suite("earshot's outputs", .serialized)
struct OutputTests {
    private static let extensions = ["csv", "full.json", "json", "lrc", "srt", "tsv", "txt", "vtt"]

    @Test("are all formats that want no more than is there")
    func all() throws {
        let folder = try TemporaryFolder()
        let run = try earshot("-q", "-o", folder.path(), "--format", "all", sample("pin.flac"))
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(try folder.names() == Self.extensions.map { "pin.\($0)" })
    }

    @Test(
        "go by names of their own, one for each recording",
        arguments: ["-of", "--output-file", "--output_file"])
    func named(option: String) throws {
        let folder = try TemporaryFolder()
        let run = try earshot(
            "-q", option, folder.path("one"), option, folder.path("two.x"), "-ocsv", "-olrc",
            sample("pin.flac"), sample("pin.flac"))
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(try folder.names() == ["one.csv", "one.lrc", "two.x.csv", "two.x.lrc"])
    }

    @Test("name a folder that is not there before anything is computed")
    func noFolder() throws {
        let run = try earshot("-of", "/nowhere/pin", sample("pin.flac"))
        #expect(run.status == 1)
        #expect(run.errors == "earshot: /nowhere/: cannot be written: No such file or directory\n")
    }

    @Test(
        "contradict one another, and the reason is told",
        arguments: [
            (["-of", "x", "-o", "y"], "--output-dir and --output-file"),
            (["-of", "x", "-of", "y"], "2 times for 1 recordings"), (["-of", ""], "--output-file is empty"),
            (["-ojf", "-ocsv"], "one format"), (["--format", "all"], "one format"),
            (["-pc", "--format", "srt"], "--format srt"), (["-pc", "-o", "x"], "transcripts go to files"),
            (["-nt", "-osrt"], "without its times"), (["-nt", "--format", "lrc"], "without its times"),
            (["-nt", "--format", "tsv"], "without its times"), (["-nt", "-ocsv"], "without its times"),
        ])
    func usage(arguments: [String], telling: String) throws {
        let run = try shell(#"exec "$0" "$@""#, arguments + ["a.wav"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(telling), "\(run.errors)")
    }

    @Test("never replace a recording, nor are several one document")
    func refused() throws {
        let folder = try TemporaryFolder()
        let samples = try samples(of: "pin.flac")
        try folder.write(samples, to: "speech.txt")
        let over = try earshot("-q", "--raw", "s16le", "-o", folder.path(), folder.path("speech.txt"))
        #expect(over.status == 64 && over.errors.contains("is a recording"))
        #expect(try shell(#"wc -c < "$1""#, [folder.path("speech.txt")]).output == "\(samples.count)\n")
        let joined = try earshot("-q", "--format", "vtt", sample("pin.flac"), sample("bus.flac"))
        #expect(
            joined.status == 64 && joined.output.isEmpty && joined.errors.contains("no one .vtt document"))
    }

    @Test("of two recordings never share a file")
    func shared() throws {
        let folder = try TemporaryFolder()
        let options = ["-q", "-o", folder.path("out"), "--format", "json", "--format"]
        let both = try earshot(named: options + ["json-full"] + ["a.wav", "a.full.wav"])
        #expect(both.status == 64)
        #expect(both.errors.contains("would both be written to") && both.errors.contains("a.full.json"))
        let one = try earshot(named: options + ["txt"] + ["a.wav", "a.full.wav"])
        #expect(one.status == 1)
    }

    @Test("have times from words where segments have none")
    func wordTimes() throws {
        let run = try earshot("-q", "-nt", "-osrt", "--word-timestamps", "true", sample("pin.flac"))
        #expect(run.status == 0 && run.output.contains(" --> "))
    }

    @Test("have no colours but on a terminal, unless asked twice, and never against NO_COLOR")
    func colors() throws {
        let plain = try earshot("-q", sample("pin.flac")).output
        #expect(try earshot("-q", "-pc", sample("pin.flac")).output == plain)
        #expect(try shell(#"NO_COLOR=1 exec "$0" -q -pc -pc "$1""#, [sample("pin.flac")]).output == plain)
    }

    @Test("are completed where the disk is too full for one", arguments: extensions)
    func full(name: String) throws {
        let folder = try TemporaryFolder()
        let run = try shell(
            #"""
            "$0" -q -o "$2/whole" --format all "$1"
            mkdir -p "$2/out"
            ln -s /dev/full "$2/out/demo.$3"
            exec "$0" -q -o "$2/out" --format all "$1"
            """#, [sample("demo.flac"), folder.path(), name])
        #expect(run.status == 1)
        let fault = "cannot be written: No space left on device"
        #expect(run.errors == "earshot: \(folder.path("out/demo.\(name)")): \(fault)\n")
        for other in Self.extensions where other != name {
            #expect(try folder.text("out/demo.\(other)") == folder.text("whole/demo.\(other)"))
        }
    }

    @Test("keep what fits where files must not grow")
    func limited() throws {
        let folder = try TemporaryFolder()
        let run = try shell(
            #"""
            "$0" -q -o "$2/whole" --format all "$1"
            ulimit -f 2
            exec "$0" -q -o "$2/out" --format all "$1"
            """#, [sample("seventy-seconds.flac"), folder.path()])
        #expect(run.status == 1)
        #expect(run.errors.contains("cannot be written: File too large"))
        for name in Self.extensions {
            // The limit may lie within a character.
            let (whole, kept) = try (
                folder.bytes("whole/seventy-seconds.\(name)"), folder.bytes("out/seventy-seconds.\(name)")
            )
            #expect(whole.starts(with: kept))
            if whole.count <= 1024 { #expect(kept == whole) }
        }
    }

    @Test("hold what was found before an interruption, each in good form")
    func interrupted() throws {
        let (folder, pipe) = (try TemporaryFolder(), try TemporaryFolder())
        let run = try shell(
            #"""
            mkfifo "$3/pipe"
            "$0" -q -o "$2" --format all --raw s16le --rate 8000 - < "$3/pipe" &
            exec 3> "$3/pipe"
            for i in 1 2 3 4 5 6 7 8 9; do tail -c +45 "$1" >&3; done
            for i in $(seq 1200); do [ -s "$2/stdin.srt" ] && break; sleep 0.05; done
            kill -TERM $!; wait $!
            """#,
            [sample("telephone-8k.wav"), folder.path(), pipe.path()])
        #expect(run.status == 143)
        #expect(run.errors.isEmpty)
        #expect(try folder.names() == Self.extensions.map { "stdin.\($0)" })
        #expect(try folder.text("stdin.full.json").hasSuffix("}}\n"))
        #expect(try folder.text("stdin.json").hasSuffix(#""language": "en"}"#))
        #expect(try folder.text("stdin.srt").hasPrefix("1\n00:00:0"))
    }
}
