/// A recording, decoded block by block to mono at 16 kHz.
///
/// The channels are averaged. A recording that is at 16 kHz already keeps its samples bit for bit (an integer
/// sample is divided by its full scale); others go through libsoxr. Floating-point samples beyond ±1 are
/// kept: clipping would distort what is only loud. What is no number at all is read as silence.
public final class AudioReader: SampleSource {
    /// Seconds of audio, where the container tells.
    public let duration: Double?
    /// The recording's own form and what becomes of it: "44100 Hz, 2 channels, FLAC → 16000 Hz mono".
    public let summary: String
    /// What is wrong with the recording without keeping it from being read; complete once all is read.
    public var warnings: [String] { earlierWarnings + decoder.warnings }

    private var decoder: SoundFile
    private var earlierWarnings: [String] = []
    private var resampler: Resampler?
    private let block: UnsafeMutableBufferPointer<Float>  // [frames, channels], then [frames] once averaged
    private var mono: Range<Int> = 0..<0  // the part of `block` that is not used yet
    private var decoderEnded = false
    private var position = 0  // of the next sample to be delivered
    private var failure: (any Error)?

    /// One block, in samples of all channels; small, so that a live stream is not held up.
    private static let blockSize = 8192

    init(_ decoder: SoundFile) throws {
        try checkRate(decoder.rate, name: decoder.name)
        self.decoder = decoder
        let isAtRate = decoder.rate == AudioInput.sampleRate
        resampler = isAtRate ? nil : try Resampler(from: decoder.rate, name: decoder.name)
        block = .allocate(capacity: max(Self.blockSize, decoder.channels))
        duration = decoder.duration
        let channels = decoder.channels == 1 ? "mono" : "\(decoder.channels) channels"
        let from = "\(decoder.rate) Hz, \(channels), \(decoder.format)"
        summary = isAtRate && decoder.channels == 1 ? from : "\(from) → \(AudioInput.sampleRate) Hz mono"
    }

    deinit { block.deallocate() }

    /// Reads the next samples, decoding as much as they need.
    public func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
            if mono.isEmpty && !decoderEnded { decodeBlock(for: rest.count) }
            let made = try resampler.map { try resample(with: $0, into: rest) } ?? copy(into: rest)
            filled += made
            if made == 0 && mono.isEmpty && decoderEnded { break }
        }
        if filled == 0, !buffer.isEmpty, let failure { throw failure }
        position += filled
        return filled
    }

    /// Passes over samples; files that libsndfile reads are entered anew there, unless it cannot tell where that is.
    public func skip(_ count: Int) throws -> Int {
        let (begin, target) = (position, position + count)
        if let entry = try enter(near: target) { position = entry }
        _ = try skipReading(target - position)
        return position - begin
    }

    /// Has the decoder go on near a sample, not behind it.
    /// - Returns: the sample it goes on with; nil where it stayed where it was.
    private func enter(near target: Int) throws -> Int? {
        // The resampler begins where both rates have a sample, and early enough to know what was before.
        let divisor = greatestCommonDivisor(decoder.rate, AudioInput.sampleRate)
        let step = AudioInput.sampleRate / divisor
        let lead = resampler == nil ? 0 : AudioInput.sampleRate / 4
        let entry = max(0, target - lead) / step * step
        guard entry > position, try decoder.seek(to: Int64(entry / step * (decoder.rate / divisor))) else {
            return nil
        }
        mono = 0..<0
        if resampler != nil { resampler = try Resampler(from: decoder.rate, name: decoder.name) }
        return entry
    }

    /// Decodes about as many frames as `wanted` samples need, and no more than a block.
    private func decodeBlock(for wanted: Int) {
        guard let samples = block.baseAddress else { return }
        let wantedTime = min(wanted, Self.blockSize) * decoder.rate
        let needed = (wantedTime + AudioInput.sampleRate - 1) / AudioInput.sampleRate
        do {
            let frames = try decoder.read(min(needed, block.count / decoder.channels), into: samples)
            if frames == 0 { try goOn() }
            mono = 0..<frames
            if silenceWhatIsNoNumber(samples, count: frames * decoder.channels) {
                decoder.warn("holds samples that are no numbers; they are read as silence")
            }
            averageChannels(samples, frames: frames, channels: decoder.channels)
        } catch {
            failure = error
            decoderEnded = true
        }
    }

    /// Turns to a file that was appended to the one that ended, or ends.
    private func goOn() throws {
        if let next = try decoder.successor() {
            earlierWarnings += decoder.warnings
            decoder = next
        } else {
            decoderEnded = true
        }
    }

    private func copy(into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
        let count = min(mono.count, buffer.count)
        _ = buffer.update(fromContentsOf: block[mono.prefix(count)])
        mono.removeFirst(count)
        return count
    }

    private func resample(
        with resampler: Resampler, into buffer: UnsafeMutableBufferPointer<Float>
    ) throws -> Int {
        let input = decoderEnded && mono.isEmpty ? nil : UnsafeBufferPointer(rebasing: block[mono])
        let (used, made) = try resampler.process(input, into: buffer, name: decoder.name)
        mono.removeFirst(used)
        return made
    }
}

private func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
    other == 0 ? one : greatestCommonDivisor(other, one % other)
}

/// No recording means anything this far beyond full scale, and its square would not be a number for long.
private let largestSample: Float = 65_536

/// Zeroes NaN, infinities and the absurdly large.
/// - Returns: whether there were any.
private func silenceWhatIsNoNumber(_ samples: UnsafeMutablePointer<Float>, count: Int) -> Bool {
    func isNoNumber(_ sample: Float) -> Bool { !(sample.magnitude <= largestSample) }
    var found: UInt32 = 0
    for index in 0..<count { found &+= isNoNumber(samples[index]) ? 1 : 0 }
    if found == 0 { return false }
    for index in 0..<count where isNoNumber(samples[index]) { samples[index] = 0 }
    return true
}

/// Averages `[frames, channels]` to `[frames]`, in place.
private func averageChannels(_ samples: UnsafeMutablePointer<Float>, frames: Int, channels: Int) {
    guard channels > 1 else { return }
    let scale = Float(channels)
    for frame in 0..<frames {
        var sum: Float = 0
        for channel in 0..<channels { sum += samples[frame &* channels &+ channel] }
        samples[frame] = sum / scale
    }
}
