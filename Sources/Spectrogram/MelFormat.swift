/// The shape of the features that every Whisper model was trained on (openai-whisper `audio.py`).
public enum MelFormat {
    /// Samples a second, mono.
    public static let sampleRate = 16_000
    /// Samples under one analysis window, 25 ms; also the length of the Fourier transform.
    public static let fftLength = 400
    /// Samples from one frame to the next, 10 ms.
    public static let hop = 160
    /// Frames the encoder sees at once, 30 s.
    public static let windowFrames = 3000
    /// Samples the encoder sees at once, 30 s.
    public static let windowSamples = 480_000

    /// Frequency bins of a real transform of `fftLength` samples, 0 to 8000 Hz.
    static let binCount = fftLength / 2 + 1
    /// Samples before the centre of a frame.
    static let reach = fftLength / 2
}
