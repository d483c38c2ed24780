import Decoding

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Text for a terminal, each token in the colour of its probability: red for a guess, over yellow, to green
/// (whisper.cpp's `--print-colors` and its palette). Segments without text are left out.
public struct ConfidenceWriter: TranscriptWriter {
    private let details: TranscriptDetails
    private let withTimes: Bool

    /// A writer at the beginning of a transcript that is made with `details`.
    public init(_ details: TranscriptDetails, withTimes: Bool) {
        self.details = details
        self.withTimes = withTimes
    }

    /// The segment's line.
    public mutating func write(_ segment: Segment) -> String {
        guard !segment.text.trimmingWhitespace().isEmpty else { return "" }
        let style = TimestampStyle.short
        let times = "[\(style.string(segment.start)) --> \(style.string(segment.end))]  "
        return (withTimes ? times : "") + colored(segment) + "\n"
    }

    private func colored(_ segment: Segment) -> String {
        var text = ""
        var current: Int?
        for (piece, probability) in parts(of: segment) {
            let piece = text.isEmpty ? String(piece.drop(while: \.isWhitespace)) : piece
            guard !piece.isEmpty else { continue }
            let color = probability.map(Self.color)
            if color != current { text += color.map { "\u{1B}[38;5;\($0)m" } ?? Self.plain }
            current = color
            text += piece
        }
        return current == nil ? text : text + Self.plain
    }

    /// Tokens with their probabilities, or words where only they have one.
    private func parts(of segment: Segment) -> [(String, Double?)] {
        if segment.tokenLogProbabilities.isEmpty, let words = segment.words {
            return words.map { ($0.text, $0.probability) }
        }
        let pieces = details.pieces(of: segment)
        return segment.tokens.indices.filter { segment.tokens[$0] < details.endOfText }.map { index in
            (pieces[index], segment.tokenProbability(at: index))
        }
    }

    private static let plain = "\u{1B}[0m"
    /// Colours of a terminal of 256, from the least probable to the most.
    private static let palette = [160, 166, 208, 215, 227, 114, 71]

    private static func color(_ probability: Double) -> Int {
        let index = Int(pow(min(max(probability, 0), 1), 3) * Double(palette.count))
        return palette[min(index, palette.count - 1)]
    }
}
