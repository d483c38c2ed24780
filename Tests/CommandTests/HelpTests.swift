import TestSupport
import Testing

@Suite("earshot's help")
struct HelpTests {
    @Test(
        "is what the fixture holds",
        arguments: [("earshot", ["--help"]), ("transcribe", ["transcribe", "--help"])])
    func snapshot(name: String, arguments: [String]) throws {
        let run = try shell(#"unset COLUMNS; exec "$0" "$@""#, arguments)
        let expected = String(decoding: try Fixtures.bytes("Command/\(name).txt"), as: UTF8.self)
        #expect(run.status == 0)
        #expect(
            run.output == expected, "if it is meant to change: earshot \(arguments.joined(separator: " "))")
    }

    @Test("has a version")
    func version() throws {
        let run = try earshot("--version")
        #expect(run.status == 0)
        #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }
}
