import TestSupport
import Testing

@Suite("earshot --batch")
struct BatchTests {
    @Test("writes the same text, however many windows are decoded together, from a file and from a pipe")
    func words() throws {
        let recording = sample("seventy-seconds.flac")
        let one = try earshot("-q", "--batch", "1", recording)
        #expect(one.status == 0 && one.errors.isEmpty)
        for options in [["--batch", "8"], ["--batch_size", "3", "--condition_on_previous_text", "False"]] {
            #expect(try earshot(named: ["-q"] + options + [recording]).output == one.output)
        }
        let text = try earshot("-q", "--batch", "4", "--format", "txt", recording)
        let plain = try earshot("-q", "--format", "txt", recording)
        #expect(text.output == plain.output && !text.output.isEmpty)
        let piped = try shell(#"cat "$1" | "$0" -q --batch 2 --format txt -"#, [recording])
        #expect(piped.output == plain.output)
    }

    @Test(
        "refuses what windows cannot have that are decoded together",
        arguments: [
            (["--condition-on-previous-text", "true"], "before the text before them is known"),
            (["--multilingual"], "one language"),
            (["--batch", "65"], "1 to 64"),
        ])
    func refusals(options: [String], reason: String) throws {
        let run = try earshot(named: ["-q", "--batch", "4"] + options + [sample("demo.flac")])
        #expect(run.status != 0)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(reason), "\(run.errors)")
    }
}
