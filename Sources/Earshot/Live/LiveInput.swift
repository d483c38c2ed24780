/// What a live source gives, in the order in which it happens.
public enum LiveInput: Sendable {
    /// Sound: mono, 16 kHz, −1…1, any number of samples.
    case samples([Float])
    /// So many seconds passed of which there is no sound, because nobody listened: what was said before is
    /// finished, and the clock goes on.
    case gap(seconds: Double)
    /// So many seconds of sound were lost on the way.
    case overrun(lostSeconds: Double)
    /// A device was opened, or was lost: what was said before is finished.
    case device(String, lost: Bool)
    /// Nothing is to be heard from here on; the clock goes on.
    case pause
    /// All is to be heard again.
    case resume
}
