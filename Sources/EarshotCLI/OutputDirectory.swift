#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// The directory that transcripts are written into.
struct OutputDirectory: Sendable {
    let path: String

    /// The directory of this path.
    init(path: String) { self.path = path }

    /// The directory that a file is in.
    init(containing file: String) {
        let end = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        path = end == file.startIndex ? "." : String(file[..<end])
    }

    /// The name of a recording without its directories and its extension, as Python's `splitext` sees it.
    static func stem(of recording: String) -> String {
        if recording == "-" { return "stdin" }
        let name = recording.split(separator: "/").last ?? "recording"
        let afterDots = name.prefix { $0 == "." }.endIndex
        guard let dot = name[afterDots...].lastIndex(of: ".") else { return String(name) }
        return String(name[..<dot])
    }

    /// Makes the directory, and those above it that are missing.
    func create() throws(OutputError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += "\(part)/"
            if mkdir(made, 0o777) != 0, errno != EEXIST, access(made, F_OK) != 0 {
                throw OutputError(name: path, code: errno)
            }
        }
        // Its slash at the end lets a directory pass and nothing else.
        if access(made, F_OK) != 0 { throw OutputError(name: path, code: errno) }
        try requireWritable()
    }

    /// Makes sure that files can be made in it.
    func requireWritable() throws(OutputError) {
        if access(path, W_OK | X_OK) != 0 { throw OutputError(name: path, code: errno) }
    }
}
