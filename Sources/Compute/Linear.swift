import CKernels

/// What becomes of the sums of a linear map.
public enum Epilogue: Sendable {
    /// y = sum
    case store
    /// y = gelu(sum), the exact form with erf
    case gelu
    /// y = y + sum
    case accumulate

    var code: Int32 {
        switch self {
        case .store: Int32(EARSHOT_STORE)
        case .gelu: Int32(EARSHOT_GELU)
        case .accumulate: Int32(EARSHOT_ACCUMULATE)
        }
    }
}

extension Engine {
    /// y[r, 0..<outputs] = epilogue(W · norm(x[r, 0..<inputs]) + b) for every row.
    ///
    /// - Parameters:
    ///   - x: rows of `inputs` floats, `rowStride` floats apart; they may overlap, which makes a
    ///     convolution over time-major [frames, channels] a linear map.
    ///   - norm: layer norm of the input rows, or nil.
    ///   - y: rows of `outputs` floats, `outStride` floats apart; must not overlap `x`.
    public func linear(
        _ w: LinearWeights, _ x: UnsafePointer<Float>, rows: Int, rowStride: Int, norm: LayerNormWeights?,
        into y: UnsafeMutablePointer<Float>, outStride: Int, epilogue: Epilogue, scratch: Scratch
    ) {
        precondition(norm == nil || norm?.width == w.inputs)
        var arena = Arena()
        let width = preparedWidth(w)
        let prepared = arena.place(rows * width * preparedBytes(w.precision))
        let scales = arena.place(rows * 4)
        let isReady = w.precision != .int8 && norm == nil
        let memory = isReady ? scratch.bytes(64) : scratch.bytes(arena.size)

        var input = earshot_rows(values: x, scales: nil, stride: rowStride, count: rows)
        if !isReady {
            input = earshot_rows(
                values: memory + prepared, scales: (memory + scales).assumingMemoryBound(to: Float.self),
                stride: width, count: rows)
            parallelRows(rows, of: w.inputs) { range in
                prepare(
                    w, x + range.lowerBound * rowStride, rows: range.count, stride: rowStride, norm: norm,
                    into: slice(input, range, w.precision))
            }
        }
        product(w, input, into: y, outStride: outStride, epilogue: epilogue)
    }

    /// x[r] = x[r] + fc2(gelu(fc1(norm(x[r])))), by blocks of rows so that the hidden rows stay in cache.
    public func mlp(
        _ x: UnsafeMutablePointer<Float>, rows: Int, norm: LayerNormWeights, fc1: LinearWeights,
        fc2: LinearWeights, scratch: Scratch
    ) {
        let block = 96
        let hidden = fc1.outputs
        let buffer = UnsafeMutablePointer<Float>.allocate(capacity: block * hidden)
        defer { buffer.deallocate() }
        for first in stride(from: 0, to: rows, by: block) {
            let count = min(block, rows - first)
            let part = x + first * fc1.inputs
            linear(
                fc1, part, rows: count, rowStride: fc1.inputs, norm: norm, into: buffer, outStride: hidden,
                epilogue: .gelu, scratch: scratch)
            linear(
                fc2, buffer, rows: count, rowStride: hidden, norm: nil, into: part, outStride: fc2.outputs,
                epilogue: .accumulate, scratch: scratch)
        }
    }

    /// y[r] = norm(x[r]), rows of the norm's width one behind the other.
    public func layerNorm(
        _ x: UnsafePointer<Float>, rows: Int, _ n: LayerNormWeights, into y: UnsafeMutablePointer<Float>
    ) {
        parallelRows(rows, of: n.width) { range in
            let offset = range.lowerBound * n.width
            table.normalize(x + offset, n.width, range.count, n.norm, y + offset, n.width)
        }
    }

    /// Elements between prepared rows.
    private func preparedWidth(_ w: LinearWeights) -> Int {
        w.precision == .int8 ? (w.inputs + 3) / 4 * 4 : w.inputs
    }

    /// Bytes of an element of a prepared row.
    private func preparedBytes(_ precision: Precision) -> Int {
        precision == .int8 ? table.activation_bytes : 4
    }

    private func slice(_ rows: earshot_rows, _ range: Range<Int>, _ precision: Precision) -> earshot_rows {
        earshot_rows(
            values: rows.values + range.lowerBound * rows.stride * preparedBytes(precision),
            scales: precision == .int8 ? rows.scales + range.lowerBound : nil, stride: rows.stride,
            count: range.count)
    }

    /// Normalises, and for int8 quantises, rows.
    private func prepare(
        _ w: LinearWeights, _ x: UnsafePointer<Float>, rows: Int, stride: Int, norm: LayerNormWeights?,
        into target: earshot_rows
    ) {
        let norm = norm?.norm ?? earshot_norm(gamma: nil, beta: nil, width: w.inputs)
        let values = UnsafeMutableRawPointer(mutating: target.values)
        if w.precision == .int8 {
            table.quantize(
                x, stride, rows, norm, values, target.stride, UnsafeMutablePointer(mutating: target.scales))
        } else {
            table.normalize(
                x, stride, rows, norm, values?.assumingMemoryBound(to: Float.self), target.stride)
        }
    }

    private func parallelRows(_ rows: Int, of width: Int, _ body: (Range<Int>) -> Void) {
        let block = 24
        if rows * width < 1 << 14 { return body(0..<rows) }
        parallel((rows + block - 1) / block) { item in
            body(item * block..<min(rows, (item + 1) * block))
        }
    }

    /// The product by blocks of rows and of panels.
    private func product(
        _ w: LinearWeights, _ input: earshot_rows, into y: UnsafeMutablePointer<Float>, outStride: Int,
        epilogue: Epilogue
    ) {
        let kernel =
            switch w.precision {
            case .f32: table.linear_f32
            case .f16: table.linear_f16
            case .int8: table.linear_int8
            }
        guard let kernel else { return }
        let panels = (w.outputs + 15) / 16
        let rowBlock = 48
        let rowBlocks = (input.count + rowBlock - 1) / rowBlock
        // Few rows: shares of the panels alone keep every thread busy.
        let panelBlock =
            rowBlocks > 2 * threadCount ? panels : max(4, (panels / (4 * threadCount) + 3) / 4 * 4)
        let panelBlocks = (panels + panelBlock - 1) / panelBlock
        let work = input.count * w.outputs * w.inputs
        func block(_ item: Int) {
            let row = item / panelBlocks * rowBlock
            let panel = item % panelBlocks * panelBlock
            var matrix = w.matrix
            kernel(
                &matrix, slice(input, row..<min(row + rowBlock, input.count), w.precision), panel,
                min(panelBlock, panels - panel), y + row * outStride, outStride, epilogue.code)
        }
        if work < 1 << 16 {
            for item in 0..<rowBlocks * panelBlocks { block(item) }
        } else {
            parallel(rowBlocks * panelBlocks, block)
        }
    }
}
