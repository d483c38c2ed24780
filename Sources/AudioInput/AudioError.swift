#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Audio that cannot be read, and why.
public struct AudioError: Error, CustomStringConvertible, Hashable {
    /// The input as the user named it.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    /// An error about one input.
    public init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    /// An error the system reported.
    init(_ path: String, errno code: Int32, doing action: String = "") {
        let text = String(cString: strerror(code))
        self.init(path, action.isEmpty ? text : "\(action): \(text)")
    }

    /// One line: `PATH: what is wrong`.
    public var description: String { "\(path): \(reason)" }
}
