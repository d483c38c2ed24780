import AudioInput

/// How raw samples are laid out: encoding, rate and channels.
public typealias SampleFormat = RawFormat

/// Something to transcribe. It is opened when its transcription starts.
public struct Recording: Sendable {
    /// Whether it can be read twice: a long one is measured for its loudness first.
    let canReopen: Bool
    /// Opens it.
    package let open: @Sendable () throws -> any SampleSource

    /// A file in any format libsndfile, or an `ffmpeg` on the PATH, reads; `-` is standard input.
    public static func file(_ path: String) -> Recording { Recording(.file(path)) }

    /// Headerless samples in a file; `-` is standard input.
    public static func raw(_ path: String, _ format: SampleFormat) -> Recording {
        Recording(.raw(path, format))
    }

    /// Mono samples at 16 kHz, in −1…1.
    public static func samples(_ samples: [Float]) -> Recording {
        Recording(canReopen: true) { ArraySource(samples) }
    }

    private init(_ input: AudioInput) {
        self.init(canReopen: input.canReopen) { try input.open() }
    }

    init(canReopen: Bool, open: @escaping @Sendable () throws -> any SampleSource) {
        self.canReopen = canReopen
        self.open = open
    }
}
