// Attention with an online softmax: blocks of queries against blocks of keys, so that no matrix of
// queries by keys is ever in memory.
#ifndef EARSHOT_ATTENTION_H
#define EARSHOT_ATTENTION_H

#include "linear.h"

enum { BLOCK = EARSHOT_KEY_BLOCK, HEAD = EARSHOT_MAX_HEAD };

INLINE size_t rounded_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

static size_t attention_bytes(size_t count, size_t size) {
    return rounded_up(count, BLOCK) * rounded_up(size, 16) * sizeof(float);
}

/// Keys to panels [count/16][size][16], values to rows of whole vectors.
static void attention_pack(const float *k, const float *v, size_t stride, earshot_head *head) {
    const size_t width = rounded_up(head->size, 16);
    float *keys = head->keys, *values = head->values;
    for (size_t row = 0; row < rounded_up(head->count, BLOCK); row++) {
        const bool real = row < head->count;
        float *panel = keys + row / 16 * 16 * head->size + row % 16;
        for (size_t d = 0; d < head->size; d++) panel[d * 16] = real ? k[row * stride + d] : 0;
        for (size_t d = 0; d < width; d++)
            values[row * width + d] = real && d < head->size ? v[row * stride + d] : 0;
    }
}

/// What the online softmax knows of one query.
typedef struct {
    float maximum, sum;
} softmax_state;

/// Scores of one query against a block become weights; returns what earlier sums are to be multiplied by.
INLINE float soften(float *scores, size_t valid, float scale, softmax_state *state) {
    v16f peak = -__builtin_inff();
    for (size_t i = 0; i < BLOCK; i += 16) {
        v16f s = load(scores + i) * scale;
        if (i + 16 > valid)
            for (size_t lane = 0; lane < 16; lane++)
                if (i + lane >= valid) s[lane] = -__builtin_inff();
        store(scores + i, s);
        peak = greater(s, peak);
    }
    const float before = state->maximum, block = lanes_max(peak);
    const float now = block > before ? block : before;
    v16f sum = 0;
    for (size_t i = 0; i < BLOCK; i += 16) {
        const v16f weight = exponential(load(scores + i) - now);
        store(scores + i, weight);
        sum += weight;
    }
    const float correction = exponential((v16f)(before - now))[0];
    state->maximum = now;
    state->sum = state->sum * correction + lanes_sum(sum);
    return correction;
}

/// `rows` queries over every key of the head.
INLINE void attend(const float *q, size_t stride, const int rows, float scale, const earshot_head *head,
                   float *out, size_t out_stride) {
    const size_t width = rounded_up(head->size, 16);
    softmax_state states[TILE_ROWS];
    LINE float scores[TILE_ROWS * BLOCK], sums[TILE_ROWS * HEAD];
    for (int r = 0; r < rows; r++) states[r] = (softmax_state){-1e30f, 0};
    memset(sums, 0, rows * width * sizeof(float));

    for (size_t key = 0; key < head->count; key += BLOCK) {
        for (size_t panel = 0; panel < BLOCK / 16; panel += TILE_PANELS) {
            v16f block[TILE_ROWS * TILE_PANELS] = {0};
            float_block(block, rows, TILE_PANELS, q, stride,
                        (const float *)head->keys + (key / 16 + panel) * 16 * head->size, false, head->size,
                        16, 16 * head->size);
#pragma unroll
            for (int i = 0; i < rows * TILE_PANELS; i++)
                store(scores + i / TILE_PANELS * BLOCK + (panel + i % TILE_PANELS) * 16, block[i]);
        }
        float corrections[TILE_ROWS];
        for (int r = 0; r < rows; r++)
            corrections[r] = soften(scores + r * BLOCK, head->count - key, scale, &states[r]);
        const float *values = (const float *)head->values + key * width;
        size_t d = 0;
#define WEIGH(panels) \
    for (; d + panels * 16 <= width; d += panels * 16) { \
        v16f block[TILE_ROWS * TILE_PANELS]; \
        _Pragma("unroll") for (int i = 0; i < rows * panels; i++) \
            block[i] = load(sums + i / panels * width + d + i % panels * 16) * corrections[i / panels]; \
        float_block(block, rows, panels, scores, BLOCK, values + d, false, BLOCK, width, 16); \
        _Pragma("unroll") for (int i = 0; i < rows * panels; i++) \
            store(sums + i / panels * width + d + i % panels * 16, block[i]); \
    }
        WEIGH(TILE_PANELS)
        WEIGH(1)
#undef WEIGH
    }
    for (int r = 0; r < rows; r++)
        for (size_t d = 0; d < head->size; d += 16)
            store_some(out + r * out_stride + d, load(sums + r * width + d) * (1 / states[r].sum),
                       head->size - d);
}

static void attention(const float *q, size_t stride, size_t rows, float scale, const earshot_head *head,
                      float *out, size_t out_stride) {
    size_t r = 0;
    for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
        attend(q + r * stride, stride, TILE_ROWS, scale, head, out + r * out_stride, out_stride);
    for (; r < rows; r++) attend(q + r * stride, stride, 1, scale, head, out + r * out_stride, out_stride);
}

#define FLOAT_ATTENTION {attention_bytes, attention_pack, attention}

#endif
