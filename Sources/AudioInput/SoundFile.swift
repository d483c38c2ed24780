import CSndFile
import Synchronization

/// libsndfile over any bytes: interleaved float frames at the recording's own rate.
final class SoundFile {
    let name: String
    let rate: Int
    let channels: Int
    /// "FLAC", "WAV", "Opus", …
    let format: String
    /// How many frames the container promises; nil where it does not.
    let frames: Int64?
    private let estimatedFrames: Int64?
    /// Seconds of audio, where the container tells.
    var duration: Double? { estimatedFrames.map(seconds) ?? file.bytes.duration }
    /// What went wrong without stopping the reading.
    var warnings: [String] { ownWarnings + (file.bytes.brokenPromise == nil ? file.bytes.warnings : []) }
    /// What the container lacks at its end, where libsndfile would not notice.
    var shortfall: Shortfall?

    private let handle: OpaquePointer
    private let file: VirtualFile
    private let isSeekable: Bool
    private let frameSize: Int64?
    private let offset: Int64
    private let container: Int
    private var delivered: Int64 = 0
    private var failure: (any Error)?
    private var isEndOfFrame = true
    private var ownWarnings: [String] = []

    /// Why libsndfile will not read a file.
    struct Rejection: Error {
        let reason: String
    }

    /// What libsndfile decodes together with damage is lost with it: MP3 is asked for in samples of this count.
    private static let smallestMPEGFrame = 576

    /// The limit of libsndfile.
    static let maximumChannels = 1024

    /// Samples without a container (or behind a header that is already read).
    init(_ samples: PlainSamples, from bytes: any ByteSource, format: String = "raw") throws {
        bytes.forgetHead()
        let available = bytes.length.map { max($0 - samples.offset, 0) }
        let size = [samples.size, available].compactMap(\.self).min()
        file = VirtualFile(bytes, offset: samples.offset, length: size)
        var info = SF_INFO()
        info.samplerate = Int32(clamping: samples.rate)
        info.channels = Int32(clamping: samples.channels)
        info.format = Int32(SF_FORMAT_RAW | SF_ENDIAN_LITTLE) | samples.encoding.subtype
        do {
            handle = try openHandle(file, &info)
        } catch let rejection as Rejection {
            throw AudioError(bytes.name, rejection.reason)
        }
        name = bytes.name
        rate = samples.rate
        channels = samples.channels
        self.format = format
        frames = (samples.size ?? size).map { $0 / samples.frameSize }
        estimatedFrames = frames
        frameSize = samples.frameSize
        isSeekable = info.seekable != 0
        offset = samples.offset
        container = SF_FORMAT_RAW
    }

    /// A file whose format libsndfile finds out, beginning at `offset`.
    /// - Throws: `Rejection` when it finds none.
    init(detecting bytes: any ByteSource, from offset: Int64 = 0) throws {
        let length = bytes.length.map { $0 - offset }
        let declared = try MPEGLength(bytes, at: offset)
        // Of a file that is shorter than it says, libmpg123 would complain on standard error.
        var file = VirtualFile(bytes, offset: offset, length: length, seeming: declared?.size ?? 0)
        var info = SF_INFO()
        var handle = try openHandle(file, &info)
        // Containers that do not know say 2⁶³−1.
        var frames = info.frames < Int64.max / 2 ? info.frames : nil
        estimatedFrames = frames
        if info.container == SF_FORMAT_MPEG, declared == nil {
            // The smallest frames are a fortieth of the largest: this estimate cannot be too low.
            sf_close(handle)
            file = VirtualFile(bytes, offset: offset, length: length, seeming: 64 * (length ?? 0))
            handle = try openHandle(file, &info)
            frames = nil
        }
        self.file = file
        self.handle = handle
        self.frames = frames
        self.offset = offset
        name = bytes.name
        rate = Int(info.samplerate)
        channels = Int(info.channels)
        format = formatName(info.format)
        container = info.container
        frameSize = nil
        isSeekable = info.seekable != 0
    }

    deinit { sf_close(handle) }

    /// Decodes the next frames into `block`, `[count, channels]`.
    ///
    /// After an error inside a block, the frames before it are returned first; the next call throws.
    /// - Returns: how many frames; 0 at the end.
    func read(_ count: Int, into block: UnsafeMutablePointer<Float>) throws -> Int {
        if let failure { throw failure }
        let count = container == SF_FORMAT_MPEG ? min(count, Self.smallestMPEGFrame) : count
        let read = Int(max(sf_readf_float(handle, block, sf_count_t(count)), 0))
        delivered += Int64(read)
        if read < count { failure = reasonToStop(room: block + read * channels, for: count - read) }
        if read == 0, let failure { throw failure }
        if read == 0 { noteTheEnd() }
        return read
    }

    /// Goes on with this frame.
    /// - Returns: whether it does; false where the container does not tell where the frame is.
    /// - Throws: `AudioError` where neither this frame nor the next can be found.
    func seek(to frame: Int64) throws -> Bool {
        let isFile = isSeekable && file.bytes.length != nil
        guard isFile, let frames, frame <= frames, failure == nil else { return false }
        if sf_seek(handle, sf_count_t(frame), Int32(SF_SEEK_SET)) == frame {
            delivered = frame
            return true
        }
        guard sf_seek(handle, sf_count_t(delivered), Int32(SF_SEEK_SET)) == delivered else {
            throw AudioError(name, "cannot be read on \(position): \(text(sf_strerror(handle)))")
        }
        return false
    }

    /// - Parameters:
    ///   - room: where frames may be decoded to that nobody will see.
    ///   - count: how many.
    private func reasonToStop(room: UnsafeMutablePointer<Float>, for count: Int) -> (any Error)? {
        if let failure = file.failure { return failure }
        if sf_error(handle) != SF_ERR_NO_ERROR {
            let reason = text(sf_strerror(handle))
            // Behind damage these go on, unless it is in the last of all frames.
            let isEnd = isCompressed && file.isRead && sf_readf_float(handle, room, sf_count_t(count)) <= 0
            if !isEnd { return AudioError(name, "is damaged \(position): \(reason)") }
            isEndOfFrame = false
        }
        // A stream ends where its writer stops; in the middle of a FLAC frame, only a damaged one does.
        guard let lack, !file.bytes.isStream || container == SF_FORMAT_FLAC else { return nil }
        return AudioError(name, lack)
    }

    /// Decoders that take a file which ends inside one of their frames for a damaged one.
    private var isCompressed: Bool { container == SF_FORMAT_FLAC || container == SF_FORMAT_MPEG }

    /// What the recording lacks at its end, where everything there is was delivered.
    private var lack: String? {
        let present = seconds(delivered)
        if let promised = file.bytes.brokenPromise ?? frames.map(seconds) {
            // Some writers of MP3 count their header as sound.
            let isNoticeable = promised - present > (container == SF_FORMAT_MPEG ? 0.1 : 0.01)
            if isNoticeable { return Shortfall.text(promised: promised, present: present) }
        }
        if !isEndOfFrame, frames.map({ delivered < $0 }) ?? true {
            return Shortfall.text(endingInside: "frame", present: present)
        }
        return shortfall?.text(present: present)
    }

    /// The file that was appended to this one, once this one is read: MP3 files are joined that way.
    func successor() throws -> SoundFile? {
        guard container == SF_FORMAT_MPEG, frames == delivered else { return nil }
        let start = try startAfterMPEG(file.bytes, end: offset + file.position)
        guard let length = file.bytes.length, offset < start, start < length else { return nil }
        guard let next = try? SoundFile(detecting: file.bytes, from: start), next.container == container
        else {
            return nil
        }
        guard next.rate == rate, next.channels <= channels else {
            throw AudioError(name, "changes its sample rate or channels \(position)")
        }
        return next
    }

    private var position: String { "after \((seconds(delivered) * 100).rounded() / 100) s" }

    private func seconds(_ frames: Int64) -> Double { Double(frames) / Double(rate) }

    func warn(_ warning: String) {
        if !ownWarnings.contains(warning) { ownWarnings.append(warning) }
    }

    private func noteTheEnd() {
        if let lack {
            warn(lack)
        } else if let frameSize, file.bytesToTheEnd % frameSize != 0 {
            warn("ends inside a frame; \(file.bytesToTheEnd % frameSize) bytes are left out")
        }
        if delivered == 0 { warn("holds no audio") }
    }
}

/// libsndfile keeps the reason of a failed opening in one global variable.
private let opening = Mutex(())

private func openHandle(_ file: VirtualFile, _ info: inout SF_INFO) throws -> OpaquePointer {
    var callbacks = VirtualFile.callbacks
    let user = Unmanaged.passUnretained(file).toOpaque()
    var reason = ""
    var handle: OpaquePointer?
    opening.withLock { _ in
        handle = sf_open_virtual(&callbacks, Int32(SFM_READ), &info, user)
        if handle == nil { reason = text(sf_strerror(nil)) }
    }
    if let failure = file.failure {
        sf_close(handle)
        throw failure
    }
    guard let handle else { throw SoundFile.Rejection(reason: reason) }
    return handle
}

/// A message of libsndfile without its full stop.
private func text(_ message: UnsafePointer<CChar>?) -> String {
    let text = message.map { String(cString: $0) } ?? ""
    return text.hasSuffix(".") ? String(text.dropLast()) : text
}

extension SF_INFO {
    fileprivate var container: Int { Int(format) & SF_FORMAT_TYPEMASK }
}

/// The container's name, or the codec's where the container does not say what is inside.
private func formatName(_ format: Int32) -> String {
    let container = Int(format) & SF_FORMAT_TYPEMASK
    let tellsCodec = container != SF_FORMAT_OGG && container != SF_FORMAT_MPEG
    var info = SF_FORMAT_INFO()
    info.format = Int32(tellsCodec ? container : Int(format) & SF_FORMAT_SUBMASK)
    sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &info, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
    guard let name = info.name else { return "unknown format" }
    // "WAV (Microsoft)", "FLAC (Free Lossless Audio Codec)"
    return String(String(cString: name).prefix { $0 != "(" }).trimmed
}

extension String {
    fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}

extension PlainSamples.Encoding {
    fileprivate var subtype: Int32 {
        switch self {
        case .unsigned8: Int32(SF_FORMAT_PCM_U8)
        case .pcm16: Int32(SF_FORMAT_PCM_16)
        case .pcm24: Int32(SF_FORMAT_PCM_24)
        case .pcm32: Int32(SF_FORMAT_PCM_32)
        case .float: Int32(SF_FORMAT_FLOAT)
        case .double: Int32(SF_FORMAT_DOUBLE)
        case .muLaw: Int32(SF_FORMAT_ULAW)
        case .aLaw: Int32(SF_FORMAT_ALAW)
        }
    }
}
