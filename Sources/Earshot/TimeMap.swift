/// Where the samples that are transcribed lie in their recording, when silence is left out of it: stretches of
/// speech, one behind the other, with a little silence between two. Places are samples at 16 kHz.
///
/// What is behind is forgotten, so that the map does not grow with the recording.
package struct TimeMap: Sendable {
    /// Samples so far, the silence between stretches included.
    package private(set) var joinedCount = 0
    private var pieces: [Piece] = []

    /// Samples that follow each other in both.
    private struct Piece {
        let joined: Int
        let original: Int
        var count: Int
        var joinedEnd: Int { joined + count }
    }

    /// Which of two stretches a place between them belongs to.
    package enum Side: Sendable {
        /// The later one: something starts there.
        case start
        /// The earlier one: something ends there.
        case end
    }

    package init() {}

    /// Speech follows that lies at `original` in the recording.
    package mutating func append(original: Int, count: Int) {
        guard count > 0 else { return }
        defer { joinedCount += count }
        if let last = pieces.last, last.joinedEnd == joinedCount, last.original + last.count == original {
            pieces[pieces.count - 1].count += count
        } else {
            pieces.append(Piece(joined: joinedCount, original: original, count: count))
        }
    }

    /// Silence follows that is not in the recording.
    package mutating func appendSilence(count: Int) { joinedCount += count }

    /// Nobody asks for places before `joined` any more.
    package mutating func forget(before joined: Int) {
        let gone = pieces.prefix { $0.joined < joined }.count - 1
        if gone > 0 { pieces.removeFirst(gone) }
    }

    /// The place in the recording; the nearest of speech for one that is not in any.
    package func original(_ joined: Int, _ side: Side) -> Int {
        guard let piece = piece(at: joined, side) else { return joined }
        return place(joined, in: piece)
    }

    /// The places of something too short to lie in two stretches: both in the one that its middle is in.
    package func original(_ joined: ClosedRange<Int>) -> ClosedRange<Int> {
        guard let piece = piece(at: (joined.lowerBound + joined.upperBound) / 2, .end) else {
            return joined
        }
        return place(joined.lowerBound, in: piece)...place(joined.upperBound, in: piece)
    }

    /// Where a place in the recording is among what is transcribed; the next speech for one that is not there.
    package func joined(_ original: Int) -> Int {
        guard let piece = pieces.first(where: { original < $0.original + $0.count }) else {
            return joinedCount
        }
        return piece.joined + max(0, original - piece.original)
    }

    private func place(_ joined: Int, in piece: Piece) -> Int {
        piece.original + min(max(0, joined - piece.joined), piece.count)
    }

    private func piece(at joined: Int, _ side: Side) -> Piece? {
        switch side {
        case .start: pieces.first { joined < $0.joinedEnd } ?? pieces.last
        case .end: pieces.last { $0.joined < joined } ?? pieces.first
        }
    }
}
