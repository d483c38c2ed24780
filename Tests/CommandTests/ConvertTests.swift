import TestSupport
import Testing

@Suite("earshot convert")
struct ConvertTests {
    @Test("says what became of the weights, and what it writes is understood")
    func int8() throws {
        let folder = try TemporaryFolder()
        let model = folder.path("digits.safetensors")
        let run = try earshot(
            "convert", "\(Fixtures.root)/Models/default.safetensors", "-o", model, "--precision", "int8",
            "--set", "earshot.default.precision=int8")
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
        let transcript = try earshot("--model", model, sample("pin.flac"))
        #expect(transcript.status == 0 && transcript.output.contains("four seven one nine"))
    }
}
