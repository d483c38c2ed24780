// Sixteen lanes whatever the processor: the compiler splits them into the registers of the
// instruction set that the including file has switched on. Multiplies and adds in one expression fuse
// where that set has FMA.
#ifndef EARSHOT_VECTOR_H
#define EARSHOT_VECTOR_H

#include <string.h>

#include "CKernels.h"

// Sixteen lanes cross no call that is not inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

// Arrays that vectors are kept in start on a cache line, or half of their accesses would touch two.
#define LINE __attribute__((aligned(64)))

typedef float v16f __attribute__((ext_vector_type(16)));
typedef float v8f __attribute__((ext_vector_type(8)));
typedef float v4f __attribute__((ext_vector_type(4)));
typedef int32_t v16i __attribute__((ext_vector_type(16)));
typedef uint32_t v16u __attribute__((ext_vector_type(16)));
typedef uint16_t v16h __attribute__((ext_vector_type(16)));
typedef int8_t v16c __attribute__((ext_vector_type(16)));
typedef int16_t v16s __attribute__((ext_vector_type(16)));
typedef int32_t v8i __attribute__((ext_vector_type(8)));

INLINE v16f load(const float *p) {
    v16f v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, v16f v) { memcpy(p, &v, sizeof v); }

/// The first `n` lanes; zeros behind them.
INLINE v16f load_some(const float *p, size_t n) {
    if (n >= 16) return load(p);
    v16f v = 0;
    memcpy(&v, p, n * sizeof(float));
    return v;
}

INLINE void store_some(float *p, v16f v, size_t n) {
    if (n >= 16)
        store(p, v);
    else
        memcpy(p, &v, n * sizeof(float));
}

INLINE v16i load_int(const int32_t *p) {
    v16i v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE v16f greater(v16f a, v16f b) { return a > b ? a : b; }
INLINE v16f lesser(v16f a, v16f b) { return a < b ? a : b; }
INLINE v16f magnitude(v16f a) { return (v16f)((v16i)a & 0x7FFFFFFF); }

INLINE float square_root(float x) { return __builtin_sqrtf(x); }

INLINE float lanes_sum(v16f v) {
    const v8f eight = v.lo + v.hi;
    const v4f four = eight.lo + eight.hi;
    return (four.x + four.z) + (four.y + four.w);
}

INLINE float lanes_max(v16f v) {
    const v8f eight = v.lo > v.hi ? v.lo : v.hi;
    const v4f four = eight.lo > eight.hi ? eight.lo : eight.hi;
    const float a = four.x > four.z ? four.x : four.z, b = four.y > four.w ? four.y : four.w;
    return a > b ? a : b;
}

// Adding 1.5 · 2²³ leaves a float's nearest integer in its low bits.
#define ROUNDER 12582912.0f

/// The nearest integers of lanes within ±2²².
INLINE v16i nearest(v16f x) { return (v16i)(x + ROUNDER) - (v16i)(v16f)ROUNDER; }

/// eˣ within 2e-7 of its value; below -87 it stays at e⁻⁸⁷.
INLINE v16f exponential(v16f x) {
    x = lesser(greater(x, (v16f)-87.0f), (v16f)88.3f);
    const v16f rounded = x * 1.44269504f + ROUNDER;
    const v16f n = rounded - ROUNDER;
    const v16f r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    v16f p = 1.383684226e-03f;
    p = p * r + 8.374815807e-03f;
    p = p * r + 4.166822508e-02f;
    p = p * r + 1.666641980e-01f;
    p = p * r + 4.999999106e-01f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return (v16f)((v16i)p + ((v16i)rounded << 23));
}

/// x · Φ(x), the erf form, within 1e-6: max(x, 0) - t · Φ(-t), t being |x|, of which Φ(-t) is the eighth power of
/// a polynomial fitted on t ≤ 5.5. Beyond, the second term is 1e-7.
INLINE v16f gelu(v16f x) {
    const v16f t = lesser(magnitude(x), (v16f)5.5f);
    v16f p = 3.236408802e-06f;
    p = p * t - 3.567105993e-05f;
    p = p * t - 4.002347986e-05f;
    p = p * t + 1.630595697e-03f;
    p = p * t - 7.927805620e-04f;
    p = p * t - 3.186632483e-02f;
    p = p * t - 9.147211671e-02f;
    p = p * t + 9.170051583e-01f;
    p *= p;
    p *= p;
    p *= p;
    return greater((v16f)0.0f, x) - t * p;
}

#endif
