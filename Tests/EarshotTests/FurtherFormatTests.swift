import Decoding
import Earshot
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The formats that openai-whisper does not write.
@Suite("Further transcript formats")
struct FurtherFormatTests {
    @Test("give the bytes of whisper.cpp's", arguments: [TranscriptFormat.csv, .lrc])
    func whisperCpp(format: TranscriptFormat) throws {
        let name = "Writers/whisper.cpp/half-minute"
        let golden: WhisperCppFile = try Fixtures.json("\(name).json")
        let expected = String(decoding: try Fixtures.bytes("\(name).\(format.rawValue)"), as: UTF8.self)
        #expect(golden.transcription.count > 8)
        let text = golden.transcript.formatted(as: format)
        #expect(text.replacing("[by:earshot]", with: "[by:whisper.cpp]") == expected)
    }

    /// Made with `EARSHOT_GOLDENS=FOLDER swift test --filter FurtherFormatTests`, and read by ReaderTests.
    @Test("are what they were", arguments: TranscriptFormat.allCases)
    func golden(format: TranscriptFormat) throws {
        let details = try details()
        let text = spoken(details).formatted(as: format, details: details)
        let file = "spoken.\(format.fileExtension)"
        if let folder = getenv("EARSHOT_GOLDENS") {
            let golden = fopen("\(String(cString: folder))/\(file)", "w")
            fputs(text, golden)
            fclose(golden)
        }
        let expected = String(decoding: try Fixtures.bytes("Writers/spoken/\(file)"), as: UTF8.self)
        #expect(comparable(text) == comparable(expected))
    }

    /// Without what differs from machine to machine, and from version to version.
    private func comparable(_ text: String) -> Substring {
        text.firstRange(of: "\"transcription\": [").map { text[$0.lowerBound...] } ?? text[...]
    }

    @Test("tell in full JSON what made the transcript, by the names whisper.cpp has for it")
    func fullJSON() throws {
        let model = try embeddedModel(.f32)
        var options = model.defaultOptions
        options.initialPrompt = "Größe"
        options.clips = [Clip(start: 1.5)]
        let text = Transcript(text: "", segments: [], language: "en")
            .formatted(as: .jsonFull, details: TranscriptDetails(model: model, options: options))
        let file = try Fixtures.decoded(text.utf8, as: FullFile.self)
        #expect(file.systeminfo.contains("kernels"))
        #expect(file.model.audio.state == 256 && file.model.vocab == 51865 && file.model.precision == "f32")
        #expect(file.params.initialPrompt == "Größe" && file.params.task == "transcribe")
        #expect(file.params.clips == [.init(start: 1.5, end: nil)])
        #expect(file.transcription.isEmpty)
    }

    @Test("attach a character cut between tokens, and between segments, to the first")
    func cutCharacters() throws {
        let details = try details()
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        let tokens = tokenizer.encode(" 🚀!")
        let file = try Fixtures.decoded(
            Transcript(
                text: " 🚀!",
                segments: [
                    segment(" 🚀", tokens: Array(tokens.prefix(2))),
                    segment("!", tokens: Array(tokens.dropFirst(2))),
                ], language: "en"
            ).formatted(as: .jsonFull, details: details).utf8, as: FullFile.self)
        for line in file.transcription {
            #expect(line.tokens.map(\.text).joined() == line.text)
            #expect(!line.text.contains("\u{FFFD}"))
        }
    }

    @Test("keep lyrics on a line, and count minutes past the hour")
    func lyrics() {
        var writer = LyricsWriter()
        #expect(writer.write(segment(" one\ntwo", from: 3723.456)) == "[62:03.45] one two\n")
        #expect(writer.write(segment("")) == "")
    }

    @Test("give words moments inside the cue, each later than the one before")
    func karaokeMoments() {
        var writer = KaraokeWriter()
        var cue = segment(" a b c d", from: 1, to: 3)
        cue.words = [(" a", 1.0), (" b", 1.0), (" c", 2.0), (" d", 3.0)].map {
            Word(text: $0.0, start: $0.1, end: $0.1, probability: 1)
        }
        #expect(
            writer.write(cue)
                == "00:00:01.000 --> 00:00:03.000\n<c>a</c><c> b</c><00:00:02.000><c> c</c><c> d</c>\n\n")
    }

    @Test("show in colour how sure the model is")
    func confidence() throws {
        let details = try details()
        var writer = ConfidenceWriter(details, withTimes: true)
        let tokenizer = try Tokenizer(vocabularySize: 51865)
        var line = segment(" one two three", tokens: tokenizer.encode(" one two three"))
        #expect(writer.write(line) == "[00:00.000 --> 00:01.000]  one two three\n")
        line.tokenLogProbabilities = [-0.001, -0.3, -5]
        let colored = "\u{1B}[38;5;71mone\u{1B}[38;5;208m two\u{1B}[38;5;160m three\u{1B}[0m\n"
        #expect(writer.write(line) == "[00:00.000 --> 00:01.000]  " + colored)
        var bare = ConfidenceWriter(details, withTimes: false)
        #expect(bare.write(line) == colored)
        line.tokenLogProbabilities = []
        line.words = [Word(text: " one two three", start: 0, end: 1, probability: 0.02)]
        #expect(bare.write(line) == "\u{1B}[38;5;160mone two three\u{1B}[0m\n")
        #expect(bare.write(segment(" ")) == "")
    }

    private func details() throws -> TranscriptDetails {
        let model = try embeddedModel(.f16)
        return TranscriptDetails(model: model, options: model.defaultOptions)
    }

    /// Scripts of all kinds, and what the formats have a meaning of their own for.
    private func spoken(_ details: TranscriptDetails) -> Transcript {
        let lines = [
            [" one", " two,", " three."], [" \"Quoted\",", " 3 < 4,", " R&D"], [" 你好，", "世界"],
            [" שלום", " עולם"],
            [" नमस्ते", " 👩‍🚀", " é"],
        ]
        var segments: [Segment] = []
        for (index, words) in lines.enumerated() {
            let start = 3599 + 1.25 * Double(index)
            var line = segment(words.joined(), from: start, to: start + 1)
            line.id = index
            line.tokens = (try? Tokenizer(vocabularySize: 51865).encode(line.text)) ?? []
            line.tokenLogProbabilities = line.tokens.indices.map { -0.125 * Float($0) }
            line.words = words.enumerated().map { place, word in
                let moment = start + 0.3 * Double(place)
                // As segments follow their words, so do subtitles.
                let end = place == words.count - 1 ? line.end : moment + 0.25
                return Word(text: word, start: moment, end: end, probability: 0.5)
            }
            segments.append(line)
        }
        return Transcript(text: segments.map(\.text).joined(), segments: segments, language: "en")
    }
}

private func segment(
    _ text: String, from start: Double = 0, to end: Double = 1, tokens: [Int] = []
) -> Segment {
    Segment(
        id: 0, seek: 0, start: start, end: end, text: text, tokens: tokens, temperature: 0,
        averageLogProbability: -0.25, compressionRatio: 1, noSpeechProbability: 0)
}

/// What whisper.cpp writes with `--output-json`, as far as it matters.
private struct WhisperCppFile: Decodable {
    struct Line: Decodable {
        struct Offsets: Decodable {
            let from: Double
            let to: Double
        }
        let offsets: Offsets
        let text: String
    }
    let transcription: [Line]

    var transcript: Transcript {
        let segments = transcription.map {
            segment($0.text, from: $0.offsets.from / 1000, to: $0.offsets.to / 1000)
        }
        return Transcript(text: "", segments: segments, language: "en")
    }
}

private struct FullFile: Decodable {
    struct Sizes: Decodable {
        let state: Int
    }
    struct ModelPart: Decodable {
        let audio: Sizes
        let vocab: Int
        let precision: String
    }
    struct Parameters: Decodable {
        struct Part: Decodable, Equatable {
            let start: Double
            let end: Double?
        }
        let initialPrompt: String?
        let task: String
        let clips: [Part]

        private enum CodingKeys: String, CodingKey {
            case task, clips
            case initialPrompt = "initial_prompt"
        }
    }
    struct Line: Decodable {
        struct Token: Decodable {
            let text: String
        }
        let text: String
        let tokens: [Token]
    }
    let systeminfo: String
    let model: ModelPart
    let params: Parameters
    let transcription: [Line]
}
