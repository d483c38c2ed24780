// Weights to the panels that every table reads. Done once, when a model is loaded.
#include <math.h>

#include "half.h"

void earshot_pack_f32(const float *rows, size_t first, size_t count, size_t inputs, float *panels) {
    for (size_t r = 0; r < count; r++) {
        float *panel = panels + (first + r) / 16 * 16 * inputs + r % 16;
        for (size_t k = 0; k < inputs; k++) panel[k * 16] = rows[r * inputs + k];
    }
}

void earshot_pack_f16(const float *rows, size_t first, size_t count, size_t inputs, uint16_t *panels) {
    for (size_t r = 0; r < count; r++) {
        uint16_t *panel = panels + (first + r) / 16 * 16 * inputs + r % 16;
        for (size_t k = 0; k < inputs; k++) panel[k * 16] = float_to_half(rows[r * inputs + k]);
    }
}

/// Rounds a row so that its largest weight becomes 127; every four inputs lie `step` bytes behind the last
/// four. Returns the sum of the rounded weights.
INLINE int32_t round_weights(const float *row, size_t inputs, int8_t *out, size_t step, float *scale) {
    float largest = 0;
    for (size_t k = 0; k < inputs; k++) largest = fabsf(row[k]) > largest ? fabsf(row[k]) : largest;
    const float inverse = largest > 1e-30f ? 127 / largest : 0;
    *scale = largest > 1e-30f ? largest / 127 : 0;
    int32_t sum = 0;
    for (size_t k = 0; k < inputs; k++) {
        const float rounded = row[k] * inverse + ROUNDER;
        int32_t bits;
        memcpy(&bits, &rounded, sizeof bits);
        const int8_t weight = (int8_t)(bits - 0x4B400000);
        out[k / 4 * step + k % 4] = weight;
        sum += weight;
    }
    return sum;
}

void earshot_pack_int8(const float *rows, size_t first, size_t count, size_t inputs, int8_t *panels,
                       float *scales, int32_t *offsets) {
    const size_t fours = (inputs + 3) / 4;
    for (size_t r = 0; r < count; r++) {
        int8_t *panel = panels + (first + r) / 16 * 64 * fours + r % 16 * 4;
        offsets[first + r] =
            -128 * round_weights(rows + r * inputs, inputs, panel, 64, scales + first + r);
    }
}

float earshot_round_weights(const float *row, size_t inputs, int8_t *out) {
    float scale;
    round_weights(row, inputs, out, 4, &scale);
    return scale;
}

typedef int32_t fours __attribute__((vector_size(16), aligned(1)));

/// Sixteen inputs of four outputs, transposed in units of four inputs.
INLINE void pack_block(const int8_t *const *rows, size_t input, int8_t *out) {
    const fours a = *(const fours *)(rows[0] + input), b = *(const fours *)(rows[1] + input);
    const fours c = *(const fours *)(rows[2] + input), d = *(const fours *)(rows[3] + input);
    const fours ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const fours AB = __builtin_shufflevector(a, b, 2, 6, 3, 7), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(fours *)out = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(fours *)(out + 64) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(fours *)(out + 128) = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
    *(fours *)(out + 192) = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
}

void earshot_pack_rounded(const int8_t *const rows[16], size_t inputs, int8_t *panel, int32_t *offsets) {
    const size_t whole = inputs / 16 * 16;
    for (size_t k = 0; k < whole; k += 16)
        for (size_t r = 0; r < 16; r += 4) pack_block(rows + r, k, panel + k * 16 + r * 4);
    for (size_t r = 0; r < 16; r++) {
        for (size_t k = whole; k < (inputs + 3) / 4 * 4; k++)
            panel[k / 4 * 64 + r * 4 + k % 4] = k < inputs ? rows[r][k] : 0;
        int32_t sum = 0;
        for (size_t k = 0; k < inputs; k++) sum += rows[r][k];
        offsets[r] = -128 * sum;
    }
}
