/// Cuts a text into the pieces that are tokenized one by one, as slices of its UTF-8 bytes.
///
/// GPT-2's regular expression, by hand:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
struct TextPieces: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    /// The kind of each scalar.
    private var kinds: [ScalarKind] = []
    /// The byte at which each scalar starts, and the end of the text. [kinds.count + 1]
    private var offsets: [Int] = [0]
    private var position = 0

    init(_ text: String) {
        bytes = [UInt8](text.utf8)
        for scalar in text.unicodeScalars {
            kinds.append(ScalarKind(scalar))
            offsets.append(offsets[kinds.count - 1] + UTF8.width(scalar))
        }
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard position < kinds.count else { return nil }
        let start = position
        position = contractionEnd(from: start) ?? runEnd(from: start)
        return bytes[offsets[start]..<offsets[position]]
    }

    /// The end of the English contraction that starts here: `'s`, `'re` and their like, in lower case only.
    private func contractionEnd(from start: Int) -> Int? {
        guard bytes[offsets[start]] == UInt8(ascii: "'") else { return nil }
        let rest = bytes[offsets[start + 1]...]
        let ending = ["s", "t", "re", "ve", "m", "ll", "d"].first { rest.starts(with: $0.utf8) }
        return ending.map { start + 1 + $0.utf8.count }
    }

    /// The end of the run of one kind that starts here, or after one space here. White space before other text
    /// leaves its last scalar to that text.
    private func runEnd(from start: Int) -> Int {
        let isSpace = bytes[offsets[start]] == UInt8(ascii: " ")
        let takesSpace = isSpace && start + 1 < kinds.count && kinds[start + 1] != .whitespace
        let kind = kinds[takesSpace ? start + 1 : start]
        var end = start + 1
        while end < kinds.count, kinds[end] == kind {
            end += 1
        }
        return kind == .whitespace && end < kinds.count && end > start + 1 ? end - 1 : end
    }
}

/// What the regular expression tells apart: `\p{L}`, `\p{N}`, `\s` and the rest.
private enum ScalarKind {
    case letter
    case number
    case whitespace
    case other

    init(_ scalar: Unicode.Scalar) {
        let properties = scalar.properties
        // The reference's regular expressions know Unicode 16: what came later is no letter to them.
        if let age = properties.age, age.major > 16 {
            self = .other
            return
        }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            self = .letter
        case .decimalNumber, .letterNumber, .otherNumber:
            self = .number
        default:
            self = properties.isWhitespace ? .whitespace : .other
        }
    }
}
