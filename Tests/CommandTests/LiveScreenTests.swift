import Earshot
import EarshotCLI
import Testing

@Suite("The live view")
struct LiveScreenTests {
    private static let dim = "\u{1B}[2m", normal = "\u{1B}[0m", line = "\u{1B}[K"

    private static func screen(isPlain: Bool = false) -> LiveScreen {
        var screen = LiveScreen(isPlain: isPlain)
        screen.status.state = .speech
        return screen
    }

    private static let status = "[.....] speech delay – load 0 % 0:00"

    @Test("is drawn by as few bytes as there is to tell")
    func bytes() {
        var screen = Self.screen()
        #expect(screen.frame(width: 40, height: 12) == "\u{1B}[?25l\r\(Self.status)\(Self.line)\r")
        #expect(screen.frame(width: 40, height: 12).isEmpty)
        screen.hypothesis = " one"
        #expect(
            screen.frame(width: 40, height: 12)
                == "\(Self.dim)one\(Self.normal)\(Self.line)\r\n\(Self.status)\(Self.line)\r\u{1B}[1A")
        screen.confirm(" one")
        screen.hypothesis = " two"
        // The status stays as it is.
        #expect(
            screen.frame(width: 40, height: 12)
                == "one\(Self.dim) two\(Self.normal)\(Self.line)\r\n\r\u{1B}[1A")
        screen.endSegment(" one")
        screen.hypothesis = ""
        #expect(
            screen.frame(width: 40, height: 12)
                == "one\(Self.line)\r\n\r")
        #expect(screen.finish(width: 40) == "\r\u{1B}[J\u{1B}[?25h")
    }

    @Test("leaves the confirmed text, and nothing else")
    func finish() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 40, height: 5)
        screen.confirm(" seven eight")
        screen.hypothesis = " nine"
        terminal.take(screen.frame(width: 40, height: 5))
        #expect(terminal.text == ["seven eight nine", Self.status])
        #expect(terminal.dimText == " nine" && !terminal.showsCursor)
        terminal.take(screen.finish(width: 40))
        #expect(terminal.text == ["seven eight"] && terminal.dimText.isEmpty && terminal.showsCursor)
        #expect((terminal.row, terminal.column) == (1, 0) && terminal.faults.isEmpty)
    }

    @Test("makes room for what others write, and comes back below it")
    func aside() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 40, height: 6)
        screen.confirm(" one")
        screen.hypothesis = " two"
        terminal.take(screen.frame(width: 40, height: 6))
        terminal.take(screen.clear() + "earshot: hm\r\n")
        #expect(terminal.text == ["earshot: hm"] && terminal.showsCursor)
        terminal.take(screen.frame(width: 40, height: 6))
        #expect(terminal.text == ["earshot: hm", "one two", Self.status])
        #expect(screen.clear() != "" && screen.clear() == "")
    }

    @Test(
        "shows any text at any width as it is, whatever came in which order",
        arguments: [4, 7, 20, 39, 40, 80, 200], [UInt64(1), 2, 3])
    func anything(width: Int, seed: UInt64) {
        var random = Generator(state: seed)
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: width, height: 12)
        var (lines, untold): ([String], String) = ([], "")
        for _ in 0..<60 {
            screen.hypothesis = Self.words(upTo: 6, &random)
            if random.next() % 3 == 0 {
                let words = Self.words(upTo: 9, &random)
                screen.confirm(words)
                untold += words
            }
            if random.next() % 5 == 0, !untold.isEmpty {
                screen.endSegment(untold)
                lines.append(untold)
                untold = ""
            }
            screen.status.level = Double(random.next() % 60) - 60
            terminal.take(screen.frame(width: width, height: 12))
            #expect(terminal.column == 0)
        }
        terminal.take(screen.finish(width: width))
        let expected = (lines + [untold]).joined().filter { !$0.isWhitespace }
        #expect(terminal.text.joined().filter { !$0.isWhitespace } == expected)
        #expect(terminal.faults.isEmpty, "\(terminal.faults)")
        #expect(terminal.dimText.isEmpty && terminal.showsCursor)
    }

    @Test("breaks rows between words, and ideographs anywhere but before a full stop")
    func breaks() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 11, height: 8)
        for text in ["yes no stop going", "もしもし元気ですよ。はい", "unbelievably"] {
            screen.confirm(text)
            screen.endSegment(text)
        }
        terminal.take(screen.finish(width: 11))
        #expect(
            terminal.text
                == ["yes no", "stop going", "もしもし元", "気ですよ。", "はい", "unbelievab", "ly"])
    }

    @Test("breaks a line between two segments where the words of both were confirmed together")
    func segments() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 40, height: 8)
        screen.confirm(" one two. three")
        terminal.take(screen.frame(width: 40, height: 8))
        screen.endSegment(" one two.")
        screen.hypothesis = " four"
        terminal.take(screen.frame(width: 40, height: 8))
        #expect(terminal.text == ["one two.", "three four", Self.status])
        screen.confirm(" four")
        screen.endSegment(" three four")
        terminal.take(screen.finish(width: 40))
        #expect(terminal.text == ["one two.", "three four"])
    }

    @Test("is drawn anew where the terminal changes its size", arguments: [20, 60])
    func resizing(width: Int) {
        var screen = Self.screen()
        screen.confirm(" one two three")
        screen.hypothesis = " four five six"
        _ = screen.frame(width: 40, height: 8)
        let bytes = screen.frame(width: width, height: 8)
        // All that was drawn is behind the cursor, however the terminal broke it.
        #expect(bytes.hasPrefix("\r\u{1B}[J"))
        var terminal = TerminalEmulator(width: width, height: 8)
        terminal.take(bytes)
        #expect(terminal.text.dropLast().joined(separator: " ") == "one two three four five six")
    }

    @Test("stays on a small screen")
    func height() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 20, height: 4)
        screen.confirm(" certain")
        screen.hypothesis = String(repeating: " perhaps", count: 20)
        terminal.take(screen.frame(width: 20, height: 4))
        #expect(terminal.text.count == 3 && terminal.text[1].hasSuffix("…") && terminal.scrolled.isEmpty)
        terminal.take(screen.finish(width: 20))
        #expect(terminal.text == ["certain"])
    }

    @Test("keeps from the terminal what text would command it")
    func commands() {
        var screen = Self.screen()
        var terminal = TerminalEmulator(width: 40, height: 4)
        screen.confirm("a\u{1B}[2J\u{202E}b\nc\u{9B}3m שלום")
        terminal.take(screen.finish(width: 40))
        #expect(terminal.text == ["a [2Jb c 3m שלום"] && terminal.faults.isEmpty)
    }

    @Test("has brackets instead of colours where those are refused")
    func plain() {
        var screen = Self.screen(isPlain: true)
        screen.confirm(" one")
        screen.hypothesis = " two"
        let bytes = screen.frame(width: 40, height: 8)
        #expect(bytes.contains("one [two]") && bytes.matches(of: /\e\[\d*m/).isEmpty)
    }

    @Test("is the status alone where the text goes elsewhere")
    func statusOnly() {
        var screen = LiveScreen(showsText: false)
        screen.confirm(" one")
        screen.hypothesis = " two"
        screen.endSegment(" one")
        #expect(!screen.frame(width: 40, height: 8).contains("one"))
        #expect(screen.finish(width: 40) == "\r\u{1B}[J\u{1B}[?25h")
    }

    private static func words(upTo count: UInt64, _ random: inout Generator) -> String {
        let some = [
            "one", "zwölf", "שלום", "もしもし。", "e\u{301}te\u{301}", "👍🏽", "한국어", "incomprehensibilities", "x",
        ]
        return (0..<random.next() % count).map { _ in
            (random.next() % 4 == 0 ? "" : " ") + some[Int(random.next() % UInt64(some.count))]
        }.joined()
    }
}

/// The numbers of splitmix64.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite("The live status")
struct LiveStatusTests {
    private static var busy: LiveStatus {
        var status = LiveStatus()
        status.state = .speech
        status.level = -24
        status.delay = 0.64
        status.load = 0.137
        status.time = 3725
        status.overruns = 2
        status.hasKeys = true
        return status
    }

    @Test(
        "tells what fits",
        arguments: [
            (100, "[######....] speech  delay 0.6 s  load 14 %  2 lost  1:02:05  space pauses, q ends"),
            (80, "[######....] speech  delay 0.6 s  load 14 %  2 lost  1:02:05"),
            (40, "[###..] speech delay 0.6 s load 14 %"), (20, "[###..] speech"), (5, "[###"), (1, ""),
        ])
    func widths(width: Int, line: String) { #expect(Self.busy.line(width: width) == line) }

    @Test("tells how to go on")
    func paused() {
        var status = Self.busy
        status.state = .paused
        #expect(status.line(width: 80) == "[..........] paused  space goes on  2 lost  1:02:05  q ends")
    }

    @Test("survives numbers that are none")
    func oddNumbers() {
        var status = LiveStatus()
        for odd in [Double.nan, .infinity, -.infinity, 1e300] {
            (status.level, status.load, status.time, status.delay) = (odd, odd, odd, odd)
            #expect(status.line(width: 80).count < 80)
        }
    }
}
