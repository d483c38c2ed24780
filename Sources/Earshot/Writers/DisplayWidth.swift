extension StringProtocol {
    /// Columns the text takes where every column is as wide as the next, on a terminal or in a subtitle: ideographs,
    /// kana, hangul and emoji two, marks on another letter none.
    package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Character {
    /// Columns the character takes: those of its letters, and two where it is one emoji of several.
    package var displayWidth: Int {
        let width = unicodeScalars.reduce(0) { $0 + $1.displayWidth }
        return isEmojiSequence ? 2 : width
    }

    /// Whether it is one picture: a sign that has one and is asked to show it, or pictures joined or coloured.
    private var isEmojiSequence: Bool {
        guard let first = unicodeScalars.first, first.properties.isEmoji else { return false }
        return unicodeScalars.dropFirst().contains {
            $0 == "\u{FE0F}" || $0 == "\u{200D}" || $0.properties.isEmojiModifier
        }
    }
}

extension Unicode.Scalar {
    /// Columns the scalar takes beside others.
    fileprivate var displayWidth: Int {
        // Most text there is.
        if (0x20..<0x7F).contains(value) { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default:
            // Vowels and final consonants of hangul stand in the square of the letter before them.
            if (0x1160...0x11FF).contains(value) { return 0 }
            return WideCharacters.contain(value) ? 2 : 1
        }
    }
}

extension WideCharacters {
    fileprivate static func contain(_ value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}
