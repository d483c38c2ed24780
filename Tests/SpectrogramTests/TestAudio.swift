import Spectrogram
import TestSupport

/// The recordings that `make_goldens.py` takes its features from, made again here.
enum TestAudio {
    /// Full-scale white noise from an integer generator.
    static func noise(_ count: Int) -> [Float] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int16(truncatingIfNeeded: state >> 16)) / 32768
        }
    }

    static func click(_ count: Int) -> [Float] {
        (0..<count).map { $0 == count / 2 ? 1 : 0 }
    }

    static func speech() throws -> [Float] {
        try NumpyArray(fixture: "Spectrogram/speech.npy").values.map { $0 / 32768 }
    }

    /// A recording that is not part of the repository.
    static let jfkPath = "\(Fixtures.root)/../shared/audio/jfk.wav"

    /// The 16-bit samples of `jfk.wav`, which are the last thing in the file.
    static func jfk(samples count: Int) throws -> [Float] {
        try Fixtures.bytes("../../../shared/audio/jfk.wav").suffix(2 * count).withUnsafeBytes { bytes in
            (0..<count).map { Float(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) / 32768 }
        }
    }
}

extension MelStream {
    func append(_ samples: some Sequence<Float>) {
        Array(samples).withUnsafeBufferPointer { append($0) }
    }

    /// [bands, count], normalised by the peak so far unless told otherwise.
    func window(from frame: Int = 0, count: Int, peak: Float? = nil, pastEnd: PastEnd = .zeros) -> [Float] {
        // Whatever is not overwritten shows.
        var features = [Float](repeating: .nan, count: bands * count)
        copyWindow(
            from: frame, count: count, peak: peak ?? self.peak, pastEnd: pastEnd, into: &features)
        return features
    }

    /// A stream that has been given all of a recording at once.
    static func finished(_ samples: [Float], bands: Int = 80, keepsFrames: Bool = true) -> MelStream {
        let stream = MelStream(bands: bands, keepsFrames: keepsFrames)
        stream.append(samples)
        stream.finish()
        return stream
    }
}

/// The greatest difference between two lists of numbers; infinite where their lengths differ or one is not a
/// number.
func greatestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { greatest, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(greatest, difference)
    }
}
