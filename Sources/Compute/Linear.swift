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
        let stop = recorder.start(
            .linear(ObjectIdentifier(w)), arithmetic: 2 * rows * w.outputs * w.inputs, bytes: w.byteCount)
        defer { stop?() }
        let product = Product(self, w, norm: norm, epilogue: epilogue)
        defer { withExtendedLifetime(w) {} }
        let rowBlock = rowBlock(w.precision)
        let source = Rows(start: x, stride: rowStride)
        let target = MutableRows(start: y, stride: outStride)
        if rows >= rowBlock * threadCount {
            // Each thread prepares and multiplies its own rows.
            let share = product.bytes(rows: rowBlock)
            let memory = scratch.bytes(share * threadCount)
            parallel(
                (rows + rowBlock - 1) / rowBlock,
                onThreads: { item, thread in
                    let range = item * rowBlock..<min(rows, (item + 1) * rowBlock)
                    let prepared = product.prepare(
                        source.from(range.lowerBound), range.count, memory + thread * share)
                    product.multiply(prepared, panels: 0..<product.panels, target.from(range.lowerBound))
                })
        } else {
            multiplyFewRows(product, source, rows, target, scratch.bytes(product.bytes(rows: rows)))
        }
    }

    /// x[r] = x[r] + fc2(gelu(fc1(norm(x[r])))), by blocks of rows so that the hidden rows stay in cache.
    public func mlp(
        _ x: UnsafeMutablePointer<Float>, rows: Int, norm: LayerNormWeights, fc1: LinearWeights,
        fc2: LinearWeights, scratch: Scratch
    ) {
        let stop = recorder.start(
            .linear(ObjectIdentifier(fc1)), arithmetic: 4 * rows * fc1.outputs * fc1.inputs,
            bytes: fc1.byteCount + fc2.byteCount)
        defer { stop?() }
        let first = Product(self, fc1, norm: norm, epilogue: .gelu)
        let second = Product(self, fc2, norm: nil, epilogue: .accumulate)
        defer { withExtendedLifetime((fc1, fc2)) {} }
        let rowBlock = rowBlock(fc1.precision)
        let block = fc1.outputs > 2048 ? rowBlock / 2 : rowBlock
        let hiddenRows = rows >= block * threadCount ? block : rows
        var arena = Arena()
        let hiddenAt = arena.place(hiddenRows * fc1.outputs * 4)
        let preparedAt = arena.place(max(first.bytes(rows: hiddenRows), second.bytes(rows: hiddenRows)))
        let all = MutableRows(start: x, stride: fc1.inputs)

        func hidden(_ memory: UnsafeMutableRawPointer) -> MutableRows {
            MutableRows(
                start: (memory + hiddenAt).assumingMemoryBound(to: Float.self), stride: fc1.outputs)
        }
        if rows >= block * threadCount {
            let memory = scratch.bytes(arena.size * threadCount)
            parallel(
                (rows + block - 1) / block,
                onThreads: { item, thread in
                    let count = min(block, rows - item * block)
                    let part = all.from(item * block)
                    let own = memory + thread * arena.size
                    let normal = first.prepare(Rows(part), count, own + preparedAt)
                    first.multiply(normal, panels: 0..<first.panels, hidden(own))
                    let activated = second.prepare(Rows(hidden(own)), count, own + preparedAt)
                    second.multiply(activated, panels: 0..<second.panels, part)
                })
        } else {
            let memory = scratch.bytes(arena.size)
            multiplyFewRows(first, Rows(all), rows, hidden(memory), memory + preparedAt)
            multiplyFewRows(second, Rows(hidden(memory)), rows, all, memory + preparedAt)
        }
    }

    /// y[r] = norm(x[r]), rows of the norm's width one behind the other.
    public func layerNorm(
        _ x: UnsafePointer<Float>, rows: Int, _ n: LayerNormWeights, into y: UnsafeMutablePointer<Float>
    ) {
        let stop = recorder.start(.layerNorm)
        defer { stop?() }
        parallelRows(rows, of: n.width) { range in
            let offset = range.lowerBound * n.width
            table.pointee.normalize(x + offset, n.width, range.count, n.norm, y + offset, n.width)
        }
    }

    private func parallelRows(_ rows: Int, of width: Int, _ body: (Range<Int>) -> Void) {
        if rows * width < 1 << 14 { return body(0..<rows) }
        parallel(rows, inRangesOf: 24, body)
    }

    /// Rows that a thread takes at a time: enough to reuse weights in the second-level cache, few enough
    /// that the threads finish together.
    private func rowBlock(_ precision: Precision) -> Int {
        let rows = precision == .int8 ? table.pointee.row_block : 48
        return threadCount > 4 ? rows / 2 : rows
    }

    /// A product whose outputs, not rows, are shared out among the threads.
    private func multiplyFewRows(
        _ product: Product, _ x: Rows, _ rows: Int, _ y: MutableRows, _ memory: UnsafeMutableRawPointer
    ) {
        let prepared = product.prepare(x, rows, memory)
        // Less than some microseconds of work is not worth waking threads for.
        if rows * product.outputs * product.inputs < 1 << 17 {
            return product.multiply(prepared, panels: 0..<product.panels, y)
        }
        let block = max(4, product.panels / (8 * threadCount) / 4 * 4)
        parallel(
            (product.panels + block - 1) / block,
            PanelJob(product: product, rows: prepared, block: block, target: y))
    }
}

/// Shares of a product's outputs.
private struct PanelJob: Job {
    let product: Product
    let rows: earshot_rows
    let block: Int
    let target: MutableRows

    func run(_ item: Int, thread: Int) {
        product.multiply(
            rows, panels: item * block..<min(product.panels, (item + 1) * block), target)
    }
}

/// Rows of floats in memory.
private struct Rows {
    let start: UnsafePointer<Float>
    let stride: Int

    init(start: UnsafePointer<Float>, stride: Int) {
        self.start = start
        self.stride = stride
    }

    init(_ rows: MutableRows) { self.init(start: rows.start, stride: rows.stride) }

    func from(_ row: Int) -> Rows { Rows(start: start + row * stride, stride: stride) }
}

/// Rows of floats to write.
private struct MutableRows {
    let start: UnsafeMutablePointer<Float>
    let stride: Int

    func from(_ row: Int) -> MutableRows { MutableRows(start: start + row * stride, stride: stride) }
}

/// One product's kernel and operands. Whoever makes it keeps the weights: counting references to them, on several
/// threads at once, would cost a small product more than its arithmetic.
private struct Product {
    let inputs: Int
    let outputs: Int
    var panels: Int { (outputs + 15) / 16 }
    private let matrix: earshot_matrix
    private let precision: Precision
    private let isFine: Bool
    private let norm: earshot_norm
    private let table: UnsafePointer<earshot_kernels>
    private let epilogue: Int32
    private var isQuantised: Bool { precision == .int8 }
    // Of prepared rows: elements between two, bytes of one.
    private var width: Int { isQuantised ? (inputs + 3) / 4 * (isFine ? 8 : 4) : inputs }
    private var elementBytes: Int { isQuantised ? table.pointee.activation_bytes : 4 }

    init(_ engine: Engine, _ weights: LinearWeights, norm: LayerNormWeights?, epilogue: Epilogue) {
        precondition(norm == nil || norm?.width == weights.inputs)
        inputs = weights.inputs
        outputs = weights.outputs
        matrix = weights.matrix
        precision = weights.precision
        isFine = weights.takesFineActivations
        self.norm = norm?.norm ?? earshot_norm(gamma: nil, beta: nil, width: inputs)
        table = engine.kernels.table
        self.epilogue = epilogue.code
    }

    /// Bytes that `prepare` needs: the rows, then their scales and zeros.
    func bytes(rows: Int) -> Int { rowBytes(rows) + (rows * 8 + 63) / 64 * 64 }

    private func rowBytes(_ rows: Int) -> Int { (rows * width * elementBytes + 63) / 64 * 64 }

    /// Rows as the kernel multiplies them: normalised, quantised, or just as they are.
    func prepare(_ x: Rows, _ rows: Int, _ memory: UnsafeMutableRawPointer) -> earshot_rows {
        guard isQuantised || norm.gamma != nil else {
            return earshot_rows(values: x.start, scales: nil, zeros: nil, stride: x.stride, count: rows)
        }
        let scales = (memory + rowBytes(rows)).assumingMemoryBound(to: Float.self)
        if isFine {
            table.pointee.quantize_fine(x.start, x.stride, rows, norm, memory, width, scales)
        } else if isQuantised {
            table.pointee.quantize(x.start, x.stride, rows, norm, memory, width, scales, scales + rows)
        } else {
            let values = memory.assumingMemoryBound(to: Float.self)
            table.pointee.normalize(x.start, x.stride, rows, norm, values, width)
        }
        return earshot_rows(values: memory, scales: scales, zeros: scales + rows, stride: width, count: rows)
    }

    /// The outputs of some panels.
    func multiply(_ rows: earshot_rows, panels: Range<Int>, _ y: MutableRows) {
        let kernel =
            switch precision {
            case .f32: table.pointee.linear_f32
            case .f16: table.pointee.linear_f16
            case .int8: isFine ? table.pointee.linear_int8_fine : table.pointee.linear_int8
            }
        withUnsafePointer(to: matrix) { matrix in
            kernel?(matrix, rows, panels.lowerBound, panels.count, y.start, y.stride, epilogue)
        }
    }
}
