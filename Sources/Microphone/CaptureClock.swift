/// Holds what was captured against the clock, so that capture times stay right whatever was lost.
///
/// Samples are counted; the clock only tells how many there should be. How far the count lags behind the clock
/// changes by milliseconds a minute as the two drift apart, and by the whole loss when samples are lost. A card says so
/// itself (`EPIPE`), but a sound server drops what nobody fetches without a word: PulseAudio when a process was stopped
/// for longer than its 4 MB hold.
package struct CaptureClock {
    /// The capture time of the next sample, in seconds.
    package private(set) var captured = 0.0

    private var origin: Double?  // what the clock showed at capture time 0; moves as the two drift apart
    private var usualLag = 0.0  // 0, but for a source that is ahead
    private var window = Window()

    /// The least lag of a while: samples that are late but not lost arrive within it.
    private struct Window {
        static let length = 1.0
        var end = Double.infinity
        var lag = Double.infinity
    }

    /// A lag that changes by more than this within a window is no drift.
    private static let tolerance = 0.2

    /// A clock that starts with the first samples.
    package init() {}

    /// A clock that another one's samples stopped on.
    package init(since stop: Double) { origin = stop }

    /// Counts samples that arrived.
    /// - Returns: seconds that turn out to have been lost before; mostly 0.
    package mutating func advance(by seconds: Double, now: Double) -> Double {
        captured += seconds
        guard let origin else {
            origin = now - captured
            window.end = now + Window.length
            return 0
        }
        window.lag = min(window.lag, now - origin - captured)
        guard now >= window.end else { return 0 }
        let least = window.lag
        window = Window(end: now + Window.length)
        let change = least - usualLag
        if change > Self.tolerance, least > Self.tolerance {
            captured += change
            return change
        }
        // What is ahead by the same as before came late once, when the clock was started: no file would stop there.
        let isDrift = abs(change) <= Self.tolerance
        self.origin = isDrift ? origin + least : origin
        usualLag = isDrift ? 0 : least
        return 0
    }

    /// Goes on, with samples that begin now, after nothing was captured for a while.
    /// - Returns: for how long, in seconds.
    package mutating func goOn(now: Double) -> Double {
        guard let origin else { return 0 }
        let gap = max(0, now - origin - usualLag - captured)
        captured += gap
        window = Window(end: now + Window.length)
        return gap
    }

    /// Whether samples come faster than they are spoken: from a file behind one of ALSA's plugins.
    package func isAhead(now: Double) -> Bool {
        guard let origin else { return false }
        return captured - (now - origin) > 1
    }

    /// Lets the clock stand still for as long as such a source was kept waiting.
    package mutating func hold(for seconds: Double) {
        origin = origin.map { $0 + seconds }
        window.end += seconds
    }
}
