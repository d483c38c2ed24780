// What the tables for AArch64 share.
#ifndef EARSHOT_NEON_H
#define EARSHOT_NEON_H

#include <arm_neon.h>

#include "vector.h"

#define TILE_ROWS 6
#define TILE_PANELS 1

typedef int8_t activation;
typedef int8_t v16activation __attribute__((ext_vector_type(16)));
#define ACTIVATION_ZERO 0

INLINE v16f widen(const uint16_t *p) {
    float32x4_t parts[4];
#pragma unroll
    for (int i = 0; i < 4; i++) parts[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p + 4 * i)));
    v16f v;
    memcpy(&v, parts, sizeof v);
    return v;
}

/// Four activations, twice.
INLINE int8x8_t four_inputs(const activation *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return vreinterpret_s8_s32(vdup_n_s32(four));
}

#endif
