/// In which language somebody speaks, where nobody said so: what is detected while little was said is a guess, and
/// what has been heard for long enough is settled. A window that has confirmed words keeps the language they are in.
package struct SpokenLanguage: Sendable {
    /// The language that is settled; nil while it is not.
    package private(set) var settled: String?
    /// The language of the window.
    package private(set) var current: String?
    /// Whether every stretch of speech may be in another.
    private let mayChange: Bool

    /// Speech this long is enough to be sure: seconds.
    private static let telling = 3.0

    /// - Parameters:
    ///   - named: the language, where it is known.
    ///   - mayChange: whether every stretch of speech may be in another.
    package init(named: String?, mayChange: Bool) {
        settled = named
        current = named
        self.mayChange = mayChange
    }

    /// Whether it is worth detecting, before a pass over so many seconds.
    package func isOpen(hasConfirmed: Bool, seconds: Double) -> Bool {
        settled == nil && (!hasConfirmed || seconds >= Self.telling && !mayChange)
    }

    /// A pass begins without a detection.
    package mutating func keep(hasConfirmed: Bool) {
        if !hasConfirmed, let settled { current = settled }
    }

    /// Takes what was detected.
    /// - Returns: whether that is news.
    package mutating func take(_ detected: String, hasConfirmed: Bool, seconds: Double) -> Bool {
        if seconds >= Self.telling, !mayChange { settled = detected }
        let isNews = settled != nil || current != detected
        if !hasConfirmed { current = detected }
        return isNews
    }
}
