import Earshot

/// Writes what becomes certain: to standard output, and into files. What cannot be written any more is left out, and
/// the rest goes on: nothing that was said is lost where there is a place for it.
struct LiveWriter {
    /// What standard output gets.
    enum Form {
        /// A line a segment.
        case lines
        /// A line an event.
        case json(LiveJSON)
        /// Nothing: the view shows it.
        case nothing
    }

    /// The faults so far.
    private(set) var faults: [OutputError] = []
    /// What it came to, once it has ended.
    private(set) var summary: LiveSummary?
    private var form: Form
    private var files: [GrowingTranscript]
    private var language: String
    private var hasLostOutput = false
    private let standardOutput = OutputFile.standardOutput

    init(_ form: Form, files: [GrowingTranscript], language: String?) {
        self.form = form
        self.files = files
        self.language = language ?? "en"
    }

    /// Whether nobody takes standard output any more.
    var isCutOff: Bool { faults.contains(where: \.isClosedPipe) }

    /// Whether nothing is left to write to.
    var isUseless: Bool { hasLostOutput && (files.isEmpty || isCutOff) }

    /// Tells programs when the audio begins.
    /// - Returns: faults to be told.
    mutating func begin(source: String, model: String) -> [OutputError] {
        if case .json = form { say(LiveJSON.start(source: source, model: model)) }
        return faults
    }

    private mutating func say(_ line: String) {
        do {
            try standardOutput.append(line)
        } catch {
            form = .nothing
            hasLostOutput = true
            faults.append(error)
        }
    }

    /// Writes what the event makes certain.
    /// - Returns: a fault that is new, and to be told.
    mutating func take(_ event: LiveEvent) -> [OutputError] {
        let known = faults.count
        if case .language(let code, _) = event { language = code }
        if case .summary(let all) = event { summary = all }
        if case .segment(let segment) = event { write(segment) }
        switch form {
        case .lines:
            if case .segment(let segment) = event {
                var writer = PlainTextWriter()
                let line = writer.write(segment)
                if line != "\n" { say(line) }
            }
        case .json(var json):
            let line = json.line(event)
            form = .json(json)
            if let line { say(line) }
        case .nothing: break
        }
        return Array(faults[known...])
    }

    private mutating func write(_ segment: Segment) {
        var rest: [GrowingTranscript] = []
        for var file in files {
            do {
                try file.add(segment, language: language)
                rest.append(file)
            } catch {
                faults.append(error)
            }
        }
        files = rest
    }
}
