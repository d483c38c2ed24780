import ArgumentParser
import Checkpoints
import Earshot

/// `earshot convert`: any model that is read, to Earshot's own file.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convert a model to Earshot's own file.",
        discussion: """
            Reads OpenAI's .pt, a Hugging Face folder, whisper.cpp's ggml-*.bin, or Earshot's own file, and \
            writes one safetensors file with the model's dimensions, its vocabulary's kind, where it came from, and its decoding \
            defaults.
            """)

    @Argument(help: "The model to read: a file or a Hugging Face folder.", completion: .file())
    var input: String

    @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
    var output: String

    @Option(help: "How to hold the weights.")
    var precision = WeightPrecision.f16

    @Option(
        name: .customLong("set"), help: "Something the model says about itself, as KEY=VALUE; repeatable.")
    var settings: [Setting] = []

    func validate() throws {
        if let taken = settings.first(where: { EarshotFile.isReserved($0.key) }) {
            throw ValidationError("--set \(taken.key): that is written from the model itself.")
        }
    }

    func run() throws {
        let metadata = Dictionary(settings.map { ($0.key, $0.value) }) { $1 }
        let original = try Checkpoint.open(input)
        Interruption.forward {}
        do {
            try original.write(to: output, precision: precision, metadata: metadata) {
                Interruption.signalNumber != nil
            }
        } catch is CancellationError {
            StandardError.say("earshot: \(output): interrupted; nothing is written")
        }
        if let signal = Interruption.signalNumber { throw ExitCode(128 + signal) }
        let report = ConversionReport(from: original, to: try Checkpoint.open(output))
        for line in report.lines { StandardError.say(line) }
    }
}

/// One `KEY=VALUE`.
struct Setting: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        key = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}

extension ConversionReport {
    /// The report for people.
    fileprivate var lines: [String] {
        var table = TextTable(["tensors", "bytes before", "after", "largest error", "RMS error"])
        for group in groups + [total] {
            table.add([
                group.name, "\(group.bytesBefore)", "\(group.bytesAfter)",
                group.largestError.map { fixed($0, 5) } ?? "–",
                group.relativeError.map { "\(fixed(100 * $0, 3)) %" } ?? "–",
            ])
        }
        return table.lines
    }
}

extension WeightPrecision: ExpressibleByArgument {}
