import Microphone
import Testing

@Suite("Capture times")
struct ClockTests {
    /// Captures in periods of 25 ms from clock time `start` to `end`, as if `missing` seconds had been lost before.
    private static func run(
        _ clock: inout CaptureClock, from start: Double, to end: Double, missing: Double = 0,
        drift: Double = 0
    ) -> Double {
        let periods = Int(((end - start) / 0.025).rounded())
        return (1...periods).reduce(0) { lost, period in
            let now = start + Double(period) * 0.025
            return lost + clock.advance(by: 0.025 * (1 + drift), now: now + missing)
        }
    }

    @Test("follow the samples, whose rate is never quite that of the clock", arguments: [0, 5e-4, -5e-4])
    func drift(drift: Double) {
        var clock = CaptureClock()
        #expect(Self.run(&clock, from: 100, to: 3700, drift: drift) == 0)
        #expect(abs(clock.captured - 3600 * (1 + drift)) < 0.1)
    }

    @Test("tell what a server lost without a word")
    func silentLoss() {
        var clock = CaptureClock()
        #expect(Self.run(&clock, from: 100, to: 110) == 0)
        let lost = Self.run(&clock, from: 110, to: 120, missing: 21)
        #expect(abs(lost - 21) < 0.01)
        #expect(abs(clock.captured - 41) < 0.1)
    }

    @Test("know drift from loss, however long they ran", arguments: [3e-4, 1e-4, -1e-4, -3e-4])
    func driftAndLoss(drift: Double) {
        var clock = CaptureClock()
        let hours = 4 * 3600.0
        #expect(Self.run(&clock, from: 0, to: hours, drift: drift) == 0)
        #expect(!clock.isAhead(now: hours))
        let lost = Self.run(&clock, from: hours, to: hours + 10, missing: 0.6, drift: drift)
        #expect(abs(lost - 0.6) < 0.01)
        #expect(abs(clock.goOn(now: hours + 20) - 9.4) < 0.05)
    }

    @Test("are right although the first samples came late: that is no file")
    func lateStart() {
        var clock = CaptureClock()
        for _ in 0..<200 { _ = clock.advance(by: 0.025, now: 105) }
        #expect(Self.run(&clock, from: 105, to: 110) == 0)
        #expect(!clock.isAhead(now: 110))
        #expect(abs(Self.run(&clock, from: 110, to: 120, missing: 0.6) - 0.6) < 0.01)
    }

    @Test("are not shaken by samples that come late, but all at once")
    func burst() {
        var clock = CaptureClock()
        _ = Self.run(&clock, from: 100, to: 110)
        var lost = 0.0
        for _ in 0..<200 { lost += clock.advance(by: 0.025, now: 115) }
        lost += Self.run(&clock, from: 115, to: 120)
        #expect(lost == 0)
        #expect(abs(clock.captured - 20) < 0.1)
    }

    @Test("go on after a gap")
    func gap() {
        var clock = CaptureClock()
        _ = Self.run(&clock, from: 100, to: 105)
        #expect(abs(clock.goOn(now: 112) - 7) < 0.1)
        #expect(Self.run(&clock, from: 112, to: 115) == 0)
        #expect(abs(clock.captured - 15) < 0.1)
    }

    @Test("stand still while a file waits for its listener")
    func hold() {
        var clock = CaptureClock()
        for _ in 0..<400 { _ = clock.advance(by: 0.025, now: 100) }
        #expect(clock.isAhead(now: 100))
        clock.hold(for: 60)
        #expect(clock.isAhead(now: 160))
        var lost = 0.0
        for step in 0..<400 { lost += clock.advance(by: 0.025, now: 160 + Double(step) * 0.001) }
        #expect(lost == 0)
        #expect(abs(clock.captured - 20) < 0.001)
    }
}
