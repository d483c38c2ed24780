// The table for any AArch64 processor.
#if defined(__aarch64__)
#include "neon.h"

#define INT_ROWS 2
#define STREAM_PANELS 1

// Two sums per output: of inputs 0 and 1, and of inputs 2 and 3, of each four.
typedef int32_t v32i __attribute__((ext_vector_type(32)));
typedef v32i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums.even + sums.odd; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    const int8x8_t inputs = four_inputs(x);
    int32x4_t parts[8];
    memcpy(parts, &sums, sizeof parts);
#pragma unroll
    for (int i = 0; i < 8; i++) parts[i] = vpadalq_s16(parts[i], vmull_s8(inputs, vld1_s8(w + 8 * i)));
    memcpy(&sums, parts, sizeof parts);
    return sums;
}

#include "table.h"

TABLE(earshot_neon, "neon")
#endif
