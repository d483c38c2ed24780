import CKernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How weights are kept and multiplied.
public enum Precision: String, Sendable, CaseIterable {
    /// 32-bit floats.
    case f32
    /// Half-precision weights, widened as they are used; sums in 32 bits.
    case f16
    /// Eight-bit weights with one scale per output, activations quantised per row to eight bits, or to
    /// sixteen where that is free; sums exact in 32 bits.
    case int8
}

/// Weights [outputs, inputs] of a linear map, packed once into the panels that the kernels read, with an
/// optional bias.
public final class LinearWeights: @unchecked Sendable {
    /// Rows of the matrix.
    public let outputs: Int
    /// Columns of the matrix.
    public let inputs: Int
    /// The type the weights are stored in.
    public let precision: Precision
    /// Whether int8 weights take activations of 16 bits instead of 8: the arithmetic doubles, the memory read
    /// does not, and products of few rows wait for that. A matter of the weights and not of the rows, so that a
    /// row's result does not depend on what is computed beside it.
    public let takesFineActivations: Bool
    /// Bytes the packed weights take.
    public let byteCount: Int
    // Never written after init.
    let matrix: earshot_matrix
    private let place: MemoryPlace
    private var panels: UnsafeMutableRawPointer { place.start }
    private let bias: UnsafeMutablePointer<Float>
    private let scales: UnsafeMutablePointer<Float>
    private let offsets: UnsafeMutablePointer<Int32>

    /// Packs a matrix slice by slice, so that no whole copy in 32 bits exists.
    /// - Parameters:
    ///   - bias: one number per output, or nil.
    ///   - fineActivations: see ``takesFineActivations``.
    ///   - memory: where the panels are to lie, as long as it has room.
    ///   - engine: whose threads share the work; nil: the caller's alone.
    ///   - fill: writes the rows (outputs) of the given range, row-major, to the pointer, on any of those
    ///     threads. Several matrices stacked on the output axis are one matrix here: the closure finds the
    ///     right one.
    public convenience init(
        outputs: Int, inputs: Int, precision: Precision, bias: [Float]? = nil, fineActivations: Bool = false,
        in memory: LargeMemory? = nil, engine: Engine? = nil,
        rows fill: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        self.init(
            outputs: outputs, inputs: inputs, precision: precision, bias: bias, fine: fineActivations,
            in: memory)
        forEachSlice(of: 64, engine) { slice in
            let rows = UnsafeMutablePointer<Float>.allocate(capacity: slice.count * inputs)
            defer { rows.deallocate() }
            fill(slice, rows)
            pack(slice, rows)
        }
    }

    /// Packs a matrix whose rows are rounded already: what ``roundWeights(_:count:into:)`` made of them.
    /// - Parameters:
    ///   - bias: one number per output, or nil.
    ///   - fineActivations: see ``takesFineActivations``.
    ///   - memory: where the panels are to lie, as long as it has room.
    ///   - engine: whose threads share the work; nil: the caller's alone.
    ///   - row: the weights of an output and what one step of them is worth.
    public convenience init(
        outputs: Int, inputs: Int, bias: [Float]? = nil, fineActivations: Bool = false,
        in memory: LargeMemory? = nil, engine: Engine? = nil,
        roundedRows row: (Int) -> (weights: UnsafePointer<Int8>, scale: Float)
    ) {
        self.init(
            outputs: outputs, inputs: inputs, precision: .int8, bias: bias, fine: fineActivations, in: memory)
        let zeros = [Int8](repeating: 0, count: inputs)
        zeros.withUnsafeBufferPointer { zeros in
            forEachSlice(of: 16, engine) { slice in
                withUnsafeTemporaryAllocation(of: UnsafePointer<Int8>?.self, capacity: 16) { rows in
                    rows.initialize(repeating: zeros.baseAddress)
                    for output in slice {
                        (rows[output - slice.lowerBound], scales[output]) = row(output)
                    }
                    let first = slice.lowerBound
                    earshot_pack_rounded(
                        rows.baseAddress, inputs,
                        panels.assumingMemoryBound(to: Int8.self) + first * paddedInputs, offsets + first)
                }
            }
        }
    }

    private init(
        outputs: Int, inputs: Int, precision: Precision, bias: [Float]?, fine: Bool, in memory: LargeMemory?
    ) {
        precondition(outputs > 0 && inputs > 0 && (bias == nil || bias?.count == outputs))
        self.outputs = outputs
        self.inputs = inputs
        self.precision = precision
        takesFineActivations = fine && precision == .int8
        let padded = (outputs + 15) / 16 * 16
        byteCount = Self.byteCount(outputs: outputs, inputs: inputs, precision)
        place = MemoryPlace(byteCount: byteCount, in: memory)
        self.bias = zeroed(padded, as: Float.self).assumingMemoryBound(to: Float.self)
        scales = zeroed(padded, as: Float.self).assumingMemoryBound(to: Float.self)
        offsets = zeroed(padded, as: Int32.self).assumingMemoryBound(to: Int32.self)
        for (output, value) in (bias ?? []).enumerated() { self.bias[output] = value }
        matrix = earshot_matrix(
            panels: place.start, bias: self.bias, scales: scales, offsets: offsets, outputs: outputs,
            inputs: inputs)
    }

    /// Bytes that the packed weights of a matrix take.
    public static func byteCount(outputs: Int, inputs: Int, _ precision: Precision) -> Int {
        let padded = (outputs + 15) / 16 * 16
        return switch precision {
        case .f32: padded * inputs * 4
        case .f16: padded * inputs * 2
        case .int8: padded * ((inputs + 3) / 4 * 4)
        }
    }

    deinit {
        place.giveBack()
        bias.deallocate()
        scales.deallocate()
        offsets.deallocate()
    }

    /// The weights of one output, `inputs` of them, as they are multiplied.
    public func copyRow(_ output: Int, into destination: UnsafeMutablePointer<Float>) {
        precondition(output >= 0 && output < outputs)
        let (panel, lane) = (output / 16 * 16, output % 16)
        switch precision {
        case .f32:
            let weights = panels.assumingMemoryBound(to: Float.self) + panel * inputs + lane
            for input in 0..<inputs { destination[input] = weights[input * 16] }
        case .f16:
            let weights = panels.assumingMemoryBound(to: Float16.self) + panel * inputs + lane
            for input in 0..<inputs { destination[input] = Float(weights[input * 16]) }
        case .int8:
            let weights = panels.assumingMemoryBound(to: Int8.self) + panel * paddedInputs + lane * 4
            let scale = scales[output]
            for input in 0..<inputs {
                destination[input] = Float(weights[input / 4 * 64 + input % 4]) * scale
            }
        }
    }

    /// int8 takes inputs by fours.
    private var paddedInputs: Int { (inputs + 3) / 4 * 4 }

    /// Calls `body` for `length` outputs at a time, a multiple of a panel's.
    private func forEachSlice(of length: Int, _ engine: Engine?, _ body: (Range<Int>) -> Void) {
        if let engine { return engine.parallel(outputs, inRangesOf: length, body) }
        for start in stride(from: 0, to: outputs, by: length) {
            body(start..<min(outputs, start + length))
        }
    }

    private func pack(_ slice: Range<Int>, _ rows: UnsafePointer<Float>) {
        let (first, count) = (slice.lowerBound, slice.count)
        switch precision {
        case .f32:
            earshot_pack_f32(rows, first, count, inputs, panels.assumingMemoryBound(to: Float.self))
        case .f16:
            earshot_pack_f16(rows, first, count, inputs, panels.assumingMemoryBound(to: UInt16.self))
        case .int8:
            earshot_pack_int8(
                rows, first, count, inputs, panels.assumingMemoryBound(to: Int8.self), scales, offsets)
        }
    }
}

/// Rounds the weights of one output to eight bits, the largest to ±127, as ``LinearWeights`` of precision
/// `.int8` do.
/// - Returns: what one step is worth: the weights are about `destination` times this.
public func roundWeights(
    _ weights: UnsafePointer<Float>, count: Int, into destination: UnsafeMutablePointer<Int8>
) -> Float {
    earshot_round_weights(weights, count, destination)
}

/// Scale and offset of a layer norm, in 32 bits; epsilon is 1e-5.
public final class LayerNormWeights: @unchecked Sendable {
    /// Channels of a row.
    public let width: Int
    // Never written after init.
    let norm: earshot_norm
    private let gamma: UnsafeMutablePointer<Float>
    private let beta: UnsafeMutablePointer<Float>

    /// `gamma` and `beta` hold one number per channel.
    public init(gamma: [Float], beta: [Float]) {
        precondition(gamma.count == beta.count && !gamma.isEmpty)
        width = gamma.count
        self.gamma = zeroed(width, as: Float.self).assumingMemoryBound(to: Float.self)
        self.beta = zeroed(width, as: Float.self).assumingMemoryBound(to: Float.self)
        self.gamma.update(from: gamma, count: width)
        self.beta.update(from: beta, count: width)
        norm = earshot_norm(gamma: self.gamma, beta: self.beta, width: width)
    }

    deinit {
        gamma.deallocate()
        beta.deallocate()
    }
}

/// Zeros for `count` elements, on a cache line of their own. What is large takes memory only once it is
/// touched, and what is very large lies on huge pages where the system has them: reading a vocabulary's
/// weights otherwise spends a tenth of its time on finding pages.
func zeroed<Element>(_ count: Int, as: Element.Type) -> UnsafeMutableRawPointer {
    let bytes = max(64, count * MemoryLayout<Element>.stride)
    let hugePage = 1 << 21
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let alignment = bytes >= 2 * hugePage ? hugePage : bytes >= 8 * page ? page : 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    var zeros = 0
    #if os(Linux)
        if alignment == hugePage { madvise(memory, bytes, MADV_HUGEPAGE) }
        // Whole pages that are given back read as zeros.
        let whole = bytes / page * page
        if alignment >= page, madvise(memory, whole, MADV_DONTNEED) == 0 { zeros = whole }
    #endif
    (memory + zeros).initializeMemory(as: UInt8.self, repeating: 0, count: bytes - zeros)
    return memory
}
