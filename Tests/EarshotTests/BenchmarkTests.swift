import Earshot
import TestSupport
import Testing

/// What is measured, and what is told of it; never how long anything takes.
@Suite struct BenchmarkTests {
    @Test(arguments: [
        ([5.0], 5.0, 5.0, 0.0), ([3, 1, 2], 2, 1, 1), ([4, 1, 3, 2], 2.5, 1, 1.5),
        ([7, 7, 7, 100], 7, 7, 23.25),
        ([], 0, 0, 0),
    ])
    func medianMinimumAndSpreadOfTheMiddleHalf(
        _ times: [Double], median: Double, minimum: Double, spread: Double
    ) {
        let measurement = Measurement(times)
        #expect(measurement.median == median)
        #expect(measurement.min == minimum)
        #expect(measurement.spread == spread)
    }

    /// Counted by torch in openai-whisper's models of these dimensions.
    @Test(arguments: [
        (SyntheticModel.tiny, 37_184_640), (.base, 71_825_920), (.small, 240_582_912), (.medium, 762_321_920),
        (.largeV3, 1_541_570_560), (.turbo, 806_958_080),
    ])
    func syntheticModelsAreAsLargeAsThePublished(_ size: SyntheticModel, parameters: Int) {
        var count = 0
        size.dimensions.forEachTensor { _, shape in count += shape.reduce(1, *) }
        #expect(count == parameters)
    }

    @Test func aSyntheticModelRuns() throws {
        var benchmark = Benchmark()
        (benchmark.runs, benchmark.warmUps, benchmark.windowTokens) = (1, 0, 2)
        let model = try Model.synthetic(.tiny, threads: 1, precision: .f16)
        let run = try benchmark.run(model)
        #expect((run.threads, run.precision, run.repetitions) == (1, "f16", 1))
        #expect(run.peakMemory > 37_184_640 * 2 / 1024 / 1024, "the weights alone")
        for stage in [run.mel, run.encoder, run.prompt, run.decodeStep] {
            #expect(0 < stage.median && stage.median < run.window.median)
        }
        var report = BenchmarkReport(machine: try .this)
        report.add(run, of: model)
        #expect(report.model?.parameters == 37_184_640)
    }

    @Test(arguments: [0, 446, Int.max]) func moreTokensThanAWindowHoldsAreRefused(_ count: Int) throws {
        var benchmark = Benchmark()
        benchmark.windowTokens = count
        #expect(throws: BenchmarkError.self) { try benchmark.run(embeddedModel()) }
    }

    @Test func aSweepTakesEveryPrecisionAndPowersOfTwoOfManyThreads() {
        let small = Benchmark.sweep(threads: 2, kernels: nil)
        #expect(small.map(\.threads) == [1, 2, 1, 2, 1, 2])
        #expect(Set(small.map(\.precision)) == Set(Precision.allCases))
        let large = Benchmark.sweep(threads: 40, kernels: "portable").filter { $0.precision == .int8 }
        #expect(large.map(\.threads) == [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 40])
        #expect(large.allSatisfy { $0.kernels == "portable" })
    }

    @Test func theDrawingIsWellFormedAndHasABarOfAllStagesForEachRun() throws {
        var benchmark = Benchmark()
        (benchmark.runs, benchmark.warmUps, benchmark.windowTokens) = (1, 0, 1)
        let model = try embeddedModel()
        var report = BenchmarkReport(machine: try .this)
        for _ in 0..<3 { report.add(try benchmark.run(model), of: model) }
        let svg = report.svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(openElements(of: svg) == [])
        #expect(svg.matches(of: /<rect [^>]*><title>/).count == 3 * 4)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func aProfileAccountsForTheWholeWindow() throws {
        var benchmark = Benchmark()
        (benchmark.runs, benchmark.warmUps, benchmark.windowTokens) = (2, 0, 5)
        let profile = try benchmark.profile(embeddedModel())
        let calls = Dictionary(uniqueKeysWithValues: profile.operations.map { ($0.name, $0.calls) })
        #expect(calls["decoder: vocabulary"] == 6, "the prompt's and five tokens'")
        #expect(calls["encoder: first convolution"] == 1)
        #expect(calls["another model's product"] == nil)
        #expect(profile.operations.last?.name == "everything else")
        #expect(profile.operations.reduce(0) { $0 + $1.time }.distance(to: profile.window).magnitude < 0.01)
        #expect(
            profile.operations.contains { $0.gops > 0 } && profile.peakGops > 0 && profile.peakBandwidth > 0)
    }

    @Test func everyLayerIsComparedWithItselfInFullPrecision() throws {
        var benchmark = Benchmark()
        benchmark.windowTokens = 5
        let exact = try embeddedModel(.f32)
        let rounded = try benchmark.accuracy(of: embeddedModel(.int8), against: exact).layers
        #expect(rounded.first?.name == "encoder convolutions" && rounded.last?.name == "logits")
        #expect(rounded.count == 1 + 6 + 1 + 3 + 1)
        #expect(rounded.allSatisfy { $0.cosine > 0.999 && $0.cosine < 1 && $0.largestError > $0.error })
        for layer in try benchmark.accuracy(of: exact, against: exact).layers {
            #expect(layer.largestError == 0, "\(layer.name)")
        }
    }

    @Test(arguments: [Recording.generated(minutes: 2), .samples(noise(seconds: 7)).repeated(minutes: 2)])
    func aLongRunIsCutIntoStretchesWithoutGaps(_ recording: Recording) throws {
        let run = try LongRun(embeddedModel(), recording)
        #expect(run.audioSeconds == 120)
        #expect(run.stretches.first?.start == 0)
        #expect(run.stretches.last?.end == 120)
        #expect(zip(run.stretches, run.stretches.dropFirst()).allSatisfy { $0.end == $1.start })
        #expect(run.stretches.allSatisfy { $0.realTimeFactor > 0 && $0.memory > 0 })
        #expect(run.slowdown > 0)
    }

    @Test func nothingRepeatedIsNothing() throws {
        #expect(try LongRun(embeddedModel(), .samples([]).repeated(minutes: 1)).audioSeconds == 0)
    }
}

/// The elements that are still open at the end; "mismatch" where one is closed that is not open.
private func openElements(of xml: String) -> [String] {
    var open: [String] = []
    for tag in xml.matches(of: /<(\/?)([a-z]+)([^<>]*?)(\/?)>/) {
        if tag.1 == "/" {
            guard open.popLast() == String(tag.2) else { return ["mismatch"] }
        } else if tag.4.isEmpty {
            open.append(String(tag.2))
        }
    }
    return open
}

private func noise(seconds: Int) -> [Float] {
    var state: UInt32 = 1
    return (0..<16_000 * seconds).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 16) / 65_536 - 0.5
    }
}
