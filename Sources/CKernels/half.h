// IEEE half precision without an instruction for it.
#ifndef EARSHOT_HALF_H
#define EARSHOT_HALF_H

#include "vector.h"

/// Exponents move by a multiplication with 2¹¹², which also makes denormals normal.
INLINE v16f half_to_float(v16h half) {
    const v16u bits = __builtin_convertvector(half, v16u);
    const v16f magnitude = (v16f)((bits & 0x7FFF) << 13) * 0x1p112f;
    const v16u infinite = (v16u)((bits & 0x7C00) == 0x7C00) & 0x7F800000;
    return (v16f)((v16u)magnitude | infinite | ((bits & 0x8000) << 16));
}

/// To the nearest, ties to even; what is too large becomes infinite.
INLINE uint16_t float_to_half(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000, size = bits & 0x7FFFFFFF;
    if (size > 0x7F800000) return (uint16_t)(sign | 0x7E00);
    if (size >= 0x477FF000) return (uint16_t)(sign | 0x7C00);
    if (size < 0x38800000) {  // denormal: adding 0.5 rounds at 2⁻²⁴
        float small;
        memcpy(&small, &size, sizeof small);
        small += 0.5f;
        memcpy(&bits, &small, sizeof bits);
        return (uint16_t)(sign | (bits - 0x3F000000));
    }
    return (uint16_t)(sign | ((size - 0x38000000 + 0xFFF + (size >> 13 & 1)) >> 13));
}

#endif
