/// What a microphone gives.
public enum MicrophoneEvent: Sendable, Hashable {
    /// Mono samples at 16 kHz, in −1…1, and the capture time of the first in seconds. Capture time is counted in
    /// samples from the first one on, with what was lost and not recorded between them.
    case samples([Float], time: Double)
    /// This much sound was lost, because the machine or the listener was too slow; the times go on behind it.
    case overrun(lostSeconds: Double)
    /// Nothing was recorded for this long, as the microphone was paused, gone, or asleep; the times go on behind it.
    case gap(seconds: Double)
    /// Recording was paused, from here on.
    case paused
    /// Recording goes on; a gap follows.
    case resumed
    /// Something happened to the device.
    case device(DeviceChange)
}

/// What can happen to a device.
public enum DeviceChange: Sendable, Hashable {
    /// It records: the first event. The text tells the device, its form, period and buffer, and the thread's priority.
    case opened(String)
    /// It was unplugged, or its server went away; the text says how that was noticed.
    case lost(String)
    /// It records again, described as before.
    case back(String)
}
