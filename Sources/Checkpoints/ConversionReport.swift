/// What a conversion did to a model: how large its parts were and are, and what rounding them cost.
public struct ConversionReport: Sendable {
    /// Some tensors together.
    public struct Group: Sendable {
        /// What they are.
        public let name: String
        /// Bytes they took in the file they came from.
        public fileprivate(set) var bytesBefore = 0
        /// Bytes they take now.
        public fileprivate(set) var bytesAfter = 0
        /// The largest difference of a number that was rounded; nil where none was.
        public fileprivate(set) var largestError: Double?
        fileprivate var squaredError = 0.0
        fileprivate var squares = 0.0

        /// The root of the mean square of the differences, relative to that of the numbers that were rounded;
        /// nil where none was.
        public var relativeError: Double? {
            largestError.map { _ in squares > 0 ? (squaredError / squares).squareRoot() : 0 }
        }
    }

    /// The parts of the model, in the order of the computation.
    public private(set) var groups = [
        "encoder convolutions", "encoder blocks", "decoder blocks", "vocabulary", "other",
    ].map { Group(name: $0) }
    /// All of it.
    public private(set) var total = Group(name: "total")

    /// Compares a model with what it was converted to.
    public init(from original: Checkpoint, to copy: Checkpoint) {
        for (name, before) in original.tensors.sorted(by: { $0.key < $1.key }) {
            guard let after = copy.tensors[name] else { continue }
            groups[Self.group(of: name)].add(before, after)
        }
        for group in groups { total.add(group) }
    }

    private static func group(of name: String) -> Int {
        let beginnings = ["encoder.conv", "encoder.blocks.", "decoder.blocks.", "decoder.token_embedding."]
        return beginnings.firstIndex { name.hasPrefix($0) } ?? beginnings.count
    }
}

extension ConversionReport.Group {
    fileprivate mutating func add(_ before: StoredTensor, _ after: StoredTensor) {
        bytesBefore += before.byteCount
        bytesAfter += after.byteCount
        guard before.type != after.type, after.type != .float32 else { return }
        let rows = before.shape.first ?? 1
        for first in stride(from: 0, to: rows, by: 64) {
            let slice = first..<min(rows, first + 64)
            for (number, rounded) in zip(before.floats(rows: slice), after.floats(rows: slice)) {
                let error = Double(rounded) - Double(number)
                largestError = max(largestError ?? 0, abs(error))
                squaredError += error * error
                squares += Double(number) * Double(number)
            }
        }
    }

    fileprivate mutating func add(_ group: Self) {
        bytesBefore += group.bytesBefore
        bytesAfter += group.bytesAfter
        if let error = group.largestError { largestError = max(largestError ?? 0, error) }
        squaredError += group.squaredError
        squares += group.squares
    }
}
