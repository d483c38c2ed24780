import Earshot

/// What a terminal shows of a live transcription: a line for each segment, below them what seems to follow, and the
/// status. It makes of every change the bytes that bring the terminal from one frame to the next.
///
/// Rows that will not change any more scroll away and are the terminal's. Those that may, and the status below them,
/// are drawn over: the cursor waits at the beginning of the first. There it stays when the terminal becomes narrower
/// and breaks them anew, so that all of them can be erased whatever became of them.
public struct LiveScreen: Sendable {
    /// What goes on.
    public var status = LiveStatus()
    /// What seems to follow the confirmed text.
    public var hypothesis = ""

    /// The last time the model listened.
    var pass: LivePass?

    private let showsText: Bool
    private let isPlain: Bool
    /// Lines that are complete and not drawn yet.
    private var finished: [String] = []
    /// The confirmed text of the line under way, without the rows that are the terminal's already.
    private var open = ""
    /// UTF-8 bytes of confirmed text that is in no segment yet.
    private var untold = 0
    /// The rows on the terminal, from the cursor down; nil where nothing is drawn.
    private var drawn: [String]?
    private var width = 0

    /// A view of nothing yet.
    /// - Parameters:
    ///   - showsText: whether there is more to see than the status.
    ///   - isPlain: whether the hypothesis is put into brackets instead of being dimmed.
    public init(showsText: Bool = true, isPlain: Bool = false) {
        self.showsText = showsText
        self.isPlain = isPlain
    }

    /// Adds words that are certain from now on.
    public mutating func confirm(_ text: String) {
        open += text.displayable
        untold += text.displayable.utf8.count
    }

    /// Ends the line behind a segment's text; what was confirmed behind it begins the next.
    public mutating func endSegment(_ text: String) {
        untold = max(0, untold - text.displayable.utf8.count)
        let rest = open.utf8.index(open.utf8.endIndex, offsetBy: -min(untold, open.utf8.count))
        finished.append(String(open[..<rest]))
        open = String(open[rest...])
    }

    /// The bytes that bring the terminal to what is to be seen now; none where it shows that already.
    public mutating func frame(width: Int, height: Int) -> String {
        let stable = stableRows(width)
        let changing = showsText ? changingRows(width, limit: max(1, height - 2)) : []
        return draw(above: stable, rows: changing + [status.line(width: width)], width: width)
    }

    /// The bytes that take from the terminal what may change, so that somebody else can write there.
    public mutating func clear() -> String {
        guard drawn != nil else { return "" }
        drawn = nil
        return "\r" + Code.eraseBelow + Code.showCursor
    }

    /// The bytes that leave on the terminal all that is confirmed, and nothing else.
    public mutating func finish(width: Int) -> String {
        finished.append(open)
        (open, hypothesis, untold) = ("", "", 0)
        let rows = stableRows(width)
        return clear() + rows.map { $0 + "\r\n" }.joined()
    }

    // MARK: Rows

    /// Rows that stay what they are: all but the last of the confirmed text.
    private mutating func stableRows(_ width: Int) -> [String] {
        var rows: [String] = []
        if showsText {
            for line in finished { rows += LineWrap.rows(line.certain, width: max(1, width - 1)).map(render) }
            var last = LineWrap.rows(open.certain, width: max(1, width - 1))
            if last.count > 1, let rest = last.popLast() {
                rows += last.map(render)
                open = String(rest.map(\.character))
            }
        }
        finished = []
        return rows
    }

    /// The last row of the confirmed text, and what seems to follow.
    private func changingRows(_ width: Int, limit: Int) -> [String] {
        let guess = hypothesis.displayable
        let shown = isPlain && !guess.isEmpty ? " [\(guess.drop { $0 == " " })]" : guess
        let text = open.certain + shown.map { ViewCharacter(character: $0, isCertain: false) }
        var rows = LineWrap.rows(text, width: max(1, width - 1))
        if rows.count > limit {
            rows.removeSubrange(limit...)
            while rows[limit - 1].last?.isBlank == true { rows[limit - 1].removeLast() }
            if width > 2, !rows[limit - 1].isEmpty {
                rows[limit - 1].removeLast()
                rows[limit - 1].append(ViewCharacter(character: "…", isCertain: false))
            }
        }
        return rows.map(render)
    }

    private func render(_ row: [ViewCharacter]) -> String {
        var row = row
        while row.last?.isBlank == true { row.removeLast() }
        let certain = String(row.prefix { $0.isCertain }.map(\.character))
        let guess = String(row.drop { $0.isCertain }.map(\.character))
        return certain + (guess.isEmpty || isPlain ? guess : Code.dim + guess + Code.normal)
    }

    // MARK: Drawing

    private mutating func draw(above: [String], rows: [String], width: Int) -> String {
        var bytes = drawn == nil ? Code.hideCursor + "\r" : ""
        var old = drawn ?? []
        if width != self.width, drawn != nil {
            bytes += "\r" + Code.eraseBelow
            old = []
        }
        self.width = width
        drawn = rows
        guard !above.isEmpty || rows != old else { return "" }
        for row in above {
            bytes += row + Code.eraseLine + "\r\n"
            if !old.isEmpty { old.removeFirst() }
        }
        let isShorter = old.count > rows.count
        for (index, row) in rows.enumerated() {
            if index > 0 { bytes += "\r\n" }
            let isLast = index == rows.count - 1
            if index >= old.count || row != old[index] || isLast && isShorter {
                bytes += row + Code.eraseLine
            }
        }
        if isShorter { bytes += Code.eraseBelow }
        return bytes + "\r" + (rows.count > 1 ? Code.up(rows.count - 1) : "")
    }

    /// What the terminal is told besides text.
    private enum Code {
        static let hideCursor = "\u{1B}[?25l"
        static let showCursor = "\u{1B}[?25h"
        static let eraseLine = "\u{1B}[K"
        static let eraseBelow = "\u{1B}[J"
        static let dim = "\u{1B}[2m"
        static let normal = "\u{1B}[0m"
        static func up(_ rows: Int) -> String { "\u{1B}[\(rows)A" }
    }
}

extension String {
    fileprivate var certain: [ViewCharacter] { map { ViewCharacter(character: $0, isCertain: true) } }

    /// The text as a row may hold it: without what commands a terminal, or turns the direction of what follows.
    fileprivate var displayable: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: text.append(" ")
            case .format where scalar != "\u{200C}" && scalar != "\u{200D}": break
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
