import Earshot

/// What goes on, as one line for a terminal.
public struct LiveStatus: Sendable, Equatable {
    /// Whether anything is heard; nil before anything is.
    public var state: LiveState?
    /// How loud it is, in dB below full scale.
    public var level = -100.0
    /// Seconds from the end of the last word to its confirmation; nil before there is one.
    public var delay: Double?
    /// Seconds of work for a second of audio, lately.
    public var load = 0.0
    /// Seconds since the beginning.
    public var time = 0.0
    /// Times sound was lost.
    public var overruns = 0
    /// Whether keys are listened to.
    public var hasKeys = false

    /// Nothing has happened.
    public init() {}

    /// The line: as many of its parts as fit into `width` columns, the last of which stays free, the most telling
    /// first.
    public func line(width: Int) -> String {
        let isNarrow = width < 60
        var line = "\(meter(isNarrow ? 5 : 10)) \(name)"
        for part in parts {
            let longer = line + (isNarrow ? " " : "  ") + part
            if longer.count < width { line = longer }
        }
        return String(line.prefix(max(0, width - 1)))
    }

    private var name: String {
        switch state {
        case .listening: "listening"
        case .speech: "speech"
        case .paused: "paused"
        case nil: "waiting"
        }
    }

    private var parts: [String] {
        var parts: [String] = []
        if state == .paused {
            if hasKeys { parts.append("space goes on") }
        } else {
            parts.append("delay \(delay.map { "\(fixed($0, 1)) s" } ?? "–")")
            parts.append("load \(clamping((load * 100).rounded())) %")
        }
        if overruns > 0 { parts.append("\(overruns) lost") }
        parts.append(clock(time))
        if hasKeys { parts.append(state == .paused ? "q ends" : "space pauses, q ends") }
        return parts
    }

    /// `[######....]`, from −60 dB to full scale.
    private func meter(_ cells: Int) -> String {
        let loudness = ((level + 60) / 60 * Double(cells)).rounded()
        let filled = state == .paused ? 0 : min(cells, clamping(loudness))
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
            + "]"
    }
}
