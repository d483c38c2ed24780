import TestSupport
import Testing

@Suite("The events of earshot live --json", .serialized)
struct LiveJSONTests {
    /// Every member that an event may have.
    private struct Event: Decodable {
        struct Word: Decodable {
            let word: String
            let start: Double
            let end: Double
            let probability: Double
        }
        let event: String
        let time: Double
        let started: String?
        let source: String?
        let model: String?
        let text: String?
        let words: [Word]?
        let id: Int?
        let start: Double?
        let end: Double?
        let state: String?
    }

    private struct Summary: Decodable {
        let event: String
        let audio: Double
        let voiced: Double
        let words: Int
        let passes: Int
        let pass: Double
        let processor: Double
        let processorPerAudio: Double
        let overruns: Int
        let delayMedian: Double
        let delay95: Double

        enum CodingKeys: String, CodingKey {
            case event, words, passes, overruns
            case audio = "audio_seconds"
            case voiced = "voiced_seconds"
            case pass = "pass_seconds"
            case processor = "processor_seconds"
            case processorPerAudio = "processor_seconds_per_audio_second"
            case delayMedian = "delay_p50_seconds"
            case delay95 = "delay_p95_seconds"
        }
    }

    @Test("are objects, a line each, of the members that the README names")
    func schema() throws {
        let run = try earshot("live", "--json", sample("demo.flac"))
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n")
        let events = try lines.dropLast().map { try Fixtures.decoded(String($0).utf8, as: Event.self) }
        let summary = try Fixtures.decoded(String(try #require(lines.last)).utf8, as: Summary.self)

        #expect(events[0].event == "start" && events[0].time == 0)
        #expect(events[0].started?.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(events[0].source == sample("demo.flac") && events[0].model?.isEmpty == false)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
        let known = ["start", "partial", "confirmed", "segment", "state"]
        #expect(Set(events.map(\.event)) == Set(known))

        let segments = events.filter { $0.event == "segment" }
        let confirmed = events.filter { $0.event == "confirmed" }
        #expect(segments.compactMap(\.id) == Array(segments.indices) && segments.count >= 4)
        #expect(confirmed.compactMap(\.text).joined() == segments.compactMap(\.text).joined())
        #expect(confirmed.allSatisfy { $0.words?.map(\.word).joined() == $0.text })
        #expect(segments.allSatisfy { $0.start ?? 9 < $0.end ?? 0 && $0.words?.isEmpty == false })
        #expect(events.compactMap(\.state).starts(with: ["listening", "speech", "listening"]))

        #expect(summary.event == "summary" && abs(summary.audio - 10.36) < 0.05)
        #expect(summary.words == confirmed.flatMap { $0.words ?? [] }.count && summary.overruns == 0)
        let readme = String(decoding: try Fixtures.file("README.md"), as: UTF8.self)
        for name in known + ["language", "overrun", "device", "summary"] {
            #expect(readme.contains("| `\(name)` |"), "\(name) is not in the README")
        }
    }

    @Test("stay whole lines where the reader goes away", arguments: [1, 5])
    func reader(count: Int) throws {
        let run = try shell(
            #"{ "$0" live --json "$1"; echo "status $?" >&2; } | head -n \#(count)"#,
            [sample("seventy-seconds.flac")])
        #expect(run.errors.hasSuffix("status 141\n") && run.output.split(separator: "\n").count == count)
    }
}
