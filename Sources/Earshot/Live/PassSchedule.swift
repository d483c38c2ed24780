/// When the model is to listen to the window again. Time is that of the audio, in seconds, so that the same sound
/// gives the same text however fast it arrives.
///
/// A pass takes time, in which more is said. The machine is thought of as busy for as long as its passes took: none
/// begins before that, so that a step is never shorter than the last pass took, and it keeps up.
package struct PassSchedule: Sendable {
    /// When the machine is done with the passes so far.
    package private(set) var busyUntil = 0.0
    /// Seconds of work for a second of audio, lately.
    package private(set) var load = 0.0
    private let interval: Double
    private var heardUntil = 0.0
    private var loadTime = 0.0
    private var lastSeconds = 0.0

    /// After a pause as long as this the last word has been spoken to its end.
    package static let settling = 0.25
    /// Over how many seconds the load is measured.
    private static let memory = 10.0

    /// - Parameter interval: seconds from one pass to the next, at least.
    package init(interval: Double) { self.interval = interval }

    /// Seconds until the next pass, as it looks.
    package var step: Double { min(10, max(interval, lastSeconds)) }

    /// A window begins that nobody has listened to.
    package mutating func begin(at time: Double) { heardUntil = time }

    /// Whether the model has listened to all that was spoken, to its end.
    package func hasHeard(voicedEnd: Double) -> Bool { heardUntil >= voicedEnd + Self.settling }

    /// Whether to listen now.
    /// - Parameters:
    ///   - now: the end of the audio.
    ///   - voicedEnd: the end of the last sound of a voice.
    package func isDue(at now: Double, voicedEnd: Double) -> Bool {
        guard now >= busyUntil, !hasHeard(voicedEnd: voicedEnd) else { return false }
        // In a pause a pass hears all there is: what comes then is heard by the next.
        return now - voicedEnd >= Self.settling || now - heardUntil >= interval
    }

    /// Counts a pass.
    /// - Parameters:
    ///   - now: the end of the audio that it heard.
    ///   - seconds: what it took.
    package mutating func passed(at now: Double, seconds: Double) {
        heardUntil = now
        lastSeconds = seconds
        busyUntil = max(now, busyUntil) + seconds
        let share = min(1, max(0, now - loadTime) / Self.memory)
        load = load * (1 - share) + seconds / Self.memory
        loadTime = now
    }

    /// How far the passes are behind the audio, in seconds.
    package func lag(at now: Double) -> Double { max(0, busyUntil - now) }

    /// When what is known at a time can be told.
    package func telling(at now: Double) -> Double { max(now, busyUntil) }
}
