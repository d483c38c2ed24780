import AudioInput
import Spectrogram

/// The log-mel windows of one recording, read as they are needed. Holds one window, whatever the length.
///
/// The reference floors a window at 8 below the loudest mel band of the whole recording (in log10).
/// A regular file that is longer than a window is therefore read twice, first for its peak; from a
/// pipe, which cannot be, the peak is the loudest so far.
///
/// Deviation: where only clips of a long file are wanted, they alone are read, and it is their peak.
struct WindowReader {
    private var reader: MelReader
    private let windowFrames: Int
    private let canReopen: Bool
    /// Of the whole recording, where it was measured ahead.
    private var measuredPeak: Float?

    /// - Parameters:
    ///   - input: the recording.
    ///   - clips: what is wanted of it, in mel frames.
    ///   - bands: mel bands of the model.
    ///   - windowFrames: mel frames of a window, 3000.
    ///   - sharing: who helps to compute the frames.
    ///   - filter: what the recording is heard through.
    ///   - whileMeasuring: called now and then with the seconds measured; may throw to stop.
    init(
        _ input: Recording, clips: [Range<Int>], bands: Int, windowFrames: Int, sharing: WorkSharing,
        through filter: @escaping (any SampleSource) -> any SampleSource = { $0 },
        whileMeasuring: (Double) throws -> Void
    ) throws {
        reader = try MelReader(input, bands: bands, sharing: sharing, through: filter)
        self.windowFrames = windowFrames
        canReopen = input.canReopen
        _ = frames(at: clips.first?.lowerBound ?? 0)
        if !reader.stream.isFinished, input.canReopen {
            var meter = try MelReader(
                input, bands: bands, keepsFrames: false, sharing: sharing, through: filter)
            measuredPeak = try Self.peak(of: clips, in: &meter, whileMeasuring)
        }
    }

    /// What stopped the input before its end.
    var fault: (any Error)? { reader.fault }

    /// Seconds of audio, where the container tells.
    var duration: Double? {
        reader.stream.isFinished && speech == nil ? reader.seconds : reader.source.duration
    }

    /// The speech that is read, where silence is left out.
    var speech: VoicedSource? { reader.source as? VoicedSource }

    /// Where the first clip begins, in seconds, that lies behind the end of a recording of which speech alone was read.
    var missingClip: Double? {
        (speech?.source as? ClippedSource)?.missing.map { Double($0) / Double(MelFormat.sampleRate) }
    }

    /// What was odd about the input so far.
    var warnings: [String] { recording?.warnings ?? [] }

    /// The recording's own form and what becomes of it.
    var summary: String? { recording?.summary }

    private var recording: AudioReader? {
        let heard = speech?.source ?? reader.source
        return (heard as? any RecordingFilter)?.recording as? AudioReader ?? heard as? AudioReader
    }

    /// Mel frames of audio in the window at `seek`; 0 behind the end, and where the recording cannot go back to.
    mutating func frames(at seek: Int) -> Int {
        reader.go(to: seek)
        return framesRead(at: seek)
    }

    /// Mel frames of audio in a window that is only looked at, before others are transcribed: a pipe keeps those.
    mutating func frames(lookingAt seek: Int) -> Int {
        if canReopen { reader.go(to: seek) }
        return framesRead(at: seek)
    }

    private mutating func framesRead(at seek: Int) -> Int {
        guard seek >= reader.stream.firstFrame else { return 0 }
        reader.read(until: seek + windowFrames)
        return max(0, min(windowFrames, reader.stream.framesReady - seek))
    }

    /// Reads a pipe on, as far as is needed, up to ten windows behind the one at `seek`, which can be returned to. A file
    /// that is longer than a window was measured to its end, and need not be.
    mutating func readAhead(of seek: Int, while isNeeded: () -> Bool) {
        guard !canReopen else { return }
        for count in 1...Self.mostWindowsAhead where isNeeded() && !reader.stream.isFinished {
            reader.read(until: seek + (count + 1) * windowFrames)
        }
    }

    /// The frame up to which that goes, where the recording goes on behind it; nil for one that is entered anywhere.
    func limitAhead(of seek: Int) -> Int? {
        canReopen || reader.stream.isFinished ? nil : seek + (Self.mostWindowsAhead + 1) * windowFrames
    }

    /// Five minutes: 15 MB of frames at most.
    private static let mostWindowsAhead = 10

    /// Mel frames of the whole recording, if it is known to end after looking ahead to `frame`. The look goes
    /// no further than a window behind the one at `seek`, so that memory stays bounded.
    mutating func end(lookingTo frame: Int, from seek: Int) -> Int? {
        reader.read(until: min(frame, seek + 2 * windowFrames))
        return reader.stream.isFinished ? reader.stream.framesReady : nil
    }

    /// Copies a window, `[bands, windowFrames]` row-major.
    /// - Parameters:
    ///   - seek: its first mel frame; `frames(at:)` has been asked for it.
    ///   - frames: how many of its frames to show; what lies behind is as past the end.
    ///   - pastEnd: what stands behind the end of the audio.
    ///   - mel: where it goes.
    func copyWindow(
        at seek: Int, frames: Int = .max, pastEnd: MelStream.PastEnd, into mel: UnsafeMutablePointer<Float>
    ) {
        reader.stream.copyWindow(
            from: seek, count: windowFrames, showing: frames, peak: measuredPeak ?? reader.peak,
            pastEnd: pastEnd, into: mel)
    }

    /// The loudest mel band of the clips, in log10. A fault ends it where the real pass will meet it again.
    private static func peak(
        of clips: [Range<Int>], in reader: inout MelReader, _ whileMeasuring: (Double) throws -> Void
    ) throws -> Float {
        for clip in clips {
            reader.go(to: clip.lowerBound)
            try reader.read(until: clip.upperBound, afterChunk: whileMeasuring)
        }
        return reader.peak
    }
}
