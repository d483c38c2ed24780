#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// From samples to raw log-mel energies, four frames at a time.
final class FrameAnalyzer {
    /// Frames analysed together.
    static let width = Lanes.scalarCount
    /// The reference takes no energy below this, so that the logarithm of silence is finite.
    static let leastEnergy: Float = 1e-10
    /// What silence comes out as: −10, by the same arithmetic as every other frame.
    static let silence = commonLogarithm(Lanes(repeating: leastEnergy))[0]

    let bands: Int
    /// log10 of the mel energies of the frames last analysed: [bands], one frame a lane.
    var energies: UnsafePointer<Lanes> { UnsafePointer(logEnergies.start) }
    /// The greatest energy of any frame so far.
    var peak: Float { max(Self.silence, peaks.max()) }

    private let logEnergies: Block<Lanes>
    private var peaks = Lanes(repeating: silence)
    private let spectrum = PowerSpectrum()
    private let window: Block<Float>  // [400]
    private let samples: Block<Lanes>  // [400], windowed
    private let power: Block<Lanes>  // [201]
    /// The filter bank, rows one after the other: [bands] of (first bin, number of bins), and the weights.
    private let spans: Block<(first: Int32, count: Int32)>
    private let weights: Block<Float>

    init(bands: Int) {
        self.bands = bands
        let zero = Lanes(repeating: 0)
        logEnergies = Block(repeating: zero, count: bands)
        // Hann, periodic: the denominator is 400, not 399.
        window = Block(
            (0..<MelFormat.fftLength).map { n in
                Float(0.5 - 0.5 * cos(2 * Double.pi * Double(n) / Double(MelFormat.fftLength)))
            }, fallback: 0)
        samples = Block(repeating: zero, count: MelFormat.fftLength)
        power = Block(repeating: zero, count: MelFormat.binCount)
        let rows = MelFilterBank(bands: bands).rows
        spans = Block(
            rows.map { (Int32($0.firstBin), Int32($0.weights.count)) }, fallback: (first: 0, count: 0))
        weights = Block(rows.flatMap(\.weights), fallback: 0)
    }

    /// Fills `energies` from frames that start every `hop` samples from `start` on.
    ///
    /// - Parameter frames: 1…4. Lanes without a frame of their own repeat the last one, which changes
    ///   nothing in the others, nor the peak.
    func analyze(_ start: UnsafePointer<Float>, frames: Int) {
        let last = frames - 1
        gather(
            start, start + MelFormat.hop * min(1, last), start + MelFormat.hop * min(2, last),
            start + MelFormat.hop * last)
        spectrum.transform(samples.start, into: power.start)
        filter()
    }

    /// Lays the four frames side by side, one a lane, under the window.
    @inline(__always)
    private func gather(
        _ frame0: UnsafePointer<Float>, _ frame1: UnsafePointer<Float>, _ frame2: UnsafePointer<Float>,
        _ frame3: UnsafePointer<Float>
    ) {
        let window = window.start
        let samples = samples.start
        @inline(__always)
        func load(_ frame: UnsafePointer<Float>, _ n: Int, _ window: Lanes) -> Lanes {
            UnsafeRawPointer(frame + n).loadUnaligned(as: Lanes.self) * window
        }
        for n in stride(from: 0, to: MelFormat.fftLength, by: 4) {
            let w = UnsafeRawPointer(window + n).loadUnaligned(as: Lanes.self)
            let a = load(frame0, n, w)
            let b = load(frame1, n, w)
            let c = load(frame2, n, w)
            let d = load(frame3, n, w)
            samples[n] = Lanes(a[0], b[0], c[0], d[0])
            samples[n + 1] = Lanes(a[1], b[1], c[1], d[1])
            samples[n + 2] = Lanes(a[2], b[2], c[2], d[2])
            samples[n + 3] = Lanes(a[3], b[3], c[3], d[3])
        }
    }

    /// Sums the power under each filter and takes the logarithm.
    @inline(__always)
    private func filter() {
        let least = Lanes(repeating: Self.leastEnergy)
        let logEnergies = logEnergies.start
        let spans = spans.start
        var weight = UnsafePointer(weights.start)
        var peaks = peaks
        for band in 0..<bands {
            let bins = power.start + Int(spans[band].first)
            let count = Int(spans[band].count)
            var sum = Lanes(repeating: 0)
            for bin in 0..<count { sum += bins[bin] * weight[bin] }
            weight += count
            let energy = commonLogarithm(greater(sum, least))
            logEnergies[band] = energy
            peaks = greater(peaks, energy)
        }
        self.peaks = peaks
    }
}
