#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What the capture thread does: fetches samples from a device as they come, and does what is necessary when none do.
///
/// While all is well it allocates nothing, and waits for nobody but the device.
package final class CaptureLoop<Device: CaptureDevice> {
    private let channel: CaptureChannel
    private let control: CaptureControl
    private let reopen: (() -> Device?)?
    private let remark: String
    private var device: Device?
    private var clock = CaptureClock()
    private var overrun: Double?  // seconds that are lost and not marked yet
    private var gap: Double?  // the same for what was not recorded
    private var interruption: Interruption?  // what the next samples come after
    private var looks = 0  // at the device since it last gave samples

    private enum Interruption {
        case overrun
        case gap
    }

    /// Silence is samples, too: a device that gives none for so many looks, about ten seconds, is as good as gone.
    private static var patience: Int { 45 }
    /// For how long the device may keep the thread, in ms: longer than a period, or the thread wakes for nothing.
    private static var longestWait: Int32 { 200 }

    /// A loop over one device after the other.
    /// - Parameters:
    ///   - device: the first, set up to record; nil where it is to be looked for.
    ///   - since: when another loop's last samples came, behind which this one goes on.
    ///   - reopen: looks for the device after it was lost, again and again; nil where its loss is the end.
    ///   - remark: what is added to the device's description.
    package init(
        _ device: Device?, to channel: CaptureChannel, control: CaptureControl, remark: String = "",
        since: Double? = nil, reopen: (() -> Device?)? = nil
    ) {
        self.device = device
        if let since {
            clock = CaptureClock(since: since)
            interruption = .gap
        }
        self.channel = channel
        self.control = control
        self.remark = remark
        self.reopen = reopen
    }

    /// Captures until it is stopped or the device is lost for good.
    package func run() {
        device = device ?? waitForDevice()
        while let device, captureAll(from: device) {
            self.device = waitForDevice()
            interruption = .gap
        }
        flushMarks()
        channel.finish()
    }

    /// Captures from a device to its end, and closes it.
    /// - Returns: whether it failed.
    private func captureAll(from device: Device) -> Bool {
        // Libraries may wait for ever as they let go of what broke: that it did is told before.
        defer { control.during(device.close) }
        guard !control.isStopping else { return false }
        announce(.opened("\(device.title): \(device.form)\(remark)", rate: device.form.rate))
        guard let trouble = capture(from: device) else { return false }
        flushMarks()
        announce(.lost(trouble))
        return true
    }

    /// Records until it is stopped or the device fails.
    /// - Returns: how it failed.
    private func capture(from device: Device) -> String? {
        let period = UnsafeMutableBufferPointer<Float>.allocate(capacity: device.form.period)
        defer { period.deallocate() }
        if let trouble = failure(control.during(device.start)) { return trouble }
        looks = 0
        while !control.isStopping {
            if control.isPaused, let trouble = sitOutPause(device, period) { return trouble }
            let count = control.during {
                let ready = device.wait(milliseconds: Self.longestWait)
                return ready < 0 ? Int(ready) : device.read(into: period)
            }
            if count > 0 {
                deliver(UnsafeBufferPointer(rebasing: period[..<count]), rate: device.form.rate)
            } else if let trouble = recover(device, from: Int32(count)) {
                return trouble
            }
        }
        return nil
    }

    // MARK: Samples

    private func deliver(_ samples: UnsafeBufferPointer<Float>, rate: Int) {
        looks = 0
        let now = RealTime.now
        let seconds = Double(samples.count) / Double(rate)
        if let interruption {
            note(interruption, clock.goOn(now: now - seconds))
            self.interruption = nil
        }
        let lost = clock.advance(by: seconds, now: now)
        if lost > 0 { note(.overrun, lost) }
        waitForListener(samples.count)
        guard channel.samples.room >= samples.count, flushMarks(), channel.write(samples) else {
            // What nobody will wait for any more was not lost.
            if !control.isStopping { note(.overrun, seconds) }
            return
        }
    }

    /// A file can wait for a slow listener; a microphone cannot.
    private func waitForListener(_ count: Int) {
        while channel.samples.room < count, clock.isAhead(now: RealTime.now), !control.isStopping {
            let start = RealTime.now
            RealTime.nap()
            clock.hold(for: RealTime.now - start)
        }
    }

    /// Marks what was lost, where there is room for a mark.
    /// - Returns: whether nothing is left to be marked.
    @discardableResult
    private func flushMarks() -> Bool {
        if let seconds = overrun, channel.mark(.overrun(seconds)) { overrun = nil }
        if let seconds = gap, channel.mark(.gap(seconds)) { gap = nil }
        return overrun == nil && gap == nil
    }

    private func note(_ kind: Interruption, _ seconds: Double) {
        switch kind {
        case .overrun: overrun = (overrun ?? 0) + seconds
        case .gap: gap = (gap ?? 0) + seconds
        }
    }

    /// Tells what happens to the device; that may wait, as nothing is recorded meanwhile.
    private func announce(_ event: CaptureChannel.Event) {
        while !channel.mark(event), !control.isStopping { RealTime.nap() }
    }

    // MARK: Troubles

    /// Does what a device's code asks for.
    /// - Returns: why the device is lost, where it is.
    private func recover(_ device: Device, from code: Int32) -> String? {
        looks += 1
        if looks > Self.patience { return "gives no samples any more" }
        switch -code {
        case 0, EAGAIN, EINTR:
            RealTime.nap()
            return nil
        case EPIPE:
            // The device's buffer ran over.
            if let trouble = restart(device) { return trouble }
            interruption = .overrun
            RealTime.nap()  // what fails again and again is not to take the processor
            return nil
        case ESTRPIPE:
            return wake(device)
        default:
            return failure(code)
        }
    }

    /// Has a device go on that slept with the machine.
    private func wake(_ device: Device) -> String? {
        var code = control.during(device.resume)
        while code == -EAGAIN, !control.isStopping {
            RealTime.nap()
            code = control.during(device.resume)
        }
        // Not all hardware goes on where it stopped.
        if code < 0, let trouble = restart(device) { return trouble }
        interruption = .gap
        return nil
    }

    private func sitOutPause(_ device: Device, _ period: UnsafeMutableBufferPointer<Float>) -> String? {
        // What was said before is with the device still, but no more than it can keep.
        for _ in 0..<device.form.buffer / device.form.period {
            let count = control.during { device.read(into: period) }
            guard count > 0 else { break }
            deliver(UnsafeBufferPointer(rebasing: period[..<count]), rate: device.form.rate)
        }
        announce(.paused)
        control.during(device.drop)
        while control.isPaused, !control.isStopping { RealTime.nap() }
        if control.isStopping { return nil }
        announce(.resumed)
        if let trouble = restart(device) { return trouble }
        interruption = .gap
        return nil
    }

    private func restart(_ device: Device) -> String? {
        failure(control.during(device.prepare)) ?? failure(control.during(device.start))
    }

    private func waitForDevice() -> Device? {
        guard let reopen else { return nil }
        while !control.isStopping {
            control.nap(seconds: 1)
            if let device = reopen() { return device }
        }
        return nil
    }

    private func failure(_ code: Int32) -> String? { code < 0 ? String(cString: strerror(-code)) : nil }
}
