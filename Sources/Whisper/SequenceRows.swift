/// Which stored keys and values each sequence consists of: a row for each of its tokens. Sequences of a beam
/// begin with the same rows and swap them by index; keys and values stay where they were put.
///
/// Sequences that share rows grow together: a row that is written belongs to nobody else then.
final class SequenceRows {
    /// Most tokens of a sequence.
    let capacity: Int
    /// Tokens of each sequence: `[sequences]`.
    let lengths: UnsafeMutablePointer<Int32>
    private let count: Int
    private let rows: UnsafeMutablePointer<Int32>  // [sequences, capacity]
    private let spareLengths: UnsafeMutablePointer<Int32>  // [sequences]
    private let spare: UnsafeMutablePointer<Int32>  // [sequences, capacity]

    init(sequences: Int, capacity: Int) {
        count = sequences
        self.capacity = capacity
        lengths = .allocate(capacity: sequences)
        lengths.initialize(repeating: 0, count: sequences)
        rows = .allocate(capacity: sequences * capacity)
        spareLengths = .allocate(capacity: sequences)
        spare = .allocate(capacity: sequences * capacity)
    }

    deinit {
        lengths.deallocate()
        rows.deallocate()
        spareLengths.deallocate()
        spare.deallocate()
    }

    /// Rows that all sequences may fill together.
    var rowCount: Int { count * capacity }

    /// The rows of a sequence, in order of its tokens.
    func rows(of sequence: Int) -> UnsafePointer<Int32> { UnsafePointer(rows + sequence * capacity) }

    /// Gives a sequence a row for its next token; the sequence must not be full.
    func extend(_ sequence: Int) -> Int {
        let position = Int(lengths[sequence])
        // By position first: the rows of short texts lie together, however many sequences there may be.
        let row = position * count + sequence
        rows[sequence * capacity + position] = Int32(row)
        lengths[sequence] += 1
        return row
    }

    func clear(_ sequences: Range<Int>) {
        for sequence in sequences { lengths[sequence] = 0 }
    }

    /// Sequence `first + i` becomes what `first + sources[i]` was.
    func rearrange(from first: Int, _ sources: [Int]) {
        for (index, source) in sources.enumerated() where source != index {
            let length = lengths[first + source]
            spareLengths[index] = length
            (spare + index * capacity).update(from: rows(of: first + source), count: Int(length))
        }
        for (index, source) in sources.enumerated() where source != index {
            let length = spareLengths[index]
            lengths[first + index] = length
            (rows + (first + index) * capacity).update(from: spare + index * capacity, count: Int(length))
        }
    }
}
