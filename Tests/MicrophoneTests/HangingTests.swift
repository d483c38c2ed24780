import Microphone
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A device that gives one period and never returns from one of its operations.
final class HangingDevice: CaptureDevice {
    enum Place: String, CaseIterable, Sendable {
        case wait
        case close
    }

    let title = "hanging"
    let form = CaptureForm(rate: 16_000, channels: 1, encoding: .s16, period: 160, buffer: 8000)
    private let place: Place?
    private var hasRead = false

    init(in place: Place?) { self.place = place }

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

    @Test(
        "is looked for again where that is wished, and the times go on",
        arguments: [HangingDevice.Place.wait, .close])
    func reconnects(place: HangingDevice.Place) async throws {
        let attempts = Atomic<Int>(0)
        let microphone = try Microphone(HangingDevice(in: place), patience: 1) {
            // The second one gives a period, too, and is gone in good order.
            attempts.add(1, ordering: .relaxed).newValue > 1 ? nil : HangingDevice(in: nil)
        }
        var (told, end, gap): ([String], Double, Double) = ([], 0, 0)
        for await event in microphone {
            switch event {
            case .device(.opened): told.append("opened")
            case .device(.lost): told.append("lost")
            case .device(.back): told.append("back")
            case .gap(let seconds): gap += seconds
            case .samples(let samples, let time):
                #expect(abs(time - end - gap) < 0.001)
                end = time + Double(samples.count) / 16_000
                gap = 0
                told.append("samples")
            default: told.append("\(event)")
            }
            if told.count == 6 { break }
        }
        #expect(told == ["opened", "samples", "lost", "back", "samples", "lost"])
        // It looks for the device after a second.
        #expect(end > 1)
    }

    @Test("does not keep whoever stops it", arguments: HangingDevice.Place.allCases)
    func stopped(place: HangingDevice.Place) async throws {
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
