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

void earshot_pack_int8(const float *rows, size_t first, size_t count, size_t inputs, int8_t *panels,
                       float *scales, int32_t *offsets) {
    const size_t fours = (inputs + 3) / 4;
    for (size_t r = 0; r < count; r++) {
        const float *row = rows + r * inputs;
        float largest = 0;
        for (size_t k = 0; k < inputs; k++) largest = fabsf(row[k]) > largest ? fabsf(row[k]) : largest;
        const float inverse = largest > 1e-30f ? 127 / largest : 0;
        scales[first + r] = largest > 1e-30f ? largest / 127 : 0;
        int8_t *panel = panels + (first + r) / 16 * 64 * fours + r % 16 * 4;
        int32_t sum = 0;
        for (size_t k = 0; k < inputs; k++) {
            const float rounded = row[k] * inverse + ROUNDER;
            int32_t bits;
            memcpy(&bits, &rounded, sizeof bits);
            const int8_t weight = (int8_t)(bits - 0x4B400000);
            panel[k / 4 * 64 + k % 4] = weight;
            sum += weight;
        }
        offsets[first + r] = -128 * sum;
    }
}
