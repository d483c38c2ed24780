import TestSupport
import Testing

/// Recordings put together here are those that the reference heard, sample by sample.
@Suite struct HumanRecordingTests {
    @Test(.enabled(if: HumanRecording.present, "\(HumanRecording.absence)"))
    func joinedAsForTheReference() throws {
        for (name, recipe) in try HumanRecording.all() {
            let samples = try recipe.joined()
            let checksum = samples.indices.reduce(0) { $0 + Int(samples[$1] * 524_288) * ($1 % 251) }
            #expect(samples.count == recipe.samples && checksum == recipe.checksum, "\(name)")
        }
    }

    @Test(arguments: ["default", "default-previous-text", "tiny", "tiny.en"])
    func transcriptsAreOfKnownRecordings(_ run: String) throws {
        let transcripts = try ReferenceTranscripts(run)
        let human = try HumanRecording.all()
        #expect(transcripts.recordings.count >= 20)
        for recording in transcripts.recordings where !recording.recording.contains(".") {
            #expect(human[recording.recording] != nil, "\(recording.recording)")
        }
    }
}
