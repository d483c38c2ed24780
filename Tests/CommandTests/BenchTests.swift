import FoundationEssentials
import TestSupport
import Testing

@Suite("earshot bench")
struct BenchTests {
    /// The fields that scripts may rely on.
    private struct Report: Decodable {
        struct Machine: Decodable {
            let processor: String
            let cores: Int
            let kernels: [String]
        }
        struct Model: Decodable {
            let name: String
            let parameters: Int
        }
        struct Times: Decodable {
            let median: Double
            let min: Double
            let spread: Double
        }
        struct Run: Decodable {
            let threads: Int
            let precision: String
            let kernels: String
            let repetitions: Int
            let windowTokens: Int
            let mel: Times
            let encoder: Times
            let prompt: Times
            let decodeStep: Times
            let window: Times
            let load: Times
            let coldStart: Times
            let realTimeFactor: Double
            let peakMemory: Double

            enum CodingKeys: String, CodingKey {
                case threads, precision, kernels, repetitions
                case windowTokens = "window_tokens"
                case mel = "mel_ms"
                case encoder = "encoder_ms"
                case prompt = "prompt_ms"
                case decodeStep = "decode_step_ms"
                case window = "window_ms"
                case load = "load_ms"
                case coldStart = "cold_start_ms"
                case realTimeFactor = "real_time_factor"
                case peakMemory = "peak_memory_mib"
            }
        }
        let machine: Machine
        let model: Model
        let runs: [Run]
    }

    @Test("gives one JSON object whose numbers agree with one another")
    func json() throws {
        let outcome = try earshot(
            "bench", "--json", "--runs", "3", "--window-tokens", "8", "--threads", "1", "--precision", "f32")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(!report.machine.processor.isEmpty && report.machine.cores > 0)
        #expect(report.model.parameters > 1_000_000)
        let run = try #require(report.runs.first)
        #expect(report.runs.count == 1)
        #expect((run.threads, run.precision, run.repetitions, run.windowTokens) == (1, "f32", 3, 8))
        #expect(report.machine.kernels.contains(run.kernels))
        let stages = [run.mel, run.encoder, run.prompt, run.decodeStep]
        for times in stages + [run.window, run.load, run.coldStart] {
            #expect(0 < times.min && times.min <= times.median && times.spread >= 0)
        }
        #expect(run.load.min < run.coldStart.median)
        #expect(stages.allSatisfy { $0.min < run.window.median })
        #expect(abs(run.realTimeFactor - run.window.median / 30_000) < 1e-4)
        #expect(run.peakMemory > 1)
    }

    @Test("shows people a line for each setting of a sweep, and draws them")
    func sweep() throws {
        let folder = try TemporaryFolder()
        let outcome = try earshot(
            "bench", "--sweep", "--threads", "1", "--runs", "1", "--window-tokens", "1", "--plot",
            folder.path("chart.svg"))
        #expect(outcome.status == 0)
        for precision in ["int8", "f16", "f32"] { #expect(outcome.output.contains(" \(precision) ")) }
        #expect(try folder.text("chart.svg").hasSuffix("</svg>\n"))
    }

    @Test("takes all cores for 0 threads, and --fp16 for what it says")
    func spellings() throws {
        let outcome = try earshot(
            "bench", "--json", "--runs", "1", "--window-tokens", "1", "--threads", "0", "--fp16", "False")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.runs.map(\.threads) == [report.machine.cores])
        #expect(report.runs.map(\.precision) == ["f32"])
    }

    @Test("tells how a long recording goes")
    func long() throws {
        let outcome = try earshot(
            "bench", "--runs", "1", "--window-tokens", "1", "--long", sample("pin.flac"), "--long-minutes",
            "1")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("1.0 minutes of audio"))
    }

    /// The fields that scripts may rely on.
    private struct Live: Decodable {
        struct Run: Decodable { let live: [Recording] }
        struct Recording: Decodable {
            let name: String
            let power: String
            let text: String
            let words: Int
            let differences: Int
            let passes: Int
            let audioSeconds: Double
            let delayMedian: Double
            let delay95: Double
            let processorSeconds: Double
            let realTimeFactor: Double
            let audioContext: Double

            enum CodingKeys: String, CodingKey {
                case name, power, text, words, differences, passes
                case audioSeconds = "audio_seconds"
                case delayMedian = "delay_p50_seconds"
                case delay95 = "delay_p95_seconds"
                case processorSeconds = "processor_seconds_per_audio_second"
                case realTimeFactor = "real_time_factor"
                case audioContext = "mean_audio_context_seconds"
            }
        }
        let runs: [Run]
    }

    @Test("listens to recordings as if they were live")
    func live() throws {
        let outcome = try earshot(
            "bench", "--json", "--runs", "1", "--window-tokens", "1", "--power", "low", "--pace", "0",
            "--live",
            sample("demo.flac"), sample("silence.flac"))
        #expect(outcome.status == 0)
        let runs = try #require(
            JSONDecoder().decode(Live.self, from: Data(outcome.output.utf8)).runs.first?.live)
        #expect(runs.map(\.name) == ["demo.flac", "silence.flac"])
        let (demo, silence) = (runs[0], runs[1])
        #expect(demo.text == "hello one two three play next seven eight nine zero stop")
        #expect((demo.power, demo.words, demo.differences) == ("low", 11, 0))
        // A pass in the pause behind each of the five things that are said.
        #expect(demo.passes >= 5 && demo.realTimeFactor > 0 && abs(demo.audioSeconds - 10.36) < 0.01)
        #expect(demo.audioContext > 0 && demo.audioContext <= 30)
        #expect(0 < demo.delayMedian && demo.delayMedian <= demo.delay95)
        #expect((silence.passes, silence.words, silence.text) == (0, 0, ""))
        #expect(silence.processorSeconds > 0)
    }

    @Test("does not compare what it cannot read twice")
    func livePipe() throws {
        let outcome = try shell(
            #"cat "$1" | "$0" bench --json --runs 1 --window-tokens 1 --pace 0 --live -"#,
            [sample("hello.flac")])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("hello") && !outcome.output.contains("differences"))
    }

    @Test("shows people a line for each recording that was listened to")
    func liveTable() throws {
        let outcome = try earshot(
            "bench", "--runs", "1", "--window-tokens", "1", "--pace", "100", "--live", sample("hello.flac"))
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("hello.flac") && outcome.output.contains("delay p50"))
    }

    @Test(
        "refuses what there is not",
        arguments: [
            ["--synthetic", "huge"], ["--kernels", "abacus"], ["--precision", "q4"], ["--plot", "chart.png"],
            ["--runs", "0"], ["--window-tokens", "500"], ["--model", "/nowhere/tiny.pt"],
            ["--long", "/nowhere/talk.flac"],
            ["--pace", "-1", "--live", "talk.flac"], ["--pace", "1e-300", "--live", "talk.flac"],
            ["--live", "/nowhere/talk.flac"], ["--power", "huge"],
            ["--audio-context", "31"], ["--synthetic", "tiny", "--model", "tiny.pt"],
        ])
    func refusals(arguments: [String]) throws {
        let outcome = try shell(
            #"exec "$0" bench --runs 1 --window-tokens 1 "$@" < /dev/null"#, arguments)
        #expect(outcome.status != 0)
        #expect(outcome.output.isEmpty)
        let first = try #require(outcome.errorLines.first)
        #expect(first.contains(arguments[1]) || first.contains(arguments[0]))
    }
}
