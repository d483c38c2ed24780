// Linear maps with int8 weights and many rows, in tiles: two tiles of rows times two panels at a time. While
// the tiles multiply, the sums of the block before become outputs, so that neither unit waits.
#ifndef EARSHOT_LINEAR_TILES_H
#define EARSHOT_LINEAR_TILES_H

#include "linear.h"
#include "tiles.h"

/// Which lines of bytes are multiplied with which weights, and where outputs go. A fine row is two lines.
typedef struct {
    const earshot_matrix *m;
    earshot_rows in;
    float *out;
    size_t out_stride;
    size_t lines, stride;  // of bytes
} tile_job;

/// A block of a product: up to 32 lines by two panels, and their sums once they are there.
typedef struct {
    size_t panel, panels, line, lines;
    LINE int32_t sums[2][48][16];  // [panel][16 lines that may lie before the block, then its own][outputs]
} sum_block;

/// Sums become outputs, from line `from` of the block to before `to`. `whole`: two panels, all of whose outputs exist.
INLINE void finish_lines(const bool fine, const int epilogue, const bool whole, const tile_job *job,
                         const sum_block *block, size_t from, size_t to) {
    const size_t parts = fine ? 2 : 1, first = block->panel * 16, panels = whole ? 2 : block->panels;
    int_step steps[2];
    for (size_t p = 0; p < panels; p++) steps[p] = int_steps(job->m, first + p * 16);
    for (size_t line = from; line < to; line += parts) {
        const size_t row = (block->line + line) / parts;
        for (size_t p = 0; p < panels; p++) {
            const int32_t *sums = block->sums[p][16 + line];
            const v16f value = int_value(load_int(sums), load_int(sums + (fine ? 16 : 0)), fine, &steps[p],
                                         job->in.scales[row], fine ? 0 : job->in.zeros[row]);
            const size_t output = first + p * 16, left = whole ? 16 : job->m->outputs - output;
            float *out = job->out + row * job->out_stride + output;
            const v16f before = epilogue == EARSHOT_ACCUMULATE ? load_some(out, left) : 0;
            store_some(out, finished(value, epilogue, before), left);
        }
    }
}

INLINE bool is_whole(const tile_job *job, const sum_block *block) {
    return block->panels == 2 && (block->panel + 2) * 16 <= job->m->outputs;
}

/// 64 inputs of a block.
INLINE void multiply_tiles(size_t tiles, size_t panels, const uint8_t *x0, const uint8_t *x1, size_t stride,
                           const int8_t *w0, const int8_t *w1) {
    _tile_loadd(6, w0, 64);
    _tile_loadd(4, x0, stride);
    _tile_dpbusd(0, 4, 6);
    if (panels > 1) {
        _tile_loadd(7, w1, 64);
        _tile_dpbusd(1, 4, 7);
    }
    if (tiles > 1) {
        _tile_loadd(5, x1, stride);
        _tile_dpbusd(2, 5, 6);
        if (panels > 1) _tile_dpbusd(3, 5, 7);
    }
}

/// The inputs behind the last 64, copied to where zeros follow them: less than a tile may be there to read.
static __attribute__((noinline)) void multiply_rest(size_t tiles, size_t panels, const uint8_t *x0,
                                                    const uint8_t *x1, size_t stride, const int8_t *w0,
                                                    const int8_t *w1, size_t inputs) {
    LINE uint8_t lines[2][TILE_BYTES] = {0};
    LINE int8_t weights[2][TILE_BYTES] = {0};
    for (size_t line = 0; line < 16; line++) {
        memcpy(lines[0] + line * 64, x0 + line * stride, inputs);
        if (tiles > 1) memcpy(lines[1] + line * 64, x1 + line * stride, inputs);
    }
    memcpy(weights[0], w0, inputs * 16);
    if (panels > 1) memcpy(weights[1], w1, inputs * 16);
    multiply_tiles(tiles, panels, lines[0], lines[1], 64, weights[0], weights[1]);
}

/// Multiplies `block` in the tiles, and finishes the one before it, of which the sums are in memory, meanwhile.
INLINE void multiply_block(const bool fine, const int epilogue, const tile_job *job, const sum_block *block,
                           sum_block *before) {
    const size_t padded = (job->m->inputs + 3) / 4 * 4, rest = padded % 64;
    const size_t tiles = block->lines > 16 ? 2 : 1;
    // The last tile of lines ends with the last of all, and may begin with lines of the tile before it.
    const size_t last = job->lines - 16, second = block->line + 16;
    const size_t starts[2] = {block->line < last ? block->line : last, second < last ? second : last};
    const uint8_t *x0 = (const uint8_t *)job->in.values + starts[0] * job->stride;
    const uint8_t *x1 = (const uint8_t *)job->in.values + starts[1] * job->stride;
    const int8_t *w0 = (const int8_t *)job->m->panels + block->panel * padded * 16, *w1 = w0 + padded * 16;
    // What is added for the activations' zero is there from the beginning.
    const int32_t *offsets = job->m->offsets + block->panel * 16;
    _tile_loadd(0, offsets, 0), _tile_loadd(2, offsets, 0);
    if (block->panels > 1) _tile_loadd(1, offsets + 16, 0), _tile_loadd(3, offsets + 16, 0);
    size_t done = 0;
    if (tiles == 2 && block->panels == 2 && is_whole(job, before)) {
        const size_t share = (before->lines / (padded / 64 + 1) + 2) / 2 * 2;
        for (size_t k = padded / 64; k > 0; k--) {
            multiply_tiles(2, 2, x0, x1, job->stride, w0, w1);
            x0 += 64, x1 += 64, w0 += TILE_BYTES, w1 += TILE_BYTES;
            const size_t end = done + share < before->lines ? done + share : before->lines;
            finish_lines(fine, epilogue, true, job, before, done, end);
            done = end;
        }
    } else {
        for (size_t k = padded / 64; k > 0; k--) {
            multiply_tiles(tiles, block->panels, x0, x1, job->stride, w0, w1);
            x0 += 64, x1 += 64, w0 += TILE_BYTES, w1 += TILE_BYTES;
        }
    }
    if (rest > 0) multiply_rest(tiles, block->panels, x0, x1, job->stride, w0, w1, rest);
    if (done < before->lines) finish_lines(fine, epilogue, false, job, before, done, before->lines);
    before->panel = block->panel, before->panels = block->panels;
    before->line = block->line, before->lines = block->lines;
    // Lines that two tiles share have the same sums in both.
    const size_t at = 16 + starts[0] - block->line, behind = 16 + starts[1] - block->line;
    _tile_stored(0, before->sums[0][at], 64);
    if (block->panels > 1) _tile_stored(1, before->sums[1][at], 64);
    if (tiles > 1) {
        _tile_stored(2, before->sums[0][behind], 64);
        if (block->panels > 1) _tile_stored(3, before->sums[1][behind], 64);
    }
}

INLINE void tile_product(const bool fine, const int epilogue, const tile_job *job, size_t first, size_t count) {
    take_tiles();
    sum_block block, before;
    before.panels = before.lines = before.panel = 0;
    for (block.panel = first; block.panel < first + count; block.panel += 2) {
        block.panels = first + count - block.panel > 1 ? 2 : 1;
        for (block.line = 0; block.line < job->lines; block.line += 32) {
            block.lines = job->lines - block.line < 32 ? job->lines - block.line : 32;
            multiply_block(fine, epilogue, job, &block, &before);
        }
    }
    finish_lines(fine, epilogue, false, job, &before, 0, before.lines);
    _tile_release();
}

INLINE void linear_tiles(const bool fine, const earshot_matrix *m, earshot_rows in, size_t first, size_t count,
                         float *out, size_t out_stride, int epilogue) {
    const size_t parts = fine ? 2 : 1;
    const tile_job job = {m, in, out, out_stride, in.count * parts, in.stride / parts};
    switch (epilogue) {
    case EARSHOT_GELU: tile_product(fine, EARSHOT_GELU, &job, first, count); break;
    case EARSHOT_ACCUMULATE: tile_product(fine, EARSHOT_ACCUMULATE, &job, first, count); break;
    default: tile_product(fine, EARSHOT_STORE, &job, first, count);
    }
}

// Fewer rows than a tile has wait for their weights, and the vectors ask for those ahead.
static void linear_int8_tiles(const earshot_matrix *m, earshot_rows in, size_t first, size_t count, float *out,
                              size_t out_stride, int epilogue) {
    if (in.count < 16)
        linear_int8(m, in, first, count, out, out_stride, epilogue);
    else
        linear_tiles(false, m, in, first, count, out, out_stride, epilogue);
}

static void linear_int8_fine_tiles(const earshot_matrix *m, earshot_rows in, size_t first, size_t count,
                                   float *out, size_t out_stride, int epilogue) {
    if (in.count < 16)
        linear_int8_fine(m, in, first, count, out, out_stride, epilogue);
    else
        linear_tiles(true, m, in, first, count, out, out_stride, epilogue);
}

#define ROW_BLOCK 64
#define INT8_LINEAR linear_int8_tiles
#define INT8_FINE_LINEAR linear_int8_fine_tiles

#endif
