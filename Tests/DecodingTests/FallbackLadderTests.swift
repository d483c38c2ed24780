import Decoding
import Testing

/// Which texts are not good enough, and what is tried next, with made-up results.
@Suite struct FallbackLadderTests {
    let ladder = FallbackLadder()

    func result(
        ratio: Double = 1, logProbability: Double = -0.5, noSpeech: Double = 0, isLoop: Bool = false
    ) -> DecodingResult {
        DecodingResult(
            tokens: [], text: "", averageLogProbability: logProbability, noSpeechProbability: noSpeech,
            temperature: 0, compressionRatio: ratio, isLoop: isLoop)
    }

    @Test func goodTextIsAccepted() {
        #expect(!ladder.rejects(result()))
        #expect(!ladder.rejects(result(ratio: 2.4, logProbability: -1)))
    }

    @Test func repetitionAndGuessesAreRejected() {
        #expect(ladder.rejects(result(ratio: 2.41)))
        #expect(ladder.rejects(result(logProbability: -1.01)))
        #expect(ladder.rejects(result(isLoop: true)))
    }

    /// Silence needs both: no speech is likely, and the text is a guess.
    @Test func silenceIsAcceptedWhateverItsText() {
        #expect(!ladder.rejects(result(ratio: 3, logProbability: -1.01, noSpeech: 0.61)))
        #expect(ladder.rejects(result(logProbability: -1.01, noSpeech: 0.6)))
        #expect(ladder.rejects(result(ratio: 3, logProbability: -0.9, noSpeech: 0.9)))
    }

    @Test func thresholdsCanBeLeftOut() {
        var open = ladder
        open.compressionRatioThreshold = nil
        #expect(!open.rejects(result(ratio: 9)))
        open.logProbabilityThreshold = nil
        #expect(!open.rejects(result(logProbability: -9)))
        var strict = ladder
        strict.noSpeechThreshold = nil
        #expect(strict.rejects(result(logProbability: -1.01, noSpeech: 1)))
        // What is no number is no threshold, as in Python.
        strict.logProbabilityThreshold = .nan
        strict.compressionRatioThreshold = .nan
        #expect(!strict.rejects(result(ratio: 9, logProbability: -9)))
    }

    @Test func beamsAreForZeroAndSamplesForMore() {
        var options = DecodingOptions()
        options.beamSize = 5
        options.patience = 2
        options.bestOf = 3
        let attempts = (0...6).map { ladder.attempt($0, of: options) }
        #expect(attempts.map { $0?.temperature } == [0, 0.2, 0.4, 0.6, 0.8, 1, nil])
        #expect(attempts.map { $0?.beamSize } == [5, nil, nil, nil, nil, nil, nil])
        #expect(attempts.map { $0?.patience } == [2, nil, nil, nil, nil, nil, nil])
        #expect(attempts.map { $0?.bestOf } == [nil, 3, 3, 3, 3, 3, nil])
        #expect(ladder.width(of: options) == 5)
        #expect(FallbackLadder.single(0.4).width(of: options) == 3)
        #expect(FallbackLadder.single().attempt(1, of: options) == nil)
    }
}
