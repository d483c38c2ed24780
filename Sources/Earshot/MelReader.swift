import AudioInput
import Spectrogram

/// The mel frames of one recording, from any place on, read as they are needed.
struct MelReader {
    private(set) var stream: MelStream
    /// What is read: the recording, through the filter.
    private(set) var source: any SampleSource
    /// What stopped the input before its end. What came before it is transcribed all the same.
    private(set) var fault: (any Error)?

    private let recording: Recording
    private let filter: (any SampleSource) -> any SampleSource
    private let keepsFrames: Bool
    private let sharing: WorkSharing
    private var chunk: [Float]
    /// The loudest mel band in stretches that were left behind, in log10.
    private var earlierPeak = -Float.infinity

    /// Opens a recording.
    /// - Parameters:
    ///   - bands: mel bands of the model.
    ///   - keepsFrames: false where only the loudness is wanted.
    ///   - sharing: who helps to compute the frames.
    ///   - filter: what the recording is heard through.
    init(
        _ recording: Recording, bands: Int, keepsFrames: Bool = true, sharing: WorkSharing,
        through filter: @escaping (any SampleSource) -> any SampleSource
    ) throws {
        self.recording = recording
        self.filter = filter
        self.keepsFrames = keepsFrames
        self.sharing = sharing
        source = filter(try recording.open())
        stream = MelStream(bands: bands, keepsFrames: keepsFrames, sharing: sharing)
        chunk = [Float](repeating: 0, count: keepsFrames ? 16_000 : 160_000)
    }

    /// The loudest mel band so far, in log10.
    var peak: Float { max(earlierPeak, stream.peak) }

    /// Seconds up to the last sample read.
    var seconds: Double { Double(stream.sampleCount) / Double(MelFormat.sampleRate) }

    /// Goes to a frame. What lies less than a window ahead is read; over more, the recording jumps where it can;
    /// and what lies behind is read anew.
    mutating func go(to frame: Int) {
        do {
            if frame < stream.firstFrame { try startAgain() }
            if frame - stream.framesReady > MelFormat.windowFrames { try jump(to: frame) }
        } catch {
            stop(at: error)
        }
        stream.discard(before: frame)
    }

    /// Reads until a frame is there, or the end.
    mutating func read(until frame: Int) { read(until: frame) { _ in } }

    /// The same; `afterChunk` is told the seconds read so far.
    mutating func read(until frame: Int, afterChunk: (Double) throws -> Void) rethrows {
        while !stream.isFinished, stream.framesReady < frame {
            var count = 0
            do {
                count = try chunk.withUnsafeMutableBufferPointer { try source.read(into: $0) }
            } catch {
                fault = error
            }
            chunk.withUnsafeBufferPointer { stream.append($0.extracting(0..<count)) }
            if count == 0 { stream.finish() }
            try afterChunk(seconds)
        }
    }

    private mutating func jump(to frame: Int) throws {
        let distance = MelStream.firstSample(of: frame) - stream.sampleCount
        let isThere = try source.skip(distance) == distance
        leave(
            for: MelStream(
                bands: stream.bands, keepsFrames: keepsFrames, firstFrame: frame, sharing: sharing))
        if !isThere { stream.finish() }
    }

    private mutating func startAgain() throws {
        guard recording.canReopen else { throw OrderError() }
        source = filter(try recording.open())
        leave(for: MelStream(bands: stream.bands, keepsFrames: keepsFrames, sharing: sharing))
    }

    private mutating func leave(for next: MelStream) {
        earlierPeak = peak
        stream = next
    }

    private mutating func stop(at error: any Error) {
        fault = error
        stream.finish()
    }
}

/// Clips of a pipe that do not come in its order.
struct OrderError: Error, CustomStringConvertible {
    var description: String { "a pipe cannot be read backwards: name its clips in the order of time" }
}
