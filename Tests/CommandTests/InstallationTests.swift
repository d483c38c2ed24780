import TestSupport
import Testing

/// What `make install` puts beside the command.
@Suite("The installed command")
struct InstallationTests {
    /// Where each shell looks, and how it is asked whether it understands a script.
    static let completions = [
        ("bash", "share/bash-completion/completions/earshot", "bash -n"),
        ("zsh", "share/zsh/site-functions/_earshot", "zsh -n"),
        ("fish", "share/fish/vendor_completions.d/earshot.fish", "fish --no-execute"),
    ]

    @Test("is found with what the shells complete it by")
    func places() throws {
        let folder = try Self.installed()
        #expect(try shell(#"exec "$1/bin/earshot" --version"#, [folder.path()]).status == 0)
        for (_, place, _) in Self.completions {
            #expect(try folder.text(place).contains("initial-prompt"))
        }
    }

    @Test(
        "is completed by scripts that the shells understand",
        arguments: completions.filter { has($0.0) }.map { ($0.1, $0.2) })
    func syntax(place: String, check: String) throws {
        let folder = try Self.installed()
        let run = try shell(#"exec \#(check) "$1""#, [folder.path(place)])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    /// Words typed, the last of them not yet to its end, and what is offered for that one.
    static let offers: [(words: String, offered: Set<String>)] = [
        ("tran", ["transcribe"]),
        ("dem", ["demo.flac"]),
        ("--beam", ["--beam-size", "--beam_size"]),
        ("--task ", ["transcribe", "translate"]),
        ("--format j", ["json", "json-full"]),
        ("--language ger", ["german"]),
        ("live --language we", ["welsh"]),
        ("demo.flac --form", ["--format"]),
        ("--vad dem", ["demo.flac"]),
        ("transcribe dem", ["demo.flac"]),
        ("transcribe --fp16 ", ["true", "false"]),
        ("transcribe --word-timestamps ", ["true", "false"]),
        ("live --pow", ["--power"]),
        ("live --power ", ["low", "balanced", "fast"]),
        ("convert dem", ["demo.flac"]),
    ]

    @Test("is completed by bash, as the short for transcribe, too", .enabled(if: has("bash"), "no bash"))
    func bash() throws {
        let ask = """
            source "$1"
            IFS=' ' read -ra COMP_WORDS <<< "earshot ${2//=/ = }"
            [[ $2 != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="earshot $2" COMP_POINT=$((${#2} + 8))
            _earshot earshot "${COMP_WORDS[COMP_CWORD]#=}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let command = #"exec bash "$1/ask" "$1/\#(Self.completions[0].1)" "$2""#
        try expectOffers(command, asking: ask)
        // Of --format=js bash replaces what follows the =.
        try expectOffers(
            command, asking: ask,
            [
                ("--format=js", ["json", "json-full"]), ("dem --task=", ["transcribe", "translate"]),
                ("live --power=lo", ["low"]), ("--language=ger dem", ["demo.flac"]),
            ])
    }

    @Test("is completed by fish in the same way", .enabled(if: has("fish"), "no fish"))
    func fish() throws {
        let ask = """
            source $argv[1]
            complete -C "earshot $argv[2]" | string replace -r '\\t.*' ''
            """
        try expectOffers(#"exec fish --no-config "$1/ask" "$1/\#(Self.completions[2].1)" "$2""#, asking: ask)
    }

    @Test("has bash fall back to files, and no subcommand taken for a recording")
    func registration() throws {
        let folder = try Self.installed()
        let script = try folder.text(Self.completions[0].1)
        #expect(script.contains("complete -o default -o filenames -F _earshot earshot"))
        // fish cannot tell them from its generated functions' names, as the other two can.
        let dump = try Fixtures.decoded(earshot("--experimental-dump-help").output.utf8, as: Dump.self)
        let names = dump.command.subcommands.map(\.commandName).joined(separator: " ")
        #expect(try folder.text(Self.completions[2].1).contains("-- $tokens[2] \(names)\n"))
    }

    /// Runs `command` for each of the words, in a folder with a recording.
    private func expectOffers(
        _ command: String, asking script: String, _ offers: [(words: String, offered: Set<String>)] = offers
    ) throws {
        let folder = try Self.installed()
        try folder.write(script.utf8, to: "ask")
        try folder.write("".utf8, to: "demo.flac")
        for (words, offered) in offers {
            let run = try shell(#"PATH="$1/bin:$PATH"; cd "$1" && "# + command, [folder.path(), words])
            #expect(
                Set(run.output.split(separator: "\n").map(String.init)) == offered, "\(words) \(run.errors)")
        }
    }

    private static func installed() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let run = try shell(#"exec "$1/scripts/install" "$0" "$2""#, [Fixtures.root, folder.path()])
        try #require(run.status == 0, "\(run.errors)")
        return folder
    }

    private static func has(_ program: String) -> Bool {
        (try? shell(#"command -v "$1""#, [program]))?.status == 0
    }

    /// What `--experimental-dump-help` says about the subcommands.
    private struct Dump: Decodable {
        struct Command: Decodable {
            let subcommands: [Name]
        }
        struct Name: Decodable {
            let commandName: String
        }
        let command: Command
    }
}
