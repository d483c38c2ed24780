extension StoredType {
    /// Writes `count` numbers, whole blocks of them, as fp32.
    /// - Parameter scale: what one step of an `int8` is worth.
    func decode(
        _ source: UnsafeRawPointer, count: Int, scale: Float = 1, into out: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .float32: UnsafeMutableRawPointer(out).copyMemory(from: source, byteCount: count * 4)
        case .float16: decodeHalves(source, count, out)
        case .bfloat16: decodeBrainFloats(source, count, out)
        case .int8:
            let numbers = source.assumingMemoryBound(to: Int8.self)
            for index in 0..<count { out[index] = Float(numbers[index]) * scale }
        case .q8Zero: decodeBlocks(source, count, out, decodeQ8Zero)
        case .q5Zero: decodeBlocks(source, count, out, decodeQ5Zero)
        case .q5One: decodeBlocks(source, count, out, decodeQ5One)
        case .q4Zero: decodeBlocks(source, count, out, decodeQ4Zero)
        case .q4One: decodeBlocks(source, count, out, decodeQ4One)
        case .q4K: decodeBlocks(source, count, out, decodeQ4K)
        case .q5K: decodeBlocks(source, count, out, decodeQ5K)
        case .q6K: decodeBlocks(source, count, out, decodeQ6K)
        }
    }

    private func decodeBlocks(
        _ source: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutablePointer<Float>,
        _ decodeBlock: (UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void
    ) {
        for index in 0..<count / block.length {
            decodeBlock(source + index * block.bytes, out + index * block.length)
        }
    }
}

/// A half-precision number as fp32, by integer arithmetic: without F16C, which the baseline build may not
/// assume, `Float(Float16)` is a call into the runtime for every number, and this vectorises.
@inline(__always)
func float(half bits: UInt16) -> Float {
    let rebias: UInt32 = (127 - 15) << 23
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let sign = UInt32(bits & 0x8000) << 16
    let normal = magnitude &+ rebias
    // As if the hidden bit were there, then it is taken off again; no subnormal fp32 is ever touched.
    let hiddenBit = Float(bitPattern: rebias &+ 1 << 23)
    let subnormal = (Float(bitPattern: normal &+ 1 << 23) - hiddenBit).bitPattern
    let infinityOrNaN = normal &+ rebias
    let finite = magnitude < 1 << 23 ? subnormal : normal
    return Float(bitPattern: (magnitude < 31 << 23 ? finite : infinityOrNaN) | sign)
}

private func decodeHalves(_ source: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
        let bits = source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)
        out[index] = float(half: UInt16(littleEndian: bits))
    }
}

private func decodeBrainFloats(_ source: UnsafeRawPointer, _ count: Int, _ out: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
        let bits = source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)
        out[index] = Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
    }
}
