import Vocab

/// The bytes of a vocabulary's tokens, in order of their rank.
///
/// One flat buffer, not 50,000 strings: it is read at every start of the program. The two vocabularies are read
/// when they are first asked for, once.
struct TokenizerVocabulary: Sendable {
    static let english = TokenizerVocabulary(vocab_gpt2())
    static let multilingual = TokenizerVocabulary(vocab_multilingual())

    private let flat: [UInt8]
    /// Where each token starts in `flat`, and where the last one ends. [count + 1]
    private let offsets: [Int32]

    /// Reads lines of base64, space, rank. The rank is not read: it is the number of the line.
    private init(_ file: VocabFile) {
        let text = UnsafeBufferPointer(start: file.bytes, count: file.count)
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(file.count / 15)
        flat = [UInt8](unsafeUninitializedCapacity: file.count) { flat, end in
            let sextets = base64Sextets()
            var position = 0
            while position < text.count {
                decodeBase64(text, &position, by: sextets, into: flat, &end)
                offsets.append(Int32(end))
                while position < text.count, text[position] != UInt8(ascii: "\n") {
                    position += 1
                }
                position += 1
            }
        }
        self.offsets = offsets
    }

    var count: Int { offsets.count - 1 }

    func bytes(of token: Int) -> ArraySlice<UInt8> {
        flat[Int(offsets[token])..<Int(offsets[token + 1])]
    }
}

/// Writes the bytes of the base64 word at `position` to `bytes` at `end`, and moves both on. The word ends at its
/// padding or at white space; the empty token is written `=`.
@inline(__always)
private func decodeBase64(
    _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int, by sextets: [UInt8],
    into bytes: UnsafeMutableBufferPointer<UInt8>, _ end: inout Int
) {
    var bits: UInt32 = 0
    var bitCount = 0
    while position < text.count {
        let sextet = sextets[Int(text[position])]
        guard sextet != notBase64 else { return }
        position += 1
        bits = bits << 6 | UInt32(sextet)
        bitCount += 6
        if bitCount >= 8 {
            bitCount -= 8
            bytes[end] = UInt8(truncatingIfNeeded: bits >> bitCount)
            end += 1
        }
    }
}

private let notBase64: UInt8 = 0xFF

/// The six bits that each byte stands for in base64.
private func base64Sextets() -> [UInt8] {
    var sextets = [UInt8](repeating: notBase64, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (sextet, character) in alphabet.utf8.enumerated() {
        sextets[Int(character)] = UInt8(sextet)
    }
    return sextets
}
