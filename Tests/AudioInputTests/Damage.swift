/// The `number`th damaged version of a file.
func damaged(_ original: [UInt8], number: Int) -> [UInt8] {
    var random = SplitMix(state: UInt64(number))
    var bytes = original
    let edits = random.below(2) == 0 ? 1 : 1 + random.below(8)
    for _ in 0..<edits {
        // Much of what can go wrong is in the headers.
        let reach = random.below(2) == 0 ? bytes.count : min(bytes.count, 200)
        let place = random.below(max(reach, 1))
        switch random.below(7) {
        case 0: bytes.removeSubrange(min(place, bytes.count)...)
        case 1: bytes.removeSubrange(place..<min(place + random.below(64), bytes.count))
        case 2: bytes.insert(contentsOf: (0..<random.below(64)).map { _ in random.byte() }, at: place)
        case 3: set(littleEndian(random.extreme()), in: &bytes, at: place)
        case 4: set(littleEndian(random.extreme().byteSwapped), in: &bytes, at: place)
        case 5: set([random.byte()], in: &bytes, at: place)
        default: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        }
    }
    if random.below(4) > 0 { resealOggPages(&bytes) }
    return bytes
}

/// Makes the checksums of Ogg pages right again, so that the decoders behind them see the damage.
private func resealOggPages(_ bytes: inout [UInt8]) {
    var start = 0
    while start + 27 <= bytes.count, bytes[start..<start + 4].elementsEqual("OggS".utf8) {
        let body = start + 27 + Int(bytes[start + 26])
        guard body <= bytes.count else { return }
        let end = body + bytes[start + 27..<body].reduce(0) { $0 + Int($1) }
        guard end <= bytes.count else { return }
        set([0, 0, 0, 0], in: &bytes, at: start + 22)
        let checksum = bytes[start..<end].reduce(UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte) << 24) { sum, _ in
                sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04c1_1db7 : sum << 1
            }
        }
        set(littleEndian(checksum), in: &bytes, at: start + 22)
        start = end
    }
}

private func set(_ new: [UInt8], in bytes: inout [UInt8], at place: Int) {
    for (index, byte) in zip(place..., new) where index < bytes.count { bytes[index] = byte }
}

/// Vigna's SplitMix64: the same damage on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// Lengths and counts that readers get wrong.
    mutating func extreme() -> UInt32 {
        let values: [UInt32] = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
        return random(of: values)
    }

    private mutating func random(of values: [UInt32]) -> UInt32 {
        below(3) == 0 ? UInt32(truncatingIfNeeded: next()) : values[below(values.count)]
    }
}
