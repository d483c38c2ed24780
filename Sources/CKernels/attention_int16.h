// Attention in 16-bit integers, for instruction sets that multiply pairs of them at twice the rate of
// floats. Queries and keys have one scale per row, values one per channel; products are exact, so that
// what is lost is the rounding to about 13 bits (queries, keys, weights) and 12 bits (values), 8 to 32
// times finer than bfloat16. The including file defines `dot2`.
#ifndef EARSHOT_ATTENTION_INT16_H
#define EARSHOT_ATTENTION_INT16_H

#include "attention.h"

// 128 keys of weights up to 2¹³ times values up to 2¹¹ - 1 stay below 2³¹.
#define WEIGHT_BITS 13
#define VALUE_LIMIT 2047.0f

/// The largest entry of a query or key whose sums of products stay below 2³¹: a whole number, for entries are.
INLINE float entry_limit(size_t size) {
    const float limit = (float)(int32_t)square_root(2147000000.0f / (float)size);
    return limit < 32767 ? limit : 32767;
}

static size_t pairs_bytes(size_t count, size_t size) {
    const size_t rows = rounded_up(count, BLOCK), width = rounded_up(size, 16);
    return rows * width * sizeof(int16_t) + (rows > width ? rows : width) * sizeof(float);
}

/// Scales lie behind the entries.
INLINE float *scales_of(void *entries, const earshot_head *head) {
    const size_t count = rounded_up(head->count, BLOCK) * rounded_up(head->size, 16);
    return (float *)((int16_t *)entries + count);
}

INLINE float inverse_or_zero(float x) { return x > 1e-30f ? 1 / x : 0; }

/// A row times `factor` as integers; returns what one step is worth.
INLINE float quantize_row(const float *x, size_t size, float limit, int32_t *pairs) {
    v16f peak = 0;
    for (size_t d = 0; d < size; d += 16) peak = greater(magnitude(load_some(x + d, size - d)), peak);
    const float largest = lanes_max(peak), factor = limit * inverse_or_zero(largest);
    for (size_t d = 0; d < size; d += 16) {
        const v16i entries = nearest(load_some(x + d, size - d) * factor);
        const v8i words = (entries.even & 0xFFFF) | (entries.odd << 16);
        memcpy(pairs + d / 2, &words, sizeof words);
    }
    return largest / limit;
}

/// Keys to panels [count/16][size/2][16][2].
INLINE void pack_keys(const float *k, size_t stride, const earshot_head *head) {
    const size_t words = rounded_up(head->size, 16) / 2;
    const float limit = entry_limit(head->size);
    float *scales = scales_of(head->keys, head);
    int32_t *panel = head->keys;
    for (size_t first = 0; first < rounded_up(head->count, BLOCK); first += 16, panel += words * 16) {
        LINE int32_t rows[16][HEAD / 2];
        for (size_t r = 0; r < 16; r++) {
            const bool real = first + r < head->count;
            if (real) scales[first + r] = quantize_row(k + (first + r) * stride, head->size, limit, rows[r]);
            if (!real) scales[first + r] = 0, memset(rows[r], 0, words * sizeof(int32_t));
        }
        for (size_t w = 0; w < words; w++)
            for (size_t r = 0; r < 16; r++) panel[w * 16 + r] = rows[r][w];
    }
}

/// Values to pairs of keys [count/2][size][2].
INLINE void pack_values(const float *v, size_t stride, const earshot_head *head) {
    const size_t width = rounded_up(head->size, 16);
    float *scales = scales_of(head->values, head);
    for (size_t d = 0; d < width; d += 16) {
        const size_t n = d < head->size ? head->size - d : 0;
        v16f peak = 0;
        for (size_t row = 0; row < head->count; row++)
            peak = greater(magnitude(load_some(v + row * stride + d, n)), peak);
        v16f factor;
        for (int lane = 0; lane < 16; lane++) factor[lane] = VALUE_LIMIT * inverse_or_zero(peak[lane]);
        store(scales + d, peak * (1 / VALUE_LIMIT));
        int32_t *pairs = (int32_t *)head->values + d;
        for (size_t row = 0; row < rounded_up(head->count, BLOCK); row += 2, pairs += width) {
            v16i first = 0, second = 0;
            if (row < head->count) first = nearest(load_some(v + row * stride + d, n) * factor);
            if (row + 1 < head->count) second = nearest(load_some(v + (row + 1) * stride + d, n) * factor);
            const v16i words = (first & 0xFFFF) | (second << 16);
            memcpy(pairs, &words, sizeof words);
        }
    }
}

static void pairs_pack(const float *k, const float *v, size_t stride, earshot_head *head) {
    pack_keys(k, stride, head);
    pack_values(v, stride, head);
}

/// sums[r][p] = Σ x[r][pair] · w[p][pair], distances in pairs.
INLINE void pair_block(v16i *sums, const int rows, const int panels, const int32_t *x, size_t stride,
                       const int32_t *w, size_t pairs, size_t pair_step, size_t panel_step) {
#pragma unroll
    for (int i = 0; i < rows * panels; i++) sums[i] = 0;
    for (size_t k = 0; k < pairs; k++)
#pragma unroll
        for (int r = 0; r < rows; r++)
#pragma unroll
            for (int p = 0; p < panels; p++)
                sums[r * panels + p] =
                    dot2(sums[r * panels + p], x + r * stride + k, w + p * panel_step + k * pair_step);
}

/// 2ˣ within 3e-6 of its value, for x in -126 ... 126.
INLINE v16f power_of_two(v16f x) {
    const v16f rounded = x + ROUNDER;
    const v16f r = x - (rounded - ROUNDER);
    v16f p = 9.570097551e-03f;
    p = p * r + 5.591786653e-02f;
    p = p * r + 2.402474433e-01f;
    p = p * r + 6.931217909e-01f;
    p = p * r + 9.999992847e-01f;
    return (v16f)((v16i)p + ((v16i)rounded << 23));
}

/// What the online softmax knows of a block of queries, one lane or one vector each.
typedef struct {
    LINE float maxima[16];
    v16f sums[TILE_ROWS];
} softmax_states;

/// What is to be multiplied: earlier sums, and those of this block.
typedef struct {
    LINE float earlier[16], block[16];
} corrections;

/// Scores of a block of keys become weights, integers up to 2¹³ in proportion to the block's largest.
/// - steps: what a score of each query is worth.
INLINE void soften_block(const float *scores, const int rows, const v16f *peaks, const float *steps,
                         int16_t *weights, softmax_states *states, corrections *factors) {
    LINE float largest[16] = {0};
#pragma unroll
    for (int r = 0; r < rows; r++) largest[r] = lanes_max(peaks[r]) * steps[r];
    const v16f before = load(states->maxima), block = load(largest), now = greater(block, before);
    store(states->maxima, now);
    store(factors->earlier, power_of_two(greater(before - now, (v16f)-100.0f)));
    store(factors->block, power_of_two(greater(block - now, (v16f)-100.0f)));
#pragma unroll
    for (int r = 0; r < rows; r++) {
        const v16f top = largest[r] - WEIGHT_BITS;
        v16u sum = 0;
#pragma unroll
        for (int i = 0; i < BLOCK; i += 16) {
            const v16f exponent = greater(load(scores + r * BLOCK + i) * steps[r] - top, (v16f)-100.0f);
            const v16u rounded = (v16u)(power_of_two(exponent) + ROUNDER);
            const v16s narrow = __builtin_convertvector(rounded, v16s);
            memcpy(weights + r * BLOCK + i, &narrow, sizeof narrow);
            sum += rounded;
        }
        sum -= (v16u)(v16f)ROUNDER * (BLOCK / 16);
        states->sums[r] =
            states->sums[r] * factors->earlier[r] + __builtin_convertvector((v16i)sum, v16f) * factors->block[r];
    }
}

/// What is added to the scores of keys `at ...`: nothing, or what puts those past the last out of reach.
INLINE v16f out_of_reach(size_t at, size_t count) {
    const v16i lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lanes + (int32_t)at < (int32_t)count ? (v16f)0 : (v16f)-1e30f;
}

INLINE void attend_pairs(const float *q, size_t stride, const int rows, float scale,
                         const earshot_head *head, float *out, size_t out_stride) {
    const size_t width = rounded_up(head->size, 16);
    const float *key_scales = scales_of(head->keys, head);
    softmax_states states = {0};
    corrections factors;
    LINE int32_t queries[TILE_ROWS * HEAD / 2], weights[TILE_ROWS * BLOCK / 2];
    float steps[TILE_ROWS];
    LINE float scores[TILE_ROWS * BLOCK], sums[TILE_ROWS * HEAD];
    for (int r = 0; r < rows; r++) {
        states.maxima[r] = -1e30f;
        // Scores are exponents of two. The step of no query is so small that it brings keys back into reach.
        const float step =
            quantize_row(q + r * stride, head->size, entry_limit(head->size), queries + r * width / 2);
        steps[r] = scale * 1.44269504f * (step > 1e-20f ? step : 1e-20f);
    }
    memset(sums, 0, rows * width * sizeof(float));

    for (size_t key = 0; key < head->count; key += BLOCK) {
        v16f peaks[TILE_ROWS];
        for (int r = 0; r < rows; r++) peaks[r] = -__builtin_inff();
#pragma unroll
        for (size_t panel = 0; panel < BLOCK / 16; panel += TILE_PANELS) {
            v16i block[TILE_ROWS * TILE_PANELS];
            pair_block(block, rows, TILE_PANELS, queries, width / 2,
                       (const int32_t *)head->keys + (key / 16 + panel) * 8 * width, width / 2, 16,
                       8 * width);
#pragma unroll
            for (int p = 0; p < TILE_PANELS; p++) {
                const size_t at = key + (panel + p) * 16;
                const v16f step = load(key_scales + at), reach = out_of_reach(at, head->count);
#pragma unroll
                for (int r = 0; r < rows; r++) {
                    const v16f score = __builtin_convertvector(block[r * TILE_PANELS + p], v16f) * step + reach;
                    store(scores + r * BLOCK + (panel + p) * 16, score);
                    peaks[r] = greater(score, peaks[r]);
                }
            }
        }
        soften_block(scores, rows, peaks, steps, (int16_t *)weights, &states, &factors);
        const int32_t *values = (const int32_t *)head->values + key / 2 * width;
        size_t d = 0;
#define WEIGH(panels) \
    for (; d + panels * 16 <= width; d += panels * 16) { \
        v16i block[TILE_ROWS * TILE_PANELS]; \
        pair_block(block, rows, panels, weights, BLOCK / 2, values + d, BLOCK / 2, width, 16); \
        _Pragma("unroll") for (int i = 0; i < rows * panels; i++) { \
            float *sum = sums + i / panels * width + d + i % panels * 16; \
            store(sum, load(sum) * factors.earlier[i / panels] + \
                           __builtin_convertvector(block[i], v16f) * factors.block[i / panels]); \
        } \
    }
        WEIGH(TILE_PANELS)
        WEIGH(1)
#undef WEIGH
    }
    const float *value_scales = scales_of(head->values, head);
    for (int r = 0; r < rows; r++)
        for (size_t d = 0; d < head->size; d += 16)
            store_some(out + r * out_stride + d,
                       load(sums + r * width + d) * load(value_scales + d) * (1 / lanes_sum(states.sums[r])),
                       head->size - d);
}

static void pairs_attend(const float *q, size_t stride, size_t rows, float scale, const earshot_head *head,
                         float *out, size_t out_stride) {
    size_t r = 0;
    for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
        attend_pairs(q + r * stride, stride, TILE_ROWS, scale, head, out + r * out_stride, out_stride);
    for (; r < rows; r++) attend_pairs(q + r * stride, stride, 1, scale, head, out + r * out_stride, out_stride);
}

#define QUANTISED_ATTENTION {pairs_bytes, pairs_pack, pairs_attend}

#endif
