import Compute
import Testing

@Suite struct OperationRecorderTests {
    @Test func recordsWhatIsComputedWhileSomebodyAsks() throws {
        let engine = try Engine(threads: 2)
        let weights = LinearWeights(outputs: 40, inputs: 24, precision: .f32) { range, rows in
            rows.update(repeating: 1, count: range.count * 24)
        }
        let scratch = Scratch(engine: engine, maximumRows: 3, maximumInputs: 40)
        let x = [Float](repeating: 1, count: 3 * 24)
        var y = [Float](repeating: 0, count: 3 * 40)
        func compute() {
            engine.linear(
                weights, x, rows: 3, rowStride: 24, norm: nil, into: &y, outStride: 40, epilogue: .store,
                scratch: scratch)
        }
        compute()
        let totals = engine.recorder.record {
            compute()
            compute()
        }
        compute()
        #expect(Array(totals.keys) == [.linear(ObjectIdentifier(weights))])
        let total = try #require(totals.values.first)
        #expect(total.calls == 2)
        #expect(total.arithmetic == 2 * 2 * 3 * 40 * 24)
        #expect(total.bytes == 2 * weights.byteCount)
        #expect(total.time > .zero)
        #expect(engine.recorder.record {}.isEmpty)
    }

    @Test(arguments: Precision.allCases) func theMachineHasPeaks(_ precision: Precision) throws {
        let engine = try Engine(threads: 1)
        #expect(engine.peakArithmetic(precision) > 0)
        #expect(engine.peakBandwidth() > 0)
    }
}
