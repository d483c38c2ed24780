import AudioInput
import Spectrogram

/// The log-mel windows of one recording, read as they are needed. Holds one window, whatever the length.
///
/// The reference floors a window at 8 below the loudest mel band of the whole recording (in log10).
/// A regular file that is longer than a window is therefore read twice, first for its peak; from a
/// pipe, which cannot be, the peak is the loudest so far.
struct WindowReader {
    private let source: any SampleSource
    private let stream: MelStream
    private let windowFrames: Int
    /// Of the whole recording, where it was measured ahead.
    private var measuredPeak: Float?
    private var chunk = [Float](repeating: 0, count: 16_000)
    /// What stopped the input before its end. What came before it is transcribed all the same.
    private(set) var fault: (any Error)?

    /// - Parameters:
    ///   - input: the recording.
    ///   - bands: mel bands of the model.
    ///   - windowFrames: mel frames of a window, 3000.
    ///   - filter: what the recording is heard through.
    ///   - whileMeasuring: called now and then with the seconds measured; may throw to stop.
    init(
        _ input: Recording, bands: Int, windowFrames: Int,
        through filter: (any SampleSource) -> any SampleSource = { $0 },
        whileMeasuring: (Double) throws -> Void
    ) throws {
        source = filter(try input.open())
        stream = MelStream(bands: bands)
        self.windowFrames = windowFrames
        fill(from: 0)
        if !stream.isFinished, input.canReopen {
            measuredPeak = try Self.peak(
                of: filter(input.open()), bands: bands, whileMeasuring: whileMeasuring)
        }
    }

    /// Seconds of audio, where the container tells.
    var duration: Double? { stream.isFinished && speech == nil ? seconds : source.duration }

    /// The speech that is read, where silence is left out.
    var speech: VoicedSource? { source as? VoicedSource }

    /// What was odd about the input so far.
    var warnings: [String] { recording?.warnings ?? [] }

    /// The recording's own form and what becomes of it.
    var summary: String? { recording?.summary }

    private var recording: AudioReader? { (speech?.source ?? source) as? AudioReader }

    /// Seconds read so far.
    private var seconds: Double { Double(stream.sampleCount) / Double(MelFormat.sampleRate) }

    /// Mel frames of audio in the window at `seek`; 0 behind the end.
    mutating func frames(at seek: Int) -> Int {
        stream.discard(before: seek)
        fill(from: seek)
        return max(0, min(windowFrames, stream.framesReady - seek))
    }

    /// Copies a window, `[bands, windowFrames]` row-major.
    /// - Parameters:
    ///   - seek: its first mel frame; `frames(at:)` has been asked for it.
    ///   - pastEnd: what stands behind the end of the audio.
    ///   - mel: where it goes.
    func copyWindow(at seek: Int, pastEnd: MelStream.PastEnd, into mel: UnsafeMutablePointer<Float>) {
        stream.copyWindow(
            from: seek, count: windowFrames, peak: measuredPeak ?? stream.peak, pastEnd: pastEnd, into: mel)
    }

    private mutating func fill(from seek: Int) {
        while !stream.isFinished, stream.framesReady < seek + windowFrames {
            var count = 0
            do {
                count = try chunk.withUnsafeMutableBufferPointer { try source.read(into: $0) }
            } catch {
                fault = error
            }
            chunk.withUnsafeBufferPointer { stream.append($0.extracting(0..<count)) }
            if count == 0 { stream.finish() }
        }
    }

    /// The loudest mel band of a whole recording, in log10. A fault ends it where the real pass will
    /// meet it again.
    private static func peak(
        of source: any SampleSource, bands: Int, whileMeasuring: (Double) throws -> Void
    ) throws -> Float {
        let stream = MelStream(bands: bands, keepsFrames: false)
        var chunk = [Float](repeating: 0, count: 160_000)
        while !stream.isFinished {
            let count = (try? chunk.withUnsafeMutableBufferPointer { try source.read(into: $0) }) ?? 0
            chunk.withUnsafeBufferPointer { stream.append($0.extracting(0..<count)) }
            if count == 0 { stream.finish() }
            try whileMeasuring(Double(stream.sampleCount) / Double(MelFormat.sampleRate))
        }
        return stream.peak
    }
}
