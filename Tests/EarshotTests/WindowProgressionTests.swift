import Decoding
import Earshot
import Testing

/// The transitions between windows, one by one.
@Suite struct WindowProgressionTests {
    let tokenizer: Tokenizer
    let begin: Int

    init() throws {
        tokenizer = try Tokenizer(vocabularySize: 51865, language: "en", task: .transcribe)
        begin = tokenizer.timestampBegin
    }

    func progression(_ change: (inout TranscriptionOptions) -> Void = { _ in }) -> WindowProgression {
        var options = TranscriptionOptions()
        change(&options)
        return WindowProgression(options: options, tokenizer: tokenizer, textContext: 448)
    }

    func result(
        _ tokens: [Int], noSpeech: Double = 0, logProbability: Double = -0.2, temperature: Double = 0
    ) -> DecodingResult {
        DecodingResult(
            tokens: tokens, text: "", averageLogProbability: logProbability, noSpeechProbability: noSpeech,
            temperature: temperature, compressionRatio: 1)
    }

    func spoken(_ text: String, from start: Double, to end: Double) -> [Int] {
        [begin + Int((start * 50).rounded())] + tokenizer.encode(text) + [begin + Int((end * 50).rounded())]
    }

    @Test func segmentsAreCountedAndTimedFromTheStartOfTheRecording() {
        var state = progression()
        let first = state.advance(
            result(spoken(" one", from: 0, to: 1) + spoken(" two", from: 2, to: 3) + [begin + 200]),
            frames: 3000)
        #expect(first.map(\.id) == [0, 1])
        #expect(first.map(\.text) == [" one", " two"])
        #expect(state.seek == 300)
        let second = state.advance(result(spoken(" three", from: 0.5, to: 1)), frames: 1500)
        #expect(second.map(\.id) == [2])
        #expect(second.map(\.seek) == [300])
        #expect(second.map(\.start) == [3])
        #expect(second.map(\.end) == [4])
        #expect(state.seek == 1800)
    }

    @Test func silenceIsSkippedWhole() {
        var state = progression()
        #expect(
            state.advance(result([begin, 5, begin + 1], noSpeech: 0.7, logProbability: -1.2), frames: 900)
                .isEmpty)
        #expect(state.seek == 900)
        #expect(state.segmentCount == 0)
    }

    @Test func probableTextIsSpeechInSpiteOfNoSpeech() {
        let state = progression()
        #expect(!state.isSilence(result([], noSpeech: 0.7, logProbability: -0.9)))
        #expect(!state.isSilence(result([], noSpeech: 0.6, logProbability: -2)))
        #expect(progression { $0.logProbabilityThreshold = nil }.isSilence(result([], noSpeech: 0.7)))
        #expect(
            !progression { $0.noSpeechThreshold = nil }.isSilence(result([], noSpeech: 1, logProbability: -9))
        )
    }

    @Test func emptySegmentsAreKeptWithoutTextOrTokens() {
        var state = progression()
        let segments = state.advance(
            result([begin + 10, 220, begin + 20, begin + 30] + tokenizer.encode(" one") + [begin + 40]),
            frames: 3000)
        #expect(segments.map(\.text) == ["", " one"])
        #expect(segments.map(\.tokens.isEmpty) == [true, false])
        #expect(segments.map(\.id) == [0, 1])
    }

    @Test func theNextWindowIsToldTheTextBefore() {
        var state = progression { $0.initialPrompt = "  names " }
        #expect(state.prompt == tokenizer.encode(" names"))
        let tokens = spoken(" one", from: 0, to: 1)
        _ = state.advance(result(tokens), frames: 3000)
        #expect(state.prompt == tokenizer.encode(" names") + tokens)
    }

    @Test func thePromptIsBounded() {
        var state = progression()
        for _ in 0..<100 { _ = state.advance(result(spoken(" one two three", from: 0, to: 9)), frames: 3000) }
        #expect(state.prompt.count == 223)
    }

    @Test func thePromptIsForgottenWhenNotWantedOrAfterAHighTemperature() {
        var unconditioned = progression {
            $0.conditionOnPreviousText = false
            $0.initialPrompt = "names"
        }
        #expect(!unconditioned.prompt.isEmpty)
        _ = unconditioned.advance(result(spoken(" one", from: 0, to: 1)), frames: 3000)
        #expect(unconditioned.prompt.isEmpty)
        var hot = progression()
        _ = hot.advance(result(spoken(" one", from: 0, to: 1), temperature: 0.6), frames: 3000)
        #expect(hot.prompt.isEmpty)
        _ = hot.advance(result(spoken(" one", from: 0, to: 1), temperature: 0.4), frames: 3000)
        #expect(!hot.prompt.isEmpty)
    }

    @Test func aCarriedPromptComesFirstInEveryWindow() {
        let names = tokenizer.encode(" names")
        var state = progression {
            $0.initialPrompt = "names"
            $0.carryInitialPrompt = true
        }
        #expect(state.prompt == names)
        let tokens = spoken(" one", from: 0, to: 1)
        _ = state.advance(result(tokens), frames: 3000)
        #expect(state.prompt == names + tokens)
        _ = state.advance(result(tokens, temperature: 1), frames: 3000)
        #expect(state.prompt == names)
        for _ in 0..<100 { _ = state.advance(result(spoken(" one two three", from: 0, to: 9)), frames: 3000) }
        #expect(state.prompt.count == 223)
        #expect(state.prompt.starts(with: names))
    }

    @Test func aLongCarriedPromptLosesItsBeginning() {
        let text = String(repeating: " one two", count: 150)
        var state = progression {
            $0.initialPrompt = text
            $0.carryInitialPrompt = true
        }
        let all = tokenizer.encode(text)
        #expect(state.prompt == all.suffix(223))
        _ = state.advance(result(spoken(" three", from: 0, to: 1)), frames: 3000)
        #expect(state.prompt == all.suffix(223))
    }

    @Test func hotwordsComeBeforeAllElse() {
        let hotwords = tokenizer.encode(" Müller, Œuvre")
        var state = progression {
            $0.hotwords = " Müller, Œuvre"
            $0.initialPrompt = "names"
            $0.conditionOnPreviousText = false
        }
        #expect(state.prompt == hotwords + tokenizer.encode(" names"))
        _ = state.advance(result(spoken(" one", from: 0, to: 1)), frames: 3000)
        #expect(state.prompt == hotwords)
        #expect(
            progression {
                $0.hotwords = "names"
                $0.prefix = "so"
            }.prompt.isEmpty)
        #expect(progression { $0.hotwords = String(repeating: " one", count: 500) }.prompt.count == 223)
    }

    @Test func aLoopIsNotHandedOn() {
        var state = progression()
        var looping = result(spoken(" six six", from: 0, to: 1))
        looping.isLoop = true
        _ = state.advance(looping, frames: 3000)
        #expect(state.prompt.isEmpty)
    }

    @Test func everyTokenKeepsItsProbability() {
        var state = progression()
        var two = result(spoken(" one", from: 0, to: 1) + spoken(" two", from: 1, to: 2))
        two.tokenLogProbabilities = (0..<two.tokens.count).map { -Float($0) }
        let segments = state.advance(two, frames: 3000)
        #expect(segments.map(\.tokenLogProbabilities) == [[0, -1, -2], [-3, -4, -5]])
    }

    /// Its words are timed only where no timestamp tells, and the next window starts where it would.
    @Test(arguments: [(0.62, 0.62), (0, 0.02), (90, 30)])
    func aTextWithoutTimesEndsWithItsLastWord(word: Double, end: Double) throws {
        let timing = WordTiming(word: " two", tokens: [5], start: 0, end: word, probability: 1)
        var state = progression { $0.withoutTimestamps = true }
        let segments = state.advance(
            result(tokenizer.encode(" one two")), frames: 3000,
            align: { text in
                #expect(text == tokenizer.encode(" one two"))
                return [timing]
            })
        #expect(segments.map(\.text) == [" one two"] && segments.map(\.end) == [end])
        #expect(segments.map(\.words) == [nil] && state.seek == 3000)
        let second = state.advance(result(tokenizer.encode(" one")), frames: 3000, align: { _ in [] })
        #expect(second.map(\.end) == [60])
        let timed = state.advance(result(spoken(" one", from: 0, to: 2)), frames: 3000) { _ in
            Issue.record("aligned a text with times")
            return [timing]
        }
        #expect(timed.map(\.end) == [62])
    }
}
