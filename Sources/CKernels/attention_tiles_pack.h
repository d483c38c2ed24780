// Queries, keys and values of one head as tiles of bytes. A number is 256 · high + low, and three of the four products
// of two such are computed: what is left out, and the rounding, is 2⁻¹⁵ of the largest.
// Queries have one scale per row, keys one, values one per channel.
#ifndef EARSHOT_ATTENTION_TILES_PACK_H
#define EARSHOT_ATTENTION_TILES_PACK_H

#include "attention_bytes.h"
#include "attention_int16.h"
#include "tiles.h"

// Weights are made of 64 keys at a time.
enum { TILE_HEAD = 64, TILE_CHUNK = 64 };
#define ENTRY_LIMIT (127 * 256.0f)
// Sums lack the last eight bits.
#define ENTRY_STEP 127.0f

INLINE bool fits_tiles(size_t size) { return size == TILE_HEAD; }

/// Keys: of every 16 a tile of high bytes, then one of low ones. Values: of every 64 keys, 16 channels likewise.
static size_t tiles_bytes(size_t count, size_t size) {
    if (!fits_tiles(size)) return pairs_bytes(count, size);
    return rounded_up(count, TILE_CHUNK) * 2 * TILE_HEAD + TILE_HEAD * sizeof(float);
}

/// Scales lie behind the bytes.
INLINE float *tile_scales(void *bytes, size_t count) {
    return (float *)((int8_t *)bytes + rounded_up(count, TILE_CHUNK) * 2 * TILE_HEAD);
}

INLINE void pack_key_tiles(const float *k, size_t stride, const earshot_head *head) {
    v16f peak = 0;
    for (size_t row = 0; row < head->count; row++)
#pragma unroll
        for (int d = 0; d < TILE_HEAD; d += 16) peak = greater(magnitude(load(k + row * stride + d)), peak);
    const float largest = lanes_max(peak), factor = ENTRY_LIMIT * inverse_or_zero(largest);
    *tile_scales(head->keys, head->count) = largest / ENTRY_STEP;
    int8_t *tiles = head->keys;
    for (size_t first = 0; first < rounded_up(head->count, TILE_CHUNK); first += 16, tiles += 2 * TILE_BYTES) {
        LINE int8_t high[TILE_BYTES], low[TILE_BYTES];
        for (size_t r = 0; r < 16; r++) {
            if (first + r < head->count)
                split_row(k + (first + r) * stride, factor, high + r * 64, low + r * 64);
            else
                memset(high + r * 64, 0, 64), memset(low + r * 64, 0, 64);
        }
        __m512i rows[16];
        memcpy(rows, high, sizeof rows), transpose_fours(rows, tiles);
        memcpy(rows, low, sizeof rows), transpose_fours(rows, tiles + TILE_BYTES);
    }
}

/// The first of the four keys whose weights are bytes 4g ..< 4g + 4 of 64; the others are 32, 1 and 33 behind it.
INLINE size_t first_key_of_four(size_t g) { return g % 4 / 2 * 16 + g / 4 * 4 + g % 2 * 2; }

INLINE v16i four_bytes(v16i a, v16i b, v16i c, v16i d) {
    return (a & 0xFF) | ((b & 0xFF) << 8) | ((c & 0xFF) << 16) | (d << 24);
}

INLINE void pack_value_tiles(const float *v, size_t stride, const earshot_head *head) {
    v16f peaks[4] = {0}, factors[4];
    for (size_t row = 0; row < head->count; row++)
#pragma unroll
        for (int p = 0; p < 4; p++) peaks[p] = greater(magnitude(load(v + row * stride + 16 * p)), peaks[p]);
    for (int p = 0; p < 4; p++) {
        store(tile_scales(head->values, head->count) + 16 * p, peaks[p] * (1 / ENTRY_STEP));
        for (int lane = 0; lane < 16; lane++) factors[p][lane] = ENTRY_LIMIT * inverse_or_zero(peaks[p][lane]);
    }
    int8_t *tiles = head->values;
    for (size_t first = 0; first < head->count; first += TILE_CHUNK, tiles += 8 * TILE_BYTES)
        for (size_t g = 0; g < 16; g++)
#pragma unroll
            for (int p = 0; p < 4; p++) {
                v16split keys[4];
#pragma unroll
                for (size_t i = 0; i < 4; i++) {
                    const size_t row = first + first_key_of_four(g) + i % 2 * 32 + i / 2;
                    keys[i] = (v16split){0, 0};
                    if (row < head->count) keys[i] = split_lanes(load(v + row * stride + 16 * p), factors[p]);
                }
                const v16i high = four_bytes(keys[0].high, keys[1].high, keys[2].high, keys[3].high);
                const v16i low = four_bytes(keys[0].low, keys[1].low, keys[2].low, keys[3].low);
                memcpy(tiles + 2 * p * TILE_BYTES + g * 64, &high, sizeof high);
                memcpy(tiles + (2 * p + 1) * TILE_BYTES + g * 64, &low, sizeof low);
            }
}

static void tiles_pack(const float *k, const float *v, size_t stride, earshot_head *head) {
    if (!fits_tiles(head->size)) return pairs_pack(k, v, stride, head);
    pack_key_tiles(k, stride, head);
    pack_value_tiles(v, stride, head);
}

#endif
