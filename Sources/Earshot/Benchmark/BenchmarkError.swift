/// Why nothing can be measured.
public struct BenchmarkError: Error, CustomStringConvertible {
    /// One line for a person.
    public let description: String

    /// An error of one line.
    public init(_ description: String) { self.description = description }

    static func unknown(_ what: String, _ name: String, among names: [String]) -> BenchmarkError {
        BenchmarkError("there is no \(what) '\(name)'; there is \(names.joined(separator: ", "))")
    }
}
