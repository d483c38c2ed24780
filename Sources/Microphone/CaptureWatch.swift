import Dispatch

/// Looks after a capture thread, which libraries may keep for ever: PulseAudio's does where its server is killed while
/// the two share memory.
enum CaptureWatch {
    /// Watches until the capture ends.
    /// - Parameter patience: looks that a single operation of the device may last, a second each. Looks, not seconds:
    ///   a process that was stopped does not hang.
    static func begin(over channel: CaptureChannel, _ control: CaptureControl, patience: Int) {
        let timer = DispatchSource.makeTimerSource()
        var (watched, looks) = (control.operation, 0)
        timer.setEventHandler {
            if channel.isFinished { return timer.cancel() }
            let operation = control.operation
            looks = operation != nil && operation == watched ? looks + 1 : 0
            watched = operation
            if looks >= patience {
                control.stop()
                channel.giveUp()
            }
        }
        timer.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(200))
        timer.activate()
    }
}
