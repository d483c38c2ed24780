/// Where a recording comes from.
///
/// Everything libsndfile reads (WAV in every sample format, FLAC, Ogg Vorbis, Opus, MP3, AIFF, …) is read
/// directly; the rest goes through `ffmpeg` where the machine has one.
public enum AudioInput: Sendable, Hashable {
    /// A file in any container; "-" is standard input.
    ///
    /// Standard input and named pipes may be live: a WAV stream of plain samples is read as it comes,
    /// whatever lengths its header claims. Other containers need seeking, so a pipe that carries one is first
    /// copied to a temporary file.
    case file(String)
    /// Bare samples without a header, from a file or from "-".
    case raw(String, RawFormat)
    /// The bytes of a file that is in memory, and a name for messages; read by libsndfile only.
    case bytes([UInt8], name: String)

    /// The rate, in Hz, of every sample that leaves this module.
    public static let sampleRate = 16_000

    /// What messages call this input.
    public var name: String {
        switch self {
        case .file(let path), .raw(let path, _): path == "-" ? "standard input" : path
        case .bytes(_, let name): name
        }
    }

    /// Whether the input may be opened again and read from the start: a regular file or bytes, not a pipe.
    public var canReopen: Bool {
        switch self {
        case .file(let path), .raw(let path, _): isRegularFile(path)
        case .bytes: true
        }
    }

    /// Opens the recording and reads its header.
    /// - Throws: `AudioError` when it is missing, unreadable, empty, or nothing here can decode it.
    public func open() throws -> AudioReader {
        let decoder: SoundFile
        switch self {
        case .file(let path):
            decoder = try openDecoder(for: openBytes(path, name: name))
        case .raw(let path, let format):
            try format.validate(for: name)
            decoder = try SoundFile(format.samples, from: openBytes(path, name: name))
        case .bytes(let bytes, let name):
            decoder = try openDecoder(for: MemoryBytes(bytes, name: name))
        }
        return try AudioReader(decoder)
    }
}

/// How samples without a header are to be read.
public struct RawFormat: Sendable, Hashable {
    /// How one sample is stored.
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        /// Signed 16-bit integers, little-endian.
        case s16le
        /// 32-bit IEEE floats in −1…1, little-endian.
        case f32le
    }

    /// How one sample is stored.
    public var encoding: Encoding
    /// Frames a second, in Hz.
    public var rate: Int
    /// Samples a frame, interleaved.
    public var channels: Int

    /// A format; checked when the input is opened.
    public init(encoding: Encoding, rate: Int, channels: Int) {
        self.encoding = encoding
        self.rate = rate
        self.channels = channels
    }

    func validate(for name: String) throws {
        try checkRate(rate, name: name)
        guard (1...SoundFile.maximumChannels).contains(channels) else {
            throw AudioError(
                name, "\(channels) channels cannot be read (1 to \(SoundFile.maximumChannels) can)")
        }
    }

    var samples: PlainSamples {
        let encoding: PlainSamples.Encoding =
            switch self.encoding {
            case .s16le: .pcm16
            case .f32le: .float
            }
        return PlainSamples(encoding: encoding, rate: rate, channels: channels, offset: 0, size: nil)
    }
}

/// Rates that can carry speech; outside, a header is broken and the resampler would be asked for the absurd.
let readableRates = 1_000...1_000_000

func checkRate(_ rate: Int, name: String) throws {
    guard readableRates.contains(rate) else {
        throw AudioError(
            name,
            "a sample rate of \(rate) Hz cannot be read "
                + "(\(readableRates.lowerBound) to \(readableRates.upperBound) Hz can)")
    }
}
