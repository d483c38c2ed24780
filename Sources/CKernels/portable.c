// The table for any processor: the compiler's baseline instructions only.
#include "half.h"
#include "vector.h"

#define TILE_ROWS 2
#define TILE_PANELS 1
#define INT_ROWS 1
#define STREAM_PANELS 1

// Quantised activations are 16 bits wide here: baseline x86-64 multiplies pairs of those.
typedef int16_t activation;
typedef int16_t v16activation __attribute__((ext_vector_type(16)));
#define ACTIVATION_ZERO 0

INLINE v16f widen(const uint16_t *p) {
    v16h half;
    memcpy(&half, p, sizeof half);
    return half_to_float(half);
}

typedef v16i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    for (int lane = 0; lane < 16; lane++)
        for (int k = 0; k < 4; k++) sums[lane] += x[k] * w[lane * 4 + k];
    return sums;
}

#include "table.h"

TABLE(earshot_portable, "portable")
