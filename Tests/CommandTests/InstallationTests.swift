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
        let folder = try TemporaryFolder()
        let run = try shell(#"exec "$1/scripts/install" "$0" "$2""#, [Fixtures.root, folder.path("usr")])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try shell(#"exec "$1/usr/bin/earshot" --version"#, [folder.path()]).status == 0)
        for (_, place, _) in Self.completions {
            #expect(try folder.text("usr/\(place)").contains("initial-prompt"))
        }
    }

    @Test(
        "is completed by scripts that the shells understand",
        arguments: completions.filter { has($0.0) }.map { ($0.0, $0.2) })
    func syntax(name: String, check: String) throws {
        let folder = try TemporaryFolder()
        let script = try earshot("--generate-completion-script", name)
        #expect(script.status == 0)
        try folder.write(script.output.utf8, to: "script")
        let run = try shell(#"exec \#(check) "$1""#, [folder.path("script")])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    private static func has(_ program: String) -> Bool {
        (try? shell(#"command -v "$1""#, [program]))?.status == 0
    }
}
