// The table for AArch64 processors with the dot product of four bytes.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "CKernels.h"

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "neon.h"

#define INT_ROWS 6
#define STREAM_PANELS 2

typedef v16i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    const int8x8_t four = four_inputs(x);
    const int8x16_t inputs = vcombine_s8(four, four);
    int32x4_t parts[4];
    memcpy(parts, &sums, sizeof parts);
#pragma unroll
    for (int i = 0; i < 4; i++) parts[i] = vdotq_s32(parts[i], inputs, vld1q_s8(w + 16 * i));
    memcpy(&sums, parts, sizeof parts);
    return sums;
}

#include "table.h"

TABLE(earshot_neon_dot, "neon-dotprod")
#pragma clang attribute pop
#endif
