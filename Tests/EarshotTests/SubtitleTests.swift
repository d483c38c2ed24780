import Earshot
import FoundationEssentials
import TestSupport
import Testing

/// Words as subtitles.
@Suite struct SubtitleTests {
    private struct Case: Decodable {
        let name: String
        let transcript: Golden
        let files: [File]

        struct File: Decodable {
            let width: Int?
            let count: Int?
            let words: Int?
            let highlight: Bool
            let kind: String
            let text: String

            var style: SubtitleStyle {
                var style = SubtitleStyle()
                style.maximumLineWidth = width
                style.maximumLineCount = count
                style.maximumWordsPerLine = words
                style.highlightsWords = highlight
                return style
            }
        }
    }

    private struct Golden: Decodable {
        let text: String
        let segments: [Item]

        struct Item: Decodable {
            let id: Int
            let start: Double
            let end: Double
            let text: String
            let tokens: [Int]
            let words: [Spoken]
        }

        struct Spoken: Decodable {
            let word: String
            let start: Double
            let end: Double
            let probability: Double
        }

        var transcript: Transcript {
            Transcript(
                text: text,
                segments: segments.map { item in
                    Segment(
                        id: item.id, seek: 0, start: item.start, end: item.end, text: item.text,
                        tokens: item.tokens, temperature: 0, averageLogProbability: -0.25,
                        compressionRatio: 1.0625, noSpeechProbability: 0.01,
                        words: item.words.map {
                            Word(text: $0.word, start: $0.start, end: $0.end, probability: $0.probability)
                        })
                }, language: "en")
        }
    }

    private static let cases: [Case] = (try? Fixtures.json("Writers/subtitles.json")) ?? []

    @Test func haveTheReferencesBytesWithEveryOption() throws {
        #expect(Self.cases.count == 4)
        for item in Self.cases {
            for file in item.files {
                let format = try #require(TranscriptFormat(rawValue: file.kind))
                let found = item.transcript.transcript.formatted(as: format, subtitles: file.style)
                // An arrow in a word would be read as a line of times; the reference leaves it.
                let expected = file.text.replacingArrowsInText()
                #expect(
                    Array(found.unicodeScalars) == Array(expected.unicodeScalars),
                    "\(item.name) \(file.style)")
            }
        }
    }

    @Test func jsonListsTheWordsAsTheReferenceDoes() throws {
        let expected = try Fixtures.bytes("Writers/words.json")
        let speech = try #require(Self.cases.first)
        #expect(Array(speech.transcript.transcript.formatted(as: .json).utf8) == expected)
    }

    // MARK: - Easy to read

    private struct Shown {
        let start: Double
        let end: Double
        let lines: [String]
    }

    private func shown(_ segments: [[Word]]) throws -> [Shown] {
        let transcript = Transcript(
            text: "",
            segments: segments.enumerated().map { index, words in
                Segment(
                    id: index, seek: 0, start: words.first?.start ?? 0, end: words.last?.end ?? 0,
                    text: words.map(\.text).joined(), tokens: [], temperature: 0, averageLogProbability: 0,
                    compressionRatio: 1, noSpeechProbability: 0, words: words)
            }, language: "en")
        let file = transcript.formatted(as: .srt, subtitles: .readable)
        return try file.split(separator: "\n\n").map { cue in
            let lines = cue.split(separator: "\n").map(String.init)
            let times = lines[1].split(separator: " --> ").map(seconds)
            try #require(times.count == 2)
            return Shown(start: times[0], end: times[1], lines: Array(lines[2...]))
        }
    }

    private func seconds(_ stamp: Substring) -> Double {
        stamp.split { ":,".contains($0) }.compactMap { Double($0) }.enumerated()
            .reduce(0) { $0 + $1.element * [3600, 60, 1, 0.001][$1.offset] }
    }

    /// Words one after the other, each of a length.
    private func words(_ text: String, from start: Double = 0, each length: Double = 0.3) -> [Word] {
        text.split(separator: " ").enumerated().map { index, word in
            let start = start + Double(index) * length
            return Word(text: " " + word, start: start, end: start + length, probability: 1)
        }
    }

    @Test func cuesEndWithSentencesAndLinesWithClauses() throws {
        let cues = try shown([
            words(
                "And so, my fellow Americans, ask not what your country can do for you. "
                    + "Ask what you can do for your country! Dr. Who agrees.", each: 0.2)
        ])
        #expect(
            cues.map(\.lines) == [
                ["And so, my fellow Americans,", "ask not what your country can do for you."],
                ["Ask what you can do for your country!"],
                ["Dr. Who agrees."],
            ])
    }

    @Test func whatIsTooLongIsCutBehindAClause() throws {
        let cues = try shown([
            words(
                "The committee met for the first time in spring, and although nobody had expected it to agree "
                    + "on anything at all it did", each: 0.1)
        ])
        #expect(cues.first?.lines.last?.hasSuffix("spring,") == true)
        #expect(cues.count == 2)
    }

    @Test func aShortCueIsShownIntoTheGapBehindIt() throws {
        let alone = try shown([words("Yes.", each: 0.2)])
        #expect(alone.map(\.end) == [0.8])
        let followed = try shown([words("Yes.", each: 0.2), words("No, not at all.", from: 1.5)])
        #expect(followed.map(\.end).first == 0.8)
        // The next comes too soon: one cue holds both.
        let crowded = try shown([words("Yes.", each: 0.2), words("No, not at all.", from: 0.4)])
        #expect(crowded.map(\.lines) == [["Yes. No, not at all."]])
    }

    @Test func noCueIsTooShortHoweverTheWordsAreTimed() throws {
        // A word that lasts too long for the cue, soon behind a short sentence.
        var late = words("No.", from: 0.4)
        late[0].end = 7.5
        #expect(try shown([words("Yes.", each: 0.2), late]).map(\.lines) == [["Yes. No."]])
        // Words of four lines at one moment.
        let atOnce = words(String(repeating: "sixteen columns, ", count: 9), from: 3, each: 0)
        let cues = try shown([atOnce, words("And on.", from: 3.5)])
        #expect(cues.count >= 2 && cues.first?.start == 3)
        #expect(cues.allSatisfy { $0.end - $0.start > 0.799 })
        #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.end <= $1.start })
    }

    @Test func pausesEndCues() throws {
        #expect(try shown([words("one two") + words("three", from: 3)]).count == 2)
    }

    @Test(arguments: ["speech", "chinese", "mixed"]) func nothingIsLostAndNothingIsTooLong(_ name: String)
        throws
    {
        let item = try #require(Self.cases.first { $0.name == name })
        let segments = item.transcript.transcript.segments
        let cues = try shown(segments.compactMap(\.words))
        let expected = segments.map(\.text).joined().replacing("-->", with: "->").filter { !$0.isWhitespace }
        #expect(cues.flatMap(\.lines).joined().filter { !$0.isWhitespace } == expected)
        for (index, cue) in cues.enumerated() {
            #expect(cue.lines.count <= 2)
            #expect(cue.lines.allSatisfy { $0.displayWidth <= 42 })
            let next = index + 1 < cues.count ? cues[index + 1].start : .infinity
            #expect(cue.end <= next + 1e-9)
            #expect(cue.end - cue.start > 0.799)
        }
    }

    @Test func ideographsFillALineAtTwentyOne() throws {
        let text = String(repeating: "語", count: 60)
        let cues = try shown([
            text.enumerated().map {
                Word(
                    text: String($1), start: Double($0) / 20, end: Double($0 + 1) / 20, probability: 1)
            }
        ])
        #expect(cues.map(\.lines).joined().map(\.count).max() == 21)
        #expect(cues.map { $0.lines.joined().count } == [42, 18])
    }
}

extension String {
    /// The text with arrows shortened, but not those between two times.
    fileprivate func replacingArrowsInText() -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains(/^\d\d:.* --> \d\d:/) ? String(line) : String(line.replacing("-->", with: "->"))
        }.joined(separator: "\n")
    }
}
