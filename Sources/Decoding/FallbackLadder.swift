/// The temperatures at which a window is decoded, one after the other, until its text is good enough.
///
/// ref: openai-whisper `transcribe.py`, `decode_with_fallback`.
public struct FallbackLadder: Sendable, Equatable {
    /// In the order they are tried; the last one's text is taken whatever it is.
    public var temperatures = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    /// A text that compresses better repeats itself: try on; nil to accept it.
    public var compressionRatioThreshold: Double? = 2.4
    /// A text whose mean log probability is lower is a guess: try on; nil to accept it.
    public var logProbabilityThreshold: Double? = -1
    /// A guess in a window that holds no speech with a higher probability is accepted: it is silence; nil to
    /// try on.
    public var noSpeechThreshold: Double? = 0.6

    /// The reference's temperatures and thresholds.
    public init() {}

    /// One attempt, whatever comes of it.
    public static func single(_ temperature: Double = 0) -> FallbackLadder {
        var ladder = FallbackLadder()
        ladder.temperatures = [temperature]
        return ladder
    }

    /// The options of the attempt of this number; nil where there are no more. Beams are followed at
    /// temperature 0 and samples drawn above.
    public func attempt(_ number: Int, of options: DecodingOptions) -> DecodingOptions? {
        guard temperatures.indices.contains(number) else { return nil }
        var attempt = options
        attempt.temperature = temperatures[number]
        if attempt.temperature > 0 {
            attempt.beamSize = nil
            attempt.patience = nil
        } else {
            attempt.bestOf = nil
        }
        return attempt
    }

    /// Whether a result is not good enough, so that the next attempt is worth its time.
    public func rejects(_ result: DecodingResult) -> Bool {
        let isGuess = logProbabilityThreshold.map { result.averageLogProbability < $0 } ?? false
        if isGuess, let noSpeechThreshold, result.noSpeechProbability > noSpeechThreshold { return false }
        let repeats = compressionRatioThreshold.map { result.compressionRatio > $0 } ?? false
        return repeats || isGuess || result.isLoop
    }

    /// Most sequences that an attempt feeds together.
    public func width(of options: DecodingOptions) -> Int {
        temperatures.indices.compactMap { attempt($0, of: options)?.width }.max() ?? 1
    }
}
