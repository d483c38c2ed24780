import Compute
import Whisper

/// How much the alignment heads look at each moment while each token is spoken: the mean of their weights,
/// each moment's standardised over the tokens and smoothed over time.
///
/// ref: openai-whisper `timing.py`, `find_alignment`, from `weights =` to `matrix =`.
struct AlignmentMatrix {
    let tokens: Int
    let positions: Int
    private var sums: [Float]  // [tokens, positions]
    private var heads: Float = 0

    init(tokens: Int, positions: Int) {
        self.tokens = tokens
        self.positions = positions
        sums = [Float](repeating: 0, count: tokens * positions)
    }

    /// Adds a layer's heads; their scores are overwritten.
    mutating func add(_ scores: TextDecoder.AttentionScores, engine: Engine) {
        let size = tokens * positions
        engine.parallel(scores.heads) { head in
            let weights = scores.values.extracting(head * size..<(head + 1) * size)
            softmax(weights, rows: tokens, engine: engine)
            standardiseColumns(weights, rows: tokens)
            var filter = MedianFilter()
            for token in 0..<tokens {
                filter.apply(to: weights.extracting(token * positions..<(token + 1) * positions))
            }
        }
        for head in 0..<scores.heads {
            for index in 0..<size { sums[index] += scores.values[head * size + index] }
        }
        heads += Float(scores.heads)
    }

    /// What it costs not to look: the mean, negated, of the rows of some tokens.
    func costs(of rows: Range<Int>) -> [Float] {
        sums[rows.lowerBound * positions..<rows.upperBound * positions].map { -($0 / heads) }
    }
}

private func softmax(_ scores: UnsafeMutableBufferPointer<Float>, rows: Int, engine: Engine) {
    let columns = scores.count / rows
    for row in 0..<rows {
        let row = scores.extracting(row * columns..<(row + 1) * columns)
        guard let start = row.baseAddress else { return }
        var peak = -Float.infinity
        for score in row { peak = max(peak, score) }
        for column in row.indices { row[column] -= peak }
        engine.exponential(start, count: columns, into: start)
        var total: Float = 0
        for weight in row { total += weight }
        for column in row.indices { row[column] /= total }
    }
}

/// Takes from every column its mean and divides it by its standard deviation.
///
/// Deviation: a column of equal weights, as in a window of one column, tells nothing and becomes zeros; the
/// reference divides zero by zero, and its words begin a step before the window.
private func standardiseColumns(_ matrix: UnsafeMutableBufferPointer<Float>, rows: Int) {
    let columns = matrix.count / rows
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    for row in 0..<rows {
        for column in 0..<columns { sums[column] += Double(matrix[row * columns + column]) }
    }
    for row in 0..<rows {
        for column in 0..<columns {
            let distance = Double(matrix[row * columns + column]) - sums[column] / Double(rows)
            squares[column] += distance * distance
        }
    }
    let means = sums.map { Float($0 / Double(rows)) }
    let deviations = squares.map { Float(($0 / Double(rows)).squareRoot()) }
    for row in 0..<rows {
        for column in 0..<columns {
            let distance = matrix[row * columns + column] - means[column]
            matrix[row * columns + column] = deviations[column] > 0 ? distance / deviations[column] : 0
        }
    }
}
