/// How far one recording is, as a line for a terminal.
public struct ProgressBar: Sendable, Equatable {
    /// What is being done, where it is not transcribing.
    public var activity: String?
    /// Seconds of audio that are done.
    public var processed: Double
    /// Seconds of audio there are; nil where nobody knows.
    public var total: Double?
    /// Seconds of wall time since the recording was begun.
    public var elapsed: Double
    /// Seconds of audio that are done in a second of wall time; nil until that can be told.
    public var speed: Double?

    /// A bar of these values.
    public init(
        activity: String? = nil, processed: Double, total: Double?, elapsed: Double, speed: Double?
    ) {
        self.activity = activity
        self.processed = processed
        self.total = total
        self.elapsed = elapsed
        self.speed = speed
    }

    /// The line: as many of its parts as fit into `width` columns, the most telling first.
    public func line(width: Int) -> String {
        let label = activity.map { "\($0) " } ?? ""
        guard let total, total > 0 else { return joined(label + spinner, [audio, time, pace], width) }
        let fraction = processed / total
        let done = fraction > 0 ? min(fraction, 1) : 0
        let percent = "\(Int(done * 100))%"
        let head = label + String(repeating: " ", count: 4 - percent.count) + percent
        let text = joined(head, [time, remaining(total), pace], width)
        let room = min(width - text.count - 4, 40)
        guard room >= 10 else { return text }
        let filled = Int(done * Double(room))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
        return head + " [\(bar)] " + text.dropFirst(head.count + 1)
    }

    private var audio: String? { "\(clock(processed)) of audio" }
    private var time: String? { "\(clock(elapsed)) elapsed" }

    private func remaining(_ total: Double) -> String? {
        guard let speed, speed > 0 else { return nil }
        return "\(clock(max(total - processed, 0) / speed)) left"
    }

    private var pace: String? {
        guard let speed, let tenths = Int(exactly: (speed * 10).rounded()) else { return nil }
        return "\(tenths / 10).\(tenths % 10)x real time"
    }

    private var spinner: String {
        let turns = ["|", "/", "-", "\\"]
        return turns[Int(clamping(elapsed * 5)) % turns.count]
    }

    private func joined(_ head: String, _ parts: [String?], _ width: Int) -> String {
        var line = head
        for part in parts.compactMap(\.self) {
            let longer = line + (line == head ? " " : ", ") + part
            guard longer.count < width else { break }
            line = longer
        }
        return line
    }
}
