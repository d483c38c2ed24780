/// A model whose weights or activations are not numbers.
public struct DecodingError: Error, CustomStringConvertible {
    /// One line for a person.
    public var description: String { "the model computes no numbers: its weights are damaged" }
}
