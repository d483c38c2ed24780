// Linear maps: a block of TILE_ROWS rows by TILE_PANELS panels of outputs stays in registers while the
// inputs stream past. The including file defines both for its register file, INT_ROWS for sums of int8,
// STREAM_PANELS for one row of int8, and `widen`, `int_sums`, `dot`, `int_lanes` for its instructions.
#ifndef EARSHOT_LINEAR_H
#define EARSHOT_LINEAR_H

#include "vector.h"

/// What a sum becomes, where `before` was.
INLINE v16f finished(v16f sum, const int epilogue, v16f before) {
    if (epilogue == EARSHOT_GELU) return gelu(sum);
    return epilogue == EARSHOT_ACCUMULATE ? before + sum : sum;
}

/// Finished sums [rows][panels][16] to their place in the output, of which only `outputs` are left.
static __attribute__((noinline)) void put_some(const float *sums, int rows, int panels, size_t outputs,
                                               float *out, size_t out_stride, int epilogue) {
    for (int i = 0; i < rows * panels; i++) {
        const size_t first = (size_t)(i % panels) * 16;
        float *to = out + (size_t)(i / panels) * out_stride + first;
        v16f sum = load(sums + i * 16);
        if (epilogue != EARSHOT_STORE) sum = finished(sum, epilogue, load_some(to, outputs - first));
        store_some(to, sum, outputs - first);
    }
}

/// The same through one epilogue, where all are there: nothing is decided between two sums, so that a
/// processor works on several.
static __attribute__((noinline)) void put(const float *sums, int rows, int panels, size_t outputs, float *out,
                                          size_t out_stride, int epilogue) {
    if (outputs < (size_t)panels * 16) {
        put_some(sums, rows, panels, outputs, out, out_stride, epilogue);
        return;
    }
#define EACH(sum) \
    for (int r = 0; r < rows; r++, out += out_stride) \
        for (int p = 0; p < panels; p++, sums += 16) store(out + p * 16, sum);
    switch (epilogue) {
    case EARSHOT_GELU: EACH(gelu(load(sums))) break;
    case EARSHOT_ACCUMULATE: EACH(load(out + p * 16) + load(sums)) break;
    default: EACH(load(sums))
    }
#undef EACH
}

/// sums[r][p] += Σ_k x[r][k] · w[p][k]; distances between weights in elements.
INLINE void float_block(v16f *sums, const int rows, const int panels, const float *x, size_t stride,
                        const void *w, const bool half, size_t inputs, size_t input_step,
                        size_t panel_step) {
    for (size_t k = 0; k < inputs; k++) {
        v16f weights[TILE_PANELS];
#pragma unroll
        for (int p = 0; p < panels; p++) {
            const size_t at = p * panel_step + k * input_step;
            weights[p] = half ? widen((const uint16_t *)w + at) : load((const float *)w + at);
        }
#pragma unroll
        for (int r = 0; r < rows; r++) {
            const v16f value = x[r * stride + k];
#pragma unroll
            for (int p = 0; p < panels; p++) sums[r * panels + p] += value * weights[p];
        }
    }
}

INLINE void float_tile(const earshot_matrix *m, const bool half, earshot_rows in, size_t row, const int rows,
                       size_t panel, const int panels, float *out, size_t out_stride, int epilogue) {
    v16f sums[TILE_ROWS * TILE_PANELS];
#pragma unroll
    for (int i = 0; i < rows * panels; i++) sums[i] = load(m->bias + (panel + i % panels) * 16);
    const size_t start = panel * 16 * m->inputs;
    float_block(sums, rows, panels, (const float *)in.values + row * in.stride, in.stride,
                (const char *)m->panels + start * (half ? 2 : 4), half, m->inputs, 16, 16 * m->inputs);
    LINE float done[TILE_ROWS * TILE_PANELS * 16];
#pragma unroll
    for (int i = 0; i < rows * panels; i++) store(done + i * 16, sums[i]);
    put(done, rows, panels, m->outputs - panel * 16, out + row * out_stride + panel * 16, out_stride, epilogue);
}

/// Rows of activations in a tile: a fine one is two rows of bytes.
INLINE int int_rows(const bool fine) { return fine ? (INT_ROWS > 1 ? INT_ROWS / 2 : 1) : INT_ROWS; }

/// What 16 outputs' sums are multiplied with and what is added to them.
typedef struct {
    v16f scales, bias;
    v16f shares;  // what a row's zero counts
} int_step;

INLINE int_step int_steps(const earshot_matrix *m, size_t output) {
    return (int_step){load(m->scales + output), load(m->bias + output),
                      __builtin_convertvector(load_int(m->offsets + output), v16f)};
}

/// Values of sums to which the offsets were added; a fine row has sums of its high bytes and of its low ones.
INLINE v16f int_value(v16i sums, v16i low, const bool fine, const int_step *step, float scale, float zero) {
    v16f sum = __builtin_convertvector(sums, v16f);
    if (fine)
        sum = sum * 256 + __builtin_convertvector(low, v16f);
    else
        sum += step->shares * zero;
    const v16f worth = step->scales * scale;
    return sum * worth + step->bias;
}

/// Meanwhile as much as `ahead` panels have is asked for, from `wanted` bytes behind this tile's first weight on.
INLINE void int_tile(const earshot_matrix *m, const bool fine, earshot_rows in, size_t row, const int rows,
                     size_t panel, const int panels, size_t wanted, const int ahead, float *out,
                     size_t out_stride, int epilogue) {
    enum { TILE = INT_ROWS * TILE_PANELS, STREAM = 2 * STREAM_PANELS };
    enum { MOST = TILE > STREAM ? TILE : STREAM };
    int_sums sums[MOST];
    LINE float done[MOST * 16];
    const int parts = fine ? 2 : 1, lines = rows * parts;
#pragma unroll
    for (int i = 0; i < lines * panels; i++) sums[i] = (int_sums){0};
    const size_t fours = (m->inputs + 3) / 4, stride = in.stride / parts;
    const int8_t *w = (const int8_t *)m->panels + panel * fours * 64;
    const activation *x = (const activation *)in.values + row * in.stride;
    for (size_t k = 0; k < fours; k++) {
#pragma unroll
        for (int p = 0; p < ahead; p++) __builtin_prefetch(w + wanted + (p * fours + k) * 64);
#pragma unroll
        for (int r = 0; r < lines; r++)
#pragma unroll
            for (int p = 0; p < panels; p++)
                sums[r * panels + p] =
                    dot(sums[r * panels + p], x + r * stride + k * 4, w + (p * fours + k) * 64);
    }
#pragma unroll
    for (int p = 0; p < panels; p++) {
        const size_t output = (panel + p) * 16;
        const int_step step = int_steps(m, output);
        const v16i offsets = ACTIVATION_ZERO ? load_int(m->offsets + output) : 0;
#pragma unroll
        for (int r = 0; r < rows; r++) {
            const int_sums *of_row = sums + r * parts * panels + p;
            const v16i high = int_lanes(of_row[0]) + offsets;
            const v16i low = int_lanes(of_row[(parts - 1) * panels]) + offsets;
            const v16f value = int_value(high, low, fine, &step, in.scales[row + r], fine ? 0 : in.zeros[row + r]);
            store(done + (r * panels + p) * 16, value);
        }
    }
    put(done, rows, panels, m->outputs - panel * 16, out + row * out_stride + panel * 16, out_stride, epilogue);
}

enum { KIND_F32, KIND_F16, KIND_INT8, KIND_INT8_FINE };

INLINE void tile(const int kind, const earshot_matrix *m, earshot_rows in, size_t row, const int rows,
                 size_t panel, const int panels, size_t wanted, const int ahead, float *out, size_t out_stride,
                 int epilogue) {
    if (kind >= KIND_INT8)
        int_tile(m, kind == KIND_INT8_FINE, in, row, rows, panel, panels, wanted, ahead, out, out_stride,
                 epilogue);
    else
        float_tile(m, kind == KIND_F16, in, row, rows, panel, panels, out, out_stride, epilogue);
}

/// All rows against `panels` panels, which stay in the first-level cache meanwhile. Few rows are as fast as
/// memory, if the next panels are asked for while these are in use, a part of them in each tile.
INLINE void column(const int kind, const earshot_matrix *m, earshot_rows in, size_t panel, const int panels,
                   float *out, size_t out_stride, int epilogue) {
    const int most = kind >= KIND_INT8 ? int_rows(kind == KIND_INT8_FINE) : TILE_ROWS;
    const size_t length = (m->inputs + 3) / 4 * 64;
    size_t row = 0, wanted = panels * length;
    if (kind >= KIND_INT8 && in.count <= 4 * (size_t)most)
        for (; row + most <= in.count; row += most, wanted += length)
            tile(kind, m, in, row, most, panel, panels, wanted, 1, out, out_stride, epilogue);
    for (; row + most <= in.count; row += most)
        tile(kind, m, in, row, most, panel, panels, 0, 0, out, out_stride, epilogue);
#define TAIL(n) \
    if (n < most && in.count - row == n) \
        tile(kind, m, in, row, n < most ? n : 1, panel, panels, wanted, panels > 1 ? 2 : 1, out, out_stride, \
             epilogue);
    TAIL(1)
    TAIL(2)
    TAIL(3)
    TAIL(4)
    TAIL(5)
#undef TAIL
}

// One row waits for its weights. A processor by itself fetches less far ahead, and not from one page of memory into
// the next; panels side by side keep more of them under way.
enum { FETCH_AHEAD = 2048 };

INLINE void linear(const int kind, const earshot_matrix *m, earshot_rows in, size_t first, size_t count,
                   float *out, size_t out_stride, int epilogue) {
    size_t panel = first;
    if (kind >= KIND_INT8 && in.count == 1)
        for (; panel + STREAM_PANELS <= first + count; panel += STREAM_PANELS)
            tile(kind, m, in, 0, 1, panel, STREAM_PANELS, FETCH_AHEAD, STREAM_PANELS, out, out_stride, epilogue);
    for (; panel + TILE_PANELS <= first + count; panel += TILE_PANELS)
        column(kind, m, in, panel, TILE_PANELS, out, out_stride, epilogue);
    if (TILE_PANELS > 1)
        for (; panel < first + count; panel++) column(kind, m, in, panel, 1, out, out_stride, epilogue);
}

static void linear_f32(const earshot_matrix *m, earshot_rows in, size_t first, size_t count, float *out,
                       size_t out_stride, int epilogue) {
    linear(KIND_F32, m, in, first, count, out, out_stride, epilogue);
}

static void linear_f16(const earshot_matrix *m, earshot_rows in, size_t first, size_t count, float *out,
                       size_t out_stride, int epilogue) {
    linear(KIND_F16, m, in, first, count, out, out_stride, epilogue);
}

static void linear_int8(const earshot_matrix *m, earshot_rows in, size_t first, size_t count, float *out,
                        size_t out_stride, int epilogue) {
    linear(KIND_INT8, m, in, first, count, out, out_stride, epilogue);
}

static void linear_int8_fine(const earshot_matrix *m, earshot_rows in, size_t first, size_t count, float *out,
                             size_t out_stride, int epilogue) {
    linear(KIND_INT8_FINE, m, in, first, count, out, out_stride, epilogue);
}

#endif
