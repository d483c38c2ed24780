/// Who takes a share of the work on many frames at once.
public struct WorkSharing: Sendable {
    /// Shares that may be worked on at the same time.
    let most: Int
    /// Runs a body for shares `0..<count` and returns when all are done.
    let run: @Sendable (_ count: Int, _ body: (_ share: Int) -> Void) -> Void

    /// - Parameters:
    ///   - most: shares that may be worked on at the same time, at least 1.
    ///   - run: runs a body for shares `0..<count`, in any order, and returns when all are done.
    public init(
        among most: Int, _ run: @escaping @Sendable (_ count: Int, _ body: (_ share: Int) -> Void) -> Void
    ) {
        self.most = most
        self.run = run
    }

    /// Whoever asks does all of it.
    public static let none = WorkSharing(among: 1) { count, body in (0..<count).forEach(body) }
}
