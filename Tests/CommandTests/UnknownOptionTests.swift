import Testing

/// What is said of options that are not there.
@Suite("Options cut short")
struct UnknownOptionTests {
    @Test(
        "are refused with the names that begin so",
        arguments: [
            (["--lang", "en", "a.wav"], "There is no --lang; did you mean --language?"),
            (["transcribe", "--lang=en", "a.wav"], "There is no --lang; did you mean --language?"),
            (["a.wav", "--beam_s", "5"], "There is no --beam_s; did you mean --beam-size?"),
            (["a.wav", "--sample", "5"], "There is no --sample; did you mean --sample-len?"),
            (
                ["--temp", "0", "a.wav"],
                "There is no --temp; did you mean --temperature or --temperature-increment-on-fallback?"
            ),
            (["live", "--recon"], "There is no --recon; did you mean --reconnect?"),
            (["bench", "--windows", "--thr=4"], "Unknown option '--windows'"),
            (["bench", "--thr=4"], "There is no --thr; did you mean --threads?"),
        ])
    func beginnings(arguments: [String], complaint: String) throws {
        let run = try earshot(named: arguments)
        let command = ["live", "bench"].first { $0 == arguments[0] } ?? "transcribe"
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errorLines.first?.hasPrefix("Error: \(complaint)") == true, "\(run.errors)")
        #expect(run.errorLines.last == "  See 'earshot \(command) --help' for more information.")
    }

    @Test("are named five at most")
    func many() throws {
        let run = try earshot("--v", "a.wav")
        #expect(run.errorLines.first?.matches(of: /--v\w/).count == 5, "\(run.errors)")
    }

    @Test("are left to the argument parser where no name begins so, and where they are said to be lacking")
    func others() throws {
        #expect(try earshot("--langauge", "en", "a.wav").errors.contains("Did you mean '--language'?"))
        #expect(try earshot("--device", "cpu", "a.wav").errors.contains("There is no --device: "))
    }

    @Test("are not options where they are the values of some, or follow --")
    func values() throws {
        #expect(try earshot("--initial-prompt=--lang", "missing.wav").errors.contains("missing.wav"))
        let run = try earshot("--", "--lang")
        #expect(run.status != 64 && run.errors.contains("--lang"))
    }
}
