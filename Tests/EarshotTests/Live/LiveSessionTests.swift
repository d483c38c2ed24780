import Decoding
import Earshot
import Testing

/// The policy of live transcription, with scripted ears and a clock that only passes move.
@Suite struct LiveSessionTests {
    /// Runs a session over inputs; each pass takes so many seconds.
    func listen(
        to inputs: [LiveInput], with hearing: ScriptedHearing, passSeconds: Double = 0,
        _ change: (inout LiveOptions) -> Void = { _ in }
    ) throws -> LiveRecord {
        var transcription = TranscriptionOptions()
        transcription.conditionOnPreviousText = true
        var options = LiveOptions(transcription)
        change(&options)
        var record = LiveRecord()
        var time = 0.0
        let session = LiveSession(
            options, hearing: hearing,
            context: PromptHistory(options.transcription, tokenizer: hearing.tokenizer, textContext: 448),
            clock: {
                defer { time += passSeconds }
                return time + hearing.retriedSeconds
            },
            emit: { record.events.append($0) })
        for input in inputs { try session.take(input) }
        try session.finish(processorSeconds: 0)
        return record
    }

    func listen(
        to speech: Speech, chunk: Int = 1600, passSeconds: Double = 0,
        _ change: (inout LiveOptions) -> Void = { _ in }
    ) throws -> (LiveRecord, ScriptedHearing) {
        let hearing = try ScriptedHearing(speech.script)
        let samples = speech.samples
        let inputs = stride(from: 0, to: samples.count, by: chunk).map {
            LiveInput.samples(Array(samples[$0..<min($0 + chunk, samples.count)]))
        }
        return (try listen(to: inputs, with: hearing, passSeconds: passSeconds, change), hearing)
    }

    static func sentence(_ count: Int = 12) -> String {
        let words = ["one", "two", "three", "four", "five", "six", "seven"]
        return (0..<count).map { words[$0 % words.count] }.joined(separator: " ")
    }

    @Test func silenceIsNotListenedTo() throws {
        var speech = Speech()
        speech.pause(120)
        let (record, hearing) = try listen(to: speech)
        #expect(record.passes.isEmpty && hearing.requests.isEmpty)
        #expect(hearing.voiceCount == 120 * 16_000 / 512)
        #expect(record.states == [.listening])
        #expect(record.summary?.audioSeconds == 120)
        #expect(record.summary?.voicedSeconds == 0)
    }

    @Test func wordsAreConfirmedByTwoHypothesesOnly() throws {
        var speech = Speech()
        speech.pause(1)
        speech.say("one two three four five six")
        speech.pause(2)
        let (record, _) = try listen(to: speech)
        #expect(record.text == " one two three four five six")
        // The first pass confirms nothing, whatever it hears.
        let first = try #require(record.events.firstIndex { if case .pass = $0 { true } else { false } })
        let second = try #require(
            record.events[(first + 1)...].firstIndex { if case .pass = $0 { true } else { false } })
        #expect(
            !record.events[first..<second].contains { if case .confirmed = $0 { true } else { false } })
        // While it is spoken the hypothesis shows words that were not spoken to their end; they are not confirmed.
        #expect(record.partials.contains { $0.text.contains("…") })
        #expect(record.segments.map(\.text) == [record.text])
        #expect(record.states == [.listening, .speech, .listening])
    }

    @Test func confirmedWordsAreGivenToEveryPassThatFollows() throws {
        var speech = Speech()
        speech.say(Self.sentence(24))
        speech.pause(1)
        let (record, hearing) = try listen(to: speech)
        var confirmed: [Int] = []
        var requests = hearing.requests[...]
        for event in record.events {
            switch event {
            case .pass: #expect(requests.popFirst()?.confirmed.flatMap(\.tokens) == confirmed)
            case .confirmed(let confirmation): confirmed += confirmation.words.flatMap(\.tokens)
            default: break
            }
        }
        #expect(requests.isEmpty && record.passes.count > 10)
        #expect(record.text == " " + Self.sentence(24))
    }

    /// Whatever the model says, what was told stays, and segments are made of it.
    @Test(arguments: 1...20) func nothingIsEverTakenBack(seed: UInt64) throws {
        var numbers = RandomNumbers(state: seed)
        var speech = Speech()
        for _ in 0..<8 {
            speech.say(Self.sentence(numbers.next(30) + 1), beginsSegment: numbers.next(2) == 0)
            speech.pause(Double(numbers.next(14)) / 10)
        }
        speech.pause(1)
        let hearing = try ScriptedHearing(speech.script)
        hearing.unfinished = { numbers.next(2) == 0 ? $0.word : "word\(numbers.next(3))" }
        let record = try listen(
            to: [.samples(speech.samples)], with: hearing, passSeconds: Double(seed % 5) / 10)
        #expect(record.text == record.segments.map(\.text).joined())
        #expect(record.segments.map(\.id) == Array(record.segments.indices))
        #expect(zip(record.words, record.words.dropFirst()).allSatisfy { $0.start <= $1.start })
        #expect(
            zip(record.segments, record.segments.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-6 })
        #expect(record.words.map(\.text).joined() == speech.script.map { " " + $0.word }.joined())
    }

    @Test func aPauseThatWasHeardNeedsNoFurtherPass() throws {
        var speech = Speech()
        speech.say("one two")
        speech.pause(3)
        let (record, hearing) = try listen(to: speech)
        #expect(record.text == " one two")
        // One while it is spoken, one in the pause; the end of the segment needs none.
        #expect(hearing.requests.count == 2 && hearing.requests.allSatisfy { !$0.isLast })
        let told = try #require(record.confirmations.last)
        // Of the pause 0.6 s, and what is left of a chunk.
        #expect(abs(told.time - 0.65 - 0.6) < 0.1)
    }

    @Test func whatWasHeardPoorlyIsListenedToOnceMoreAtTheEnd() throws {
        var speech = Speech()
        speech.say("one two")
        speech.pause(3)
        let hearing = try ScriptedHearing(speech.script)
        hearing.isPoor = true
        let record = try listen(to: [.samples(speech.samples)], with: hearing)
        #expect(record.text == " one two")
        #expect(hearing.requests.map(\.isLast) == [false, false, true])
    }

    @Test func whoIsBehindDoesNotListenOnceMore() throws {
        var speech = Speech()
        for _ in 0..<40 {
            speech.say("one two three")
            speech.pause(1.1)
        }
        let hearing = try ScriptedHearing(speech.script)
        (hearing.isPoor, hearing.retrySeconds) = (true, 4)
        let record = try listen(to: [.samples(speech.samples)], with: hearing, passSeconds: 0.1)
        #expect(record.text == String(repeating: " one two three", count: 40))
        let retries = hearing.requests.count { $0.mayRetry }
        #expect(retries > 5 && retries < 40)
        #expect(record.passes.allSatisfy { $0.delay < 6 })
    }

    @Test func whatIsSaidAtTheVeryEndIsConfirmed() throws {
        var speech = Speech()
        speech.say("one two three")
        let (record, hearing) = try listen(to: speech)
        #expect(record.text == " one two three")
        #expect(hearing.requests.last?.isLast == true)
        #expect(record.summary?.words == 3)
    }

    @Test func aWindowIsNeverLongerThanTheModelHears() throws {
        for segments in [false, true] {
            var speech = Speech()
            for index in 0..<40 { speech.say(Self.sentence(10), beginsSegment: segments && index > 0) }
            speech.pause(1)
            let (record, hearing) = try listen(to: speech, passSeconds: 0.3)
            #expect(record.text == " " + speech.script.map(\.word).joined(separator: " "))
            #expect(hearing.windows.allSatisfy { $0.upperBound - $0.lowerBound <= 30 })
            #expect(record.segments.count > 4)
            #expect(record.text == record.segments.map(\.text).joined())
            // What is given is as short as the window.
            #expect((hearing.requests.map { $0.confirmed.count }.max() ?? 0) < 100)
        }
    }

    /// Without segments of its own the model closes what it wrote last, which a cut leaves for the next segment.
    @Test func aSegmentIsClosedWhereItEnds() throws {
        var speech = Speech()
        speech.say(Self.sentence(400))
        speech.pause(1)
        let (record, hearing) = try listen(to: speech, passSeconds: 0.3)
        #expect(record.segments.count > 4)
        for segment in record.segments {
            guard let mark = segment.tokens.last, mark >= hearing.timestampBegin else { continue }
            let end = Double(segment.seek) / 100 + Double(mark - hearing.timestampBegin) / 50
            #expect(abs(end - segment.end) < 0.05)
        }
        #expect((record.segments.last?.tokens.last ?? 0) >= hearing.timestampBegin)
    }

    /// Nothing that two hypotheses agree in, for minutes.
    @Test func aWindowOfGuessesIsCutAllTheSame() throws {
        var speech = Speech()
        speech.say(Self.sentence(300))
        speech.pause(1)
        var passes = 0
        let guessing = try ScriptedHearing(speech.script)
        for index in guessing.script.indices { guessing.script[index].end = .infinity }
        guessing.unfinished = { _ in
            passes += 1
            return "guess\(passes)"
        }
        let guessed = try listen(to: [.samples(speech.samples)], with: guessing)
        #expect(guessing.windows.allSatisfy { $0.upperBound - $0.lowerBound <= 30 })
        #expect(guessed.text == guessed.segments.map(\.text).joined())
        #expect(guessed.segments.count > 2)
    }

    /// The model writes three words a window.
    @Test(arguments: [10, 200]) func whereATextEndsTooEarlyItIsListenedToAgain(count: Int) throws {
        var speech = Speech()
        speech.say(Self.sentence(count))
        speech.pause(1)
        let hearing = try ScriptedHearing(speech.script)
        hearing.longestText = 3
        let record = try listen(to: [.samples(speech.samples)], with: hearing)
        #expect(record.text == " " + Self.sentence(count))
        #expect(record.text == record.segments.map(\.text).joined())
        #expect(hearing.windows.allSatisfy { $0.upperBound - $0.lowerBound <= 30 })
    }

    @Test func textBeforeIsContextWhereTheModelWantsIt() throws {
        var speech = Speech()
        speech.say("one two")
        speech.pause(1)
        speech.say("three four")
        speech.pause(1)
        let (_, hearing) = try listen(to: speech)
        let tokenizer = hearing.tokenizer
        let last = try #require(hearing.requests.last)
        #expect(tokenizer.decode(last.context) == " one two")
        let (_, forgetful) = try listen(to: speech) { $0.transcription.conditionOnPreviousText = false }
        #expect(forgetful.requests.allSatisfy { $0.context.isEmpty })
        let (_, primed) = try listen(to: speech) {
            $0.transcription.initialPrompt = "numbers"
            $0.transcription.carryInitialPrompt = true
        }
        #expect(primed.requests.allSatisfy { tokenizer.decode($0.context).hasPrefix(" numbers") })
    }

    /// Beside the confirmed words there is room for half the model's tokens less one.
    @Test func textBeforeMakesRoomButNotWhatIsCarried() throws {
        var speech = Speech()
        for _ in 0..<8 {
            speech.say(Self.sentence(60))
            speech.pause(1)
        }
        let (_, hearing) = try listen(to: speech) {
            $0.transcription.hotwords = "cardinal"
            $0.transcription.initialPrompt = "numbers"
            $0.transcription.carryInitialPrompt = true
        }
        let carried = hearing.tokenizer.encode(" cardinal") + hearing.tokenizer.encode(" numbers")
        var lengths: Set<Int> = []
        for request in hearing.requests {
            let given = request.confirmed.flatMap { $0.marks + $0.tokens }.count
            #expect(request.context.starts(with: carried) && request.context.count + given <= 223)
            lengths.insert(request.context.count + given)
        }
        #expect(lengths.contains(223))
    }

    @Test func theSameSoundGivesTheSameEventsHoweverItIsCut() throws {
        var speech = Speech()
        for _ in 0..<3 {
            speech.say(Self.sentence(9))
            speech.pause(0.9)
        }
        let (whole, _) = try listen(to: speech, chunk: 1_000_000, passSeconds: 0.1)
        for chunk in [1, 511, 512, 513, 16_000] {
            let (record, _) = try listen(to: speech, chunk: chunk, passSeconds: 0.1)
            #expect(
                record.events.filter { if case .summary = $0 { false } else { true } }
                    == whole.events.filter { if case .summary = $0 { false } else { true } })
        }
    }

    @Test(arguments: [0.1, 0.7, 2.5])
    func aStepIsNotShorterThanThePassBefore(passSeconds: Double) throws {
        var speech = Speech()
        speech.say(Self.sentence(80))
        speech.pause(1)
        let (record, hearing) = try listen(to: speech, passSeconds: passSeconds)
        let ends = hearing.windows.map(\.upperBound)
        for (before, after) in zip(ends, ends.dropFirst().dropLast(2)) {
            #expect(after - before >= max(0.5, passSeconds) - 1e-9)
        }
        // What it costs is what it is measured by.
        for pass in record.passes.dropLast(2) { #expect(abs(pass.delay - passSeconds) < 1e-9) }
        let load = try #require(record.passes.last).load
        #expect(load <= 1.3 && load > 0.1)
        #expect(record.text == " " + Self.sentence(80))
    }

    @Test func powerIsTradedForDelay() throws {
        var speech = Speech()
        speech.say(Self.sentence(40))
        speech.pause(1)
        let runs = try [LiveOptions.Power.low, .balanced, .fast].map { power in
            try listen(to: speech) { $0.power = power }.0
        }
        #expect(Set(runs.map(\.text)).count == 1)
        let (passes, delays) = (runs.map { $0.passes.count }, runs.compactMap { $0.summary?.delayMedian })
        #expect(passes[0] * 5 < passes[1] && passes[1] * 2 <= passes[2])
        #expect(delays[0] > delays[1] && delays[1] > delays[2])
    }

    @Test func aPausedSessionHearsNothing() throws {
        var speech = Speech()
        speech.say("one two three")
        speech.pause(1)
        let hearing = try ScriptedHearing(speech.script)
        let half = speech.samples.count / 4
        let record = try listen(
            to: [
                .samples(Array(speech.samples[..<half])), .pause, .samples(speech.samples), .gap(seconds: 10),
                .resume, .samples([Float](repeating: 0, count: 16_000)),
            ], with: hearing)
        #expect(record.states == [.listening, .speech, .listening, .paused, .listening])
        let passed = Double(half + speech.samples.count + 16_000) / 16_000 + 10
        let level = try #require(
            record.events.compactMap { if case .level(let level) = $0 { level.time } else { nil } }.last)
        #expect(abs(level - passed) < 0.1)
        #expect(hearing.windows.allSatisfy { $0.upperBound <= Double(half + 512) / 16_000 })
    }

    @Test func lostSoundIsCountedAndTimesStayThoseOfTheAudio() throws {
        var speech = Speech()
        speech.say("one two three")
        let first = speech.samples
        for lost in [0.1, 20] {
            var later = Speech()
            later.pause(speech.seconds + lost)
            later.say("four five")
            later.pause(1)
            let script = speech.script + later.script
            let hearing = try ScriptedHearing(script)
            let rest = Array(later.samples[Int((speech.seconds + lost) * 16_000)...])
            let record = try listen(
                to: [.samples(first), .overrun(lostSeconds: lost), .samples(rest)], with: hearing)
            #expect(record.text == " one two three four five")
            #expect(record.summary?.overruns == 1)
            #expect(
                record.events.contains {
                    if case .overrun(let overrun) = $0 { overrun.lostSeconds == lost } else { false }
                })
            // A short loss is silence within a segment, a long one ends it.
            #expect(record.segments.count == (lost < 1 ? 1 : 2))
            let four = try #require(record.words.first { $0.text == " four" })
            #expect(abs(four.start - speech.seconds - lost) < 0.05)
        }
    }

    @Test func aDeviceThatIsLostEndsWhatWasSaid() throws {
        var speech = Speech()
        speech.say("one two three")
        let hearing = try ScriptedHearing(speech.script)
        let record = try listen(
            to: [.samples(speech.samples), .device("mic", lost: true), .gap(seconds: 5)], with: hearing)
        let kinds = record.events.compactMap { event -> String? in
            switch event {
            case .segment: "segment"
            case .device(let device): "\(device.name) \(device.isLost)"
            default: nil
            }
        }
        #expect(kinds == ["segment", "mic true"])
        #expect(record.text == " one two three")
    }

    /// Wherever the chunk is that the interruption fills up, and however little speech is told from none.
    @Test(arguments: [1, 2, 65, 300, 511, 512], [0, 100])
    func speechThatGoesOnAtOnceIsHeardFromTheInterruptionOn(rest: Int, minimumSpeech: Int) throws {
        let count = 20 * 512 + rest
        let sound = [Float](repeating: 0.5, count: count)
        for interruption in [[.device("mic", lost: false)], [.pause, .resume]] as [[LiveInput]] {
            let hearing = try ScriptedHearing([])
            _ = try listen(to: [.samples(sound)] + interruption + [.samples(sound)], with: hearing) {
                $0.voiceActivity.minimumSpeech = minimumSpeech
            }
            #expect(hearing.windows.contains { $0.lowerBound == Double(count) / 16_000 })
        }
    }

    @Test func levelsComeTenTimesASecond() throws {
        let hearing = try ScriptedHearing([])
        let loud = (0..<160_000).map { Float($0 % 2 == 0 ? 0.1 : -0.1) }
        let quiet = [Float](repeating: 0, count: 160_000)
        let record = try listen(to: [.samples(quiet), .samples(loud.map { -abs($0) })], with: hearing)
        let levels = record.events.compactMap { if case .level(let level) = $0 { level } else { nil } }
        #expect((190...210).contains(levels.count))
        let (first, last) = (try #require(levels.first), try #require(levels.last))
        #expect(first.rms == -100 && first.peak == -100)
        #expect(abs(last.rms + 20) < 0.01 && abs(last.peak + 20) < 0.01)
    }
}
