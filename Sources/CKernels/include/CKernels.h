// The inner loops of Earshot: one table of functions per instruction set, chosen at run time.
//
// Layouts shared by every table, so that weights are packed once whatever the processor:
// a matrix [outputs, inputs] is cut into panels of 16 outputs; within a panel the 16 outputs of one
// input (f32, f16) or of four inputs (int8) lie side by side.
//   f32, f16   [outputs/16][inputs][16]
//   int8       [outputs/16][inputs/4][16][4]
// The last panel is padded with zeros, as are the inputs of int8 to a multiple of four.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Outputs in a panel of weights, and lanes of the widest vector.
enum { EARSHOT_PANEL = 16 };
/// Keys that attention works on between two corrections of the running maximum.
enum { EARSHOT_KEY_BLOCK = 128 };
/// The largest head size the attention kernels take.
enum { EARSHOT_MAX_HEAD = 256 };

/// What becomes of a finished sum.
enum { EARSHOT_STORE = 0, EARSHOT_GELU = 1, EARSHOT_ACCUMULATE = 2 };

/// Packed weights of a linear map. Arrays over outputs are padded to whole panels.
typedef struct {
    const void *panels;
    const float *bias;       // [outputs]
    const float *scales;     // [outputs], int8: what one step of a weight is worth
    const int32_t *offsets;  // [outputs], int8: -128 · Σ weights, for what is added to activations
    size_t outputs;
    size_t inputs;
} earshot_matrix;

/// Rows of activations; `stride` counts elements between rows.
typedef struct {
    const void *values;
    const float *scales;  // [count], int8: what one step of a row's activation is worth
    const float *zeros;   // [count], int8: the middle of a row's range, in -128 steps
    size_t stride;
    size_t count;
} earshot_rows;

/// Scale and offset of a layer norm over `width` channels; null gamma: no norm.
typedef struct {
    const float *gamma;
    const float *beta;
    size_t width;
} earshot_norm;

/// Keys and values of one head, packed for `attend`.
typedef struct {
    void *keys;
    void *values;
    size_t count;
    size_t size;
} earshot_head;

/// Attention of many queries to many keys; the two are packed for the kernel first.
typedef struct {
    /// Bytes that the keys of one head take, and again the values.
    size_t (*bytes)(size_t count, size_t size);
    void (*pack)(const float *k, const float *v, size_t stride, earshot_head *head);
    /// out[r] = softmax(q[r] · keysᵀ · scale) · values over every key of the head.
    void (*attend)(const float *q, size_t stride, size_t rows, float scale, const earshot_head *head,
                   float *out, size_t out_stride);
} earshot_attention;

/// Stored keys and values of one head of a decoder layer: rows of `size` floats, or of bytes when there
/// are scales, one for each row. Fifteen rows more than are asked for must be readable.
///
/// Rows may have been arranged, sixteen by sixteen: their bytes lie as the kernel wants them, within the same memory.
typedef struct {
    const void *keys;
    const void *values;
    const float *key_scales;
    const float *value_scales;
    const int32_t *index;  // null: rows first ..< first + count; else the row of each position
    size_t first;
    size_t count;
    size_t size;
    bool arranged;  // then `first` is a multiple of sixteen, and there is no index
} earshot_stored_head;

/// Summary of a run of logits under an additive mask.
typedef struct {
    size_t argmax;
    float maximum;
    float sum;  // of exp(logit - maximum)
} earshot_logits;

typedef void earshot_linear(const earshot_matrix *weights, earshot_rows rows, size_t first_panel,
                            size_t panels, float *out, size_t out_stride, int epilogue);

/// One instruction set's functions. Products with int8 weights take activations of 8 bits, or of 16 (fine).
typedef struct {
    const char *name;
    size_t activation_bytes;  // of one quantised activation, in `quantize` and `linear_int8`
    size_t row_block;         // rows of a large product with int8 weights that are best taken together

    earshot_linear *linear_f32, *linear_f16, *linear_int8, *linear_int8_fine;

    /// out[r] = norm(x[r]).
    void (*normalize)(const float *x, size_t stride, size_t rows, earshot_norm norm, float *out,
                      size_t out_stride);
    /// norm(x[r]) ≈ (out[r] - 128 · zeros[r]) · scales[r], |out| ≤ 127; padded to a multiple of four inputs.
    void (*quantize)(const float *x, size_t stride, size_t rows, earshot_norm norm, void *out,
                     size_t out_stride, float *scales, float *zeros);
    /// norm(x[r]) ≈ (256 · high + low) · scales[r]: a padded row of high bytes, then one of low bytes.
    void (*quantize_fine)(const float *x, size_t stride, size_t rows, earshot_norm norm, void *out,
                          size_t out_stride, float *scales);

    /// In floats; and in whatever is fastest, as long as what it rounds away is less than what rounding activations to
    /// eight bits does: 16-bit integers, or bfloat16 in tiles.
    earshot_attention attention, attention_quantised;
    /// Queries [queries][size] over the same stored rows; `scores` has room for `queries` times `count`
    /// floats, the count rounded up to 16.
    void (*attend_stored)(const float *q, size_t stride, size_t queries, float scale,
                          const earshot_stored_head *head, float *scores, float *out, size_t out_stride);
    /// Rows less a centre (null: zero) to bytes for `attend_stored`, one behind the other, and their scales.
    void (*narrow)(const float *x, size_t stride, size_t rows, size_t size, const float *centre, int8_t *out,
                   float *scales);
    /// Arranges rows of 64 bytes, the last of them up to a multiple of sixteen; null where they are read as they are.
    void (*arrange)(int8_t *keys, int8_t *values, size_t count);

    earshot_logits (*logits)(const float *x, const float *mask, size_t count);
    void (*exponential)(const float *x, size_t count, float *out);
    void (*gelu)(const float *x, size_t count, float *out);
} earshot_kernels;

/// The tables compiled into this binary, best first; null after the last.
const earshot_kernels *earshot_kernels_at(size_t position);
/// Whether the processor and the operating system offer what a table needs.
bool earshot_kernels_supported(const earshot_kernels *table);

/// Whether this process may run on a processor of that number (Swift does not see the call for it).
bool earshot_may_use_processor(int number);
/// Gives memory that was freed back to the system, where it would stay with the process (nor this one).
void earshot_return_freed_memory(void);

/// Packs rows `first ..< first + count` (`first` a multiple of 16) of a matrix [outputs, inputs].
void earshot_pack_f32(const float *rows, size_t first, size_t count, size_t inputs, float *panels);
void earshot_pack_f16(const float *rows, size_t first, size_t count, size_t inputs, uint16_t *panels);
void earshot_pack_int8(const float *rows, size_t first, size_t count, size_t inputs, int8_t *panels,
                       float *scales, int32_t *offsets);
/// Rounds a row of weights as `earshot_pack_int8` does; returns its scale.
float earshot_round_weights(const float *row, size_t inputs, int8_t *out);
/// Packs a panel of rows that are rounded already, and computes its 16 offsets.
void earshot_pack_rounded(const int8_t *const rows[16], size_t inputs, int8_t *panel, int32_t *offsets);

/// Tells the processor that this thread waits for another.
static inline void earshot_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
