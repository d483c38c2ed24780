/// The last seconds of sound, addressed by their place in all of it.
struct RecentSamples {
    /// The place of the next sample.
    private(set) var end = 0
    private var samples: [Float] = []
    private let capacity: Int

    /// How long speech may go on before it is known to be some, the sound that is heard before it included: 3 s.
    static let longest = 48_000

    init(capacity: Int) {
        self.capacity = capacity
        samples.reserveCapacity(2 * capacity)
    }

    /// The place of the first sample that is kept.
    var start: Int { end - samples.count }

    mutating func append(_ new: UnsafeBufferPointer<Float>) {
        // Moved to the front as seldom as they fill the room again.
        if samples.count + new.count > 2 * capacity { samples.removeFirst(samples.count - capacity) }
        samples += new
        end += new.count
    }

    /// Forgets all; the next sample is at `place`.
    mutating func restart(at place: Int) {
        samples.removeAll(keepingCapacity: true)
        end = place
    }

    /// The samples from a place on.
    func withSamples(from place: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
        samples.withUnsafeBufferPointer { body(.init(rebasing: $0[max(0, place - start)...])) }
    }
}
