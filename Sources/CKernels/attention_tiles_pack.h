// Keys and values of one head as tiles of bfloat16, in the pairs that the products of tiles take.
#ifndef EARSHOT_ATTENTION_TILES_PACK_H
#define EARSHOT_ATTENTION_TILES_PACK_H

#include "attention_bytes.h"
#include "attention_int16.h"
#include "tiles.h"

// Weights are made of 32 keys at a time; scores, of 64 keys.
enum { TILE_HEAD = 64, TILE_CHUNK = 32, TILE_PADDING = 64 };

INLINE bool fits_tiles(size_t size) { return size == TILE_HEAD; }

/// Keys: of every 16 a tile of the first 32 channels, then one of the others. Values: of every 32 keys, 16 channels a
/// tile.
static size_t tiles_bytes(size_t count, size_t size) {
    if (!fits_tiles(size)) return pairs_bytes(count, size);
    return rounded_up(count, TILE_PADDING) * TILE_HEAD * sizeof(uint16_t);
}

/// 32 numbers in bfloat16, those of `low` first.
INLINE __m512i bfloats(v16f low, v16f high) { return (__m512i)_mm512_cvtne2ps_pbh((__m512)high, (__m512)low); }

/// The middle of some of the keys. What all of them have in common adds the same to all scores of a query, which a
/// softmax does not see, but would cost the rest of a key its last bits.
INLINE void find_centre(const float *k, size_t stride, size_t count, v16f centre[TILE_HEAD / 16]) {
    for (int p = 0; p < TILE_HEAD / 16; p++) centre[p] = 0;
    for (size_t row = 0; row < count; row += 8)
#pragma unroll
        for (int p = 0; p < TILE_HEAD / 16; p++) centre[p] += load(k + row * stride + p * 16);
    for (int p = 0; p < TILE_HEAD / 16; p++) centre[p] *= 1 / (float)((count + 7) / 8);
}

INLINE void pack_key_tiles(const float *k, size_t stride, const earshot_head *head) {
    v16f centre[TILE_HEAD / 16];
    find_centre(k, stride, head->count, centre);
    int8_t *tiles = head->keys;
    for (size_t first = 0; first < rounded_up(head->count, TILE_PADDING); first += 16)
        for (int d = 0; d < TILE_HEAD; d += 32, tiles += TILE_BYTES) {
            __m512i rows[16];
            for (size_t r = 0; r < 16; r++) {
                const float *row = k + (first + r) * stride + d;
                rows[r] = _mm512_setzero_si512();
                if (first + r < head->count)
                    rows[r] = bfloats(load(row) - centre[d / 16], load(row + 16) - centre[d / 16 + 1]);
            }
            transpose_fours(rows, tiles);
        }
}

/// The first of the two keys whose weights are numbers 2p and 2p + 1 of 32.
INLINE size_t first_key_of_pair(size_t p) { return p % 4 / 2 * 16 + p / 4 * 4 + p % 2 * 2; }

INLINE void pack_value_tiles(const float *v, size_t stride, const earshot_head *head) {
    LINE uint16_t order[32];
    for (uint16_t i = 0; i < 32; i++) order[i] = i % 2 * 16 + i / 2;
    const __m512i side_by_side = _mm512_load_si512(order);
    int8_t *tiles = head->values;
    for (size_t first = 0; first < head->count; first += TILE_CHUNK, tiles += 4 * TILE_BYTES)
        for (size_t p = 0; p < 16; p++) {
            const size_t row = first + first_key_of_pair(p);
#pragma unroll
            for (int d = 0; d < TILE_HEAD; d += 16) {
                const v16f one = row < head->count ? load(v + row * stride + d) : 0;
                const v16f other = row + 1 < head->count ? load(v + (row + 1) * stride + d) : 0;
                const __m512i pairs = _mm512_permutexvar_epi16(side_by_side, bfloats(one, other));
                memcpy(tiles + d / 16 * TILE_BYTES + p * 64, &pairs, sizeof pairs);
            }
        }
}

static void tiles_pack(const float *k, const float *v, size_t stride, earshot_head *head) {
    if (!fits_tiles(head->size)) return pairs_pack(k, v, stride, head);
    pack_key_tiles(k, stride, head);
    pack_value_tiles(v, stride, head);
}

#endif
