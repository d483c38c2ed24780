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

#endif
