/// The log-mel features of a recording that arrives in pieces and is never held whole.
///
/// The frames are those of openai-whisper's `log_mel_spectrogram(audio, padding=480000)`, to the bit the same
/// however the samples were cut into pieces. What the reference can only know at the end, the peak that all
/// frames are normalised by, is left to the reader: a first pass over a file with `keepsFrames: false` finds
/// it; a live stream takes the peak so far.
///
/// ```
/// stream.append(samples)                      // as often as there are some
/// stream.finish()
/// stream.copyWindow(from: seek, count: 3000, peak: stream.peak, pastEnd: .zeros, into: features)
/// stream.discard(before: seek)
/// ```
public final class MelStream {
    /// What a window shows after the last frame.
    public enum PastEnd: Sendable {
        /// The number 0, which is the middle of the scale: what `transcribe()` pads its last window with.
        case zeros
        /// The frames of the silence that follows: what language detection sees.
        case silence
    }

    /// Mel bands of a frame.
    public let bands: Int
    /// Samples appended so far, counted from the beginning of the recording.
    public private(set) var sampleCount: Int
    /// Whether the end of the audio has been announced.
    public private(set) var isFinished = false

    private var analyzers: [FrameAnalyzer]  // one a share, once it was needed
    private let sharing: WorkSharing
    private let frames: FrameRing
    private let keepsFrames: Bool

    /// Samples that later frames still need; the first one is where the next frame starts.
    private let pending: Block<Float>
    private var pendingCount: Int
    /// Whether the first samples have been mirrored to before the beginning, where they are the recording's first.
    private var isReflected: Bool

    /// Frames after the last that `framesReady` counts and that still reach back into the audio.
    private static let trailingFrames = 3
    /// Fewer are computed sooner than others are asked to help.
    private static let framesWorthSharing = 32

    /// A stream without samples.
    ///
    /// - Parameters:
    ///   - bands: 80 or 128 for the published models.
    ///   - keepsFrames: `false` where only the peak is wanted; there is then no window to copy.
    ///   - firstFrame: the frame to begin with, where a recording is entered behind its beginning. Its samples
    ///     are to be appended from `firstSample(of: firstFrame)` on.
    ///   - sharing: who helps where many samples come at once. Frames are the same whoever computes them.
    public init(bands: Int, keepsFrames: Bool = true, firstFrame: Int = 0, sharing: WorkSharing = .none) {
        self.bands = bands
        self.sharing = sharing
        analyzers = [FrameAnalyzer(bands: bands)]
        frames = FrameRing(bands: bands)
        self.keepsFrames = keepsFrames
        // The samples of a hundred frames, where they are shared out; of some groups otherwise.
        pending = Block(repeating: 0, count: sharing.most > 1 ? 16384 : 4096)
        sampleCount = Self.firstSample(of: firstFrame)
        isReflected = sampleCount > 0
        pendingCount = isReflected ? 0 : MelFormat.reach
        if isReflected { frames.skip(firstFrame) }
    }

    /// The first sample that a frame is computed from; 0 where it reaches back to before the beginning, and all
    /// frames from there on are computed.
    public static func firstSample(of frame: Int) -> Int { max(0, frame * MelFormat.hop - MelFormat.reach) }

    /// Frames that can be read so far, discarded ones included. After `finish()`: all samples / 160.
    public var framesReady: Int { isFinished ? sampleCount / MelFormat.hop : frames.end }

    /// The oldest frame that is kept.
    public var firstFrame: Int { frames.start }

    /// Frames there is memory for. Grows only when the frames that were not discarded fill it.
    public var capacity: Int { frames.capacity }

    /// The greatest log10 mel energy so far, at least −10; once finished, of the silence that follows too.
    public var peak: Float { analyzers.reduce(-.infinity) { max($0, $1.peak) } }

    /// Takes more samples, mono, 16 kHz, −1…1, any number of them, and computes every frame they complete.
    public func append(_ samples: UnsafeBufferPointer<Float>) {
        precondition(!isFinished, "samples after the end of the stream")
        sampleCount += samples.count
        feed(samples)
    }

    /// Announces the end of the audio. The reference appends 30 s of zeros; beyond the few frames computed
    /// here, theirs are all the same.
    public func finish() {
        guard !isFinished else { return }
        let zeros = [Float](
            repeating: 0, count: (Self.trailingFrames - 1) * MelFormat.hop + MelFormat.reach)
        zeros.withUnsafeBufferPointer(feed)
        isFinished = true
    }

    /// Copies frames, normalised: max(energy, peak − 8), plus 4, over 4.
    ///
    /// - Parameters:
    ///   - frame: the first frame, absolute; not one that was discarded.
    ///   - count: how many.
    ///   - shown: how many of them to show; what lies behind is as past the end.
    ///   - peak: what to normalise by.
    ///   - pastEnd: what to show from `framesReady` on.
    ///   - features: [bands, count] row-major.
    public func copyWindow(
        from frame: Int, count: Int, showing shown: Int = .max, peak: Float, pastEnd: PastEnd,
        into features: UnsafeMutablePointer<Float>
    ) {
        precondition(frame >= firstFrame, "a window of frames that were discarded or never kept")
        let normalization = Normalization(peak: peak)
        let end =
            switch pastEnd {
            case .zeros: framesReady
            case .silence: frames.end
            }
        let present = frame..<max(frame, min(frame + min(count, shown), end))
        let absent =
            switch pastEnd {
            case .zeros: Float(0)
            case .silence: normalization(FrameAnalyzer.silence)
            }
        for band in 0..<bands {
            var row = features + band * count
            frames.withPieces(of: present, band: band) { piece, count in
                normalization.apply(piece, count: count, into: row)
                row += count
            }
            row.update(repeating: absent, count: count - present.count)
        }
    }

    /// Frees the frames before `frame`, absolute.
    public func discard(before frame: Int) {
        frames.discard(before: frame)
    }

    /// Works through the samples in pieces that fit into `pending`.
    private func feed(_ samples: UnsafeBufferPointer<Float>) {
        guard var next = samples.baseAddress else { return }
        var left = samples.count
        while left > 0 {
            let count = min(left, pending.count - pendingCount)
            (pending.start + pendingCount).update(from: next, count: count)
            pendingCount += count
            next += count
            left -= count
            // While more samples wait, only full groups of frames: the others are worth waiting for.
            computeFrames(inGroupsOf: left > 0 ? FrameAnalyzer.width : 1)
        }
    }

    /// Computes the frames whose samples are all there, as many of them as make whole groups of that size, and moves
    /// what later ones need to the front.
    private func computeFrames(inGroupsOf size: Int) {
        guard reflectBeginning() else { return }
        let ready = max(0, (pendingCount - MelFormat.fftLength + MelFormat.hop) / MelFormat.hop)
        let count = ready / size * size
        guard count > 0 else { return }
        if keepsFrames { frames.reserve(count) }
        let groups = (count + FrameAnalyzer.width - 1) / FrameAnalyzer.width
        let shares = count < Self.framesWorthSharing ? 1 : sharing.most
        while analyzers.count < shares { analyzers.append(FrameAnalyzer(bands: bands)) }
        sharing.run(shares) { share in
            for group in share * groups / shares..<(share + 1) * groups / shares {
                compute(group, of: count, analyzers[share])
            }
        }
        keepsFrames ? frames.extend(by: count) : frames.skip(count)
        pendingCount -= count * MelFormat.hop
        pending.start.update(from: pending.start + count * MelFormat.hop, count: pendingCount)
    }

    /// Computes one group of the next `count` frames.
    private func compute(_ group: Int, of count: Int, _ analyzer: FrameAnalyzer) {
        let first = group * FrameAnalyzer.width
        let width = min(FrameAnalyzer.width, count - first)
        analyzer.analyze(pending.start + first * MelFormat.hop, frames: width)
        if keepsFrames { frames.put(analyzer.energies, count: width, at: frames.end + first) }
    }

    /// Mirrors the first samples around sample 0 as soon as there are enough of them.
    private func reflectBeginning() -> Bool {
        let reach = MelFormat.reach
        if !isReflected && pendingCount > 2 * reach {
            for distance in 1...reach { pending.start[reach - distance] = pending.start[reach + distance] }
            isReflected = true
        }
        return isReflected
    }
}
