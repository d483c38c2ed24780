// The table for AVX2 with FMA and F16C.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "CKernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "vector.h"

#define TILE_ROWS 6
#define TILE_PANELS 1
#define INT_ROWS 3
#define STREAM_PANELS 1

// vpmaddubsw would saturate, so bytes are widened and vpmaddwd multiplies pairs of 16 bits exactly:
// activations are stored that wide.
typedef int16_t activation;
typedef int16_t v16activation __attribute__((ext_vector_type(16)));
#define ACTIVATION_ZERO 0

// Two sums per output: of inputs 0 and 1, and of inputs 2 and 3, of each four.
typedef int32_t v32i __attribute__((ext_vector_type(32)));
typedef v32i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums.even + sums.odd; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    int64_t four;
    memcpy(&four, x, sizeof four);
    const __m256i inputs = _mm256_set1_epi64x(four);
    __m256i parts[4];
    memcpy(parts, &sums, sizeof parts);
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const __m256i weights = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16 * i)));
        parts[i] = _mm256_add_epi32(parts[i], _mm256_madd_epi16(inputs, weights));
    }
    memcpy(&sums, parts, sizeof parts);
    return sums;
}

#include "f16c.h"
#include "table.h"

TABLE(earshot_avx2, "avx2")
#pragma clang attribute pop
#endif
