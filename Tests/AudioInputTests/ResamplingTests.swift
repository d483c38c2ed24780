import AudioInput
import Glibc
import Testing

@Suite("Resampling to 16 kHz")
struct ResamplingTests {
    static let rates = [1000, 8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000, 768_000]

    @Test("n samples become n · 16000 / rate, to the nearest", arguments: rates)
    func length(_ rate: Int) throws {
        for count in [1, 2, 17, rate / 10, rate / 10 + 1, rate / 3] {
            let tone = [Float](repeating: 0.25, count: count)
            let expected = (Double(count) * 16_000 / Double(rate)).rounded()
            let read = try samples(of: .bytes(wave(tone, rate: rate), name: "tone"))
            #expect(read.count == Int(expected), "\(count) samples at \(rate) Hz")
        }
    }

    @Test("A tone comes out as the same tone, in place", arguments: rates.filter { $0 >= 8000 })
    func tone(_ rate: Int) throws {
        let tone = sine(1000, rate: rate, count: rate / 2)
        let read = try samples(of: .bytes(wave(tone, rate: rate), name: "tone"))
        // The ends of the tone are steps, which ring.
        #expect(signalToNoise(read, sine(1000, rate: 16_000, count: read.count), margin: 800) > 110)
    }

    @Test("A tone near the upper edge keeps its level")
    func passBand() throws {
        let read = try samples(
            of: .bytes(wave(sine(7200, rate: 44_100, count: 22_050), rate: 44_100), name: "tone"))
        #expect(signalToNoise(read, sine(7200, rate: 16_000, count: read.count), margin: 800) > 55)
    }

    @Test(
        "What 16 kHz cannot hold is gone, not folded back", arguments: [8800, 9000, 12_000, 15_000, 20_000])
    func aliases(_ frequency: Int) throws {
        let tone = sine(Double(frequency), rate: 44_100, count: 22_050)
        let read = try samples(of: .bytes(wave(tone, rate: 44_100), name: "tone"))
        #expect(level(read[800..<read.count - 800]) < -110)
    }

    private func signalToNoise(_ read: [Float], _ ideal: [Float], margin: Int) -> Double {
        let inside = margin..<ideal.count - margin
        return level(ideal[inside]) - level(ArraySlice(zip(read[inside], ideal[inside]).map { $0 - $1 }))
    }

    /// Root mean square in dB of full scale.
    private func level(_ samples: ArraySlice<Float>) -> Double {
        let power = samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        return 10 * log10(power + 1e-30)
    }
}
