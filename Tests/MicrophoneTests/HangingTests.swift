import Microphone
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A device that gives one period and never returns from one of its operations.
private final class HangingDevice: CaptureDevice {
    enum Place: String, CaseIterable {
        case wait
        case close
    }

    let title = "hanging"
    let form = CaptureForm(rate: 16_000, channels: 1, encoding: .s16, period: 160, buffer: 8000)
    private let place: Place
    private var hasRead = false

    init(in place: Place) { self.place = place }

    func start() -> Int32 { 0 }

    func wait(milliseconds: Int32) -> Int32 {
        guard hasRead else { return 1 }
        if place == .wait { hang() }
        return -ENODEV
    }

    func read(into mono: UnsafeMutableBufferPointer<Float>) -> Int {
        hasRead = true
        mono.update(repeating: 0.5)
        return mono.count
    }

    func prepare() -> Int32 { 0 }
    func resume() -> Int32 { 0 }
    func drop() {}

    func close() {
        if place == .close { hang() }
    }

    private func hang() {
        while true { sleep(1000) }
    }
}

@Suite("A device that does not return")
struct HangingTests {
    private func told(_ microphone: Microphone) async -> [String] {
        var told: [String] = []
        for await event in microphone {
            switch event {
            case .device(.opened): told.append("opened")
            case .device(.lost(let reason)): told.append("lost: \(reason)")
            case .samples(let samples, _): told.append("\(samples.count) samples")
            default: told.append("\(event)")
            }
        }
        return told
    }

    @Test("is lost after a while: what it gave is kept, and the listener goes on")
    func reported() async throws {
        let microphone = try Microphone(HangingDevice(in: .wait), patience: 1)
        #expect(
            await told(microphone) == ["opened", "160 samples", "lost: it does not answer any more"])
    }

    @Test("is lost at once where it hangs as it is let go of, and is not reported twice")
    func reportedBefore() async throws {
        let microphone = try Microphone(HangingDevice(in: .close), patience: 1)
        let reason = String(cString: strerror(ENODEV))
        #expect(await told(microphone) == ["opened", "160 samples", "lost: \(reason)"])
    }

    @Test("does not keep whoever stops it", arguments: HangingDevice.Place.allCases.map(\.rawValue))
    func stopped(place: String) async throws {
        let place = try #require(HangingDevice.Place(rawValue: place))
        let microphone = try Microphone(HangingDevice(in: place), patience: 1000)
        var iterator = microphone.makeAsyncIterator()
        guard case .device(.opened) = await iterator.next(), case .samples = await iterator.next() else {
            Issue.record("nothing was recorded")
            return
        }
        microphone.stop()
        while await iterator.next() != nil {}
    }
}
