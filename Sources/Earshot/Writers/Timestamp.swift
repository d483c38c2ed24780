/// Seconds in whole milliseconds, a half rounded to the even one, as Python rounds.
func milliseconds(_ seconds: Double) -> Int {
    Int(exactly: (seconds * 1000).rounded(.toNearestOrEven)) ?? 0
}

/// How a time is spelled out (`format_timestamp` in openai-whisper's `utils.py`).
struct TimestampStyle: Sendable {
    /// `00:02.000`, with hours in front where there are any.
    static let short = Self(hoursAlways: false, decimalMarker: ".")
    /// `00:00:02,000`.
    static let srt = Self(hoursAlways: true, decimalMarker: ",")
    /// `00:00:02.000`.
    static let webVTT = Self(hoursAlways: true, decimalMarker: ".")

    let hoursAlways: Bool
    let decimalMarker: String

    func string(_ seconds: Double) -> String {
        let total = max(milliseconds(seconds), 0)
        let hours = total / 3_600_000
        let prefix = hoursAlways || hours > 0 ? padded(hours, 2) + ":" : ""
        return prefix + padded(total / 60_000 % 60, 2) + ":" + padded(total / 1000 % 60, 2)
            + decimalMarker + padded(total % 1000, 3)
    }
}

/// A number with zeros in front.
package func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
}
