import AudioInput

/// What a recording is heard through.
protocol RecordingFilter {
    /// The recording itself.
    var recording: any SampleSource { get }
}

/// A recording of which only clips are heard: silence stands in place of all else, so that places stay those of the
/// recording, and it ends with the last clip.
///
/// Voice activity is found in this. What lies before a clip is passed over without being decoded where the recording
/// can be entered anywhere.
final class ClippedSource: SampleSource, RecordingFilter {
    /// The whole recording.
    let recording: any SampleSource
    private let clips: [Range<Int>]
    private var position = 0
    private var entered = 0  // samples of the recording that were read or passed over

    /// - Parameter clips: what is heard, in samples and in the order of time.
    init(_ recording: any SampleSource, clips: [Range<Int>]) {
        self.recording = recording
        self.clips = clips
    }

    /// Seconds up to the end of the last clip.
    var duration: Double? {
        let end = clips.last.map { Double($0.upperBound) / Double(AudioInput.sampleRate) } ?? 0
        guard let all = recording.duration else { return end < 1e9 ? end : nil }
        return min(all, end)
    }

    /// Where the first clip begins, in samples, that lies behind the end; once all was read.
    var missing: Int? { clips.first { $0.lowerBound > 0 && $0.lowerBound >= entered }?.lowerBound }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        guard let clip = clips.first(where: { position < $0.upperBound }) else { return 0 }
        let isInside = position >= clip.lowerBound
        if !isInside, entered < clip.lowerBound { entered += try recording.skip(clip.lowerBound - entered) }
        let end = isInside ? clip.upperBound : min(clip.lowerBound, entered)
        let stretch = buffer.extracting(0..<min(buffer.count, max(0, end - position)))
        var count = stretch.count
        if isInside {
            count = try recording.read(into: stretch)
            entered += count
        } else {
            stretch.update(repeating: 0)
        }
        position += count
        return count
    }
}
