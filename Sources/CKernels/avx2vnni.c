// The table for AVX2 with AVX-VNNI: as AVX2, with eight-bit dot products of four at once.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "CKernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#include "vector.h"

#define TILE_ROWS 6
#define TILE_PANELS 1
#define INT_ROWS 6
#define STREAM_PANELS 2

// vpdpbusd multiplies unsigned by signed bytes: activations are stored with 128 added.
typedef uint8_t activation;
typedef uint8_t v16activation __attribute__((ext_vector_type(16)));
#define ACTIVATION_ZERO 128

typedef v16i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    const __m256i inputs = _mm256_set1_epi32(four);
    __m256i parts[2];
    memcpy(parts, &sums, sizeof parts);
#pragma unroll
    for (int i = 0; i < 2; i++)
        parts[i] = _mm256_dpbusd_avx_epi32(parts[i], inputs,
                                           _mm256_loadu_si256((const __m256i *)(w + 32 * i)));
    memcpy(&sums, parts, sizeof parts);
    return sums;
}

/// Two 16-bit inputs of 16 outputs.
INLINE v16i dot2(v16i sums, const int32_t *x, const int32_t *w) {
    const __m256i inputs = _mm256_set1_epi32(*x);
    __m256i parts[2];
    memcpy(parts, &sums, sizeof parts);
#pragma unroll
    for (int i = 0; i < 2; i++)
        parts[i] =
            _mm256_dpwssd_avx_epi32(parts[i], inputs, _mm256_loadu_si256((const __m256i *)(w + 8 * i)));
    memcpy(&sums, parts, sizeof parts);
    return sums;
}

#include "f16c.h"
#include "attention_int16.h"
#include "table.h"

TABLE(earshot_avx2_vnni, "avx2-vnni")
#pragma clang attribute pop
#endif
