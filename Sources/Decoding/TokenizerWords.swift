/// Tokens that belong together, with their text.
public struct TokenGroup: Sendable, Equatable {
    /// The decoded text.
    public var text: String
    /// The tokens, at least one.
    public var tokens: [Int]

    /// A group of tokens and their text.
    public init(text: String, tokens: [Int]) {
        self.text = text
        self.tokens = tokens
    }
}

extension Tokenizer {
    /// The words of a text in this tokenizer's language (`split_to_word_tokens`). Languages written without
    /// spaces are cut at every whole character instead.
    public func splitIntoWords(_ tokens: [Int]) -> [TokenGroup] {
        ["zh", "ja", "th", "lo", "my", "yue"].contains(language)
            ? splitOnUnicode(tokens) : splitOnSpaces(tokens)
    }

    /// The shortest groups that are whole characters (`split_tokens_on_unicode`).
    ///
    /// Deviation: tokens at the end that make no whole character are a group of their own; the reference drops
    /// them or fails.
    public func splitOnUnicode(_ tokens: [Int]) -> [TokenGroup] {
        let whole = Array(decodeWithTimestamps(tokens).unicodeScalars)
        var groups: [TokenGroup] = []
        var pending: [Int] = []
        var start = 0
        for token in tokens {
            pending.append(token)
            let text = decodeWithTimestamps(pending)
            let scalars = Array(text.unicodeScalars)
            // A replacement character that the whole text has in the same place is not for want of more tokens.
            if let broken = scalars.firstIndex(of: "\u{FFFD}") {
                guard start + broken < whole.count, whole[start + broken] == "\u{FFFD}" else { continue }
            }
            groups.append(TokenGroup(text: text, tokens: pending))
            pending = []
            start += scalars.count
        }
        if !pending.isEmpty {
            groups.append(TokenGroup(text: decodeWithTimestamps(pending), tokens: pending))
        }
        return groups
    }

    /// Words: a space, punctuation or a special token begins a new one (`split_tokens_on_spaces`).
    public func splitOnSpaces(_ tokens: [Int]) -> [TokenGroup] {
        var words: [TokenGroup] = []
        for group in splitOnUnicode(tokens) {
            let beginsWord =
                group.tokens[0] >= endOfText || group.text.unicodeScalars.first == " "
                || isPunctuation(group.text)
            if beginsWord || words.isEmpty {
                words.append(group)
            } else {
                words[words.count - 1].text += group.text
                words[words.count - 1].tokens += group.tokens
            }
        }
        return words
    }
}

/// Whether a text without the white space around it is found in Python's `string.punctuation`: nothing, one such
/// character, or several in the order of ASCII.
private func isPunctuation(_ text: String) -> Bool {
    let trimmed = Array(text.trimmingWhitespace().unicodeScalars)
    if trimmed.isEmpty { return true }
    return asciiPunctuation.indices.contains { asciiPunctuation[$0...].starts(with: trimmed) }
}

private let asciiPunctuation = Array(##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##.unicodeScalars)
