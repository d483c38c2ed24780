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
        do {
            var command = try parsed(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }

    /// The command that `arguments` name, or mean without naming one.
    static func subcommand(of arguments: [String]) -> any ParsableCommand.Type {
        configuration.subcommands.first { "\($0)".lowercased() == arguments.first } ?? Transcribe.self
    }

    /// What is to be run; the argument parser's reasons to refuse are bettered where we know more.
    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        do {
            return try parseAsRoot(arguments)
        } catch {
            if let reason = LackingOption.reason(toRefuse: arguments) { throw ValidationError(reason) }
            let refusal = message(for: error)
            guard let hint = UnknownOption.hint(for: arguments, refusedWith: refusal) else { throw error }
            StandardError.put(fullMessage(for: error).replacing(refusal, with: hint) + "\n")
            throw exitCode(for: error)
        }
    }
}
