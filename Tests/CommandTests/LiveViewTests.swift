import Earshot
import TestSupport
import Testing

/// The view of `earshot live` on a terminal.
@Suite("earshot live on a terminal", .serialized)
struct LiveViewTests {
    /// Tells the settings of the terminal before and after.
    private static let around = #"stty -g; "#, behind = #"; echo "status $?"; stty -g"#

    private static func raw(_ folder: TemporaryFolder) throws -> String {
        try folder.write(samples(of: "demo.flac"), to: "demo.raw")
    }

    /// What is left on the terminal.
    private static func screen(_ terminal: PseudoTerminal, _ columns: Int, _ rows: Int) -> TerminalEmulator {
        var emulator = TerminalEmulator(width: columns, height: rows)
        // Lines that others write may fill the last column.
        emulator.take(terminal.text)
        return emulator
    }

    @Test(
        "ends with all that is confirmed, and with the terminal as it was", arguments: [(80, 24), (40, 12)])
    func whole(columns: Int, rows: Int) throws {
        let plain = try earshot("live", "-q", sample("demo.flac")).output
        let terminal = try PseudoTerminal(
            columns: columns, rows: rows, #"\#(Self.around)"$0" live "$1" 2> /dev/null\#(Self.behind)"#,
            [sample("demo.flac")])
        #expect(terminal.end() == 0)
        let lines = Self.screen(terminal, columns, 200).text
        #expect(lines.first == lines.last && lines.dropLast().last == "status 0")
        #expect(lines.dropFirst().dropLast(2) == plain.split(separator: "\n").map(String.init)[...])
        #expect(terminal.text.contains("\u{1B}[?25l") && terminal.text.contains("\u{1B}[?25h"))
    }

    /// A terminal with `earshot live`, whose source pauses amid the last words but one: what is said of them does not
    /// hang on how soon they are heard.
    private static func amidWords(_ folder: TemporaryFolder, output: String) throws -> PseudoTerminal {
        try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"; (head -c 245000 "$1"; exec sleep 60) > "$2/pipe" 2> /dev/null < /dev/null &
            exec "$0" live --raw s16le "$2/pipe" \#(output)
            """#, [try raw(folder), folder.path()])
    }

    @Test("has what may change in dim letters, and says that somebody speaks")
    func unconfirmed() throws {
        let folder = try TemporaryFolder()
        let terminal = try Self.amidWords(folder, output: "2> /dev/null")
        #expect(terminal.wait { $0.contains(/\e\[2m[^\e]*[a-z]/) && $0.contains("] speech") })
        terminal.type("q")
        #expect(terminal.end() == 0)
    }

    @Test("is lines alone on a dumb terminal, and with --quiet", arguments: ["TERM=dumb", "QUIET=-q"])
    func dumb(setting: String) throws {
        let plain = try earshot("live", "-q", sample("demo.flac")).output
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24, #"export \#(setting); "$0" live $QUIET "$1" 2> /dev/null"#,
            [sample("demo.flac")])
        #expect(terminal.end() == 0)
        #expect(terminal.text == plain.split(separator: "\n").map { "\($0)\r\n" }.joined())
    }

    @Test("has no colours where NO_COLOR is set")
    func noColor() throws {
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24, #"NO_COLOR=1 "$0" live "$1" 2> /dev/null"#, [sample("demo.flac")])
        #expect(terminal.end() == 0)
        #expect(terminal.text.contains("stop") && terminal.text.matches(of: /\e\[\d*m/).isEmpty)
    }

    @Test("is the status alone where the text goes elsewhere")
    func status() throws {
        let folder = try TemporaryFolder()
        let terminal = try Self.amidWords(folder, output: #"> "$2/out""#)
        #expect(terminal.wait { $0.contains(/\] speech[^\r\n]*0:07/) })
        terminal.type("q")
        #expect(terminal.end() == 0)
        #expect(!terminal.text.contains("seven"))
        #expect(try folder.text("out").contains("play next\nseven"))
        let lines = Self.screen(terminal, 200, 24).text
        #expect(lines.count == 2 && lines[0].hasPrefix("Model: ") && lines[1].contains("s of audio"))
    }

    @Test("pauses with the space bar, goes on with it, and ends with q")
    func keys() throws {
        let folder = try TemporaryFolder()
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"; sh -c 'exec 3> "$1/pipe"; cat "$1/demo.raw" >&3; exec sleep 60' x "$2" &
            \#(Self.around)"$0" live --raw s16le "$2/pipe" 2> "$2/err"\#(Self.behind); kill $!
            """#, [try Self.raw(folder), folder.path()])
        #expect(terminal.wait { $0.contains("stop") && $0.contains("space pauses, q ends") })
        terminal.type(" ")
        #expect(terminal.wait { $0.contains("paused  space goes on") })
        terminal.type("x ")
        #expect(terminal.wait { ($0.split(separator: "paused").last ?? "").contains("] listening") })
        terminal.type("q")
        #expect(terminal.end() == 0)
        let lines = Self.screen(terminal, 80, 100).text
        #expect(lines.first == lines.last && lines.dropLast().last == "status 0", "\(lines)")
        #expect(try folder.text("err").contains("s of audio"))
    }

    @Test("finishes at Ctrl-C, and ends at once the second time", arguments: [1, 2])
    func interruption(times: Int) throws {
        let folder = try TemporaryFolder()
        // The second one comes while a pipe that nobody reads on keeps the first from its end.
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"; (trap '' INT; cat "$1"; exec sleep 60) > "$2/pipe" &
            trap : INT
            stty noflsh  # Ctrl-C shall not throw away what is on its way to the screen
            \#(Self.around)"$0" live --raw s16le "$2/pipe" 2> "$2/err"\#(Self.behind); kill $!
            """#, [try Self.raw(folder), folder.path()])
        #expect(terminal.wait { $0.contains("seven eight") })
        terminal.type(times == 1 ? "\u{3}" : "\u{3}\u{3}")
        #expect(terminal.end() == 0)
        let lines = Self.screen(terminal, 80, 100).text
        #expect(lines.first == lines.last && lines.dropLast().last == "status 130", "\(lines)")
        if times == 1 { #expect(lines.contains { $0.contains("seven eight") }) }
        if times == 1 { #expect(try folder.text("err").contains("s of audio")) }
    }

    @Test("keeps nothing waiting but itself while the terminal takes nothing")
    func stalled() throws {
        let folder = try TemporaryFolder()
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"
            (until [ -e "$2/go" ]; do sleep 0.05; done; cat "$1"; exec sleep 60) > "$2/pipe" 2> /dev/null < /dev/null &
            exec "$0" live -o "$2/a.txt" --raw s16le "$2/pipe" 2> /dev/null
            """#, [try Self.raw(folder), folder.path()])
        #expect(terminal.wait { $0.contains("q ends") })
        terminal.type("\u{13}")  // Ctrl-S
        try folder.write("".utf8, to: "go")
        // All segments but the last, behind which nobody is silent for long enough.
        #expect(terminal.wait { _ in (try? folder.text("a.txt").contains("zero")) == true })
        #expect(!terminal.text.contains("zero"))
        terminal.type("\u{11}")
        #expect(terminal.wait { $0.contains("zero") })
        terminal.type("q")
        #expect(terminal.end() == 0)
    }

    @Test("leaves the terminal as it was at Ctrl-Z, and comes back with all it had")
    func suspension() throws {
        let folder = try TemporaryFolder()
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"; (cat "$1"; exec sleep 60) > "$2/pipe" 2> /dev/null < /dev/null &
            exec "$0" live --raw s16le "$2/pipe" 2> /dev/null
            """#, [try Self.raw(folder), folder.path()])
        // Ctrl-Z throws away what is on its way to the screen: all of it shall be there.
        #expect(
            terminal.wait {
                $0.contains("stop") && ($0.components(separatedBy: "stop").last ?? "").contains("] listening")
            })
        #expect(!terminal.isCooked)
        terminal.type("\u{1A}")
        #expect(terminal.waitUntilStopped() && terminal.wait { $0.hasSuffix("\u{1B}[?25h") })
        #expect(terminal.isCooked)
        let (before, away) = (terminal.text, Self.screen(terminal, 80, 100))
        #expect(away.showsCursor && !away.text.joined().contains("listening"))
        terminal.goOn()
        #expect(terminal.wait { $0.dropFirst(before.count).contains("] listening") })
        terminal.type("q")
        #expect(terminal.end() == 0)
        #expect(Self.screen(terminal, 80, 100).text.filter { $0.contains("stop") }.count == 1)
        #expect(terminal.isCooked)
    }

    @Test("is drawn anew where the terminal changes its size")
    func resized() throws {
        let folder = try TemporaryFolder()
        let terminal = try PseudoTerminal(
            columns: 80, rows: 24,
            #"""
            mkfifo "$2/pipe"; (cat "$1"; exec sleep 60) > "$2/pipe" &
            "$0" live --raw s16le "$2/pipe" 2> /dev/null; kill $!
            """#, [try Self.raw(folder), folder.path()])
        #expect(terminal.wait { $0.contains("[..........] listening") })
        let before = terminal.text.count
        terminal.resize(columns: 40, rows: 12)
        #expect(terminal.wait { $0.dropFirst(before).contains("[.....] listening") })
        terminal.type("q")
        #expect(terminal.end() == 0)
    }
}
