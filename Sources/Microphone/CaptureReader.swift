import AudioInput

/// The listener's end of a capture: what the thread wrote, as events with samples at 16 kHz.
struct CaptureReader {
    private var channel: CaptureChannel
    private var ready: [MicrophoneEvent] = []
    private var position = 0  // of the next sample that is delivered, at 16 kHz, with the gaps
    private var rate = AudioInput.sampleRate
    private var resampler: Resampler?
    private var wasOpened = false
    private var isOpen = false  // a device that may still be lost

    /// Samples of an event, in seconds at most: whoever fell behind catches up in steps.
    private static let longest = 0.1

    init(_ channel: CaptureChannel) { self.channel = channel }

    /// Goes on with another channel, behind one that has ended.
    mutating func follow(_ channel: CaptureChannel) { self.channel = channel }

    /// The next event; nil where there is none yet, or at the end.
    mutating func next() -> MicrophoneEvent? {
        while ready.isEmpty {
            switch channel.next() {
            case .samples(0): return nil
            case .samples(let count): deliver(min(count, max(1, Int(Double(rate) * Self.longest))))
            case .event(let event): deliver(event)
            }
        }
        return ready.removeFirst()
    }

    /// What is left when nothing more will come: what the resampler holds, and that the device does not answer. Nil
    /// where nothing is.
    mutating func finish() -> MicrophoneEvent? {
        endStretch()
        if channel.isHung, isOpen { deliver(.lost("it does not answer any more")) }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    private mutating func deliver(_ event: CaptureChannel.Event) {
        endStretch()
        switch event {
        case .opened(let text, let rate):
            self.rate = rate
            ready.append(.device(wasOpened ? .back(text) : .opened(text)))
            (wasOpened, isOpen) = (true, true)
        case .lost(let reason):
            isOpen = false
            ready.append(.device(.lost(reason)))
        case .overrun(let seconds):
            pass(seconds)
            ready.append(.overrun(lostSeconds: seconds))
        case .gap(let seconds):
            pass(seconds)
            ready.append(.gap(seconds: seconds))
        case .paused: ready.append(.paused)
        case .resumed: ready.append(.resumed)
        }
    }

    private mutating func pass(_ seconds: Double) {
        position += Int((seconds * Double(AudioInput.sampleRate)).rounded())
    }

    private mutating func deliver(_ count: Int) {
        let samples = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = channel.samples.take(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
        emit(rate == AudioInput.sampleRate ? samples : resampled(samples))
    }

    private mutating func emit(_ samples: [Float]) {
        guard !samples.isEmpty else { return }
        ready.append(.samples(samples, time: Double(position) / Double(AudioInput.sampleRate)))
        position += samples.count
    }

    // MARK: Resampling

    /// Sound on both sides of a gap is not to be mixed: the resampler gives what it holds, and the next begins anew.
    private mutating func endStretch() {
        if resampler != nil { emit(resampled(nil)) }
        resampler = nil
    }

    /// Samples at 16 kHz; nil for those that the resampler still holds.
    private mutating func resampled(_ samples: [Float]?) -> [Float] {
        guard let resampler = resampler ?? (try? Resampler(from: rate, name: "microphone")) else { return [] }
        self.resampler = resampler
        let room = (samples?.count ?? 0) * AudioInput.sampleRate / rate + AudioInput.sampleRate / 10
        var result: [Float] = []
        var used = 0
        while true {
            let part = [Float](unsafeUninitializedCapacity: room) { buffer, filled in
                let output = UnsafeMutableBufferPointer(rebasing: buffer[..<room])
                let step = process(samples, from: used, into: output, with: resampler)
                used += step.used
                filled = step.made
            }
            result += part
            if part.isEmpty || (samples != nil && used == samples?.count) { return result }
        }
    }
}

private func process(
    _ samples: [Float]?, from start: Int, into output: UnsafeMutableBufferPointer<Float>,
    with resampler: Resampler
) -> (used: Int, made: Int) {
    // soxr fails only where memory does.
    let nothing = (used: 0, made: 0)
    guard let samples else {
        return (try? resampler.process(nil, into: output, name: "microphone")) ?? nothing
    }
    return samples.withUnsafeBufferPointer {
        (try? resampler.process(UnsafeBufferPointer(rebasing: $0[start...]), into: output, name: "microphone"))
            ?? nothing
    }
}
