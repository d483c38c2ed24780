import VoiceActivity

/// Where in a recording somebody speaks, a mark for each 32 ms that was heard. A recording may be read twice, for
/// its loudest place and for its text; it is heard once.
package final class SpeechTrack {
    /// What was heard of a chunk.
    enum Mark: UInt8 {
        case silence, between, speech
    }

    private let stream: VoiceActivityStream
    private let threshold: Double
    private let silenceThreshold: Double
    private var marks: [Mark] = []
    private var isFinished = false

    /// A track of a recording of which nothing was heard yet.
    package init(_ model: VoiceActivityModel, _ options: VoiceActivityOptions) {
        stream = VoiceActivityStream(model)
        threshold = options.threshold
        silenceThreshold = options.silenceThreshold
    }

    /// Hears what was not heard before of samples from `position` on; every sample before that was.
    func hear(_ samples: UnsafeBufferPointer<Float>, at position: Int) {
        let known = stream.sampleCount - position
        guard known < samples.count, !isFinished else { return }
        stream.append(samples.extracting(max(0, known)..<samples.count), mark)
    }

    /// The recording ends; the last chunk may not be full.
    func finish() {
        if !isFinished { stream.finish(mark) }
        isFinished = true
    }

    /// What was heard of a chunk; nil while it was not.
    func mark(ofChunk chunk: Int) -> Mark? { chunk < marks.count ? marks[chunk] : nil }

    private func mark(_ probability: Float) {
        let probability = Double(probability)
        marks.append(
            probability >= threshold ? .speech : probability < silenceThreshold ? .silence : .between)
    }
}
