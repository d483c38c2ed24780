// The processor's tiles: eight registers of 16 rows of 64 bytes.
#ifndef EARSHOT_TILES_H
#define EARSHOT_TILES_H

#include <immintrin.h>

#include "vector.h"

enum { TILE_BYTES = 1024 };

/// Makes all tiles whole ones. Whoever does gives them back with `_tile_release`, or the system would save
/// them whenever this thread sleeps.
INLINE void take_tiles(void) {
    const struct {
        uint8_t palette, start, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } shapes = {.palette = 1,
                .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
    _tile_loadconfig(&shapes);
}

#endif
