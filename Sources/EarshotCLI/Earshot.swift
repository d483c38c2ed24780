import ArgumentParser

@main
struct EarshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "earshot", subcommands: [Convert.self])
}
