import TestSupport
import Testing

@Suite("earshot convert")
struct ConvertTests {
    @Test("says what became of the weights, and what it writes is understood")
    func int8() throws {
        let folder = try TemporaryFolder()
        let (halves, model) = (folder.path("halves.safetensors"), folder.path("bytes.safetensors"))
        // The built-in model, which is bytes already.
        let wide = try earshot(
            "convert", "\(Fixtures.root)/Models/default.safetensors", "-o", halves, "--precision", "f16")
        #expect(wide.status == 0, "\(wide.errors)")
        let run = try earshot("convert", halves, "-o", model, "--precision", "int8")
        #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
        let columns = run.errorLines.map { $0.split(separator: #/ {2,}/#) }
        #expect(
            columns.map { $0.first } == [
                "tensors", "encoder convolutions", "encoder blocks", "decoder blocks", "vocabulary", "other",
                "total",
            ])
        let total = try #require(columns.last)
        let (before, after) = try (#require(Int(total[1])), #require(Int(total[2])))
        #expect(after > before / 2 && after < before * 6 / 10)
        #expect(try folder.text("bytes.safetensors").contains(/"earshot.vocabulary": ?"multilingual"/))
        let transcript = try earshot("--model", model, sample("pin.flac"))
        #expect(transcript.status == 0 && transcript.output.contains("four seven one nine"))
    }

    @Test("says what a file was converted from")
    func source() throws {
        let folder = try TemporaryFolder()
        let run = try earshot(
            "convert", Fixtures.path("Checkpoints/nano-f16.pt"), "-o", folder.path("nano.safetensors"))
        #expect(run.status == 0, "\(run.errors)")
        let written = try folder.text("nano.safetensors")
        #expect(written.contains(/"earshot.source": ?"nano-f16.pt, OpenAI's .pt"/))
    }

    @Test(
        "refuses what it would ignore or destroy",
        arguments: [
            ("--set n_mels=5", 64, "written from the model itself"),
            ("--set earshot.format=2", 64, "written from the model itself"), ("--set name", 64, "name"),
            ("-o pipe", 1, "pipe: cannot be written: it is no ordinary file"),
            ("-o none/out", 1, "none/out: cannot be written: No such file or directory"),
        ])
    func refusals(flags: String, status: Int, reason: String) throws {
        let folder = try TemporaryFolder()
        let flags = flags.hasPrefix("-o") ? flags : "-o out \(flags)"
        let run = try shell(
            #"cd "$2" && mkfifo pipe && "$0" convert "$1" $3; status=$?; test -p pipe && exit $status"#,
            [Fixtures.path("Checkpoints/nano-f16.pt"), folder.path(), flags])
        #expect(run.status == Int32(status))
        #expect(run.errors.contains(reason), "\(run.errors)")
        #expect(try folder.names() == ["pipe"])
    }

    @Test("writes through a link")
    func link() throws {
        let folder = try TemporaryFolder()
        try folder.write("old".utf8, to: "model")
        let run = try shell(
            #"cd "$2" && ln -s model link && "$0" convert "$1" -o link && test -L link"#,
            [Fixtures.path("Checkpoints/nano-f16.pt"), folder.path()])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.text("model").contains("earshot.format"))
    }
}
