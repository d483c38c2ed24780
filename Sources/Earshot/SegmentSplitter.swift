import Decoding

/// Cuts long segments, where that was asked for, and numbers all of them anew.
///
/// ref: whisper.cpp `whisper_wrap_segment`. Deviations: no empty segment stands before a long first token, a
/// character is never cut in two, and the times are those of the words; inside a word they are shared out among
/// its tokens.
struct SegmentSplitter {
    private let maximumLength: Int?
    private let onWords: Bool
    private let tokenizer: Tokenizer
    private var count = 0

    init(_ options: TranscriptionOptions, tokenizer: Tokenizer) {
        maximumLength = options.wordTimestamps ? options.maximumSegmentLength : nil
        onWords = options.splitsSegmentsOnWords
        self.tokenizer = tokenizer
    }

    /// The segments that come of some.
    mutating func split(_ segments: [Segment]) -> [Segment] {
        guard let maximumLength else { return segments }
        var result: [Segment] = []
        for segment in segments {
            for part in parts(of: segment, maximumLength) {
                var part = part
                part.id = count
                count += 1
                result.append(part)
            }
        }
        return result
    }

    private func parts(of segment: Segment, _ maximumLength: Int) -> [Segment] {
        guard let words = segment.words, !words.isEmpty else { return [segment] }
        var parts: [[Word]] = []
        var length = 0
        for piece in words.flatMap(pieces) {
            let size = piece.text.unicodeScalars.count
            let mayCut = !onWords || piece.text.unicodeScalars.first == " "
            if parts.isEmpty || length + size > maximumLength && mayCut {
                parts.append([])
                length = 0
            }
            parts[parts.count - 1].append(piece)
            length += size
        }
        var logProbabilities = zip(segment.tokens, segment.tokenLogProbabilities)
            .filter { token, _ in token < tokenizer.endOfText }.map(\.1)[...]
        return parts.enumerated().map { index, words in
            var part = segment
            part.words = joined(words)
            part.text = words.map(\.text).joined()
            part.tokens = words.flatMap(\.tokens)
            part.tokenLogProbabilities = Array(logProbabilities.prefix(part.tokens.count))
            logProbabilities = logProbabilities.dropFirst(part.tokens.count)
            if index > 0 { part.start = words[0].start }
            if index + 1 < parts.count { part.end = parts[index + 1][0].start }
            return part
        }
    }

    /// A word as tokens that are whole characters, each with its share of the time.
    private func pieces(of word: Word) -> [Word] {
        let groups = tokenizer.splitOnUnicode(word.tokens)
        if onWords || groups.count < 2 { return [word] }
        let step = (word.end - word.start) / Double(groups.count)
        return groups.enumerated().map { index, group in
            Word(
                text: group.text, start: word.start + step * Double(index),
                end: word.start + step * Double(index + 1), probability: word.probability,
                tokens: group.tokens)
        }
    }

    /// Pieces that belong to one word, as one again.
    private func joined(_ pieces: [Word]) -> [Word] {
        pieces.reduce(into: []) { words, piece in
            guard let last = words.last, !piece.beginsWord, last.end == piece.start else {
                words.append(piece)
                return
            }
            words[words.count - 1].text += piece.text
            words[words.count - 1].tokens += piece.tokens
            words[words.count - 1].end = piece.end
        }
    }
}

extension Word {
    fileprivate var beginsWord: Bool { text.unicodeScalars.first == " " }
}
