import Earshot

/// The transcripts that are being made of one recording: one on standard output, or a file for each format.
struct TranscriptOutputs {
    private var outputs: [TranscriptOutput]

    init(_ outputs: [TranscriptOutput]) { self.outputs = outputs }

    /// Adds a segment to each that can be written.
    /// - Throws: the first fault, once none can.
    mutating func write(_ segment: Segment) throws(OutputError) {
        for index in outputs.indices { outputs[index].write(segment) }
        if let fault, outputs.allSatisfy({ $0.fault != nil }) { throw fault }
    }

    /// Completes each that can be written; a transcript may have no segment.
    /// - Throws: the first fault of any.
    mutating func finish(_ transcript: Transcript) throws(OutputError) {
        for index in outputs.indices { outputs[index].finish(transcript) }
        if let fault { throw fault }
    }

    /// Completes what was begun, after a fault that is reported for itself.
    /// - Throws: the first fault there was in doing so.
    mutating func finishCutShort(_ transcript: Transcript) throws(OutputError) {
        var fault: OutputError?
        for index in outputs.indices where outputs[index].hasBegun && outputs[index].fault == nil {
            outputs[index].finish(transcript)
            fault = fault ?? outputs[index].fault
        }
        if let fault { throw fault }
    }

    private var fault: OutputError? { outputs.lazy.compactMap(\.fault).first }
}

/// A transcript on its way into a file or onto standard output.
///
/// Each segment is written out at once: what was found before a fault stays. The file is opened at the first
/// segment, so that a recording that cannot be read does not cost an earlier transcript of the same name.
/// After a fault nothing more is written: the others go on without it.
struct TranscriptOutput {
    private(set) var hasBegun = false
    private(set) var fault: OutputError?
    private var writer: any TranscriptWriter
    private let file: OutputFile

    init(writer: any TranscriptWriter, file: OutputFile) {
        self.writer = writer
        self.file = file
    }

    mutating func write(_ segment: Segment) {
        append(opening() + writer.write(segment))
    }

    mutating func finish(_ transcript: Transcript) {
        let text = opening() + writer.end(transcript)
        let needsLineFeed = file.isStandardOutput && !(text.isEmpty || text.utf8.last == UInt8(ascii: "\n"))
        append(needsLineFeed ? text + "\n" : text, isLast: true)
    }

    private mutating func append(_ text: String, isLast: Bool = false) {
        guard fault == nil else { return }
        do {
            try file.append(text)
            if isLast { try file.seal() }
        } catch {
            fault = error
        }
    }

    private mutating func opening() -> String {
        defer { hasBegun = true }
        return hasBegun ? "" : writer.begin()
    }
}
