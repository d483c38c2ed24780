import ArgumentParser
import FoundationEssentials

/// What an option that is not there may mean: those that begin as it does. The argument parser's own hint counts
/// letters that differ, which are many in a name cut short.
enum UnknownOption {
    /// What to say of `arguments`, which the argument parser refuses with `message`; nil where it can be left at that.
    static func hint(for arguments: [String], refusedWith message: String) -> String? {
        guard
            let unknown = ArgumentSpelling.options(in: arguments).first(where: {
                message.hasPrefix("Unknown option '\($0)'")
            }),
            unknown.hasPrefix("--")
        else { return nil }
        let meant = options(of: EarshotCommand.subcommand(of: arguments)).compactMap { option in
            option.first { $0.hasPrefix(ArgumentSpelling.hyphenated(unknown)) }
        }
        guard !meant.isEmpty else { return nil }
        return "There is no \(unknown); did you mean \(listed(meant.prefix(5)))?"
    }

    /// The long names of every option that help shows.
    private static func options(of command: any ParsableCommand.Type) -> [[String]] {
        let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8))
        return (dump?.command.arguments ?? []).filter { $0.shouldDisplay }.map { option in
            (option.names ?? []).filter { $0.kind == "long" }.map {
                ArgumentSpelling.hyphenated("--\($0.name)")
            }
        }
    }

    private static func listed(_ names: some BidirectionalCollection<String>) -> String {
        [names.dropLast().joined(separator: ", "), names.last ?? ""].filter { !$0.isEmpty }.joined(
            separator: " or ")
    }
}

/// What the argument parser says about a command, as far as it is needed here.
private struct Dump: Decodable {
    struct Command: Decodable {
        let arguments: [Argument]?
    }
    struct Argument: Decodable {
        let names: [Name]?
        let shouldDisplay: Bool
    }
    struct Name: Decodable {
        let kind: String
        let name: String
    }
    let command: Command
}
