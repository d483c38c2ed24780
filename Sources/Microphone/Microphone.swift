import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What to record from.
public struct MicrophoneOptions: Sendable {
    /// A name that ALSA takes, or a part of a name or title that `AudioDevices.list()` gives; nil for "default",
    /// "pulse" and the first card, whichever opens first.
    public var device: String?
    /// Whether to wait for a device that went away.
    public var reconnect = false
    /// What the device is asked for.
    public var wish = CaptureWish()

    /// The default device, until it goes away.
    public init() {}
}

/// A microphone that records: a sequence of events, the first of which tells what was opened.
///
///     let microphone = try Microphone()
///     for await event in microphone {
///         if case .samples(let samples, let time) = event { … }
///     }
///
/// A thread of its own fetches the sound, so that up to 30 s wait here for whoever iterates; then sound is lost, and
/// an event says how much. The sequence ends after `stop()`, with what was recorded before, and when the device is
/// lost for good. Recording ends with the last reference to it. It can be iterated once.
public final class Microphone: AsyncSequence, Sendable {
    private let capture: Mutex<Capture>
    private let isStopped = Atomic<Bool>(false)
    private let isIterated = Atomic<Bool>(false)
    /// Captures behind one that hung; nil where that is the end.
    private let goOn: (@Sendable (_ behind: Capture) -> Capture?)?

    /// A thread that captures, and the two ends of it that are held here.
    private struct Capture: Sendable {
        let channel: CaptureChannel
        let control: CaptureControl
        let thread: CaptureThread
    }

    /// How long sound waits for whoever iterates, in seconds.
    private static let capacity = 30

    /// Opens a device and starts to record.
    /// - Throws: `MicrophoneError` when none opens, naming all that were tried, or several are meant.
    public convenience init(_ options: MicrophoneOptions = MicrophoneOptions()) throws(MicrophoneError) {
        AlsaMessages.silence()
        let reopen: @Sendable () -> PCM? = { try? Self.open(options) }
        try self.init(Self.open(options), reopen: options.reconnect ? reopen : nil)
    }

    /// Starts to record from a device.
    /// - Parameters:
    ///   - patience: seconds that the device may take for anything until it counts as lost.
    ///   - reopen: looks for the device after it was lost; nil where its loss is the end.
    /// - Throws: `MicrophoneError` where the system has no thread left.
    package init<Device: CaptureDevice>(
        _ first: sending Device, patience: Int = 10, reopen: (@Sendable () -> Device?)? = nil
    ) throws(MicrophoneError) {
        let (title, capacity) = (first.title, first.form.rate * Self.capacity)
        capture = Mutex(
            try Self.start(
                Handover(first), named: title, capacity: capacity, patience: patience, reopen: reopen))
        guard reopen != nil else {
            goOn = nil
            return
        }
        goOn = { hung in
            try? Self.start(
                Handover<Device>(nil), named: title, capacity: capacity, patience: patience,
                since: hung.channel.lastArrival ?? RealTime.now, isPaused: hung.control.isPaused,
                reopen: reopen)
        }
    }

    private static func start<Device: CaptureDevice>(
        _ device: Handover<Device>, named title: String, capacity: Int, patience: Int, since: Double? = nil,
        isPaused: Bool = false, reopen: (@Sendable () -> Device?)?
    ) throws(MicrophoneError) -> Capture {
        let channel = CaptureChannel(capacity: capacity)
        let control = CaptureControl()
        control.isPaused = isPaused
        let thread = try CaptureThread(named: title) { hasPriority in
            let remark = hasPriority ? "; real-time priority" : "; ordinary priority"
            CaptureLoop(
                device.take(), to: channel, control: control, remark: remark, since: since, reopen: reopen
            ).run()
        }
        CaptureWatch.begin(over: channel, control, patience: patience)
        return Capture(channel: channel, control: control, thread: thread)
    }

    deinit { stop() }

    /// Stops recording; what was recorded is still delivered. Takes no longer than a fifth of a second, or two seconds
    /// where the device does not answer.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        let capture = capture.withLock { $0 }
        capture.control.stop()
        if !capture.thread.hasEnded(within: 2) { capture.channel.finish() }
    }

    /// Stops recording for a while, behind what was said until now; an event tells.
    public func pause() { capture.withLock { $0.control.isPaused = true } }

    /// Goes on recording; events tell, and how long the pause was.
    public func resume() { capture.withLock { $0.control.isPaused = false } }

    /// Whether recording was paused.
    public var isPaused: Bool { capture.withLock { $0.control.isPaused } }

    /// Leaves a thread that hangs to itself, and looks for the device with another.
    /// - Returns: whether there is one.
    private func replaceHung(_ channel: CaptureChannel) -> Bool {
        capture.withLock { capture in
            guard channel.isHung, !isStopped.load(ordering: .acquiring), let fresh = goOn?(capture) else {
                return false
            }
            capture = fresh
            return true
        }
    }

    /// The events, for the first caller; nothing for others.
    public func makeAsyncIterator() -> Iterator {
        let isFirst = !isIterated.exchange(true, ordering: .relaxed)
        return Iterator(self, isFirst ? CaptureReader(capture.withLock(\.channel)) : nil)
    }

    /// Gives the events as they come.
    public struct Iterator: AsyncIteratorProtocol {
        private let microphone: Microphone
        private var reader: CaptureReader?

        fileprivate init(_ microphone: Microphone, _ reader: CaptureReader?) {
            self.microphone = microphone
            self.reader = reader
        }

        /// The next event; nil at the end, and when the task is cancelled.
        public mutating func next(isolation: isolated (any Actor)? = #isolation) async -> MicrophoneEvent? {
            while !Task.isCancelled {
                let channel = microphone.capture.withLock(\.channel)
                let isLast = channel.isFinished
                if let event = reader?.next() { return event }
                if isLast || reader == nil {
                    if let event = reader?.finish() { return event }
                    guard microphone.replaceHung(channel) else { return nil }
                    reader?.follow(microphone.capture.withLock(\.channel))
                    continue
                }
                await channel.doorbell.sleep { channel.isEmpty && !channel.isFinished }
            }
            return nil
        }
    }

    /// Opens the first device that can be.
    private static func open(_ options: MicrophoneOptions) throws(MicrophoneError) -> PCM {
        var failures: [MicrophoneError] = []
        let names = try DeviceChoice.names(
            for: options.device, among: DeviceHint.all(), isPresent: \.isPresent)
        for name in names {
            do throws(MicrophoneError) {
                return try PCM(name, wish: options.wish)
            } catch {
                failures.append(error)
            }
        }
        if let failure = failures.first, failures.count == 1 { throw failure }
        let tried = failures.map(\.description).joined(separator: "; ")
        throw MicrophoneError("", "no microphone could be opened: \(tried)")
    }
}

/// A value that is handed to another thread, and to one only.
private final class Handover<Value>: @unchecked Sendable {
    private var value: Value?

    init(_ value: sending Value?) { self.value = value }

    /// The value, for the first caller: the thread that was started after this was made.
    func take() -> Value? {
        defer { value = nil }
        return value
    }
}
