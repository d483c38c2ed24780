// Half precision by the instructions of F16C.
#ifndef EARSHOT_F16C_H
#define EARSHOT_F16C_H

#include "vector.h"

INLINE v16f widen(const uint16_t *p) {
    const __m256 halves[2] = {
        _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)),
        _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 8))),
    };
    v16f v;
    memcpy(&v, halves, sizeof v);
    return v;
}

static void narrow(const float *x, size_t count, uint16_t *out) {
    for (size_t i = 0; i < count; i += 8) {
        float some[8] = {0};
        const size_t n = count - i < 8 ? count - i : 8;
        memcpy(some, x + i, n * sizeof(float));
        const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(some), _MM_FROUND_TO_NEAREST_INT);
        memcpy(out + i, &half, n * sizeof *out);
    }
}

#endif
