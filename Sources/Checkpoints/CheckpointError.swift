/// What is wrong with a model file, in one line that names the file.
public struct CheckpointError: Error, CustomStringConvertible, Equatable {
    /// The file or folder, as the caller named it.
    public let path: String
    /// What is wrong with it.
    public let problem: String

    /// An error about the file at `path`.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// `PATH: what is wrong`, always one line: names taken from a file are quoted without control characters.
    public var description: String { "\(path): \(problem)" }
}

/// A name that came out of a file, short and printable enough to stand in an error message.
func quoted(_ name: String) -> String {
    var shown = ""
    for scalar in name.unicodeScalars.prefix(80) {
        shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    return "'\(shown)\(name.unicodeScalars.count > 80 ? "…" : "")'"
}
