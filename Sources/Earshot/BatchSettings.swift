import VoiceActivity

extension TranscriptionOptions {
    func checkBatch(_ require: (Bool, String) throws -> Void) throws {
        guard let batchSize else { return }
        try require(
            (1...Self.mostWindows).contains(batchSize),
            "from 1 to \(Self.mostWindows) windows are decoded together")
        try require(
            !detectsLanguageOfEveryWindow, "windows that are decoded together are in one language")
    }

    private static let mostWindows = 64

    /// Windows there must be room for.
    var windowCount: Int { min(max(1, batchSize ?? 1), Self.mostWindows) }

    /// The options with what decoding windows together brings with it.
    var completed: TranscriptionOptions {
        guard batchSize != nil else { return self }
        var options = self
        options.voiceActivity = voiceActivity ?? VoiceActivityOptions()
        options.conditionOnPreviousText = false
        return options
    }
}
