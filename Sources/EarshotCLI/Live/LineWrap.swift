import Earshot

/// A character of the view, and whether it is certain.
struct ViewCharacter: Equatable {
    let character: Character
    let isCertain: Bool

    var width: Int { character.displayWidth }
    var isBlank: Bool { character == " " }
}

/// Breaks text into rows of a terminal: between words, and beside characters that take two columns.
enum LineWrap {
    /// The rows, none of them wider than `width` unless one character is. The more text follows, the more rows: those
    /// before the last stay what they are.
    static func rows(_ text: [ViewCharacter], width: Int) -> [[ViewCharacter]] {
        var rows: [[ViewCharacter]] = []
        var row = Row()
        for character in text {
            if !row.fits(character, in: width) {
                rows.append(row.breakOff())
            }
            row.append(character)
        }
        if !row.characters.isEmpty { rows.append(row.characters) }
        return rows
    }

    /// Marks that no row begins with.
    private static let closing: Set<Character> = [
        "、", "。", "，", "．", "！", "？", "：", "；", "）", "」", "』", "】", "》",
    ]

    private struct Row {
        var characters: [ViewCharacter] = []
        private var width = 0
        private var breakPlace = 0  // the row may end before this character

        func fits(_ character: ViewCharacter, in limit: Int) -> Bool {
            // Blanks that find no room are left out at the end of the row.
            characters.isEmpty || character.isBlank || width + character.width <= limit
        }

        mutating func append(_ character: ViewCharacter) {
            if character.isBlank, characters.isEmpty { return }
            let isWide = character.width == 2
            if isWide, !closing.contains(character.character) { breakPlace = characters.count }
            characters.append(character)
            width += character.width
            if isWide || character.isBlank { breakPlace = characters.count }
        }

        /// Ends the row where it may end, and goes on with what is behind.
        mutating func breakOff() -> [ViewCharacter] {
            let end = breakPlace > 0 ? breakPlace : characters.count
            let rest = characters[end...]
            let ended = Array(characters[..<end])
            self = Row()
            for character in rest { append(character) }
            return ended
        }
    }
}
