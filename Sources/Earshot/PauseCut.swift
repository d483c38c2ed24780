/// Where a window of speech ends, and where the next one begins: in a pause, so that neither cuts a word. Places are
/// mel frames.
package struct PauseCut: Sendable, Equatable {
    /// Where the window ends.
    package let end: Int
    /// Where the next one begins; the silence between the two is left out.
    package let next: Int

    /// Frames of a pause that a window keeps behind its last word and before its first: 0.4 s.
    private static let kept = 40

    /// From which part of a window on a pause is looked for, and how many frames it must last, the best first: windows
    /// are filled as far as they can be, for each costs a pass through the encoder.
    private static let wishes = [(part: 0.8, least: 30), (0.6, 20), (0.2, 6)]

    /// Cuts in the longest pause towards the end of a window; where nobody pauses, at its very end.
    /// - Parameters:
    ///   - room: as much as the window can hold.
    ///   - voices: where in it somebody speaks, in order.
    package init(_ room: Range<Int>, voices: [Range<Int>]) {
        let pauses = Self.pauses(in: room, between: voices)
        let found = Self.wishes.lazy.compactMap { part, least in
            let first = room.lowerBound + Int(Double(room.count) * part)
            // Of equals the later.
            return pauses.filter { $0.lowerBound >= first && $0.count >= least }.max { $0.count <= $1.count }
        }
        guard let pause = found.first else {
            (end, next) = (room.upperBound, room.upperBound)
            return
        }
        let middle = (pause.lowerBound + pause.upperBound) / 2
        end = min(middle, pause.lowerBound + Self.kept)
        next = max(middle, pause.upperBound - Self.kept)
    }

    /// The pauses between voices, and the one that the room ends in.
    private static func pauses(in room: Range<Int>, between voices: [Range<Int>]) -> [Range<Int>] {
        let ends = voices.map(\.upperBound)
        let starts = voices.dropFirst().map(\.lowerBound) + [room.upperBound]
        return zip(ends, starts).map { $0..<max($0, $1) }
    }
}
