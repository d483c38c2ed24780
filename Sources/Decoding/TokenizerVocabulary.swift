import Vocab

/// The bytes of a vocabulary's tokens, in order of their rank.
///
/// One flat buffer, not 50,000 strings: it is read at every start of the program. The two vocabularies are read
/// when they are first asked for, once.
struct TokenizerVocabulary: Sendable {
    static let english = TokenizerVocabulary(vocab_gpt2())
    static let multilingual = TokenizerVocabulary(vocab_multilingual())

    private var flat: [UInt8] = []
    /// Where each token starts in `flat`, and where the last one ends. [count + 1]
    private var offsets: [Int32] = [0]

    /// Reads lines of base64, space, rank. The rank is not read: it is the number of the line.
    private init(_ file: VocabFile) {
        let text = UnsafeBufferPointer(start: file.bytes, count: file.count)
        flat.reserveCapacity(file.count / 2)
        offsets.reserveCapacity(file.count / 15)
        var position = 0
        while position < text.count {
            decodeBase64(text, from: &position)
            offsets.append(Int32(flat.count))
            while position < text.count, text[position] != UInt8(ascii: "\n") {
                position += 1
            }
            position += 1
        }
    }

    /// Appends the bytes of one base64 word, and moves past it. The empty token is written `=`.
    private mutating func decodeBase64(_ text: UnsafeBufferPointer<UInt8>, from position: inout Int) {
        var bits: UInt32 = 0
        var bitCount = 0
        while position < text.count, let sextet = sextet(of: text[position]) {
            position += 1
            bits = bits << 6 | sextet
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                flat.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
    }

    var count: Int { offsets.count - 1 }

    func bytes(of token: Int) -> ArraySlice<UInt8> {
        flat[Int(offsets[token])..<Int(offsets[token + 1])]
    }
}

/// The six bits that a character of base64 stands for; nil for its padding and all else.
private func sextet(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
