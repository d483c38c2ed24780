import TestSupport
import Testing

@Suite("earshot's help")
struct HelpTests {
    @Test(
        "is what the fixture holds",
        arguments: [
            ("earshot", ["--help"]), ("transcribe", ["transcribe", "--help"]),
            ("devices", ["devices", "--help"]), ("live", ["live", "--help"]),
        ])
    func snapshot(name: String, arguments: [String]) throws {
        let run = try shell(#"unset COLUMNS; exec "$0" "$@""#, arguments)
        let expected = String(decoding: try Fixtures.bytes("Command/\(name).txt"), as: UTF8.self)
        #expect(run.status == 0)
        #expect(
            run.output == expected, "if it is meant to change: earshot \(arguments.joined(separator: " "))")
    }

    @Test("has a version, and says what the machine computes with")
    func version() throws {
        let run = try earshot("--version")
        #expect(run.status == 0)
        #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+ \([a-z0-9-]+ kernels\)\n/) != nil)
    }
}
