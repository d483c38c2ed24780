/// Why nothing can be measured.
public struct BenchmarkError: Error, CustomStringConvertible {
    /// One line for a person.
    public let description: String

    /// An error of one line.
    public init(_ description: String) { self.description = description }
}
