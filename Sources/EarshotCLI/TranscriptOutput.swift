import Earshot

/// The transcripts that are being made of one recording: one on standard output, or a file for each format.
struct TranscriptOutputs {
    private var outputs: [TranscriptOutput]

    init(_ outputs: [TranscriptOutput]) { self.outputs = outputs }

    /// Adds a segment to each.
    mutating func write(_ segment: Segment) throws(OutputError) {
        for index in outputs.indices { try outputs[index].write(segment) }
    }

    /// Completes each; a transcript may have no segment.
    mutating func finish(_ transcript: Transcript) throws(OutputError) {
        for index in outputs.indices { try outputs[index].finish(transcript) }
    }

    /// Completes what was begun, after a fault that is reported for itself.
    mutating func finishCutShort(_ transcript: Transcript) {
        for index in outputs.indices where outputs[index].hasBegun { try? outputs[index].finish(transcript) }
    }
}

/// A transcript on its way into a file or onto standard output.
///
/// Each segment is written out at once: what was found before a fault stays. The file is opened at the first
/// segment, so that a recording that cannot be read does not cost an earlier transcript of the same name.
struct TranscriptOutput {
    private(set) var hasBegun = false
    private var writer: any TranscriptWriter
    private let file: OutputFile

    init(writer: any TranscriptWriter, file: OutputFile) {
        self.writer = writer
        self.file = file
    }

    mutating func write(_ segment: Segment) throws(OutputError) {
        try file.append(opening() + writer.write(segment))
    }

    mutating func finish(_ transcript: Transcript) throws(OutputError) {
        let text = opening() + writer.end(transcript)
        let needsLineFeed = file.isStandardOutput && !(text.isEmpty || text.utf8.last == UInt8(ascii: "\n"))
        try file.append(needsLineFeed ? text + "\n" : text)
        try file.seal()
    }

    private mutating func opening() -> String {
        defer { hasBegun = true }
        return hasBegun ? "" : writer.begin()
    }
}
