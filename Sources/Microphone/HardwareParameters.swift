import CALSA

/// What a device can do, narrowed down step by step to what it is to do.
struct HardwareParameters: ~Copyable {
    private let pcm: OpaquePointer
    private let name: String
    private let parameters: OpaquePointer

    /// Periods short enough that words appear as they are spoken, long enough to be woken seldom, in µs: to be woken is
    /// most of what a capture costs, and behind a sound server five threads are for each.
    private static let period: UInt32 = 100_000
    /// What the machine may be busy with something else for, in µs.
    private static let buffer: UInt32 = 1_000_000

    /// Everything the device can do.
    init(of pcm: OpaquePointer, name: String) throws(MicrophoneError) {
        var parameters: OpaquePointer?
        var code = snd_pcm_hw_params_malloc(&parameters)
        if let parameters { code = snd_pcm_hw_params_any(pcm, parameters) }
        guard code >= 0, let parameters else {
            snd_pcm_hw_params_free(parameters)
            throw MicrophoneError(name, code: code, doing: "has no form to record in")
        }
        self.pcm = pcm
        self.name = name
        self.parameters = parameters
    }

    deinit { snd_pcm_hw_params_free(parameters) }

    /// Sets the device to what is nearest to a wish.
    func settle(for wish: CaptureWish) throws(MicrophoneError) -> CaptureForm {
        // ALSA's own resampler is linear where no better one is installed.
        _ = snd_pcm_hw_params_set_rate_resample(pcm, parameters, 0)
        try require(
            "does not interleave its channels (its plughw: does)",
            snd_pcm_hw_params_set_access(pcm, parameters, SND_PCM_ACCESS_RW_INTERLEAVED))
        let encoding = try settleEncoding(wish.encoding)
        var channels = UInt32(clamping: wish.channels)
        try require(
            "has no channels", snd_pcm_hw_params_set_channels_near(pcm, parameters, &channels))
        var rate = UInt32(clamping: wish.rate)
        try require("has no rate", snd_pcm_hw_params_set_rate_near(pcm, parameters, &rate, nil))
        var (period, buffer) = (Self.period, Self.buffer)
        _ = snd_pcm_hw_params_set_period_time_near(pcm, parameters, &period, nil)
        _ = snd_pcm_hw_params_set_buffer_time_near(pcm, parameters, &buffer, nil)
        try require("cannot be set up", snd_pcm_hw_params(pcm, parameters))
        let (bufferFrames, periodFrames) = try sizes()
        return CaptureForm(
            rate: Int(rate), channels: Int(channels), encoding: encoding,
            period: periodFrames, buffer: bufferFrames)
    }

    private func settleEncoding(_ wish: SampleEncoding?) throws(MicrophoneError) -> SampleEncoding {
        for encoding in (wish.map { [$0] } ?? []) + SampleEncoding.allCases
        where snd_pcm_hw_params_set_format(pcm, parameters, encoding.alsaFormat) == 0 {
            return encoding
        }
        throw MicrophoneError(name, "has no sample format that is understood here (its plughw: has)")
    }

    private func sizes() throws(MicrophoneError) -> (buffer: Int, period: Int) {
        var (buffer, period) = (snd_pcm_uframes_t(), snd_pcm_uframes_t())
        try require("does not say how it is set up", snd_pcm_get_params(pcm, &buffer, &period))
        return (Int(buffer), max(1, Int(period)))
    }

    private func require(_ trouble: String, _ code: Int32) throws(MicrophoneError) {
        if code < 0 { throw MicrophoneError(name, code: code, doing: trouble) }
    }
}
