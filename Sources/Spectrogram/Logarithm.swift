/// Base-10 logarithm of four positive normal numbers, within 6e-7 between 1e-10 and 1e4.
///
/// x = 2ᵉ·(1 + f) with 1 + f between √½ and √2. The polynomial is the one of degree 8 without a constant
/// term that keeps the greatest error of log10(1 + f) smallest (1.5e-8). log10 2 is split in two, so that e
/// times its greater part is exact.
@inline(__always)
package func commonLogarithm(_ x: Lanes) -> Lanes {
    let rootOfHalf: UInt32 = 0x3F35_04F3
    let one: UInt32 = 0x3F80_0000
    let mantissaMask: UInt32 = 0x007F_FFFF

    let shifted = unsafeBitCast(x, to: SIMD4<UInt32>.self) &+ (one &- rootOfHalf)
    // An integer below 2²³ under the exponent of 2²³ reads as 2²³ plus that integer: the conversion is an OR.
    let twoTo23 = Lanes(repeating: 8_388_608)
    let biased = unsafeBitCast(
        (shifted &>> 23) | unsafeBitCast(twoTo23, to: SIMD4<UInt32>.self), to: Lanes.self)
    let e = biased - (twoTo23 + 127)
    let f = unsafeBitCast((shifted & mantissaMask) &+ rootOfHalf, to: Lanes.self) - 1

    var p = f * -0.043_873_392 + 0.071_311_09
    p = p * f - 0.075_278_3
    p = p * f + 0.086_307_55
    p = p * f - 0.108_397_05
    p = p * f + 0.144_777_19
    p = p * f - 0.217_150_14
    p = p * f + 0.434_294_4
    return e * 0.300_781_25 + (e * 0.000_248_745_66 + p * f)
}
