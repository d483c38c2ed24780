import Microphone
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A device that does what a script says: periods of samples, and codes of `errno`.
private final class ScriptedDevice: CaptureDevice {
    enum Step {
        case samples(Float)
        case fails(Int32)
        /// Goes on being asked until the capture is stopped.
        case end
    }

    let title: String
    let form = CaptureForm(rate: 16_000, channels: 1, encoding: .s16, period: 160, buffer: 8000)
    private(set) var calls: [String] = []
    private var script: [Step]
    private let control: CaptureControl
    private let resumeCode: Int32
    private let prepareCode: Int32

    init(
        _ title: String, _ script: [Step], _ control: CaptureControl, resume: Int32 = 0, prepare: Int32 = 0
    ) {
        (self.title, self.script, self.control) = (title, script, control)
        (resumeCode, prepareCode) = (resume, prepare)
    }

    func start() -> Int32 {
        calls.append("start")
        return 0
    }

    func wait(milliseconds: Int32) -> Int32 {
        if case .fails(let code) = script.first {
            script.removeFirst()
            return -code
        }
        return 1
    }

    func read(into mono: UnsafeMutableBufferPointer<Float>) -> Int {
        guard !script.isEmpty, case .samples(let value) = script.removeFirst() else {
            control.stop()
            return 0
        }
        mono.update(repeating: value)
        return mono.count
    }

    func prepare() -> Int32 {
        calls.append("prepare")
        return prepareCode
    }

    func resume() -> Int32 {
        calls.append("resume")
        return resumeCode
    }

    func drop() { calls.append("drop") }

    func close() {}
}

@Suite("The capture loop")
struct LoopTests {
    private let control = CaptureControl()

    /// What a listener is told after the loop has run, samples as "value×count".
    private func outcome(
        _ device: ScriptedDevice, capacity: Int = 16_000, reopen: (() -> ScriptedDevice?)? = nil
    ) -> [String] {
        let channel = CaptureChannel(capacity: capacity)
        CaptureLoop(device, to: channel, control: control, reopen: reopen).run()
        return channel.told
    }

    @Test("delivers what comes, and ends when it is told to")
    func plain() {
        let device = ScriptedDevice("a", [.samples(1), .samples(2), .end], control)
        #expect(outcome(device) == ["opened a", "1.0×160", "2.0×160", "finished"])
        #expect(device.calls == ["start"])
    }

    @Test("prepares a device whose buffer ran over, and says that sound was lost")
    func overrun() {
        let device = ScriptedDevice("a", [.samples(1), .fails(EPIPE), .samples(2), .end], control)
        #expect(outcome(device) == ["opened a", "1.0×160", "overrun", "2.0×160", "finished"])
        #expect(device.calls == ["start", "prepare", "start"])
    }

    @Test("resumes a device that slept", arguments: [true, false])
    func suspended(canResume: Bool) {
        let device = ScriptedDevice(
            "a", [.samples(1), .fails(ESTRPIPE), .samples(2), .end], control, resume: canResume ? 0 : -ENOSYS)
        _ = outcome(device)
        #expect(
            device.calls == (canResume ? ["start", "resume"] : ["start", "resume", "prepare", "start"]))
    }

    @Test("reports a device that was pulled", arguments: [ENODEV, EIO, EBADFD])
    func pulled(code: Int32) {
        let device = ScriptedDevice("a", [.samples(1), .fails(code), .samples(2), .end], control)
        let reason = String(cString: strerror(code))
        #expect(outcome(device) == ["opened a", "1.0×160", "lost: \(reason)", "finished"])
    }

    @Test("takes an overrun that cannot be recovered from for what it is: the server is gone")
    func unrecoverable() {
        let device = ScriptedDevice("a", [.samples(1), .fails(EPIPE), .end], control, prepare: -EIO)
        #expect(outcome(device) == ["opened a", "1.0×160", "lost: Input/output error", "finished"])
    }

    @Test("waits for a device to come back, and counts how long it was away")
    func reconnects() {
        var attempts = 0
        let device = ScriptedDevice("a", [.samples(1), .fails(ENODEV)], control)
        let told = outcome(device) {
            attempts += 1
            return attempts < 2 ? nil : ScriptedDevice("b", [.samples(2), .end], control)
        }
        #expect(
            told == [
                "opened a", "1.0×160", "lost: No such device", "opened b", "gap", "2.0×160", "finished",
            ])
    }

    @Test("gives all that was said before a pause")
    func pauses() {
        // The device has three periods when the pause is asked for.
        let device = ScriptedDevice("a", [.samples(1), .samples(2), .samples(3)], control)
        control.isPaused = true
        #expect(outcome(device) == ["opened a", "1.0×160", "2.0×160", "3.0×160", "paused", "finished"])
        #expect(device.calls == ["start", "drop"])
    }

    @Test("drops what a listener who is too late has no room for, and says how much")
    func lateListener() {
        let channel = CaptureChannel(capacity: 320)
        let device = ScriptedDevice("a", (1...4).map { .samples(Float($0)) } + [.end], control)
        CaptureLoop(device, to: channel, control: control).run()
        #expect(channel.told == ["opened a", "1.0×160", "2.0×160", "overrun", "finished"])
    }
}

extension CaptureChannel {
    /// Everything that was written, in words.
    fileprivate var told: [String] {
        var told: [String] = []
        while true {
            switch next() {
            case .samples(0): return told + (isFinished ? ["finished"] : [])
            case .samples(let count):
                for _ in 0..<count / 160 {
                    let period = [Float](unsafeUninitializedCapacity: 160) { $1 = samples.take(into: $0) }
                    told.append("\(period.first ?? 0)×\(period.count)")
                }
            case .event(.opened(let text, _)): told.append("opened \(text.prefix { $0 != ":" })")
            case .event(.lost(let reason)): told.append("lost: \(reason)")
            case .event(.overrun): told.append("overrun")
            case .event(.paused): told.append("paused")
            case .event(.resumed): told.append("resumed")
            case .event(.gap(let seconds)): told.append(seconds < 1.9 ? "gap of \(seconds) s" : "gap")
            }
        }
    }
}
