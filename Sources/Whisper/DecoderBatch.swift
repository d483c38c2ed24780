/// The tokens of one pass through the decoder, and what each of them reads.
final class DecoderBatch {
    /// How many tokens there are.
    private(set) var count = 0
    let tokens: UnsafeMutablePointer<Int>  // [capacity]
    let positions: UnsafeMutablePointer<Int>  // [capacity]
    /// Where the token's own keys and values go.
    let rows: UnsafeMutablePointer<Int>  // [capacity]
    /// The rows of its sequence, its own the last of them, and how many.
    let tables: UnsafeMutablePointer<UnsafePointer<Int32>>  // [capacity]
    let counts: UnsafeMutablePointer<Int32>  // [capacity]
    /// The first row of its window's audio.
    let audio: UnsafeMutablePointer<Int32>  // [capacity]

    init(capacity: Int) {
        tokens = .allocate(capacity: capacity)
        positions = .allocate(capacity: capacity)
        rows = .allocate(capacity: capacity)
        tables = .allocate(capacity: capacity)
        counts = .allocate(capacity: capacity)
        audio = .allocate(capacity: capacity)
    }

    deinit {
        tokens.deallocate()
        positions.deallocate()
        rows.deallocate()
        tables.deallocate()
        counts.deallocate()
        audio.deallocate()
    }

    func clear() { count = 0 }

    func add(token: Int, position: Int, row: Int, rows table: UnsafePointer<Int32>, audio start: Int) {
        tokens[count] = token
        positions[count] = position
        rows[count] = row
        tables[count] = table
        counts[count] = Int32(position + 1)
        audio[count] = Int32(start)
        count += 1
    }
}
