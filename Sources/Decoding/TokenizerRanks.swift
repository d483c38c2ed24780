/// Finds the token with given bytes. Only encoding needs it, so it is made when something is first encoded.
///
/// An open hash table of token numbers; the bytes stay in the vocabulary.
struct TokenizerRanks: Sendable {
    static let english = TokenizerRanks(.english)
    static let multilingual = TokenizerRanks(.multilingual)

    private static let slotBits = 17
    private static let empty = UInt16.max

    private let vocabulary: TokenizerVocabulary
    /// Two fifths full with 50,257 tokens. [2 ^ slotBits]
    private var slots = [UInt16](repeating: empty, count: 1 << slotBits)

    private init(_ vocabulary: TokenizerVocabulary) {
        self.vocabulary = vocabulary
        for token in 0..<vocabulary.count {
            var slot = Self.firstSlot(of: vocabulary.bytes(of: token))
            while slots[slot] != Self.empty {
                slot = Self.slot(after: slot)
            }
            slots[slot] = UInt16(token)
        }
    }

    /// The token with these bytes, which is also its rank: of two possible merges, the lower goes first.
    func token(of bytes: ArraySlice<UInt8>) -> Int? {
        var slot = Self.firstSlot(of: bytes)
        while slots[slot] != Self.empty {
            let token = Int(slots[slot])
            if vocabulary.bytes(of: token) == bytes {
                return token
            }
            slot = Self.slot(after: slot)
        }
        return nil
    }

    /// FNV-1a, its highest bits after a multiplication that spreads them.
    private static func firstSlot(of bytes: ArraySlice<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return Int((hash &* 0x9e37_79b9_7f4a_7c15) >> (64 - slotBits))
    }

    private static func slot(after slot: Int) -> Int {
        (slot + 1) & (1 << slotBits - 1)
    }
}
