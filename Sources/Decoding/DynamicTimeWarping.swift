/// The cheapest way through a matrix from its first element to its last, down, right or both at a step.
///
/// ref: openai-whisper `timing.py`, `dtw_cpu` and `backtrace`; of equally cheap steps, the same is taken.
package enum DynamicTimeWarping {
    private enum Step: UInt8 {
        case both, down, right
    }

    /// The elements of the way, in order; empty for an empty matrix.
    /// - Parameters:
    ///   - costs: `[rows, columns]`.
    ///   - rows: tokens, say.
    ///   - columns: moments, say.
    package static func path(_ costs: [Float], rows: Int, columns: Int) -> [(row: Int, column: Int)] {
        guard rows > 0, columns > 0 else { return [] }
        var steps = [Step](repeating: .right, count: rows * columns)
        var above = [Float](repeating: .infinity, count: columns + 1)  // total costs, of the row before
        above[0] = 0
        var totals = above
        for row in 0..<rows {
            totals[0] = .infinity
            for column in 0..<columns {
                let (both, down, right) = (above[column], above[column + 1], totals[column])
                let step: Step =
                    both < down && both < right ? .both : down < both && down < right ? .down : .right
                let before =
                    switch step {
                    case .both: both
                    case .down: down
                    case .right: right
                    }
                totals[column + 1] = costs[row * columns + column] + before
                steps[row * columns + column] = step
            }
            swap(&above, &totals)
        }
        return backtrace(steps, rows: rows, columns: columns)
    }

    private static func backtrace(
        _ steps: [Step], rows: Int, columns: Int
    ) -> [(row: Int, column: Int)] {
        var (row, column) = (rows - 1, columns - 1)
        var path = [(row: row, column: column)]
        while row > 0 || column > 0 {
            // The edges leave no choice.
            switch row == 0 ? .right : column == 0 ? .down : steps[row * columns + column] {
            case .both: (row, column) = (row - 1, column - 1)
            case .down: row -= 1
            case .right: column -= 1
            }
            path.append((row, column))
        }
        return path.reversed()
    }
}
