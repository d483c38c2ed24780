import TestSupport
import Testing

/// The README's table of options, which cannot go stale.
@Suite("The README's options") struct OptionTableTests {
    /// Names in the tables between two comments of the README, but for their last column, which explains; `_` is `-`,
    /// as the command takes both.
    private static func names(in part: String) throws -> [String] {
        try rows(of: part).flatMap { $0.split(separator: " |").dropLast() }.flatMap(names(inCell:)).map(
            uniform)
    }

    private static func names(inCell cell: Substring) -> [Substring] {
        cell.matches(of: /`(--?[A-Za-z][\w-]*)/).map(\.1)
    }

    private static func rows(of part: String) throws -> [Substring] {
        let readme = String(decoding: try Fixtures.file("README.md"), as: UTF8.self)
        let table = try #require(
            readme.split(separator: "<!-- \(part) -->").dropFirst().first?.split(separator: "<!-- end -->")
                .first)
        return table.split(separator: "\n").filter { $0.hasPrefix("| ") }
    }

    private static func uniform(_ name: some StringProtocol) -> String {
        String(name.map { $0 == "_" ? "-" : $0 })
    }

    /// All names that a command takes, those it does not show included.
    private static func accepted(by name: String = "transcribe") throws -> Set<String> {
        let dump = try earshot("--experimental-dump-help").output
        let root = try Fixtures.decoded(dump.utf8, as: Dump.self).command
        let command = try #require(root.subcommands?.first { $0.commandName == name })
        return Set(command.arguments.flatMap { $0.names ?? [] }.map { uniform($0.spelled) })
    }

    /// Every option of another tool, each with all its names.
    private static func options(of tool: String) throws -> [[String]] {
        let list = String(decoding: try Fixtures.bytes("Command/\(tool).options"), as: UTF8.self)
        return list.split(separator: "\n").map { $0.split(separator: " ").map(uniform) }
    }

    @Test("are those that the command takes")
    func complete() throws {
        let (named, accepted) = (Set(try Self.names(in: "options")), try Self.accepted())
        #expect(accepted.count > 40)
        #expect(accepted.subtracting(named) == [], "taken, but not in the table")
        #expect(named.subtracting(accepted) == [], "in the table, but not taken")
    }

    @Test("of earshot live are those of transcribe and its own")
    func live() throws {
        let (shared, own) = (Set(try Self.names(in: "options")), Set(try Self.names(in: "live options")))
        let (taken, others) = (try Self.accepted(by: "live"), try Self.accepted())
        #expect(own.count == 9 && own.subtracting(taken) == [])
        #expect(taken.subtracting(own) == taken.intersection(shared).subtracting(own))
        // Those that are named before the table, and those of the groups that it names.
        let readme = String(decoding: try Fixtures.file("README.md"), as: UTF8.self)
        #expect(taken.isSuperset(of: ["--model", "--language", "--initial-prompt", "--beam-size"]))
        for name in taken.subtracting(own) where name.hasPrefix("--vad") || name.hasPrefix("--ra") {
            #expect(readme.contains("`\(name)`") && others.contains(name))
        }
    }

    @Test("that are lacking are not taken")
    func lacking() throws {
        let names = try Self.names(in: "lacking")
        #expect(try Self.accepted().intersection(names) == [])
        #expect(names.count > 40)
    }

    @Test("that are lacking are refused for the reason that it gives")
    func reasons() throws {
        for row in try Self.rows(of: "lacking").dropFirst() {
            let reason = try #require(row.split(separator: " |").last).drop { "| ".contains($0) }
            let names = row.split(separator: " |").dropLast().flatMap(Self.names(inCell:))
            for name in names {
                let result = try earshot("\(name)", "4", "a.wav")
                #expect(result.status == 64 && result.errors.contains("There is no \(name): \(reason)."))
            }
        }
        let other = try earshot("live", "-vm", "a")
        #expect(other.status == 64 && other.errors.contains("Unknown option"))
    }

    @Test("are all of the other tools', or said to be lacking", arguments: ["openai-whisper", "whisper.cpp"])
    func everything(tool: String) throws {
        let named = Set(try Self.names(in: "options") + Self.names(in: "lacking"))
        let options = try Self.options(of: tool)
        #expect(options.count > 30)
        for names in options { #expect(Set(names).subtracting(named) == [], "\(names)") }
    }
}

/// What `--experimental-dump-help` prints.
private struct Dump: Decodable {
    struct Command: Decodable {
        let commandName: String
        let arguments: [Argument]
        let subcommands: [Command]?
    }
    struct Argument: Decodable {
        let names: [Name]?
    }
    struct Name: Decodable {
        let kind: String
        let name: String

        var spelled: String { (kind == "long" ? "--" : "-") + name }
    }
    let command: Command
}
