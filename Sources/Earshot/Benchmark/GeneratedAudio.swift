import AudioInput

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Sound of any length without a file: tones that come and go like syllables, over soft noise. The same
/// samples every time.
final class GeneratedSource: SampleSource {
    private let count: Int
    private var position = 0
    private var phase = 0
    private static let rate = AudioInput.sampleRate
    /// One period of a sine, so that a phase counts in 1/16000 of it and a frequency is its step.
    private let sine: [Float] = (0..<GeneratedSource.rate).map {
        Float(sin(2 * Double.pi * Double($0) / Double(GeneratedSource.rate)))
    }

    init(seconds: Int) { count = seconds * Self.rate }

    var duration: Double? { Double(count) / Double(Self.rate) }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
        let wanted = min(buffer.count, count - position)
        for index in 0..<wanted { buffer[index] = next() }
        return wanted
    }

    private func next() -> Float {
        defer { position += 1 }
        let syllable = position / (Self.rate / 4)
        let pitch = UInt32(truncatingIfNeeded: syllable).scattered
        phase = (phase + 100 + Int(pitch % 200)) % Self.rate
        // Every sixth syllable is a pause.
        let within = Float(position % (Self.rate / 4)) / Float(Self.rate / 4)
        let loudness = pitch % 6 == 0 ? 0 : within * (1 - within)
        let overtone = phase * (2 + Int(pitch >> 8 % 8)) % Self.rate
        let noise = Float(UInt32(truncatingIfNeeded: position).scattered >> 8) / Float(1 << 24) - 0.5
        return loudness * (sine[phase] + 0.5 * sine[overtone]) + 0.01 * noise
    }
}

/// A recording over and over, opened anew each time.
private final class RepeatedSource: SampleSource {
    private let open: () throws -> any SampleSource
    private var source: any SampleSource
    private var left: Int
    private var isFresh = true

    init(seconds: Int, open: @escaping () throws -> any SampleSource) throws {
        self.open = open
        source = try open()
        left = seconds * AudioInput.sampleRate
        duration = Double(seconds)
    }

    let duration: Double?

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        guard left > 0, !buffer.isEmpty else { return 0 }
        let wanted = buffer.extracting(0..<min(buffer.count, left))
        while true {
            let count = try source.read(into: wanted)
            left -= count
            // A recording without samples would be opened for ever.
            if count > 0 || isFresh {
                isFresh = false
                return count
            }
            source = try open()
            isFresh = true
        }
    }
}

extension Recording {
    /// Sound made up for measuring: tones that come and go like syllables, over soft noise.
    public static func generated(minutes: Int) -> Recording {
        Recording(canReopen: true) { GeneratedSource(seconds: 60 * minutes) }
    }

    /// This recording over and over, until it is so long.
    public func repeated(minutes: Int) -> Recording {
        Recording(canReopen: canReopen) { [open] in try RepeatedSource(seconds: 60 * minutes, open: open) }
    }
}

extension UInt32 {
    /// A hash of the number (Chris Wellons' lowbias32).
    fileprivate var scattered: UInt32 {
        var mixed = self
        mixed ^= mixed >> 16
        mixed = mixed &* 0x7FEB_352D
        mixed ^= mixed >> 15
        mixed = mixed &* 0x846C_A68B
        return mixed ^ mixed >> 16
    }
}
