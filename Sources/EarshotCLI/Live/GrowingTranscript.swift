import Earshot

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A transcript in a file that is complete up to the last segment, whenever the program ends.
struct GrowingTranscript {
    private var writer: any TranscriptWriter
    private let file: GrowingFile
    private let keepsWords: Bool
    private let hasTail: Bool
    private let shift: Double
    private var transcript = Transcript(text: "", segments: [], language: "en")

    /// Opens the file, and writes what stands before the first segment.
    /// - Parameters:
    ///   - anew: whether to drop what the file holds; otherwise the transcript goes on behind it.
    ///   - details: what it is made with.
    init(_ target: LiveTarget, anew: Bool, details: TranscriptDetails) throws {
        let format = target.format
        let earlier = anew ? nil : try target.earlier()
        writer =
            switch format {
            case .srt: SubtitleWriter(.srt, cues: earlier?.cues ?? 0)
            case .json: JSONWriter(segmentsFirst: true)
            default: format.makeWriter(details)
            }
        keepsWords = [.json, .jsonFull, .karaoke].contains(format)
        hasTail = format.hasTail
        shift = earlier?.end ?? 0
        file = try GrowingFile(path: target.path, anew: anew)
        let head = writer.begin()
        try extend(by: earlier.map(\.separator) ?? head)
    }

    /// Adds a segment.
    mutating func add(_ segment: Segment, language: String) throws(OutputError) {
        transcript.language = language
        if hasTail { transcript.text += segment.text }
        try extend(by: writer.write(segment.moved(by: shift, withWords: keepsWords)))
    }

    private func extend(by text: String) throws(OutputError) {
        var rest = writer
        try file.extend(by: text, tail: hasTail ? rest.end(transcript) : "")
    }
}

extension Segment {
    /// The same, later.
    fileprivate func moved(by seconds: Double, withWords: Bool) -> Segment {
        var segment = self
        segment.start += seconds
        segment.end += seconds
        segment.words = withWords ? words?.map { $0.moved(by: seconds) } : nil
        return segment
    }
}

extension Word {
    fileprivate func moved(by seconds: Double) -> Word {
        Word(text: text, start: start + seconds, end: end + seconds, probability: probability, tokens: tokens)
    }
}
