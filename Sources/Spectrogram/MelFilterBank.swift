#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Triangular filters from 0 to 8000 Hz, evenly spaced on Slaney's mel scale, each of the same area.
///
/// The same numbers as `librosa.filters.mel(sr: 16000, n_fft: 400, n_mels: bands)`, which openai-whisper ships
/// as a file for 80 and 128 bands.
public struct MelFilterBank: Sendable {
    /// One filter: its weights from the first bin that is not zero to the last.
    struct Row: Sendable {
        var firstBin: Int
        var weights: [Float]
    }

    let rows: [Row]

    /// Computes the filters.
    public init(bands: Int) {
        let lowest = Self.mel(ofHertz: 0)
        let highest = Self.mel(ofHertz: Double(MelFormat.sampleRate / 2))
        // Filter i rises from edge i to edge i + 1 and falls to edge i + 2.
        let edges = (0..<(bands + 2)).map { edge in
            Self.hertz(ofMel: lowest + (highest - lowest) * Double(edge) / Double(bands + 1))
        }
        rows = (0..<bands).map { Self.row(lower: edges[$0], peak: edges[$0 + 1], upper: edges[$0 + 2]) }
    }

    /// How many filters there are.
    public var bands: Int { rows.count }

    /// The weight of a frequency bin, 0…200, in a band.
    public subscript(band: Int, bin: Int) -> Float {
        let row = rows[band]
        let index = bin - row.firstBin
        return row.weights.indices.contains(index) ? row.weights[index] : 0
    }

    private static func row(lower: Double, peak: Double, upper: Double) -> Row {
        let hertzPerBin = Double(MelFormat.sampleRate) / Double(MelFormat.fftLength)
        let bins = (0..<MelFormat.binCount).filter {
            lower < Double($0) * hertzPerBin && Double($0) * hertzPerBin < upper
        }
        let weights = bins.map { bin in
            let frequency = Double(bin) * hertzPerBin
            let slope = min((frequency - lower) / (peak - lower), (upper - frequency) / (upper - peak))
            // librosa rounds the triangle to single precision before it scales it.
            return Float(Double(Float(slope)) * (2 / (upper - lower)))
        }
        return Row(firstBin: bins.first ?? 0, weights: weights)
    }

    // Slaney's scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above.
    private static let hertzPerMel = 200.0 / 3
    private static let melOfKilohertz = 1000 / hertzPerMel
    private static let logarithmicStep = log(6.4) / 27

    private static func mel(ofHertz frequency: Double) -> Double {
        frequency < 1000
            ? frequency / hertzPerMel
            : melOfKilohertz + log(frequency / 1000) / logarithmicStep
    }

    private static func hertz(ofMel mel: Double) -> Double {
        mel < melOfKilohertz
            ? mel * hertzPerMel
            : 1000 * exp(logarithmicStep * (mel - melOfKilohertz))
    }
}
