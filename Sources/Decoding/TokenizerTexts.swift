extension Tokenizer {
    /// The texts of consecutive parts of what was sampled, without timestamps and other special tokens. A
    /// character whose bytes are divided between parts stands whole in the first of them.
    ///
    /// Deviation: the reference decodes each part for itself, and writes U+FFFD for both halves.
    public func texts(of parts: [[Int]]) -> [String] {
        var bytes = parts.map { part in decodeBytes(part.filter { $0 < endOfText }) }
        for index in bytes.indices { completeLastCharacter(of: index, in: &bytes) }
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text of each token: what its special tokens are called, and of the others as `texts(of:)`.
    public func pieces(of tokens: [Int]) -> [String] {
        zip(tokens, texts(of: tokens.map { [$0] })).map { token, text in
            token < endOfText ? text : decodeWithTimestamps([token])
        }
    }
}

/// Moves the bytes that the last character of a part wants from the parts behind it, if they are there.
private func completeLastCharacter(of index: Int, in parts: inout [[UInt8]]) {
    let begun = unfinishedCharacter(at: parts[index])
    guard let lead = begun.first else { return }
    var character = Array(begun)
    var taken: [(part: Int, count: Int)] = []
    for next in parts.indices[(index + 1)...] where character.count < length(ofCharacter: lead) {
        let wanted = parts[next].prefix(length(ofCharacter: lead) - character.count)
        character += wanted
        taken.append((next, wanted.count))
    }
    guard String(validating: character, as: UTF8.self) != nil else { return }
    parts[index] += character.dropFirst(begun.count)
    for (part, count) in taken { parts[part].removeFirst(count) }
}

/// The bytes at the end that begin a character and do not end it.
private func unfinishedCharacter(at bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard let start = bytes.lastIndex(where: { !UTF8.isContinuation($0) }) else { return [] }
    return bytes.count - start < length(ofCharacter: bytes[start]) ? bytes[start...] : []
}

/// Bytes of the character that this byte begins; 1 for what begins none.
private func length(ofCharacter lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
}
