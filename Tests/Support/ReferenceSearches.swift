/// What openai-whisper made of recordings with many settings: `Tests/Fixtures/Search`.
public struct ReferenceSearch: Decodable, Sendable {
    /// What `transcribe` was told, besides the defaults of the fixture's script.
    public struct Options: Decodable, Sendable {
        /// Several temperatures, where the ladder was on.
        public let temperature: [Double]?
        /// Sequences of the beam search.
        public let beamSize: Int?
        /// Of the beam search.
        public let patience: Double?
        /// Of the ranking.
        public let lengthPenalty: Double?
        /// Whether text was sampled without timestamps.
        public let withoutTimestamps: Bool?
        /// Whether windows saw the text before.
        public let conditionOnPreviousText: Bool?
        /// What the first window took for its past.
        public let initialPrompt: String?
        /// Whether the others did too.
        public let carryInitialPrompt: Bool?
        /// What every window began with.
        public let prefix: String?
        /// Most tokens of a window.
        public let sampleLength: Int?
        /// Ids separated by commas.
        public let suppressTokens: String?
        /// Whether a window could not begin with a blank.
        public let suppressBlank: Bool?
        /// The thresholds: not there where the default was used, null where there was none.
        public let thresholds: [String: Double?]

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case temperature, patience, prefix
            case beamSize = "beam_size"
            case lengthPenalty = "length_penalty"
            case withoutTimestamps = "without_timestamps"
            case conditionOnPreviousText = "condition_on_previous_text"
            case initialPrompt = "initial_prompt"
            case carryInitialPrompt = "carry_initial_prompt"
            case sampleLength = "sample_len"
            case suppressTokens = "suppress_tokens"
            case suppressBlank = "suppress_blank"
            case compressionRatioThreshold = "compression_ratio_threshold"
            case logProbabilityThreshold = "logprob_threshold"
            case noSpeechThreshold = "no_speech_threshold"
        }

        /// Reads them.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            temperature = try values.decodeIfPresent([Double].self, forKey: .temperature)
            beamSize = try values.decodeIfPresent(Int.self, forKey: .beamSize)
            patience = try values.decodeIfPresent(Double.self, forKey: .patience)
            lengthPenalty = try values.decodeIfPresent(Double.self, forKey: .lengthPenalty)
            withoutTimestamps = try values.decodeIfPresent(Bool.self, forKey: .withoutTimestamps)
            conditionOnPreviousText = try values.decodeIfPresent(Bool.self, forKey: .conditionOnPreviousText)
            initialPrompt = try values.decodeIfPresent(String.self, forKey: .initialPrompt)
            carryInitialPrompt = try values.decodeIfPresent(Bool.self, forKey: .carryInitialPrompt)
            prefix = try values.decodeIfPresent(String.self, forKey: .prefix)
            sampleLength = try values.decodeIfPresent(Int.self, forKey: .sampleLength)
            suppressTokens = try values.decodeIfPresent(String.self, forKey: .suppressTokens)
            suppressBlank = try values.decodeIfPresent(Bool.self, forKey: .suppressBlank)
            var thresholds: [String: Double?] = [:]
            for key in CodingKeys.allCases where key.rawValue.hasSuffix("threshold") && values.contains(key) {
                thresholds[key.rawValue] = try values.decodeIfPresent(Double.self, forKey: key)
            }
            self.thresholds = thresholds
        }
    }

    /// What is shown.
    public let name: String
    /// `default` (the built-in model), or a name of `RandomCheckpoint.Model`.
    public let model: String
    /// What it was told.
    public let options: Options
    /// Recordings that fell back to a higher temperature, where its random numbers decide.
    public let fellBack: [String]
    /// The recordings whose every decision was clear enough to be compared.
    public let recordings: [ReferenceTranscripts.Recording]

    /// All of them.
    public static func all() throws -> [ReferenceSearch] { try Fixtures.json("Search/search.json") }
}
