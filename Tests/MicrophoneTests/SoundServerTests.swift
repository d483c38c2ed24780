import Microphone
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

@Suite(
    "A microphone behind a sound server", .serialized,
    .enabled(if: SoundServer.absence == nil, "\(SoundServer.absence ?? "")"))
struct SoundServerTests {
    private static func microphone(reconnect: Bool = false) throws -> Microphone {
        var options = MicrophoneOptions()
        options.device = "servermic"
        options.reconnect = reconnect
        return try Microphone(options)
    }

    @Test("hears a tone at its pitch")
    func tone() async throws {
        let server = try SoundServer()
        let microphone = try Self.microphone()
        try server.play((0..<48_000 * 8).map { Float(0.5 * sin(2 * .pi * 440 * Double($0) / 48_000)) })
        var heard: [Float] = []
        for await event in microphone {
            guard case .samples(let samples, let time) = event else { continue }
            if samples.contains(where: { $0.magnitude > 0.4 }) { heard += samples }
            if heard.count > 16_000 || time > 60 { break }
        }
        let rises = heard.indices.dropFirst().filter { heard[$0 - 1] < 0 && heard[$0] >= 0 }
        // A server that is kept waiting leaves holes: of most waves both ends are there.
        let waves = zip(rises, rises.dropFirst()).map { $1 - $0 }.filter { (35...38).contains($0) }
        #expect(waves.count > 300)
        #expect(abs(16_000 * Double(waves.count) / Double(waves.reduce(0, +)) - 440) < 3)
        withExtendedLifetime(server) {}
    }

    @Test("is lost when the server dies")
    func lost() async throws {
        let server = try SoundServer()
        var changes: [DeviceChange] = []
        for await event in try Self.microphone() {
            if case .samples = event { server.kill() }
            if case .device(let change) = event { changes.append(change) }
        }
        #expect(changes.count == 2)
        guard case .lost = changes.last else {
            Issue.record("\(changes)")
            return
        }
    }

    @Test("is back when the server is, and knows how long it was away")
    func back() async throws {
        var server = try SoundServer()
        var changes: [DeviceChange] = []
        var (end, gap) = (0.0, 0.0)
        for await event in try Self.microphone(reconnect: true) {
            switch event {
            case .samples(let samples, let time):
                #expect(abs(time - end) < 0.001)
                end = time + Double(samples.count) / 16_000
                // Not at once: the loudspeaker begins with a burst.
                if end > 2 { server.kill() }
            case .device(let change):
                changes.append(change)
                if case .lost = change { server = try SoundServer() }
            case .gap(let seconds), .overrun(let seconds):
                end += seconds
                gap += seconds
            case .paused, .resumed: Issue.record("nobody paused")
            }
            if changes.count == 3, case .samples = event { break }
        }
        guard case .back = changes.last else {
            Issue.record("\(changes)")
            return
        }
        // It looks for the device a second after it was lost.
        #expect(gap > 0.9)
    }
}
