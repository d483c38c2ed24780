import TestSupport
import Testing

@Suite("A part of a recording", .serialized)
struct ClipOptionTests {
    @Test(
        "is named in seconds, by the clock, in milliseconds, or as a clip",
        arguments: [
            ["--offset", "2.1", "--duration", "3.4"], ["--offset", "0:02.1", "--duration", "0:00:03.4"],
            ["-ot", "2100", "-d", "3400"], ["--offset-t", "2100", "--duration", "3.4"],
            ["--clip-timestamps", "2.1,5.5"], ["--clip_timestamps=2.1,0:05.5"],
        ])
    func spellings(arguments: [String]) throws {
        let run = try shell(#"exec "$0" -q "$@""#, arguments + [sample("demo.flac")])
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n")
        #expect(lines.map { $0.split(separator: "]  ").last } == ["one two three", "play next"])
        #expect(lines.first?.hasPrefix("[00:02.") == true && lines.last?.hasPrefix("[00:04.") == true)
    }

    @Test(
        "reaches to the end where nothing is said of it",
        arguments: [
            ["--offset", "8.5"], ["-ot", "8500", "-d", "0"],
            ["--offset", "8.5", "--duration", "0"], ["--clip_timestamps", ""],
        ])
    func rest(arguments: [String]) throws {
        let run = try shell(#"exec "$0" -q --format txt "$@""#, arguments + [sample("demo.flac")])
        #expect(run.output.hasSuffix("stop\n") && run.output.contains("two") == arguments.contains(""))
    }

    @Test("is the same from a pipe")
    func pipe() throws {
        let clips = ["--clip-timestamps", "3,8,45,50"]
        let expected = try shell(
            #"exec "$0" -q --format txt "$@""#, clips + [sample("seventy-seconds.flac")])
        let piped = try shell(
            #"cat "$3" | "$0" -q --format txt "$1" "$2" -"#, clips + [sample("seventy-seconds.flac")])
        #expect(piped.output == expected.output && !expected.output.isEmpty)
    }

    @Test("is nothing behind the end of the recording, however far")
    func behindTheEnd() throws {
        let run = try earshot("-q", "-ot", "9223372036854775807", sample("demo.flac"))
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    }

    @Test(
        "is told to be missing where the recording ends before it",
        arguments: ["", "--vad", "--batch 4", "--clip-timestamps 2.1,5.5,1000,1001 --vad"])
    func missing(flags: String) throws {
        let offset = flags.contains("clip") ? "" : "--offset 1000"
        for command in [#"exec "$0" $2 $3 "$1""#, #"cat "$1" | "$0" $2 $3 -"#] {
            let run = try shell(command, [sample("demo.flac"), flags, offset])
            #expect(run.status == 0 && run.output.contains("one") == offset.isEmpty)
            #expect(
                run.errors.contains(": it ends before 1000.00 s, where a clip of it was to begin\n"),
                "\(run.errors)")
        }
        let inside = try shell(#"exec "$0" $2 --offset 2.1 "$1""#, [sample("demo.flac"), flags])
        #expect(offset.isEmpty || !inside.errors.contains("ends before"), "\(inside.errors)")
    }

    @Test("cannot lie behind another in a pipe")
    func backwards() throws {
        let run = try shell(
            #"cat "$1" | "$0" -q --clip-timestamps 8,11,0,4 -"#, [sample("demo.flac")])
        #expect(run.status == 1)
        #expect(run.output.contains("stop"))
        #expect(run.errors.contains("cannot be read backwards"), "\(run.errors)")
    }

    @Test(
        "must be named soundly, and once",
        arguments: [
            (["--offset", "soon"], "90.5"), (["--offset", "1:2:3:4"], "90.5"), (["--offset=-1"], "90.5"),
            (["--duration", "-1"], "90.5"), (["-d", "x"], "-d <ms>"), (["-ot", "-5"], "negative"),
            (["--clip-timestamps", "5,3"], "ends before it begins"), (["--clip-timestamps", ","], "90.5"),
            (["--offset", "1", "-ot", "1000"], "--offset and -ot"),
            (["--duration", "1", "-d", "1000"], "--duration and -d"),
            (["--clip-timestamps", "1,2", "--offset", "1"], "--clip-timestamps and --offset"),
            (["--clip-timestamps", "1,2", "-d", "1"], "--clip-timestamps and -d"),
        ])
    func usage(arguments: [String], telling: String) throws {
        let run = try shell(#"exec "$0" "$@""#, arguments + ["a.wav"])
        #expect(run.status == 64)
        #expect(run.errors.contains(telling), "\(run.errors)")
    }
}
