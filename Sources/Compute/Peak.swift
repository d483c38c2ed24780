import CKernels

extension Engine {
    /// Multiplications and additions a second of a product that never leaves the nearest caches, on all
    /// threads: what no linear map exceeds, but for wide ones in tiles, whose blocks overlap better.
    public func peakArithmetic(_ precision: Precision) -> Double {
        // Whole tiles of every table; long enough that finishing the sums does not count.
        let (rows, outputs, inputs) = precision == .int8 ? (96, 64, 384) : (24, 64, 128)
        let weights = LinearWeights(outputs: outputs, inputs: inputs, precision: precision) { range, row in
            row.update(repeating: 0.01, count: range.count * inputs)
        }
        let work = 2 * rows * outputs * inputs
        let repetitions = 400_000_000 / work
        return rate(of: Double(work * repetitions)) { _ in
            let (x, prepared) = (zeroed(rows * inputs, as: Float.self), zeroed(rows * inputs, as: Float.self))
            let (y, scales) = (zeroed(rows * outputs, as: Float.self), zeroed(2 * rows, as: Float.self))
            defer { for memory in [x, prepared, y, scales] { memory.deallocate() } }
            let table = table.pointee
            let floats = scales.assumingMemoryBound(to: Float.self)
            if precision == .int8 {
                let norm = earshot_norm(gamma: nil, beta: nil, width: inputs)
                let values = x.assumingMemoryBound(to: Float.self)
                table.quantize(values, inputs, rows, norm, prepared, inputs, floats, floats + rows)
            }
            let input = earshot_rows(
                values: prepared, scales: floats, zeros: floats + rows, stride: inputs, count: rows)
            let kernel =
                switch precision {
                case .f32: table.linear_f32
                case .f16: table.linear_f16
                case .int8: table.linear_int8
                }
            withUnsafePointer(to: weights.matrix) { matrix in
                for _ in 0..<repetitions {
                    kernel?(
                        matrix, input, 0, outputs / 16, y.assumingMemoryBound(to: Float.self), outputs,
                        Epilogue.store.code)
                }
            }
        }
    }

    /// Bytes a second that all threads together read of memory that no cache holds.
    public func peakBandwidth() -> Double {
        let vectors = 1 << 20  // a thread: 64 MiB
        let memory = zeroed(vectors * threadCount, as: SIMD8<UInt64>.self)
        defer { memory.deallocate() }
        let words = memory.assumingMemoryBound(to: SIMD8<UInt64>.self)
        // Pages that nobody wrote to are all the same page of zeros, and that in a cache.
        words.update(repeating: SIMD8(repeating: 1), count: vectors * threadCount)
        return rate(of: Double(vectors * 64)) { thread in
            let own = words + thread * vectors
            var sum = SIMD8<UInt64>.zero
            for index in 0..<vectors { sum &+= own[index] }
            own[0] = sum
        }
    }

    /// What all threads together do in a second, at best, when each item is `amount` of something.
    private func rate(of amount: Double, _ work: (_ item: Int) -> Void) -> Double {
        var best = 0.0
        for _ in 0..<10 {
            let start = ContinuousClock.now
            parallel(threadCount, work)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            best = max(best, amount * Double(threadCount) / seconds)
        }
        return best
    }
}
