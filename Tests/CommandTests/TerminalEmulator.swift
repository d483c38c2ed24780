import Earshot

/// A terminal that understands what the live view says to one, and notes what it does not understand.
struct TerminalEmulator {
    /// A place on the screen; the second column of a wide character is empty.
    struct Cell: Equatable {
        var text = " "
        var isDim = false
    }

    let width: Int
    let height: Int
    private(set) var rows: [[Cell]]
    /// Rows that have left the screen at its top.
    private(set) var scrolled: [[Cell]] = []
    private(set) var showsCursor = true
    /// Sequences that are unknown to it, and characters in the last column, where terminals differ.
    private(set) var faults: [String] = []
    private(set) var row = 0
    private(set) var column = 0
    private var isDim = false
    private var pending: Substring.UnicodeScalarView = Substring().unicodeScalars

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        rows = Array(repeating: Self.blank(width), count: height)
    }

    private static func blank(_ width: Int) -> [Cell] { Array(repeating: Cell(), count: width) }

    /// All rows there ever were, without blanks at their ends and without empty rows at the end.
    var text: [String] {
        var lines = (scrolled + rows).map { row in
            String(row.map(\.text).joined().reversed().drop { $0 == " " }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// The text that is dim, row by row.
    var dimText: String { (scrolled + rows).joined().filter(\.isDim).map(\.text).joined() }

    /// Takes what a program writes; escape sequences may not be divided.
    mutating func take(_ bytes: String) {
        var rest = Substring(bytes)
        while let character = rest.popFirst() {
            switch character {
            case "\r\n":
                column = 0
                lineFeed()
            case "\r": column = 0
            case "\n": lineFeed()
            case "\u{1B}": sequence(&rest)
            default: put(character)
            }
        }
    }

    private mutating func lineFeed() {
        if row < height - 1 {
            row += 1
        } else {
            scrolled.append(rows.removeFirst())
            rows.append(Self.blank(width))
        }
    }

    private mutating func put(_ character: Character) {
        let columns = character.displayWidth
        if columns == 0 || column + columns >= width { faults.append("\(character) in column \(column)") }
        guard columns > 0, column + columns <= width else { return }
        rows[row][column] = Cell(text: String(character), isDim: isDim)
        for index in 1..<max(columns, 1) { rows[row][column + index] = Cell(text: "") }
        column += columns
    }

    private mutating func sequence(_ rest: inout Substring) {
        let body = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(body.count)
        let command = "\(body)\(rest.popFirst() ?? " ")"
        switch command {
        case "[K": for index in column..<width { rows[row][index] = Cell() }
        case "[J":
            for index in column..<width { rows[row][index] = Cell() }
            for index in (row + 1)..<max(height, row + 1) { rows[index] = Self.blank(width) }
        case "[2m": isDim = true
        case "[0m": isDim = false
        case "[?25l": showsCursor = false
        case "[?25h": showsCursor = true
        default:
            guard command.last == "A", let count = Int(body.dropFirst()), count > 0 else {
                faults.append("ESC \(command)")
                return
            }
            if count > row { faults.append("up \(count) from row \(row)") }
            row = max(0, row - count)
        }
    }
}
