/// Merges the bytes of a piece into tokens: of all neighbours that are a token together, those of the lowest rank
/// first, the leftmost of equals, until none are left (tiktoken's `byte_pair_merge`).
///
/// The candidates wait in a heap, so that one long word does not take time quadratic in its length.
struct BytePairEncoder {
    private struct Part {
        var token: Int
        /// The index in `parts` of the part before, -1 for none.
        var previous: Int
        /// The index in `parts` of the part after, the piece's length for none.
        var next: Int
        /// The token that this part makes with the next one; nil where there is no such token, and for a part
        /// that was merged into another.
        var merged: Int?
    }

    /// A merge that was possible when it was noted; ordered by rank, then from the left.
    private struct Candidate: Comparable {
        var merged: Int
        var index: Int

        static func < (one: Candidate, other: Candidate) -> Bool {
            (one.merged, one.index) < (other.merged, other.index)
        }
    }

    private let ranks: TokenizerRanks
    /// Each part stands at the index of its first byte.
    private var parts: [Part] = []
    private var candidates = MinimumHeap<Candidate>()

    init(ranks: TokenizerRanks) {
        self.ranks = ranks
    }

    /// Appends the tokens of one piece.
    mutating func encode(_ piece: ArraySlice<UInt8>, into tokens: inout [Int]) {
        if let token = ranks.token(of: piece) {
            tokens.append(token)
            return
        }
        split(piece)
        while let candidate = candidates.popFirst() {
            // A part may have grown since: what it makes with its neighbour is then another token.
            if parts[candidate.index].merged == candidate.merged {
                merge(at: candidate.index, of: piece)
            }
        }
        var index = 0
        while index < parts.count {
            tokens.append(parts[index].token)
            index = parts[index].next
        }
    }

    /// One part a byte; every byte is a token in both vocabularies.
    private mutating func split(_ piece: ArraySlice<UInt8>) {
        parts.removeAll(keepingCapacity: true)
        for (index, start) in piece.indices.enumerated() {
            let token = ranks.token(of: piece[start...start]) ?? 0
            parts.append(Part(token: token, previous: index - 1, next: index + 1))
        }
        for index in parts.indices {
            noteMerge(at: index, of: piece)
        }
    }

    private mutating func merge(at index: Int, of piece: ArraySlice<UInt8>) {
        guard let token = parts[index].merged else { return }
        let absorbed = parts[index].next
        let next = parts[absorbed].next
        parts[absorbed].merged = nil
        parts[index].token = token
        parts[index].next = next
        if next < parts.count {
            parts[next].previous = index
        }
        noteMerge(at: index, of: piece)
        if parts[index].previous >= 0 {
            noteMerge(at: parts[index].previous, of: piece)
        }
    }

    /// Looks up what the part at `index` makes with the next one.
    private mutating func noteMerge(at index: Int, of piece: ArraySlice<UInt8>) {
        parts[index].merged = nil
        let next = parts[index].next
        guard next < parts.count else { return }
        let bytes = piece[piece.startIndex + index..<piece.startIndex + parts[next].next]
        guard let merged = ranks.token(of: bytes) else { return }
        parts[index].merged = merged
        candidates.insert(Candidate(merged: merged, index: index))
    }
}
