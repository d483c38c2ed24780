// What AVX-512 with VNNI gives the shared loops: 32 vector registers, eight-bit dot products of four at once.
#ifndef EARSHOT_AVX512_H
#define EARSHOT_AVX512_H

#include <immintrin.h>

#include "vector.h"

#define TILE_ROWS 6
#define TILE_PANELS 4
#define INT_ROWS 6
#define STREAM_PANELS 4

// vpdpbusd multiplies unsigned by signed bytes: activations are stored with 128 added.
typedef uint8_t activation;
typedef uint8_t v16activation __attribute__((ext_vector_type(16)));
#define ACTIVATION_ZERO 128

INLINE v16f widen(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }

typedef v16i int_sums;
INLINE v16i int_lanes(int_sums sums) { return sums; }

/// Four inputs of 16 outputs.
INLINE int_sums dot(int_sums sums, const activation *x, const int8_t *w) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return (v16i)_mm512_dpbusd_epi32((__m512i)sums, _mm512_set1_epi32(four), _mm512_loadu_si512(w));
}

/// Two 16-bit inputs of 16 outputs.
INLINE v16i dot2(v16i sums, const int32_t *x, const int32_t *w) {
    return (v16i)_mm512_dpwssd_epi32((__m512i)sums, _mm512_set1_epi32(*x), _mm512_loadu_si512(w));
}

#endif
