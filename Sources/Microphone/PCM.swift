import CALSA

/// A device of ALSA, open for recording.
final class PCM: CaptureDevice {
    let title: String
    let form: CaptureForm
    private let handle: OpaquePointer
    private var isOpen = true
    private let raw: UnsafeMutableRawBufferPointer  // [period, channels] as the device stores them

    /// Opens and sets up a device, which does not record yet.
    init(_ name: String, wish: CaptureWish) throws(MicrophoneError) {
        let handle = try Self.open(name)
        do throws(MicrophoneError) {
            let settled: Result<CaptureForm, MicrophoneError> = AlsaMessages.kept {
                do throws(MicrophoneError) {
                    return .success(try HardwareParameters(of: handle, name: name).settle(for: wish))
                } catch {
                    return .failure(error)
                }
            }.result
            form = try settled.get()
        } catch {
            snd_pcm_close(handle)
            throw error
        }
        title = name
        self.handle = handle
        raw = .allocate(byteCount: form.period * form.channels * form.encoding.width, alignment: 16)
    }

    deinit {
        close()
        raw.deallocate()
    }

    /// Whether there is a device of this name, be it in use.
    static func exists(_ name: String) -> Bool {
        let (code, handle, _) = tryOpening(name)
        if let handle { snd_pcm_close(handle) }
        return code == 0 || code == -EBUSY
    }

    private static func open(_ name: String) throws(MicrophoneError) -> OpaquePointer {
        let (code, handle, message) = tryOpening(name)
        guard let handle else { throw MicrophoneError(name, code: code, message: message) }
        return handle
    }

    private static func tryOpening(_ name: String) -> (code: Int32, handle: OpaquePointer?, message: String?)
    {
        // A device that is in use says so instead of having us wait, and what it has is not made up to look like
        // something else: the mean of channels and the resampler are ours.
        let mode = SND_PCM_NONBLOCK | SND_PCM_NO_AUTO_RESAMPLE | SND_PCM_NO_AUTO_CHANNELS
        var handle: OpaquePointer?
        let (code, message) = AlsaMessages.kept {
            snd_pcm_open(&handle, name, SND_PCM_STREAM_CAPTURE, Int32(mode))
        }
        return (code, code == 0 ? handle : nil, message)
    }

    func start() -> Int32 { snd_pcm_start(handle) }

    func wait(milliseconds: Int32) -> Int32 { snd_pcm_wait(handle, milliseconds) }

    func read(into mono: UnsafeMutableBufferPointer<Float>) -> Int {
        guard let source = raw.baseAddress, let target = mono.baseAddress else { return 0 }
        // Plugins that have nothing to give leave what is there: the `file` plugin behind its file's end.
        raw.initializeMemory(as: UInt8.self, repeating: form.encoding.silence)
        let frames = Int(snd_pcm_readi(handle, source, snd_pcm_uframes_t(min(form.period, mono.count))))
        if frames > 0 {
            form.encoding.decode(raw: source, frames: frames, channels: form.channels, into: target)
        }
        return frames
    }

    func prepare() -> Int32 { snd_pcm_prepare(handle) }

    func resume() -> Int32 { snd_pcm_resume(handle) }

    func drop() { snd_pcm_drop(handle) }

    func close() {
        if isOpen { snd_pcm_close(handle) }
        isOpen = false
    }
}
