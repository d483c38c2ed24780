// ggml's quantised blocks, each decoded as ggml's `dequantize_row_*` does (ggml/src/ggml-quants.c).

@inline(__always)
private func half(_ block: UnsafeRawPointer, at offset: Int) -> Float {
    float(half: UInt16(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
}

@inline(__always)
private func byte(_ block: UnsafeRawPointer, _ offset: Int) -> Int32 {
    Int32(block.load(fromByteOffset: offset, as: UInt8.self))
}

/// d, then 32 signed bytes.
func decodeQ8Zero(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scale = half(block, at: 0)
    for index in 0..<32 {
        out[index] = Float(block.load(fromByteOffset: 2 + index, as: Int8.self)) * scale
    }
}

/// d, then 32 nibbles less 8: the low ones are numbers 0 to 15, the high ones 16 to 31.
func decodeQ4Zero(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scale = half(block, at: 0)
    for index in 0..<16 {
        let pair = byte(block, 2 + index)
        out[index] = Float((pair & 15) - 8) * scale
        out[index + 16] = Float((pair >> 4) - 8) * scale
    }
}

/// d, m, then 32 nibbles.
func decodeQ4One(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scale = half(block, at: 0)
    let offset = half(block, at: 2)
    for index in 0..<16 {
        let pair = byte(block, 4 + index)
        out[index] = Float(pair & 15) * scale + offset
        out[index + 16] = Float(pair >> 4) * scale + offset
    }
}

/// d, 32 fifth bits, then 32 nibbles, less 16.
func decodeQ5Zero(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scale = half(block, at: 0)
    let fifths = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
    for index in 0..<16 {
        let pair = byte(block, 6 + index)
        out[index] = Float((pair & 15 | fifthBit(fifths, index)) - 16) * scale
        out[index + 16] = Float((pair >> 4 | fifthBit(fifths, index + 16)) - 16) * scale
    }
}

/// d, m, 32 fifth bits, then 32 nibbles.
func decodeQ5One(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scale = half(block, at: 0)
    let offset = half(block, at: 2)
    let fifths = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    for index in 0..<16 {
        let pair = byte(block, 8 + index)
        out[index] = Float(pair & 15 | fifthBit(fifths, index)) * scale + offset
        out[index + 16] = Float(pair >> 4 | fifthBit(fifths, index + 16)) * scale + offset
    }
}

@inline(__always)
private func fifthBit(_ bits: UInt32, _ index: Int) -> Int32 { Int32(bits >> UInt32(index) & 1) << 4 }

/// d, dmin, 12 bytes of packed 6-bit scales and minima, then 256 nibbles in runs of 32.
func decodeQ4K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    for run in 0..<8 {
        let (scale, minimum) = scaleAndMinimum(block, run)
        for index in 0..<32 {
            let nibble = byte(block, 16 + run / 2 * 32 + index) >> Int32(run % 2 * 4) & 15
            out[run * 32 + index] = scale * Float(nibble) - minimum
        }
    }
}

/// As q4_K, with 256 fifth bits between the scales and the nibbles: bit `run` of byte `index`.
func decodeQ5K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    for run in 0..<8 {
        let (scale, minimum) = scaleAndMinimum(block, run)
        for index in 0..<32 {
            let nibble = byte(block, 48 + run / 2 * 32 + index) >> Int32(run % 2 * 4) & 15
            let fifth = (byte(block, 16 + index) >> Int32(run) & 1) << 4
            out[run * 32 + index] = scale * Float(nibble | fifth) - minimum
        }
    }
}

/// Scale and minimum of a run of 32: 6 bits each, the first four runs' in the low six bits of bytes 0 to 7,
/// the others' in the nibbles of bytes 8 to 11 with their top two bits in the spare bits of bytes 0 to 7
/// (`get_scale_min_k4`).
private func scaleAndMinimum(_ block: UnsafeRawPointer, _ run: Int) -> (scale: Float, minimum: Float) {
    let packed = block + 4
    let scale: Int32
    let minimum: Int32
    if run < 4 {
        scale = byte(packed, run) & 63
        minimum = byte(packed, run + 4) & 63
    } else {
        scale = byte(packed, run + 4) & 15 | (byte(packed, run - 4) >> 6) << 4
        minimum = byte(packed, run + 4) >> 4 | (byte(packed, run) >> 6) << 4
    }
    return (half(block, at: 0) * Float(scale), half(block, at: 2) * Float(minimum))
}

/// 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales, d; less 32.
func decodeQ6K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
    let scaleOfScales = half(block, at: 208)
    for run in 0..<8 {
        // Each half of 128 numbers has 64 nibble bytes and 32 bytes of upper bits, read in four runs.
        let (section, quarter) = (run / 4, run % 4)
        for index in 0..<32 {
            let low = byte(block, section * 64 + quarter % 2 * 32 + index) >> Int32(quarter / 2 * 4) & 15
            let high = byte(block, 128 + section * 32 + index) >> Int32(quarter * 2) & 3
            let scale = block.load(fromByteOffset: 192 + run * 2 + index / 16, as: Int8.self)
            out[run * 32 + index] = scaleOfScales * Float(scale) * Float((low | high << 4) - 32)
        }
    }
}
