import Spectrogram
import TestSupport
import Testing

@Suite struct MelFilterBankTests {
    @Test(arguments: [80, 128])
    func equalsTheFiltersOpenAIShips(bands: Int) throws {
        let golden = try NumpyArray(fixture: "Spectrogram/filters-\(bands).npy")
        var expected = [Float](repeating: 0, count: bands * 201)
        for entry in 0..<golden.shape[0] {
            let position = Int(golden.values[3 * entry]) * 201 + Int(golden.values[3 * entry + 1])
            expected[position] = golden.values[3 * entry + 2]
        }
        let bank = MelFilterBank(bands: bands)
        #expect(bank.bands == bands)
        let computed = (0..<bands).flatMap { band in (0..<201).map { bank[band, $0] } }
        #expect(greatestDifference(computed, expected) < 1e-8)
        #expect(zip(computed, expected).allSatisfy { ($0 == 0) == ($1 == 0) })
    }
}
