// What is done to one row at a time: layer norm, quantisation, summaries of logits.
#ifndef EARSHOT_ROWS_H
#define EARSHOT_ROWS_H

#include "vector.h"

/// value ↦ (value - mean) · rate · gamma + beta, or value itself without a norm.
typedef struct {
    const float *gamma, *beta;
    float mean, rate;
} row_norm;

// Channels that are taken together, as four vectors: a sum then waits for itself a quarter as often.
enum { SPAN = 64 };

INLINE row_norm measure(const float *x, earshot_norm norm) {
    row_norm result = {norm.gamma, norm.beta, 0, 1};
    if (!norm.gamma) return result;
    v16f sum[4] = {0}, squares[4] = {0};
    size_t i = 0;
    for (; i + SPAN <= norm.width; i += SPAN)
#pragma unroll
        for (int p = 0; p < 4; p++) sum[p] += load(x + i + 16 * p);
    for (; i < norm.width; i += 16) sum[0] += load_some(x + i, norm.width - i);
    result.mean = lanes_sum((sum[0] + sum[1]) + (sum[2] + sum[3])) / (float)norm.width;
    for (i = 0; i + SPAN <= norm.width; i += SPAN)
#pragma unroll
        for (int p = 0; p < 4; p++) {
            const v16f centred = load(x + i + 16 * p) - result.mean;
            squares[p] += centred * centred;
        }
    for (; i + 16 <= norm.width; i += 16) {
        const v16f centred = load(x + i) - result.mean;
        squares[0] += centred * centred;
    }
    float rest = 0;
    for (; i < norm.width; i++) rest += (x[i] - result.mean) * (x[i] - result.mean);
    const float sums = lanes_sum((squares[0] + squares[1]) + (squares[2] + squares[3])) + rest;
    result.rate = 1 / square_root(sums / (float)norm.width + 1e-5f);
    return result;
}

INLINE v16f normalized(const float *x, row_norm norm, size_t i, size_t n) {
    const v16f value = load_some(x + i, n);
    if (!norm.gamma) return value;
    return (value - norm.mean) * norm.rate * load_some(norm.gamma + i, n) + load_some(norm.beta + i, n);
}

static void normalize(const float *x, size_t stride, size_t rows, earshot_norm norm, float *out,
                      size_t out_stride) {
    for (size_t r = 0; r < rows; r++, x += stride, out += out_stride) {
        const row_norm measured = measure(x, norm);
        for (size_t i = 0; i < norm.width; i += 16)
            store_some(out + i, normalized(x, measured, i, norm.width - i), norm.width - i);
    }
}

/// Sixteen quantised activations, of which `n` exist, to memory.
INLINE void store_activations(activation *out, v16i values, size_t n) {
    const v16activation lanes = __builtin_convertvector(values + ACTIVATION_ZERO, v16activation);
    if (n >= 16)
        memcpy(out, &lanes, sizeof lanes);
    else
        memcpy(out, &lanes, n * sizeof(activation));
}

/// `spans`: the width is made of whole ones.
INLINE void round_row(const float *x, const row_norm norm, const bool spans, size_t width, activation *out,
                      float *scale, float *zero) {
    v16f low[4], high[4];
    for (int p = 0; p < 4; p++) low[p] = __builtin_inff(), high[p] = -__builtin_inff();
    for (size_t i = 0; i < width; i += spans ? SPAN : 16)
#pragma unroll
        for (int p = 0; p < (spans ? 4 : 1); p++) {
            const v16f values = normalized(x, norm, i + 16 * p, spans ? 16 : width - i);
            low[p] = lesser(values, low[p]), high[p] = greater(values, high[p]);
        }
    const float top = lanes_max(greater(greater(high[0], high[1]), greater(high[2], high[3])));
    const float bottom = -lanes_max(-lesser(lesser(low[0], low[1]), lesser(low[2], low[3])));
    // A row without a range is its middle.
    const float range = top - bottom, middle = bottom + range / 2;
    const float inverse = range > 1e-30f ? 254 / range : 1;
    *scale = range > 1e-30f ? range / 254 : 1;
    *zero = middle * inverse / -128;
    const size_t padded = (width + 3) / 4 * 4;
    for (size_t i = 0; i < padded; i += spans ? SPAN : 16)
#pragma unroll
        for (int p = 0; p < (spans ? 4 : 1); p++) {
            const size_t at = i + 16 * p, n = spans ? 16 : i < width ? width - i : 0;
            const v16f values = normalized(x, norm, at, n);
            store_activations(out + at, nearest((values - middle) * inverse), spans ? 16 : padded - i);
        }
}

/// Steps are counted from the middle of a row's range: what GELU leaves is hardly ever negative.
static void quantize(const float *x, size_t stride, size_t rows, earshot_norm norm, void *out,
                     size_t out_stride, float *scales, float *zeros) {
    const row_norm none = {0, 0, 0, 1};  // a constant, so that nothing of a norm is left in its loop
    activation *target = out;
    for (size_t r = 0; r < rows; r++, x += stride, target += out_stride) {
        if (norm.width % SPAN > 0)
            round_row(x, measure(x, norm), false, norm.width, target, scales + r, zeros + r);
        else if (norm.gamma)
            round_row(x, measure(x, norm), true, norm.width, target, scales + r, zeros + r);
        else
            round_row(x, none, true, norm.width, target, scales + r, zeros + r);
    }
}

static void quantize_fine(const float *x, size_t stride, size_t rows, earshot_norm norm, void *out,
                          size_t out_stride, float *scales) {
    const size_t padded = (norm.width + 3) / 4 * 4;
    activation *target = out;
    for (size_t r = 0; r < rows; r++, x += stride, target += out_stride) {
        const row_norm measured = measure(x, norm);
        v16f peak = 0;
        for (size_t i = 0; i < norm.width; i += 16)
            peak = greater(magnitude(normalized(x, measured, i, norm.width - i)), peak);
        const float largest = lanes_max(peak), limit = 127 * 256;
        // A row below the smallest normal scale counts as zero: its inverse would be infinite.
        const float inverse = largest > 1e-30f ? limit / largest : 0;
        scales[r] = largest > 1e-30f ? largest / limit : 0;
        for (size_t i = 0; i < padded; i += 16) {
            const size_t n = i < norm.width ? norm.width - i : 0;
            const v16i whole = nearest(normalized(x, measured, i, n) * inverse), high = (whole + 128) >> 8;
            store_activations(target + i, high, padded - i);
            store_activations(target + padded + i, whole - high * 256, padded - i);
        }
    }
}

/// One pass over memory: the sum is corrected whenever a chunk raises the maximum.
static earshot_logits logits(const float *x, const float *mask, size_t count) {
    earshot_logits all = {0, -__builtin_inff(), 0};
    enum { CHUNK = 1024 };
    for (size_t start = 0; start < count; start += CHUNK) {
        const size_t n = count - start < CHUNK ? count - start : CHUNK;
        LINE float values[CHUNK];
        v16f peak = -__builtin_inff();
        for (size_t i = 0; i < n; i += 16) {
            const size_t left = n - i;
            v16f v = load_some(x + start + i, left);
            if (mask) v += load_some(mask + start + i, left);
            if (left < 16)
                for (size_t lane = left; lane < 16; lane++) v[lane] = -__builtin_inff();
            store(values + i, v);
            peak = greater(v, peak);
        }
        const float largest = lanes_max(peak);
        if (largest == -__builtin_inff()) continue;
        if (largest > all.maximum) {
            size_t at = 0;
            while (values[at] != largest) at++;
            const float factor[16] = {all.maximum - largest};
            all.sum *= exponential(load(factor))[0];
            if (all.maximum == -__builtin_inff()) all.sum = 0;
            all.maximum = largest;
            all.argmax = start + at;
        }
        v16f sum = 0;
        for (size_t i = 0; i < n; i += 16) sum += exponential(load(values + i) - all.maximum);
        all.sum += lanes_sum(sum);
    }
    return all;
}

static void exponential_array(const float *x, size_t count, float *out) {
    for (size_t i = 0; i < count; i += 16)
        store_some(out + i, exponential(load_some(x + i, count - i)), count - i);
}

static void gelu_array(const float *x, size_t count, float *out) {
    for (size_t i = 0; i < count; i += 16)
        store_some(out + i, gelu(load_some(x + i, count - i)), count - i);
}

#endif
