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

/// Sixteen keys' scores from their two sums of products to memory, and into the maxima.
INLINE void join_scores(tile_block *block, const int32_t *high, const int32_t *low, size_t key, v16i *peaks) {
    const __mmask16 real = block->keys - key >= 16 ? 0xFFFF : (__mmask16)((1 << (block->keys - key)) - 1);
#pragma unroll
    for (int r = 0; r < 16; r++) {
        const v16i score = (load_int(high + r * 16) << 8) + load_int(low + r * 16);
        memcpy(block->scores + r * SCORE_STRIDE + key, &score, sizeof score);
        peaks[r] = (v16i)_mm512_mask_max_epi32((__m512i)peaks[r], real, (__m512i)peaks[r], (__m512i)score);
    }
}

/// The block's scores, and the largest of each query.
INLINE void score_tiles(tile_block *block, const int8_t *keys, int32_t *largest) {
    LINE int32_t sums[2][2][256];
    v16i peaks[16];
#pragma unroll
    for (int r = 0; r < 16; r++) peaks[r] = INT32_MIN;
    _tile_loadd(4, block->queries->high, 64);
    _tile_loadd(5, block->queries->low, 64);
    const size_t tiles = (block->keys + 15) / 16;
    for (size_t t = 0; t < tiles; t++, keys += 2 * TILE_BYTES) {
        _tile_zero(0), _tile_zero(1);
        _tile_loadd(6, keys, 64);
        _tile_loadd(7, keys + TILE_BYTES, 64);
        _tile_dpbssd(0, 4, 6);
        _tile_dpbssd(1, 4, 7);
        _tile_dpbssd(1, 5, 6);
        _tile_stored(0, sums[t % 2][0], 64);
        _tile_stored(1, sums[t % 2][1], 64);
        if (t > 0) join_scores(block, sums[1 - t % 2][0], sums[1 - t % 2][1], (t - 1) * 16, peaks);
    }
    join_scores(block, sums[1 - tiles % 2][0], sums[1 - tiles % 2][1], (tiles - 1) * 16, peaks);
#pragma unroll
    for (int r = 0; r < 16; r++) largest[r] = _mm512_reduce_max_epi32((__m512i)peaks[r]);
}

/// 2⁻ˣ in steps of 2⁻¹⁶, rounded down, of x in steps of 2⁻¹¹, within 1.3e-4 of its value: 1 - f · (a - f · (b - f · c))
/// of x's fraction, shifted by its whole part.
INLINE __m512i power_words(__m512i x) {
    const __m512i f = _mm512_slli_epi16(x, 5);
    const __m512i a = _mm512_set1_epi16((short)45324), b = _mm512_set1_epi16(15149), c = _mm512_set1_epi16(2596);
    __m512i p = _mm512_mulhi_epu16(f, c);
    p = _mm512_mulhi_epu16(f, _mm512_sub_epi16(b, p));
    p = _mm512_mulhi_epu16(f, _mm512_sub_epi16(a, p));
    return _mm512_srlv_epi16(_mm512_sub_epi16(_mm512_set1_epi16(-1), p), _mm512_srli_epi16(x, 11));
}

/// A query's scores become weights, in proportion to the largest; returns their sums in sixteen lanes.
INLINE v16i soften_row(tile_block *block, size_t r, int32_t largest) {
    int32_t *scores = block->scores + r * SCORE_STRIDE;
    const __m512 step = _mm512_set1_ps(block->queries->steps[r] * 2048);
    const __m512 top = _mm512_set1_ps((float)largest * (block->queries->steps[r] * 2048));
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i high_sum = _mm512_setzero_si512(), low_sum = high_sum;
    for (size_t c = 0; c < block->chunks; c++) {
        __m512i x[4];
#pragma unroll
        for (int i = 0; i < 4; i++)
            x[i] = _mm512_cvtps_epi32(_mm512_fnmadd_ps(
                _mm512_cvtepi32_ps(_mm512_load_si512(scores + c * TILE_CHUNK + i * 16)), step, top));
        if ((c + 1) * TILE_CHUNK > block->keys) {
            const v16i lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
            const int32_t left = (int32_t)(block->keys - c * TILE_CHUNK);
#pragma unroll
            for (int i = 0; i < 4; i++) x[i] = (__m512i)(lanes + i * 16 < left ? (v16i)x[i] : 65535);
        }
        const __m512i even = power_words(_mm512_packus_epi32(x[0], x[1]));
        const __m512i odd = power_words(_mm512_packus_epi32(x[2], x[3]));
        const __mmask64 odd_bytes = 0xAAAAAAAAAAAAAAAA;
        const __m512i high = _mm512_mask_blend_epi8(odd_bytes, _mm512_srli_epi16(even, 8), odd);
        const __m512i low = _mm512_mask_blend_epi8(odd_bytes, even, _mm512_slli_epi16(odd, 8));
        high_sum = _mm512_dpbusd_epi32(high_sum, high, ones);
        low_sum = _mm512_dpbusd_epi32(low_sum, low, ones);
        _mm512_store_si512((int8_t *)scores + c * 128, high);
        _mm512_store_si512((int8_t *)scores + c * 128 + 64, low);
    }
    return ((v16i)high_sum << 8) + (v16i)low_sum;
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

INLINE void soften_and_add(tile_block *block, size_t r, int32_t largest) {
    const v16f sum = __builtin_convertvector(soften_row(block, r, largest), v16f);
    v16f *sums = block->queries->sums + r;
    *sums = *sums * block->factors.earlier[r] + sum * block->factors.block[r];
}

/// Weights times values of 64 keys and 16 channels, into tiles 0 and 1 or 2 and 3.
#define WEIGH_TILE(high_sum, low_sum, tiles) \
    _tile_loadd(6, (tiles), 64); \
    _tile_loadd(7, (tiles) + TILE_BYTES, 64); \
    _tile_dpbusd(high_sum, 4, 6); \
    _tile_dpbusd(low_sum, 4, 7); \
    _tile_dpbusd(low_sum, 5, 6);

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

/// Scores of `block` become weights, while those of the block before meet their values; either may be none.
INLINE void soften_and_weigh(tile_block *block, const int32_t *largest, const tile_block *before) {
    LINE int32_t sums[8][256];
    size_t half = 0, chunk = 0;
    for (size_t r = 0; r < 16; r += 2) {
        const bool weighs = before && half < 2;
        const int8_t *values = NULL;
        if (weighs) {
            if (chunk == 0) _tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3);
            const int8_t *weights = (const int8_t *)before->scores + chunk * 128;
            values = before->values + (chunk * 8 + half * 4) * TILE_BYTES;
            _tile_loadd(4, weights, SCORE_STRIDE * 4);
            _tile_loadd(5, weights + 64, SCORE_STRIDE * 4);
            WEIGH_TILE(0, 1, values)
        }
        if (block) soften_and_add(block, r, largest[r]);
        if (weighs) {
            WEIGH_TILE(2, 3, values + 2 * TILE_BYTES)
            if (++chunk == before->chunks) {
                _tile_stored(0, sums[half * 4], 64), _tile_stored(1, sums[half * 4 + 1], 64);
                _tile_stored(2, sums[half * 4 + 2], 64), _tile_stored(3, sums[half * 4 + 3], 64);
                chunk = 0, half++;
            }
        }
        if (block) soften_and_add(block, r + 1, largest[r + 1]);
    }
    if (before) add_found(before, sums[0]);
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

#undef WEIGH_TILE
#undef QUANTISED_ATTENTION
#define QUANTISED_ATTENTION {tiles_bytes, tiles_pack, tiles_attend}

#endif
