import Spectrogram
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct PowerSpectrumTests {
    /// The definition, in double precision, one lane.
    private func naivePower(_ samples: [SIMD4<Float>], lane: Int) -> [Double] {
        (0...200).map { k in
            var real = 0.0
            var imaginary = 0.0
            for n in 0..<400 {
                let angle = 2 * Double.pi * Double(k * n % 400) / 400
                real += Double(samples[n][lane]) * cos(angle)
                imaginary -= Double(samples[n][lane]) * sin(angle)
            }
            return real * real + imaginary * imaginary
        }
    }

    private func power(_ samples: [SIMD4<Float>]) -> [SIMD4<Float>] {
        var power = [SIMD4<Float>](repeating: .init(repeating: .nan), count: 201)
        PowerSpectrum().transform(samples, into: &power)
        return power
    }

    @Test func equalsTheDefinitionOnNoise() {
        let noise = TestAudio.noise(1600)
        let samples = (0..<400).map { n in SIMD4<Float>((0..<4).map { noise[400 * $0 + n] }) }
        let power = power(samples)
        for lane in 0..<4 {
            let expected = naivePower(samples, lane: lane)
            let strongest = expected.max() ?? 0
            for k in 0...200 {
                #expect(
                    abs(Double(power[k][lane]) - expected[k]) < 1e-6 * strongest, "bin \(k), lane \(lane)")
            }
        }
    }

    /// Each lane holds a pure tone: all of its power is in one bin, and next to none leaks anywhere else,
    /// mirror image included.
    @Test(arguments: Array(stride(from: 0, through: 196, by: 4)))
    func separatesPureTones(first: Int) {
        let samples = (0..<400).map { n in
            SIMD4<Float>((0..<4).map { Float(cos(2 * Double.pi * Double((first + $0) * n % 400) / 400)) })
        }
        let power = power(samples)
        for lane in 0..<4 {
            let tone = first + lane
            let expected: Float = tone == 0 ? 160_000 : 40_000
            #expect(abs(power[tone][lane] - expected) < 1e-5 * expected)
            let leak = power.indices.filter { $0 != tone }.map { power[$0][lane] }.max() ?? .infinity
            #expect(leak < 1e-12 * expected, "bin \(tone)")
        }
    }
}

@Suite struct LogarithmTests {
    @Test func agreesWithTheSystemsLogarithm() {
        // Every 4001st single-precision number from 1e-10 to 1e10.
        var greatest = 0.0
        for bits in stride(from: Float(1e-10).bitPattern, to: Float(1e10).bitPattern, by: 4 * 4001) {
            let numbers = SIMD4<Float>((0..<4).map { Float(bitPattern: bits + $0 * 4001) })
            let logarithms = commonLogarithm(numbers)
            for lane in 0..<4 {
                let difference = abs(Double(logarithms[lane]) - log10(Double(numbers[lane])))
                greatest = max(greatest, difference)
            }
        }
        #expect(greatest < 6e-7)
    }

    @Test func isExactAtOneAndAtTheFloor() {
        let logarithms = commonLogarithm(SIMD4(1, 1e-10, 10, 1000))
        #expect(logarithms == SIMD4(0, -10, 1, 3))
    }
}
