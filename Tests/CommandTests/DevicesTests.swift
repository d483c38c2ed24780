import TestSupport
import Testing

@Suite("earshot devices")
struct DevicesTests {
    /// Runs it where ALSA knows what `configuration` says, and no sound server answers.
    private static func run(_ configuration: String, _ arguments: String...) throws -> Outcome {
        let folder = try TemporaryFolder()
        let file = try folder.write(configuration.utf8, to: "alsa.conf")
        let setting = #"export ALSA_CONFIG_PATH="$1" PULSE_SERVER=unix:/nonexistent; shift; "#
        return try shell(setting + #"exec "$0" devices "$@" < /dev/null"#, [file] + arguments)
    }

    private static let oneMicrophone = """
        </usr/share/alsa/alsa.conf>
        pcm.lectern { type null; hint { show on; description "The \\"lectern\\"" } }
        pcm.gone { type hw; card 31; hint { show on; description "A card that is not there" } }
        pcm.!default { type null; hint { show on; description "Default ALSA Output" } }

        """

    @Test("lists what can be opened, the default first")
    func table() throws {
        let run = try Self.run(Self.oneMicrophone)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.output == "* default  System default\n  lectern  The \"lectern\"\n")
    }

    @Test("lists it for programs, too")
    func json() throws {
        struct Device: Decodable {
            let device: String
            let name: String
            let `default`: Bool
        }
        let run = try Self.run(Self.oneMicrophone, "--json")
        let devices = try Fixtures.decoded(run.output.utf8, as: [Device].self)
        #expect(devices.map(\.device) == ["default", "lectern"])
        #expect(devices.map(\.name) == ["System default", "The \"lectern\""])
        #expect(devices.map(\.default) == [true, false])
    }

    @Test("says in one line what to look at where there is nothing", arguments: [[], ["--json"]])
    func nothing(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("".utf8, to: "alsa.conf")
        let run = try shell(
            #"export ALSA_CONFIG_PATH="$1"; shift; exec "$0" devices "$@""#, [file] + arguments)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errorLines.count == 1 && run.errors.hasPrefix("earshot: nothing to record from: "))
    }
}
