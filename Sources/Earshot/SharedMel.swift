import Compute
import Spectrogram
import Whisper

extension WorkSharing {
    /// Work on the threads of an engine.
    init(_ engine: Engine) { self.init(among: engine.threadCount) { engine.parallel($0, $1) } }
}

extension WhisperModel {
    /// A stream of the features that the model hears.
    func melStream() -> MelStream { MelStream(bands: dimensions.melBands, sharing: WorkSharing(engine)) }
}
