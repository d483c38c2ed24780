import Spectrogram

/// A stretch of a recording.
public struct Clip: Sendable, Equatable {
    /// Start in seconds from the beginning of the recording.
    public var start: Double
    /// End in seconds from the beginning of the recording; nil for the recording's own.
    public var end: Double?

    /// A stretch between these times.
    public init(start: Double, end: Double? = nil) {
        self.start = start
        self.end = end
    }

    /// The clip in mel frames, rounded as the reference rounds; one that ends before it starts has none.
    var frames: Range<Int> {
        let start = Self.frame(start)
        return start..<max(start, end.map(Self.frame) ?? Self.endless)
    }

    /// The samples of these frames.
    var samples: Range<Int> { frames.lowerBound * MelFormat.hop..<frames.upperBound * MelFormat.hop }

    /// More frames than a recording has, a century; few enough for their samples to be counted at any rate.
    private static let endless = 1 << 38

    /// What is no time is the beginning.
    private static func frame(_ seconds: Double) -> Int {
        guard seconds > 0 else { return 0 }
        return Int(min((seconds * 100).rounded(.toNearestOrEven), Double(endless / 2)))
    }
}

/// The clips of a recording on the way through it, in mel frames.
///
/// ref: openai-whisper `transcribe.py`, `seek_clips` and the head of the loop over `seek`.
struct ClipProgression {
    /// All clips; the whole recording is one.
    let clips: [Range<Int>]
    private var current = 0
    /// Frames of the clips before the current one.
    private var framesBehind = 0
    /// Where the first clip begins in which nothing of the recording lies.
    private(set) var missing: Int?

    /// The clips wanted; none for the whole recording.
    init(_ clips: [Clip]) { self.init((clips.isEmpty ? [Clip(start: 0)] : clips).map(\.frames)) }

    /// These mel frames.
    init(_ clips: [Range<Int>]) { self.clips = clips }

    /// The next window from `seek` on.
    ///
    /// Deviation: a clip that reaches behind the end of the recording ends there; the reference does not end.
    /// - Parameters:
    ///   - seek: the frame that was reached; set to where the window starts.
    ///   - framesReady: frames of audio in the window at a frame; 0 behind the end.
    /// - Returns: frames in the window; 0 when all clips are done.
    mutating func nextWindow(from seek: inout Int, framesReady: (Int) -> Int) -> Int {
        while current < clips.count {
            let clip = clips[current]
            seek = max(seek, clip.lowerBound)
            let frames = seek < clip.upperBound ? min(framesReady(seek), clip.upperBound - seek) : 0
            if frames > 0 { return frames }
            if seek == clip.lowerBound, seek > 0, !clip.isEmpty { missing = missing ?? seek }
            framesBehind += seek - clip.lowerBound
            current += 1
            if current < clips.count { seek = clips[current].lowerBound }
        }
        return 0
    }

    /// Seconds of the clips that lie behind `seek`.
    func secondsDone(at seek: Int) -> Double {
        let begun = current < clips.count ? max(0, seek - clips[current].lowerBound) : 0
        return Double(framesBehind + begun) / 100
    }

    /// Seconds of the clips in a recording of this length; nil where neither they nor the recording tell.
    func seconds(of duration: Double?) -> Double? {
        guard let end = duration ?? clips.map(\.upperBound).max().map({ Double($0) / 100 }), end < 1e9 else {
            return nil
        }
        return clips.reduce(0) { sum, clip in
            sum + max(0, min(Double(clip.upperBound) / 100, end) - Double(clip.lowerBound) / 100)
        }
    }
}

extension [Clip] {
    /// The clips between pairs of moments, in seconds; the last one ends with the recording where its end is
    /// missing (`clip_timestamps` of openai-whisper).
    public init(_ moments: [Double]) {
        self = stride(from: 0, to: moments.count, by: 2).map { index in
            Clip(start: moments[index], end: index + 1 < moments.count ? moments[index + 1] : nil)
        }
    }
}
