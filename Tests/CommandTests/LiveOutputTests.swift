import FoundationEssentials
import TestSupport
import Testing

/// The files of `earshot live --output`.
@Suite("The growing files of earshot live", .serialized)
struct LiveOutputTests {
    private static let names = [
        "a.txt", "a.srt", "a.vtt", "a.tsv", "a.csv", "a.lrc", "a.json", "a.full.json", "a.karaoke.vtt",
    ]

    /// Why text is no document of a format; nil where it is one.
    private static func fault(in text: String, _ name: String) -> String? {
        func unless(_ isRight: Bool) -> String? { isRight ? nil : "\(name) is \(text.debugDescription)" }
        switch name.split(separator: ".", maxSplits: 1).last {
        case "txt": return unless(text.isEmpty || text.hasSuffix("\n"))
        case "srt":
            let cues = text.split(separator: "\n\n", omittingEmptySubsequences: false).dropLast()
            let isRight = cues.enumerated().allSatisfy { index, cue in
                cue.hasPrefix("\(index + 1)\n")
                    && cue.wholeMatch(of: /\d+\n[\d:,]{12} --> [\d:,]{12}\n[a-z ]+/) != nil
            }
            return unless((text.isEmpty || text.hasSuffix("\n\n")) && isRight)
        case "vtt", "karaoke.vtt":
            return unless(text.hasPrefix("WEBVTT\n\n") && text.hasSuffix("\n\n"))
        case "tsv":
            return unless(text.wholeMatch(of: /start\tend\ttext\n(\d+\t\d+\t[a-z ]+\n)*/) != nil)
        case "csv":
            return unless(text.wholeMatch(of: /start,end,text\n(\d+,\d+,"[a-z ]+"\n)*/) != nil)
        case "lrc":
            return unless(text.wholeMatch(of: /\[by:earshot\]\n(\[\d\d:\d\d\.\d\d\][a-z ]+\n)*/) != nil)
        default:
            struct Nothing: Decodable {}
            return unless((try? JSONDecoder().decode(Nothing.self, from: Data(text.utf8))) != nil)
        }
    }

    private static func options(_ folder: TemporaryFolder) -> [String] {
        names.flatMap { ["-o", folder.path($0)] }
    }

    @Test("have every format, and all that was said")
    func formats() throws {
        struct Whole: Decodable {
            struct Segment: Decodable { let text: String }
            let text: String
            let language: String
            let segments: [Segment]
        }
        let folder = try TemporaryFolder()
        let run = try earshot(named: ["live", "-q"] + Self.options(folder) + [sample("demo.flac")])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(try folder.names() == Self.names.sorted())
        for name in Self.names { #expect(try Self.fault(in: folder.text(name), name) == nil) }
        #expect(try folder.text("a.txt") == run.output)
        let lines = run.output.split(separator: "\n").map(String.init)
        let whole = try Fixtures.decoded(folder.text("a.json").utf8, as: Whole.self)
        #expect(whole.segments.map(\.text) == lines.map { " \($0)" } && whole.language == "en")
        #expect(whole.text == whole.segments.map(\.text).joined())
        for name in Self.names where !name.contains("karaoke") {
            for line in lines { #expect(try folder.text(name).contains(line), "\(name)") }
        }
    }

    @Test("go on where they ended: cues are counted on, times follow, headers stay single")
    func continued() throws {
        let folder = try TemporaryFolder()
        let names = Self.names.filter { !$0.hasSuffix("json") }
        let options = names.flatMap { ["-o", folder.path($0)] }
        var before: [String: String] = [:]
        for _ in 0..<2 {
            for name in names { before[name] = (try? folder.text(name)) ?? "" }
            let run = try earshot(named: ["live", "-q"] + options + [sample("demo.flac")])
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        }
        for name in names {
            let text = try folder.text(name)
            #expect(Self.fault(in: text, name) == nil)
            #expect(text.hasPrefix(before[name] ?? "") && text.utf8.count > (before[name]?.utf8.count ?? 0))
        }
        let starts = try folder.text("a.tsv").split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: "\t").first.flatMap { Int($0) }
        }
        #expect(starts == starts.sorted() && (starts.last ?? 0) > 15_000)
    }

    @Test("go on behind lines that end as on other systems")
    func carriageReturns() throws {
        let folder = try TemporaryFolder()
        let before = "start,end,text\r\n0,90000,\"hi\"\r\n"
        try folder.write(before.utf8, to: "a.csv")
        let run = try earshot("live", "-q", "-o", folder.path("a.csv"), sample("pin.flac"))
        #expect(run.status == 0, "\(run.errors)")
        let rows = try folder.text("a.csv").dropFirst(before.count).split(separator: "\n")
        let starts = rows.compactMap { $0.split(separator: ",").first.flatMap { Int($0) } }
        #expect(!starts.isEmpty && starts.allSatisfy { $0 >= 90_000 })
    }

    @Test(
        "are not mixed with something else, unless it is to be replaced",
        arguments: [
            ("a.json", "{}", "is there already"), ("a.srt", "hello\n", "holds something else than srt"),
            ("a.csv", "x,y\n", "holds something else than csv"),
            ("a.vtt", "hello\n", "something else than vtt"),
        ])
    func occupied(name: String, content: String, reason: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content.utf8, to: name)
        let refused = try earshot("live", "-q", "-o", folder.path(name), sample("pin.flac"))
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(
            refused.errorLines.count == 1 && refused.errors.contains(reason)
                && refused.errors.contains("--force"))
        #expect(try folder.text(name) == content)
        let forced = try earshot("live", "-q", "--force", "-o", folder.path(name), sample("pin.flac"))
        #expect(forced.status == 0)
        #expect(try Self.fault(in: folder.text(name), name) == nil)
    }

    @Test("go on behind a line that somebody left unfinished")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        try folder.write("my notes".utf8, to: "a.txt")
        let run = try earshot("live", "-q", "-o", folder.path("a.txt"), sample("pin.flac"))
        #expect(try folder.text("a.txt") == "my notes\n" + run.output)
    }

    @Test(
        "end with what was being said at a signal, and when the terminal is closed",
        arguments: [("TERM", 143), ("HUP", 129)])
    func interrupted(signal: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        // Five digits, and no silence behind them that would end the segment.
        let raw = try folder.write(samples(of: "count-up.flac").prefix(2 * 28_000), to: "speech.raw")
        let run = try shell(
            #"""
            mkfifo "$2/pipe"
            "$0" live --json -o "$2/a.txt" --raw s16le "$2/pipe" > "$2/out" &
            exec 3> "$2/pipe"; cat "$1" >&3
            for i in $(seq 1200); do grep -q '" three"' "$2/out" && break; sleep 0.05; done
            [ -s "$2/a.txt" ] && echo early
            kill -"$3" $!; kill -HUP $! 2> /dev/null; wait $!
            """#, [raw, folder.path(), signal])
        #expect(run.status == status && run.output.isEmpty, "\(run.output)")
        #expect(try folder.text("a.txt").hasPrefix("zero one two"))
    }

    @Test("are whole whenever the command is killed")
    func killed() throws {
        let folder = try TemporaryFolder()
        let raw = try folder.write(samples(of: "seventy-seconds.flac"), to: "long.raw")
        var sizes: Set<Int> = []  // of one of them: each time something else is there
        for count in 1...6 {
            let out = try TemporaryFolder()
            // Killed as soon as so many segments are there.
            _ = try shell(
                #"""
                raw=$1 out=$2 count=$3; shift 3
                (while cat "$raw"; do :; done 2> /dev/null) | "$0" live -q --raw s16le "$@" - > /dev/null &
                for i in $(seq 3000); do
                    [ "$(cat "$out/a.txt" 2> /dev/null | wc -l)" -ge "$count" ] && break
                    sleep 0.02
                done
                kill -9 $!; wait 2> /dev/null; exit 0
                """#, [raw, out.path(), "\(count)"] + Self.options(out))
            for name in Self.names {
                let text = try out.text(name)
                #expect(Self.fault(in: text, name) == nil, "killed for the \(count). time")
                if name == Self.names.first { sizes.insert(text.utf8.count) }
            }
        }
        #expect(sizes.count > 1)
    }

    @Test("keep what they have where the disk is full; all else goes on")
    func full() throws {
        let folder = try TemporaryFolder()
        let run = try earshot(
            "live", "-q", "-o", "/dev/full", "--format", "txt", sample("demo.flac"))
        #expect(run.status == 1)
        #expect(run.errors == "earshot: /dev/full: cannot be written: No space left on device\n")
        #expect(run.output.contains("seven eight nine zero") && run.output.contains("stop"))
        let limited = try shell(
            #"raw=$1; shift; ulimit -f 8; exec "$0" live -q "$@" "$raw""#,
            [sample("seventy-seconds.flac")] + Self.options(folder))
        #expect(limited.status == 1 && limited.errors.contains("cannot be written: File too large"))
        #expect(limited.errorLines.count < Self.names.count)
        for name in Self.names { #expect(try Self.fault(in: folder.text(name), name) == nil) }
        #expect(try folder.text("a.txt") == limited.output)
    }

    @Test("name a folder that is not there before anything is computed")
    func noFolder() throws {
        let run = try earshot("live", "-q", "-o", "/nowhere/a.txt", sample("pin.flac"))
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errors == "earshot: /nowhere/: cannot be written: No such file or directory\n")
    }
}
