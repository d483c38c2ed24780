import AudioInput
import VoiceActivity

/// The speech of a recording without the silence between: what a recording is transcribed through when voice
/// activity is asked for. It holds no more than what it cannot decide on yet, a few seconds, or as much as the
/// longest speech where that is limited.
package final class VoicedSource: SampleSource {
    /// The whole recording.
    package let source: any SampleSource
    /// Where the samples that were read lie in it.
    package var map = TimeMap()
    /// Where in it there is a voice.
    package var runs = VoicedRuns()
    /// Voices too short to be speech, which are not among the samples.
    package var tooShort: [Range<Int>] = []

    /// Samples of the recording that were heard.
    package private(set) var position = 0

    private let track: SpeechTrack
    private var segmenter: SpeechSegmenter
    private let whileListening: (Double) throws -> Void

    private var held: [Float] = []
    private var heldStart = 0  // place of the first sample that is held
    private var cursor = 0  // every sample before was read or left out
    private var isSpeech = false  // at the cursor
    private var turns: [Int] = []  // where, from the cursor on, speech starts and ends, in turn
    private var clips: ArraySlice<Range<Int>>  // those that do not end before the cursor
    private var lastEnd: Int?  // of what was read
    private var silence = 0  // samples that stand before the next stretch
    private var chunkCount = 0  // chunks that were heard
    private var isFinished = false
    private var failure: (any Error)?
    private var chunk = [Float](repeating: 0, count: 4096)

    /// Silence between two stretches, in samples. ref: whisper.cpp `whisper_vad`, 0.1 s.
    private static let gap = 1600

    /// - Parameters:
    ///   - track: where in the recording somebody speaks, as far as that is known already.
    ///   - options: the track's.
    ///   - clips: where speech is wanted, in samples and in the order of time: what is kept around it is not taken from
    ///     outside of them. Nil for everywhere.
    ///   - whileListening: called now and then with the seconds heard; may throw to stop.
    package init(
        _ source: any SampleSource, _ track: SpeechTrack, _ options: VoiceActivityOptions,
        within clips: [Range<Int>]? = nil, whileListening: @escaping (Double) throws -> Void
    ) {
        self.source = source
        self.track = track
        segmenter = SpeechSegmenter(options)
        self.clips = (clips ?? [0..<Int.max])[...]
        self.whileListening = whileListening
    }

    /// Seconds of the recording, silence and all.
    package var duration: Double? {
        isFinished ? Double(position) / Double(AudioInput.sampleRate) : source.duration
    }

    /// Reads the next samples of speech, listening as far as that needs.
    package func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let made = deliver(into: UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
            filled += made
            if made == 0 {
                if isFinished { break }
                try listen()
            }
        }
        if filled == 0, !buffer.isEmpty, let failure { throw failure }
        return filled
    }

    /// Copies from what is decided; 0 when that is used up.
    private func deliver(into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
        while true {
            if silence > 0 {
                let count = min(silence, buffer.count)
                buffer[..<count].update(repeating: 0)
                map.appendSilence(count: count)
                silence -= count
                return count
            }
            let (isInside, border) = clip()
            let end = min(turns.first ?? segmenter.settled, position, border)
            if cursor < end {
                if isSpeech, isInside {
                    guard needsGap else { return copy(min(end - cursor, buffer.count), into: buffer) }
                    silence = Self.gap
                    lastEnd = cursor
                    continue
                }
                cursor = end
                if end == border { continue }
            }
            guard let turn = turns.first, turn == cursor else { return 0 }
            turns.removeFirst()
            isSpeech.toggle()
        }
    }

    /// Whether the cursor is in a clip, and where that changes.
    private func clip() -> (isInside: Bool, border: Int) {
        clips = clips.drop { $0.upperBound <= cursor }
        guard let clip = clips.first else { return (false, .max) }
        return cursor < clip.lowerBound ? (false, clip.lowerBound) : (true, clip.upperBound)
    }

    /// Whether something was left out between what was read and the cursor.
    private var needsGap: Bool { lastEnd.map { $0 < cursor } ?? false }

    private func copy(_ count: Int, into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
        let start = cursor - heldStart
        _ = buffer.update(fromContentsOf: held[start..<start + count])
        map.append(original: cursor, count: count)
        cursor += count
        lastEnd = cursor
        return count
    }

    /// Reads on in the recording; what stops it before its end is thrown once all before it was read.
    private func listen() throws {
        try whileListening(Double(position) / Double(AudioInput.sampleRate))
        held.removeFirst(cursor - heldStart)
        heldStart = cursor
        var count = 0
        do {
            count = try chunk.withUnsafeMutableBufferPointer { try source.read(into: $0) }
        } catch {
            failure = error
        }
        guard count > 0 else {
            track.finish()
            // The last chunk may not be full.
            takeMarks(before: position + VoiceActivityModel.chunk - 1)
            segmenter.finish(sampleCount: position, take)
            isFinished = true
            return
        }
        held += chunk[..<count]
        chunk.withUnsafeBufferPointer { track.hear($0.extracting(0..<count), at: position) }
        position += count
        takeMarks(before: position)
    }

    /// Takes what was heard of the chunks before `end`.
    private func takeMarks(before end: Int) {
        while (chunkCount + 1) * VoiceActivityModel.chunk <= end, let mark = track.mark(ofChunk: chunkCount) {
            let start = chunkCount * VoiceActivityModel.chunk
            chunkCount += 1
            runs.append(
                start..<start + VoiceActivityModel.chunk, isSpeech: mark == .speech,
                isSilence: mark == .silence)
            segmenter.append(isSpeech: mark == .speech, isSilence: mark == .silence, take)
        }
    }

    private func take(_ event: SpeechSegmenter.Event) {
        switch event {
        case .starts(let place), .ends(let place): turns.append(place)
        case .tooShort(let range): tooShort.append(range)
        }
    }
}
