import AudioInput
import VoiceActivity

/// Where in a recording somebody first speaks: it is heard while it is read, until that is known.
final class FirstVoice {
    /// The sample with which a voice begins; nil while there was none.
    private(set) var place: Int?

    private let stream: VoiceActivityStream
    private var detector: SpeechDetector
    private var end: Int  // every sample before was heard or passed over
    private var passed: Int  // samples that were passed over

    /// A voice is heard for an eighth of a second without a pause: a click is none.
    /// - Parameter start: the first sample that counts.
    init(_ model: VoiceActivityModel, from start: Int) {
        (end, passed) = (start, start)
        stream = VoiceActivityStream(model)
        var options = VoiceActivityOptions()
        (options.minimumSpeech, options.minimumSilence) = (100, 100)
        detector = SpeechDetector(options)
    }

    /// Hears what was not heard before of samples from `position` on. What lies before and was not heard was passed
    /// over, and no one will come back to it.
    fileprivate func hear(_ samples: UnsafeBufferPointer<Float>, at position: Int) {
        let known = max(0, end - position)
        guard place == nil, known < samples.count else { return }
        passed += max(0, position - end)
        end = position + samples.count
        stream.append(samples.extracting(known..<samples.count)) { probability in
            guard case .starts(let start) = detector.append(probability), place == nil else { return }
            place = start + passed
        }
    }
}

/// A recording in which the first voice is looked for while it is read, once for however many times.
final class OverheardSource: SampleSource, RecordingFilter {
    let recording: any SampleSource
    private let voice: FirstVoice
    private var position = 0

    init(_ recording: any SampleSource, _ voice: FirstVoice) {
        self.recording = recording
        self.voice = voice
    }

    var duration: Double? { recording.duration }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws -> Int {
        let count = try recording.read(into: buffer)
        voice.hear(UnsafeBufferPointer(buffer.extracting(0..<count)), at: position)
        position += count
        return count
    }

    func skip(_ count: Int) throws -> Int {
        let passed = try recording.skip(count)
        position += passed
        return passed
    }
}
