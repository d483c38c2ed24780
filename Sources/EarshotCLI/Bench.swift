import ArgumentParser
import Earshot
import Models

/// `earshot bench`: how fast this machine is.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures this machine.",
        discussion: """
            Times one 30-second window from samples to text, stage by stage: log-mel features, encoder, prompt, \
            tokens. The tokens are forced, so that every run does the same work. Times are medians, with the \
            spread of the middle half of the runs.

              earshot bench
              earshot bench --synthetic tiny --sweep --plot tiny.svg
              earshot bench --model tiny.pt --threads 1 --json
              earshot bench --long talk.flac --long-minutes 600
              earshot bench --live talk.flac interview.mp3 --power low
            """)

    @OptionGroup(title: "Model")
    var subject: BenchSubject

    @Option(help: ArgumentHelp("Windows to measure.", valueName: "number"))
    var runs = 10

    @Option(help: ArgumentHelp("Tokens in a window.", valueName: "number"))
    var windowTokens = 64

    @Flag(help: "Measure every number of threads up to --threads with every precision.")
    var sweep = false

    @Option(
        help: ArgumentHelp(
            "Transcribe a long recording, too, and watch speed and memory.", valueName: "file"),
        completion: .file())
    var long: String?

    @Option(
        help: ArgumentHelp(
            "Repeat the long recording until it has so many minutes; without one, make up sound.",
            valueName: "number"))
    var longMinutes: Int?

    @OptionGroup(title: "Live")
    var liveBench: LiveBench

    @Flag(help: "Show what each operation takes, against what this machine can do at most.")
    var profile = false

    @Flag(help: "Show how far what each layer computes is from 32 bits.")
    var accuracy = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("Draw the times as an .svg file.", valueName: "file"), completion: .file())
    var plot: String?

    @Flag(help: .hidden)
    var coldStart = false

    func validate() throws {
        if let plot, !plot.hasSuffix(".svg") { throw ValidationError("--plot draws .svg files only.") }
        for (name, value) in [
            ("--runs", runs), ("--window-tokens", windowTokens), ("--long-minutes", longMinutes ?? 1),
        ] where !(1...1_000_000).contains(value) {
            throw ValidationError("\(name) must be between 1 and 1000000.")
        }
    }

    func run() throws {
        do {
            if coldStart { return try ColdStart.report { try subject.load(subject.setting) } }
            let report = try measure()
            // What was measured is told before anything can fail.
            try write(json ? report.json() : report.table, to: .standardOutput)
            if let plot { try write(report.svg, to: OutputFile(path: plot)) }
        } catch {
            StandardError.complain(error)
            throw ExitCode.failure
        }
    }

    private func measure() throws -> BenchmarkReport {
        let machine = try Machine.this
        let setting = subject.setting
        let settings =
            sweep
            ? Benchmark.sweep(threads: setting.threads ?? machine.cores, kernels: setting.kernels) : [setting]
        var report = BenchmarkReport(machine: machine)
        for (index, setting) in settings.enumerated() {
            if sweep { StandardError.say("\(index + 1) of \(settings.count): \(setting.text)") }
            try measure(setting, into: &report)
        }
        return report
    }

    private func measure(_ setting: Benchmark.Setting, into report: inout BenchmarkReport) throws {
        var benchmark = Benchmark()
        benchmark.runs = runs
        benchmark.windowTokens = windowTokens
        Benchmark.forgetPeakMemory()
        let model = try subject.load(setting)
        // What it takes to make random weights is nobody's cost.
        if subject.synthetic != nil { Benchmark.forgetPeakMemory() }
        var run = try benchmark.run(model)
        let start = try subject.coldStart(setting)
        (run.load, run.coldStart) = (start?.load, start?.ready)
        if profile { run.profile = try benchmark.profile(model) }
        if accuracy {
            var exact = setting
            exact.precision = .f32
            run.accuracy = try benchmark.accuracy(of: model, against: subject.load(exact))
        }
        if let recording { run.long = try LongRun(model, recording) { StandardError.say($0.text) } }
        run.live = try liveBench.run(model)
        report.add(run, of: model)
    }

    private var recording: Recording? {
        switch (long, longMinutes) {
        case (let file?, let minutes?): .file(file).repeated(minutes: minutes)
        case (let file?, nil): .file(file)
        case (nil, let minutes?): .generated(minutes: minutes)
        case (nil, nil): nil
        }
    }

    private func write(_ text: String, to file: OutputFile) throws {
        try file.append(text.hasSuffix("\n") ? text : text + "\n")
        try file.seal()
    }
}
