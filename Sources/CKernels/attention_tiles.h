// Attention in tiles, for heads of Whisper's size: sixteen queries against blocks of keys with an online softmax.
// While one block's scores become weights, the weights of the block before are multiplied with its values.
#ifndef EARSHOT_ATTENTION_TILES_H
#define EARSHOT_ATTENTION_TILES_H

#include "attention_tiles_pack.h"

// Keys of a block: so many products of weights and values, of high bytes, stay below 2²³.
enum { TILE_KEYS = 256, TILE_CHUNKS = TILE_KEYS / TILE_CHUNK };
// Sums between two rows of scores: rows of a tile then lie in different sets of the cache.
enum { SCORE_STRIDE = TILE_KEYS + 16 };

/// Sixteen queries, and what is known of what they find.
typedef struct {
    LINE int8_t high[TILE_BYTES], low[TILE_BYTES];
    LINE float steps[16];  // what a score is worth, as an exponent of two
    LINE float maxima[16];
    v16f sums[16];
    LINE float found[16 * TILE_HEAD];
} tile_queries;

/// Their scores of a block of keys; then, in the same place, their weights: of every 64 keys 64 high bytes and 64 low.
typedef struct {
    LINE int32_t scores[16 * SCORE_STRIDE];
    tile_queries *queries;
    const int8_t *values;
    size_t keys, chunks;
    bool last;
    corrections factors;
} tile_block;

INLINE void take_queries(tile_queries *queries, const float *q, size_t stride, size_t rows, float scale) {
    memset(queries->found, 0, sizeof queries->found);
    for (size_t r = 0; r < 16; r++) {
        queries->maxima[r] = -1e30f;
        queries->sums[r] = 0;
        v16f peak = 0;
        if (r < rows)
            for (int d = 0; d < TILE_HEAD; d += 16) peak = greater(magnitude(load(q + r * stride + d)), peak);
        const float largest = lanes_max(peak), factor = ENTRY_LIMIT * inverse_or_zero(largest);
        if (r < rows)
            split_row(q + r * stride, factor, queries->high + r * 64, queries->low + r * 64);
        else
            memset(queries->high + r * 64, 0, 64), memset(queries->low + r * 64, 0, 64);
        // Exponents stay within what a conversion to integers takes, and above nothing at all.
        const float step = largest / ENTRY_LIMIT * scale * 1.44269504f;
        queries->steps[r] = step < 1e-20f ? 1e-20f : step > 1e-3f ? 1e-3f : step;
    }
}

/// Lanes of the keys from `key` on that exist.
INLINE __mmask16 real_lanes(size_t keys, size_t key) {
    return keys >= key + 16 ? 0xFFFF : keys <= key ? 0 : (__mmask16)((1 << (keys - key)) - 1);
}

/// Some rows of sixteen keys' scores, from their two sums of products to memory and into the maxima.
INLINE void join_scores(tile_block *block, const int32_t (*sums)[256], size_t key, __mmask16 real, v16i *peaks,
                        const int first, const int end) {
#pragma unroll
    for (int r = first; r < end; r++) {
        const v16i score = (load_int(sums[0] + r * 16) << 8) + load_int(sums[1] + r * 16);
        memcpy(block->scores + r * SCORE_STRIDE + key, &score, sizeof score);
        peaks[r] = (v16i)_mm512_mask_max_epi32((__m512i)peaks[r], real, (__m512i)peaks[r], (__m512i)score);
    }
}

/// Products of queries and sixteen keys, into tiles `high` and `low`, and what the vectors do between them. Keys, as
/// values below, are read past the first-level cache, which the scores fill.
#define SCORE_TILES(high, low, keys, first, second, third) \
    _tile_zero(high), _tile_zero(low); \
    _tile_stream_loadd(6, (keys), 64); \
    _tile_stream_loadd(7, (keys) + TILE_BYTES, 64); \
    _tile_dpbssd(high, 4, 6); \
    first; \
    _tile_dpbssd(low, 4, 7); \
    second; \
    _tile_dpbssd(low, 5, 6); \
    third;

/// The block's scores, and the largest of each query. Sums leave the tiles while the next are multiplied, and are
/// joined while those after are: they have then reached memory, and nobody waits for them.
INLINE void score_tiles(tile_block *block, const int8_t *keys, int32_t *largest) {
    LINE int32_t sums[4][2][256];
    v16i peaks[16];
#pragma unroll
    for (int r = 0; r < 16; r++) peaks[r] = INT32_MIN;
    _tile_loadd(4, block->queries->high, 64);
    _tile_loadd(5, block->queries->low, 64);
    const size_t tiles = block->chunks * (TILE_CHUNK / 16);
#define KEEP(n, high, low) _tile_stored(high, sums[n][0], 64), _tile_stored(low, sums[n][1], 64)
#define REAL(t) real_lanes(block->keys, (t) * 16)
#define JOIN(n, t, first, end) \
    if ((t) < tiles) join_scores(block, sums[n], (t) * 16, REAL(t), peaks, first, end)
    for (size_t t = 0; t < tiles; t += 2, keys += 4 * TILE_BYTES) {
        const size_t p = t % 4, q = (t + 2) % 4;
        SCORE_TILES(0, 1, keys, JOIN(p + 1, t - 3, 0, 6), JOIN(p + 1, t - 3, 6, 11), JOIN(p + 1, t - 3, 11, 16))
        if (t > 0) KEEP(q + 1, 2, 3);
        SCORE_TILES(2, 3, keys + 2 * TILE_BYTES, JOIN(q, t - 2, 0, 6), JOIN(q, t - 2, 6, 11), JOIN(q, t - 2, 11, 16))
        KEEP(p, 0, 1);
    }
    KEEP(3, 2, 3);
    JOIN(1, tiles - 3, 0, 16);
    JOIN(2, tiles - 2, 0, 16);
    JOIN(3, tiles - 1, 0, 16);
#undef KEEP
#undef REAL
#undef JOIN
#pragma unroll
    for (int r = 0; r < 16; r++) largest[r] = _mm512_reduce_max_epi32((__m512i)peaks[r]);
}

/// 2⁻ˣ in steps of 2⁻¹⁶, rounded down, of x in steps of 2⁻¹¹, within 1.3e-4 of its value:
/// 1 - f · (a - f · (b - f · c)) of x's fraction, shifted by its whole part.
INLINE __m512i power_words(__m512i x) {
    const __m512i f = _mm512_slli_epi16(x, 5);
    const __m512i a = _mm512_set1_epi16((short)45324), b = _mm512_set1_epi16(15149), c = _mm512_set1_epi16(2596);
    __m512i p = _mm512_mulhi_epu16(f, c);
    p = _mm512_mulhi_epu16(f, _mm512_sub_epi16(b, p));
    p = _mm512_mulhi_epu16(f, _mm512_sub_epi16(a, p));
    return _mm512_srlv_epi16(_mm512_sub_epi16(_mm512_set1_epi16(-1), p), _mm512_srli_epi16(x, 11));
}

/// A query whose scores are becoming weights.
typedef struct {
    int32_t *scores;
    __m512 step, top;
    __m512i high, low;  // sums of its weights' bytes
} soft_row;

INLINE soft_row start_row(tile_block *block, size_t r, int32_t largest) {
    const float step = block->queries->steps[r] * 2048;
    return (soft_row){block->scores + r * SCORE_STRIDE, _mm512_set1_ps(step), _mm512_set1_ps((float)largest * step),
                      _mm512_setzero_si512(), _mm512_setzero_si512()};
}

/// Scores of 64 keys become weights, in proportion to the largest.
INLINE void soften_chunk(soft_row *row, size_t keys, const size_t c) {
    __m512i x[4];
#pragma unroll
    for (int i = 0; i < 4; i++)
        x[i] = _mm512_cvtps_epi32(_mm512_fnmadd_ps(
            _mm512_cvtepi32_ps(_mm512_load_si512(row->scores + c * TILE_CHUNK + i * 16)), row->step, row->top));
    if (keys < (c + 1) * TILE_CHUNK)
#pragma unroll
        for (int i = 0; i < 4; i++)
            x[i] = _mm512_mask_blend_epi32(real_lanes(keys, c * TILE_CHUNK + i * 16), _mm512_set1_epi32(65535), x[i]);
    const __m512i even = power_words(_mm512_packus_epi32(x[0], x[1]));
    const __m512i odd = power_words(_mm512_packus_epi32(x[2], x[3]));
    const __mmask64 odd_bytes = 0xAAAAAAAAAAAAAAAA;
    const __m512i high = _mm512_mask_blend_epi8(odd_bytes, _mm512_srli_epi16(even, 8), odd);
    const __m512i low = _mm512_mask_blend_epi8(odd_bytes, even, _mm512_slli_epi16(odd, 8));
    row->high = _mm512_dpbusd_epi32(row->high, high, _mm512_set1_epi8(1));
    row->low = _mm512_dpbusd_epi32(row->low, low, _mm512_set1_epi8(1));
    _mm512_store_si512((int8_t *)row->scores + c * 128, high);
    _mm512_store_si512((int8_t *)row->scores + c * 128 + 64, low);
}

INLINE void end_row(const soft_row *row, tile_block *block, size_t r) {
    const v16f sum = __builtin_convertvector(((v16i)row->high << 8) + (v16i)row->low, v16f);
    v16f *sums = block->queries->sums + r;
    *sums = *sums * block->factors.earlier[r] + sum * block->factors.block[r];
}

/// What earlier sums and this block's are to be multiplied by, now that its largest scores are known.
INLINE void correct_maxima(tile_block *block, const int32_t *largest) {
    tile_queries *queries = block->queries;
    const v16f before = load(queries->maxima);
    const v16f of_block = __builtin_convertvector(load_int(largest), v16f) * load(queries->steps);
    const v16f now = greater(of_block, before);
    store(queries->maxima, now);
    store(block->factors.earlier, power_of_two(greater(before - now, (v16f)-100.0f)));
    store(block->factors.block, power_of_two(greater(of_block - now, (v16f)-100.0f)));
}

/// Weights times values of a block, added to what its queries have found.
INLINE void add_found(const tile_block *block, const int32_t *sums) {
#pragma unroll 1
    for (int r = 0; r < 16; r++) {
        float *found = block->queries->found + r * TILE_HEAD;
#pragma unroll
        for (int p = 0; p < 4; p++) {
            const int32_t *high = sums + p * 512 + r * 16;
            const v16f sum = __builtin_convertvector((load_int(high) << 8) + load_int(high + 256), v16f);
            store(found + p * 16, load(found + p * 16) * block->factors.earlier[r] + sum * block->factors.block[r]);
        }
    }
}

/// One of the three products of the weights of 64 keys with their values: 16 channels in tiles 0 and 1, 16 in 2 and 3.
INLINE void weigh(const int8_t *weights, const int8_t *values, const int channels, const int product) {
    if (product == 0) {
        if (channels == 0) _tile_loadd(4, weights, SCORE_STRIDE * 4);
        _tile_stream_loadd(6, values + channels * 2 * TILE_BYTES, 64);
        if (channels == 0) _tile_dpbusd(0, 4, 6);
        if (channels == 1) _tile_dpbusd(2, 4, 6);
    } else if (product == 1) {
        _tile_stream_loadd(7, values + (channels * 2 + 1) * TILE_BYTES, 64);
        if (channels == 0) _tile_dpbusd(1, 4, 7);
        if (channels == 1) _tile_dpbusd(3, 4, 7);
    } else {
        if (channels == 0) _tile_loadd(5, weights + 64, SCORE_STRIDE * 4);
        if (channels == 0) _tile_dpbusd(1, 5, 6);
        if (channels == 1) _tile_dpbusd(3, 5, 6);
    }
}

/// Half of the channels' sums leave the tiles.
INLINE void keep_half(int32_t (*sums)[256], size_t half) {
    _tile_stored(0, sums[half * 4], 64), _tile_stored(1, sums[half * 4 + 1], 64);
    _tile_stored(2, sums[half * 4 + 2], 64), _tile_stored(3, sums[half * 4 + 3], 64);
}

/// Scores of `block` become weights, while those of the block before meet their values; either may be none.
/// A product takes one of the vectors' two ports, so that one at a time is put between what they do.
INLINE void soften_and_weigh(tile_block *block, const int32_t *largest, const tile_block *before) {
    LINE int32_t sums[8][256];
    size_t half = 0, chunk = 0;
    for (size_t pair = 0; pair < 8; pair++) {
        const bool weighs = before && half < 2;
        const int8_t *weights = weighs ? (const int8_t *)before->scores + chunk * 128 : NULL;
        const int8_t *values = weighs ? before->values + (chunk * 8 + half * 4) * TILE_BYTES : NULL;
#pragma unroll
        for (int odd = 0; odd < 2; odd++) {
            soft_row row;
            if (block) row = start_row(block, pair * 2 + odd, largest[pair * 2 + odd]);
#pragma unroll
            for (int c = 0; c < TILE_CHUNKS; c++) {
                if (block && (size_t)c < block->chunks) soften_chunk(&row, block->keys, c);
                if (odd == 0 && c == 0 && weighs && chunk == 0) {
                    if (half > 0) keep_half(sums, 0);
                    _tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3);
                }
                if (c < 3 && weighs) weigh(weights, values, odd, c);
            }
            if (block) end_row(&row, block, pair * 2 + odd);
        }
        if (weighs && ++chunk == before->chunks) chunk = 0, half++;
    }
    if (!before) return;
    keep_half(sums, 1);
    add_found(before, sums[0]);
}

INLINE void put_found(const tile_queries *queries, const float *scales, size_t rows, float *out, size_t out_stride) {
    for (size_t r = 0; r < rows; r++) {
        const float inverse = 1 / lanes_sum(queries->sums[r]);
        for (int d = 0; d < TILE_HEAD; d += 16)
            store(out + r * out_stride + d, load(queries->found + r * TILE_HEAD + d) * load(scales + d) * inverse);
    }
}

static void tiles_attend(const float *q, size_t stride, size_t rows, float scale, const earshot_head *head,
                         float *out, size_t out_stride) {
    if (!fits_tiles(head->size)) return pairs_attend(q, stride, rows, scale, head, out, out_stride);
    take_tiles();
    tile_queries queries[2];
    tile_block blocks[2];
    LINE int32_t largest[16];
    const float *value_scales = tile_scales(head->values, head->count);
    const float key_scale = *tile_scales(head->keys, head->count) * scale;
    tile_block *before = NULL;
    size_t row_before = 0, turn = 0;
    for (size_t row = 0; row < rows; row += 16) {
        tile_queries *taken = &queries[row / 16 % 2];
        take_queries(taken, q + row * stride, stride, rows - row, key_scale);
        for (size_t key = 0; key < head->count; key += TILE_KEYS, turn++) {
            tile_block *block = &blocks[turn % 2];
            block->queries = taken;
            block->keys = head->count - key < TILE_KEYS ? head->count - key : TILE_KEYS;
            block->chunks = (block->keys + TILE_CHUNK - 1) / TILE_CHUNK;
            block->values = (const int8_t *)head->values + key * 2 * TILE_HEAD;
            score_tiles(block, (const int8_t *)head->keys + key * 2 * TILE_HEAD, largest);
            correct_maxima(block, largest);
            soften_and_weigh(block, largest, before);
            if (before && before->queries != taken)
                put_found(before->queries, value_scales, 16, out + row_before * out_stride, out_stride);
            before = block, row_before = row;
        }
    }
    soften_and_weigh(NULL, largest, before);
    put_found(before->queries, value_scales, rows - row_before, out + row_before * out_stride, out_stride);
    _tile_release();
}

#undef SCORE_TILES
#undef QUANTISED_ATTENTION
#define QUANTISED_ATTENTION {tiles_bytes, tiles_pack, tiles_attend}

#endif
