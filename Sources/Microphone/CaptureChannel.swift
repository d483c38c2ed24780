import Synchronization

/// What goes from the capture thread to whoever listens: samples, and marks that say what happened between them.
///
/// A mark carries the number of the sample it stands before, and is written before that sample is. Whoever looks at
/// the samples first and at the marks afterwards has therefore seen every mark that stands among those samples.
package final class CaptureChannel: Sendable {
    /// What happened before a sample.
    package struct Mark: Sendable {
        /// How many samples had been written.
        let position: Int
        let event: Event
    }

    /// What happens to a capture.
    package enum Event: Sendable {
        /// A device records; its samples come at this rate.
        case opened(String, rate: Int)
        /// The device is gone.
        case lost(String)
        /// Samples were lost, this many seconds of them.
        case overrun(Double)
        /// Nothing was recorded for this long.
        case gap(Double)
        /// Nothing is recorded from here on, as was asked.
        case paused
        /// It goes on.
        case resumed
    }

    /// Mono samples, at the rate of the device.
    package let samples: Ring<Float>
    /// Rings when there is something for the listener.
    let doorbell = Doorbell()
    private let marks = Ring<Mark>(capacity: 64)
    private let finished = Atomic<Bool>(false)
    private let hung = Atomic<Bool>(false)
    private let arrival = Atomic<UInt64>(0)  // of the last samples: bits of seconds

    /// A channel that holds this many samples.
    package init(capacity: Int) { samples = Ring(capacity: capacity) }

    // MARK: The capture thread's end

    /// Marks the place before the next sample.
    /// - Returns: false where nobody has listened for so long that there is no room.
    package func mark(_ event: Event) -> Bool {
        defer { doorbell.ring() }
        return marks.write(Mark(position: samples.written, event: event))
    }

    /// Writes the next samples.
    /// - Returns: false where nobody has listened for so long that there is no room for all; then none is written.
    package func write(_ next: UnsafeBufferPointer<Float>) -> Bool {
        defer { doorbell.ring() }
        arrival.store(RealTime.now.bitPattern, ordering: .relaxed)
        return samples.write(next)
    }

    /// Says that nothing more will come.
    package func finish() {
        finished.store(true, ordering: .releasing)
        doorbell.ring()
    }

    // MARK: The watch over it

    /// Says that nothing more will come, as the device does not answer.
    func giveUp() {
        hung.store(true, ordering: .releasing)
        finish()
    }

    // MARK: The listener's end

    /// Whether nothing more will come because the device did not answer.
    var isHung: Bool { hung.load(ordering: .acquiring) }

    /// When the last samples came; nil where none did.
    var lastArrival: Double? {
        let bits = arrival.load(ordering: .relaxed)
        return bits == 0 ? nil : Double(bitPattern: bits)
    }

    /// Whether nothing more will be written; what is there may not have been taken yet.
    package var isFinished: Bool { finished.load(ordering: .acquiring) }

    /// Whether nothing is there for now.
    var isEmpty: Bool { samples.written == samples.taken && marks.next == nil }

    /// The next mark, where no sample is before it, or how many samples come before anything else.
    package enum Next {
        case event(Event)
        case samples(Int)
    }

    /// What is next; an event is taken by this.
    package func next() -> Next {
        let written = samples.written
        guard let mark = marks.next else { return .samples(written - samples.taken) }
        if mark.position > samples.taken { return .samples(min(mark.position, written) - samples.taken) }
        _ = marks.take()
        return .event(mark.event)
    }
}
