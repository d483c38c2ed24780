import ArgumentParser
import Earshot

/// `earshot`: speech to text on the machine it runs on.
@main
struct EarshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "earshot",
        abstract: "Turns speech into text, on this machine.",
        discussion: "`earshot FILE` is short for `earshot transcribe FILE`.",
        version: "0.1.0 (\(Machine.chosenKernels ?? "no") kernels)",
        subcommands: [Transcribe.self, Live.self, Bench.self, Convert.self, Devices.self],
        defaultSubcommand: Transcribe.self)

    static func main() async {
        StandardStreams.fillGaps()
        let arguments = ArgumentSpelling.uniform(CommandLine.arguments.dropFirst())
        if let reason = LackingOption.reason(toRefuse: arguments) {
            exit(withError: ValidationError(reason))
        }
        await main(arguments)
    }
}
