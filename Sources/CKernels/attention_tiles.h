// Attention in tiles, for heads of Whisper's size: sixteen queries against blocks of keys with an online softmax.
// While one block's scores become weights, the weights of the block before are multiplied with its values.
#ifndef EARSHOT_ATTENTION_TILES_H
#define EARSHOT_ATTENTION_TILES_H

#include "attention_tiles_pack.h"

// Two blocks of scores, and what else is read again and again, fit into the first-level cache.
enum { TILE_KEYS = 256, TILE_CHUNKS = TILE_KEYS / TILE_CHUNK };
// Scores between two rows: rows of a tile then lie in different sets of the cache.
enum { SCORE_STRIDE = TILE_KEYS + 16 };

/// Sixteen queries, and what is known of what they find.
typedef struct {
    LINE uint16_t entries[2][16 * 32];  // their first 32 channels, and the others
    LINE float maxima[16];              // as exponents of two
    v16f sums[16];
    LINE float found[16 * TILE_HEAD];
} tile_queries;

/// Their scores of a block of keys; then, in the same place, their weights in bfloat16.
typedef struct {
    LINE float scores[16 * SCORE_STRIDE];
    tile_queries *queries;
    const int8_t *values;
    size_t keys, chunks;
    float step;  // what a score is worth, as an exponent of two
    corrections factors;
} tile_block;

/// Rows that are asked for while a block is worked on, so that nobody waits for them: queries, and where outputs go.
/// Those behind the last one are not there, and asking for them does no harm.
typedef struct {
    const float *start;
    size_t stride;
} wanted_rows;

INLINE void take_queries(tile_queries *queries, const float *q, size_t stride, size_t rows) {
    memset(queries->found, 0, sizeof queries->found);
    for (size_t r = 0; r < 16; r++) {
        queries->maxima[r] = -1e30f;
        queries->sums[r] = 0;
        for (size_t side = 0; side < 2; side++) {
            const float *row = q + r * stride + side * 32;
            __m512i entries = _mm512_setzero_si512();
            if (r < rows) entries = bfloats(load(row), load(row + 16));
            memcpy(queries->entries[side] + r * 32, &entries, sizeof entries);
        }
    }
}

/// Lanes of the keys from `key` on that exist.
INLINE __mmask16 real_lanes(size_t keys, size_t key) {
    return keys >= key + 16 ? 0xFFFF : keys <= key ? 0 : (__mmask16)((1 << (keys - key)) - 1);
}

/// Sixteen keys' scores into the maxima.
INLINE void see_peaks(const tile_block *block, size_t key, __m512 *peaks) {
    const __mmask16 real = real_lanes(block->keys, key);
    const float *scores = block->scores + key;
#pragma unroll
    for (int r = 0; r < 16; r++)
        peaks[r] = _mm512_mask_max_ps(peaks[r], real, peaks[r], _mm512_load_ps(scores + r * SCORE_STRIDE));
}

/// Products of queries and sixteen keys, into tile `sum`. Keys, as values below, are read past the first-level cache,
/// which the scores fill.
#define SCORE_TILE(sum, keys) \
    _tile_zero(sum); \
    _tile_stream_loadd(6, (keys), 64); \
    _tile_dpbf16ps(sum, 4, 6); \
    _tile_stream_loadd(7, (keys) + TILE_BYTES, 64); \
    _tile_dpbf16ps(sum, 5, 7);

/// The block's scores, and the largest of each query. Sums leave the tiles while the next are multiplied, and are
/// read again while those after are: they have then reached memory, and nobody waits for them.
INLINE void score_tiles(tile_block *block, const int8_t *keys, float *largest) {
    __m512 peaks[16];
#pragma unroll
    for (int r = 0; r < 16; r++) peaks[r] = _mm512_set1_ps(-1e30f);
    _tile_loadd(4, block->queries->entries[0], 64);
    _tile_loadd(5, block->queries->entries[1], 64);
#define KEEP(sum, key) _tile_stored(sum, block->scores + (key), SCORE_STRIDE * 4)
    for (size_t key = 0; key < block->keys; key += 64, keys += 8 * TILE_BYTES) {
        SCORE_TILE(0, keys)
        if (key > 0) KEEP(2, key - 32), see_peaks(block, key - 64, peaks);
        SCORE_TILE(1, keys + 2 * TILE_BYTES)
        if (key > 0) KEEP(3, key - 16), see_peaks(block, key - 48, peaks);
        SCORE_TILE(2, keys + 4 * TILE_BYTES)
        KEEP(0, key);
        if (key > 0) see_peaks(block, key - 32, peaks);
        SCORE_TILE(3, keys + 6 * TILE_BYTES)
        KEEP(1, key + 16);
        if (key > 0) see_peaks(block, key - 16, peaks);
    }
    const size_t last = (block->keys - 1) / 64 * 64;
    KEEP(2, last + 32);
    KEEP(3, last + 48);
#undef KEEP
    for (size_t key = last; key < last + 64; key += 16) see_peaks(block, key, peaks);
#pragma unroll
    for (int r = 0; r < 16; r++) largest[r] = _mm512_reduce_max_ps(peaks[r]);
}

#undef SCORE_TILE

// Weights are 2ˣ⁻³¹, the largest just below two.
enum { WEIGHT_EXPONENT = (127 - 31) << 7, ONE = 127 << 7 };

/// 2ˣ⁻³¹ in bfloat16, rounded down, of x in steps of 2⁻¹¹: 1 + f · (a + f · (b + f · c)), which is two to the power of
/// x's fraction within 1.3e-4 of its value, behind the whole part as an exponent.
INLINE __m512i power_bfloats(__m512i x) {
    const __m512i f = _mm512_slli_epi16(x, 5);
    const __m512i a = _mm512_set1_epi16((short)45575), b = _mm512_set1_epi16(14831), c = _mm512_set1_epi16(5129);
    __m512i p = _mm512_mulhi_epu16(f, c);
    p = _mm512_mulhi_epu16(f, _mm512_add_epi16(b, p));
    p = _mm512_mulhi_epu16(f, _mm512_add_epi16(a, p));
    const __m512i power = _mm512_shldi_epi16(_mm512_srli_epi16(x, 11), p, 7);
    return _mm512_or_si512(power, _mm512_set1_epi16(WEIGHT_EXPONENT));
}

/// A query whose scores are becoming weights.
typedef struct {
    float *scores;
    __m512 step, top, sum;
} soft_row;

INLINE soft_row start_row(tile_block *block, size_t r, float largest) {
    const float step = block->step * 2048;
    return (soft_row){block->scores + r * SCORE_STRIDE, _mm512_set1_ps(step), _mm512_set1_ps(65535 - largest * step),
                      _mm512_setzero_ps()};
}

/// Scores of 32 keys become weights, in proportion to the largest. What is no number counts as next to nothing.
INLINE void soften_chunk(soft_row *row, size_t keys, const size_t c) {
    __m512i x[2];
#pragma unroll
    for (int i = 0; i < 2; i++)
        x[i] = _mm512_cvtps_epi32(
            _mm512_fmadd_ps(_mm512_load_ps(row->scores + c * TILE_CHUNK + i * 16), row->step, row->top));
    // Keys that do not exist have next to no weight, and no values.
    if (keys < (c + 1) * TILE_CHUNK)
#pragma unroll
        for (int i = 0; i < 2; i++) x[i] = _mm512_maskz_mov_epi32(real_lanes(keys, c * TILE_CHUNK + i * 16), x[i]);
    const __m512i weights = power_bfloats(_mm512_packus_epi32(x[0], x[1]));
    row->sum = _mm512_dpbf16_ps(row->sum, (__m512bh)weights, (__m512bh)_mm512_set1_epi16(ONE));
    _mm512_store_si512((int8_t *)row->scores + c * 64, weights);
}

INLINE void end_row(const soft_row *row, tile_block *block, size_t r) {
    v16f *sums = block->queries->sums + r;
    *sums = *sums * block->factors.earlier[r] + (v16f)row->sum * block->factors.block[r];
}

/// What earlier sums and this block's are to be multiplied by, now that its largest scores are known.
INLINE void correct_maxima(tile_block *block, const float *largest) {
    tile_queries *queries = block->queries;
    const v16f before = load(queries->maxima), of_block = load(largest) * block->step;
    const v16f now = greater(of_block, before);
    store(queries->maxima, now);
    store(block->factors.earlier, power_of_two(greater(before - now, (v16f)-100.0f)));
    store(block->factors.block, power_of_two(greater(of_block - now, (v16f)-100.0f)));
}

/// Weights times values of a block, added to what its queries have found.
INLINE void add_found(const tile_block *block, float (*sums)[256]) {
#pragma unroll 1
    for (int r = 0; r < 16; r++) {
        const float earlier = block->factors.earlier[r], now = block->factors.block[r];
        float *found = block->queries->found + r * TILE_HEAD;
#pragma unroll
        for (int p = 0; p < 4; p++)
            store(found + p * 16, load(found + p * 16) * earlier + load(sums[p] + r * 16) * now);
    }
}

/// The product of the weights of 32 keys with sixteen channels of their values, one of four.
INLINE void weigh(const tile_block *block, size_t chunk, const int part) {
    const int8_t *values = block->values + (chunk * 4 + part) * TILE_BYTES;
    if (part == 0) _tile_loadd(4, (const int8_t *)block->scores + chunk * 64, SCORE_STRIDE * 4);
    if (part % 2 == 0) _tile_stream_loadd(6, values, 64);
    if (part % 2 == 1) _tile_stream_loadd(7, values, 64);
    if (part == 0) _tile_dpbf16ps(0, 4, 6);
    if (part == 1) _tile_dpbf16ps(1, 4, 7);
    if (part == 2) _tile_dpbf16ps(2, 4, 6);
    if (part == 3) _tile_dpbf16ps(3, 4, 7);
}

/// Scores of `block` become weights, while those of the block before meet their values; either may be none.
/// A product takes one of the vectors' two ports, so that one at a time is put between what they do.
INLINE void soften_and_weigh(tile_block *block, const float *largest, const tile_block *before, wanted_rows wanted) {
    _Static_assert(TILE_CHUNKS == 16 / 2, "two rows become weights while a chunk meets its values");
    LINE float sums[4][256];
    _tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3);
    for (size_t chunk = 0; chunk < TILE_CHUNKS; chunk++)
#pragma unroll
        for (int odd = 0; odd < 2; odd++) {
            const size_t r = chunk * 2 + odd;
            soft_row row;
            if (block) row = start_row(block, r, largest[r]);
            if (wanted.start)
#pragma unroll
                for (int d = 0; d < TILE_HEAD; d += 16) __builtin_prefetch(wanted.start + r * wanted.stride + d);
#pragma unroll
            for (int c = 0; c < TILE_CHUNKS; c++) {
                if (c % (TILE_CHUNKS / 2) == 0 && before && chunk < before->chunks)
                    weigh(before, chunk, odd * 2 + c / (TILE_CHUNKS / 2));
                if (block && (size_t)c < block->chunks) soften_chunk(&row, block->keys, c);
            }
            if (block) end_row(&row, block, r);
        }
    if (!before) return;
    _tile_stored(0, sums[0], 64), _tile_stored(1, sums[1], 64);
    _tile_stored(2, sums[2], 64), _tile_stored(3, sums[3], 64);
    add_found(before, sums);
}

INLINE void put_found(const tile_queries *queries, size_t rows, float *out, size_t out_stride) {
    for (size_t r = 0; r < rows; r++) {
        const float inverse = 1 / lanes_sum(queries->sums[r]);
        for (int d = 0; d < TILE_HEAD; d += 16)
            store(out + r * out_stride + d, load(queries->found + r * TILE_HEAD + d) * inverse);
    }
}

static void tiles_attend(const float *q, size_t stride, size_t rows, float scale, const earshot_head *head,
                         float *out, size_t out_stride) {
    if (!fits_tiles(head->size)) return pairs_attend(q, stride, rows, scale, head, out, out_stride);
    take_tiles();
    tile_queries queries[2];
    tile_block blocks[2];
    LINE float largest[16];
    blocks[0].step = blocks[1].step = scale * 1.44269504f;
    tile_block *before = NULL;
    size_t row_before = 0, turn = 0;
    for (size_t row = 0; row < rows; row += 16) {
        tile_queries *taken = &queries[row / 16 % 2];
        take_queries(taken, q + row * stride, stride, rows - row);
        const wanted_rows wanted[2] = {{q + (row + 16) * stride, stride}, {out + row * out_stride, out_stride}};
        for (size_t key = 0; key < head->count; key += TILE_KEYS, turn++) {
            tile_block *block = &blocks[turn % 2];
            block->queries = taken;
            block->keys = head->count - key < TILE_KEYS ? head->count - key : TILE_KEYS;
            block->chunks = (block->keys + TILE_CHUNK - 1) / TILE_CHUNK;
            block->values = (const int8_t *)head->values + key * 2 * TILE_HEAD;
            score_tiles(block, (const int8_t *)head->keys + key * 2 * TILE_HEAD, largest);
            correct_maxima(block, largest);
            soften_and_weigh(block, largest, before,
                             key < 2 * TILE_KEYS ? wanted[key / TILE_KEYS] : (wanted_rows){NULL, 0});
            if (before && before->queries != taken)
                put_found(before->queries, 16, out + row_before * out_stride, out_stride);
            before = block, row_before = row;
        }
    }
    soften_and_weigh(NULL, largest, before, (wanted_rows){NULL, 0});
    put_found(before->queries, rows - row_before, out + row_before * out_stride, out_stride);
    _tile_release();
}

#undef QUANTISED_ATTENTION
#define QUANTISED_ATTENTION {tiles_bytes, tiles_pack, tiles_attend}

#endif
