import Decoding

/// What a subtitle shows, and from when to when, in seconds.
struct Cue {
    var start: Double
    var end: Double
    var text: String
}

/// The words of a cue as they stand in it: those that begin a line behind the first have a line feed in front.
struct CueWords {
    var words: [Word]
    var start: Double
    var end: Double

    /// The cue that shows them all.
    var cue: Cue { Cue(start: start, end: end, text: words.map(\.text).joined()) }

    /// A cue for each word, which is underlined in it, and for each pause between two.
    ///
    /// ref: openai-whisper `utils.py`, `iterate_result`.
    var highlighted: [Cue] {
        var cues: [Cue] = []
        var last = start
        for (index, word) in words.enumerated() {
            // Compared as they are printed.
            if milliseconds(last) != milliseconds(word.start) {
                cues.append(Cue(start: last, end: word.start, text: cue.text))
            }
            var texts = words.map(\.text)
            texts[index] = underlined(texts[index])
            cues.append(Cue(start: word.start, end: word.end, text: texts.joined()))
            last = word.end
        }
        return cues
    }
}

/// The text without the space around it underlined; a text with a line feed inside stays as it is.
private func underlined(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    let blank = scalars.prefix { $0.isPythonWhitespace }
    var rest = scalars.dropFirst(blank.count)
    // Python's `$` stands before a line feed at the end, too.
    let ending: [Unicode.Scalar] = rest.last == "\n" ? ["\n"] : []
    rest = rest.dropLast(ending.count)
    guard !rest.contains("\n") else { return text }
    func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
    return string(blank) + "<u>" + string(rest) + "</u>" + string(ending)
}
