import Earshot

/// `m:ss`, or `h:mm:ss` from an hour on.
func clock(_ seconds: Double) -> String {
    let whole = clamping(seconds)
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return (hours > 0 ? "\(hours):\(padded(minutes, 2))" : "\(minutes)") + ":\(padded(whole % 60, 2))"
}

/// The number without decimals; 0 where it is below, or none.
func clamping(_ number: Double) -> Int {
    number.isFinite ? Int(min(max(number, 0), 1e9)) : 0
}
