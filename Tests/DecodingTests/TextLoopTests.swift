import Decoding
import TestSupport
import Testing

/// Text that goes round in circles is seen before it fills a window; other text never is.
@Suite struct TextLoopTests {
    let tokenizer: Tokenizer
    let loop: TextLoop

    init() throws {
        tokenizer = try Tokenizer(vocabularySize: 51865, language: "en", task: .transcribe)
        loop = TextLoop(tokenizer)
    }

    /// After how many tokens a text is ended; nil where it is not.
    func caught(_ tokens: [Int]) -> Int? {
        (0...tokens.count).first { loop.hasCaught(Array(tokens.prefix($0)), remaining: 224 - $0) }
    }

    func tokens(_ text: String, times: Int) -> [Int] {
        Array((0..<times).flatMap { _ in tokenizer.encode(text) }.prefix(224))
    }

    @Test(arguments: [" six", " Thank you for watching!", " ご視聴ありがとうございました。", " the end of the", " a"])
    func loopsAreCaughtOnTheWay(_ text: String) throws {
        let begin = tokenizer.timestampBegin
        let start = [begin] + tokenizer.encode(" This is how it begins, and then")
        let count = try #require(caught(start + tokens(text, times: 224)))
        #expect(count < 190, "\(text) after \(count)")
        print("a loop of\(text) is ended after \(count) tokens")
    }

    /// Loops that ended before they could be caught on the way.
    @Test(arguments: [
        (" four", 116), (" six", 40), (" Thank you for watching!", 16), (" the end of the", 12),
    ])
    func loopsAreSeenAtTheirEnd(_ text: String, times: Int) {
        let start = [tokenizer.timestampBegin] + tokenizer.encode(" It was")
        for end in [[], tokenizer.encode(" two four two") + [tokenizer.timestampBegin + 1500]] {
            let cut = loop.firstRound(within: start + tokens(text, times: times) + end)
            #expect(cut == start + tokenizer.encode(text))
        }
    }

    @Test func loopsAreCutToTheirFirstRound() {
        let begin = tokenizer.timestampBegin
        let start = [begin] + tokenizer.encode(" And then")
        let round = tokenizer.encode(" thank you for watching") + [begin + 100, begin + 100]
        let looping = start + (0..<20).flatMap { _ in round }
        #expect(loop.firstRound(of: looping) == start + round.dropLast(2))
        let cut = Array(looping.dropLast(4))
        #expect(tokenizer.decode(loop.firstRound(of: cut)) == " And then thank you for watching")
    }

    @Test(arguments: [
        (" no", 20), (" ha", 30), (" one two three four", 6), (" row, row, row your boat", 5),
    ])
    func repetitionThatPeopleUtterIsLeftAlone(_ text: String, times: Int) {
        let said = tokens(text, times: times)
        #expect(caught(said + tokenizer.encode(" and that was all he said to me.")) == nil)
        #expect(loop.firstRound(within: said) == nil)
    }

    /// Every window of the reference's transcripts that it would accept itself.
    @Test(arguments: ["default", "default-previous-text", "tiny", "tiny.en"])
    func whatTheReferenceAcceptsIsLeftAlone(_ name: String) throws {
        let golden = try ReferenceTranscripts(name)
        let tokenizer = try Tokenizer(vocabularySize: name == "tiny.en" ? 51864 : 51865)
        let loop = TextLoop(tokenizer)
        var windows = 0
        for recording in golden.recordings {
            for (_, segments) in Dictionary(grouping: recording.segments, by: \.seek) {
                let tokens = segments.flatMap(\.tokens)
                guard segments[0].compressionRatio <= 2.4 else { continue }
                windows += 1
                let isCaught = (0...tokens.count).contains {
                    loop.hasCaught(Array(tokens.prefix($0)), remaining: max(0, 224 - $0))
                }
                #expect(!isCaught && loop.firstRound(within: tokens) == nil, "\(recording.recording)")
            }
        }
        #expect(windows >= 10)
        print("\(name): \(windows) accepted windows are left alone")
    }
}
