/// What openai-whisper made of many recordings with one model and one setting: `Tests/Fixtures/Transcripts`.
public struct ReferenceTranscripts: Decodable, Sendable {
    /// A segment as openai-whisper reports it; seconds from the start of the recording.
    public struct Segment: Decodable, Sendable {
        /// Its number, from 0.
        public let id: Int
        /// The first frame of its window, in hundredths of a second.
        public let seek: Int
        /// When it begins.
        public let start: Double
        /// When it ends.
        public let end: Double
        /// Its text; empty where the reference emptied a blank segment but kept it in the list.
        public let text: String
        /// Its tokens, timestamps included.
        public let tokens: [Int]
        /// 0 throughout.
        public let temperature: Double
        /// The mean log-probability of its window's tokens.
        public let averageLogProbability: Double
        /// Of its window's text.
        public let compressionRatio: Double
        /// Of its window.
        public let noSpeechProbability: Double

        private enum CodingKeys: String, CodingKey {
            case id, seek, start, end, text, tokens, temperature
            case averageLogProbability = "avg_logprob"
            case compressionRatio = "compression_ratio"
            case noSpeechProbability = "no_speech_prob"
        }
    }

    /// What became of one recording.
    public struct Recording: Decodable, Sendable {
        /// A file in `Audio/`, or the name of a recipe in `HumanRecording.all`.
        public let recording: String
        /// The language that was given or detected.
        public let language: String
        /// How close the two best choices of any step came, in logits.
        public let margin: Double
        /// The five likeliest languages of the first window, where they were computed.
        public let languages: [String: Double]?
        /// The texts of the segments, joined.
        public let text: String
        /// In order of time.
        public let segments: [Segment]
    }

    /// `default` (the built-in model), or a name of `RandomCheckpoint.Model`.
    public let model: String
    /// The language that was asked for; nil where it was detected.
    public let language: String?
    /// Whether a window was decoded knowing the text of those before.
    public let conditionOnPreviousText: Bool
    /// The recordings whose every decision was clear enough to be compared.
    public let recordings: [Recording]

    /// Reads `Tests/Fixtures/Transcripts/NAME.json`.
    public init(_ name: String) throws {
        self = try Fixtures.json("Transcripts/\(name).json")
    }
}
