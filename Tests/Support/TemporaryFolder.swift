import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// An empty folder where the system keeps what is temporary, gone with this value.
public final class TemporaryFolder: Sendable {
    private let root: String

    /// Makes the folder.
    public init() throws {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/earshot-XXXXXX\0".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError(code: errno) }
        root = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// The path of something inside.
    public func path(_ name: String = "") -> String { name.isEmpty ? root : "\(root)/\(name)" }

    /// The names inside, sorted.
    public func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }

    /// A file inside, as text.
    public func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// A file inside.
    public func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// Creates a file inside and returns its path.
    @discardableResult
    public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }
}

/// A system call that failed.
public struct SystemError: Error {
    /// What `errno` was.
    public let code: Int32

    /// The failure with this code.
    public init(code: Int32) { self.code = code }
}
