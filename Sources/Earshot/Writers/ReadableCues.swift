import Decoding

/// Makes cues that are easy to read: at most two lines of 42 columns, broken where sentences and clauses end,
/// and shown for 0.8 s at least: the next cue waits, should it come sooner.
///
/// A cue ends with its sentence, before a pause, and before it would be too long. What is too long is cut behind
/// its last clause, if that is not too short to stand alone. A word wider than a line has one to itself.
struct ReadableCues {
    /// Columns of a line: two for an ideograph, none for a mark on another letter.
    static let lineWidth = 42
    /// Seconds that a cue is shown at least.
    static let shortest = 0.8
    private static let longest = 7.0
    private static let pause = 1.0
    /// A clause of fewer columns does not stand alone.
    private static let shortestClause = 24

    private var words: [Word] = []
    /// Whether a segment ends behind each of the words: the decoder heard an end there.
    private var endsSegment: [Bool] = []
    /// When the last cue ends.
    private var shownUntil = 0.0

    /// The cues that a segment's words complete.
    mutating func add(_ segment: [Word]) -> [CueWords] {
        var cues: [CueWords] = []
        for (index, word) in segment.enumerated() where !word.text.trimmingWhitespace().isEmpty {
            var word = word
            word.text = word.text.replacingScalars("\n", with: " ")
            cues += add(word, endsSegment: index == segment.count - 1)
        }
        if !endsSegment.isEmpty { endsSegment[endsSegment.count - 1] = true }
        return cues
    }

    /// The last cues.
    mutating func finish() -> [CueWords] {
        defer { words = [] }
        return words.isEmpty ? [] : [cue(of: words)]
    }

    private mutating func add(_ word: Word, endsSegment isLast: Bool) -> [CueWords] {
        var cues: [CueWords] = []
        // What stays behind a cut may be too much still.
        while let count = cut(before: word) {
            cues.append(cue(of: Array(words.prefix(count))))
            words.removeFirst(count)
            endsSegment.removeFirst(count)
        }
        words.append(word)
        endsSegment.append(isLast)
        return cues
    }

    /// How many words the cue has that ends before this word comes in; nil where it still has room.
    private func cut(before word: Word) -> Int? {
        guard let first = words.first, let last = words.last else { return nil }
        if word.start - last.end >= Self.pause { return words.count }
        if lines(of: words + [word]) == nil { return lastClause ?? words.count }
        // What would not be shown for long enough takes the next word in.
        let isShown = word.start - first.start >= Self.shortest
        if word.end - first.start > Self.longest { return lastClause ?? (isShown ? words.count : nil) }
        let ends = endsSegment.last == true || last.endsSentence(before: word)
        return ends && isShown ? words.count : nil
    }

    /// How many words there are up to the last end of a clause that can stand alone.
    private var lastClause: Int? {
        words.indices.last { index in
            let isClause = endsSegment[index] || words[index].endsClause
            guard isClause, let first = words.first else { return false }
            let shown = (index + 1 < words.count ? words[index + 1].start : words[index].end) - first.start
            return width(words[...index]) >= Self.shortestClause && shown >= Self.shortest
        }.map { $0 + 1 }
    }

    /// A cue of these words, shown into the gap behind it where it is short. Where there is no gap, two lines were said
    /// in less time than one can be read in: words that were timed at one moment, mostly.
    private mutating func cue(of words: [Word]) -> CueWords {
        let start = max(words.first?.start ?? 0, shownUntil)
        shownUntil = max(words.last?.end ?? start, start + Self.shortest)
        let words = words.map { word in
            var word = word
            word.start = max(word.start, start)
            word.end = max(word.end, word.start)
            return word
        }
        var lines = lines(of: words) ?? [words[...]]
        for index in lines.indices {
            let first = lines[index].startIndex
            lines[index][first].text = (index > 0 ? "\n" : "") + lines[index][first].text.trimmingLeading()
        }
        return CueWords(words: lines.flatMap { $0 }, start: start, end: shownUntil)
    }

    /// The words in one line or, where they need them, two: as even as can be, better broken behind a clause.
    /// Nil where they do not fit.
    private func lines(of words: [Word]) -> [ArraySlice<Word>]? {
        if words.count == 1 || width(words[...]) <= Self.lineWidth { return [words[...]] }
        func cost(_ cut: Int) -> Int? {
            let (upper, lower) = (words[..<cut], words[cut...])
            func fits(_ line: ArraySlice<Word>) -> Bool { line.count == 1 || width(line) <= Self.lineWidth }
            guard fits(upper), fits(lower) else { return nil }
            let unevenness = abs(width(upper) - width(lower))
            return unevenness + (words[cut - 1].endsClause ? 0 : Self.lineWidth / 3)
        }
        let costs = words.indices.dropFirst().compactMap { cut in cost(cut).map { (cut: cut, cost: $0) } }
        return costs.min { $0.cost < $1.cost }.map { [words[..<$0.cut], words[$0.cut...]] }
    }

    /// Columns of words in one line.
    private func width(_ words: ArraySlice<Word>) -> Int {
        words.map(\.text).joined().trimmingWhitespace().displayWidth
    }
}

extension Word {
    /// Whether a clause ends behind it.
    fileprivate var endsClause: Bool { ends(with: ",;:،؛，、；：—–…") || ends(with: sentenceMarks) }

    /// Whether a sentence does. A point behind a title or a single letter, or before a small letter, ends none.
    fileprivate func endsSentence(before next: Word) -> Bool {
        guard ends(with: sentenceMarks) else { return false }
        let bare = text.trimmingWhitespace()
        guard bare.hasSuffix(".") else { return true }
        if ["Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Prof."].contains(bare) { return false }
        if bare.count == 2, bare.first?.isLetter == true { return false }
        return next.text.first { $0.isLetter }?.isLowercase != true
    }

    /// Whether its last character, but for closing quotes and brackets, is one of these marks.
    private func ends(with marks: String) -> Bool {
        let last = text.last { !$0.isWhitespace && !"\"'”’»)]}」』）".contains($0) }
        return last.map(marks.contains) ?? false
    }
}

private let sentenceMarks = ".!?。！？．…؟۔।"

extension String {
    fileprivate func trimmingLeading() -> String { String(drop { $0.isWhitespace }) }
}
