// Attention of a decoder step: few queries, keys and values as they were stored. Rows are taken sixteen
// at a time, widened once for all queries.
#ifndef EARSHOT_ATTENTION_STORED_H
#define EARSHOT_ATTENTION_STORED_H

#include "attention.h"

// Queries that read a row while it is in the first-level cache.
enum { TOGETHER = 8 };

/// Adds neighbours: of a and b, each a run of four lanes, into pairs (a01 a23 b01 b23).
INLINE v16f add_neighbours(v16f a, v16f b) {
    return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
           __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}

/// Adds neighbouring runs of four lanes.
INLINE v16f add_quarters(v16f a, v16f b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
           __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/// Lane i of the result is the sum of the lanes of v[i].
INLINE v16f sums_of_sixteen(const v16f *v) {
    v16f fours[4];
#pragma unroll
    for (int i = 0; i < 4; i++)
        fours[i] = add_neighbours(add_neighbours(v[4 * i], v[4 * i + 1]),
                                  add_neighbours(v[4 * i + 2], v[4 * i + 3]));
    return add_quarters(add_quarters(fours[0], fours[1]), add_quarters(fours[2], fours[3]));
}

/// Sixteen stored rows as floats, without their scales.
INLINE void gather_rows(const void *rows, const bool bytes,
                        const size_t size, const size_t *numbers, float *buffer, const float **found) {
    const size_t width = rounded_up(size, 16);
#pragma unroll 4
    for (size_t i = 0; i < 16; i++) {
        const size_t start = numbers[i] * size;
        if (!bytes) {
            found[i] = (const float *)rows + start;
            continue;
        }
        found[i] = buffer + i * width;
        const int8_t *source = (const int8_t *)rows + start;
        for (size_t d = 0; d < width; d += 16) {
            v16c some = 0;
            if (d + 16 <= size)
                memcpy(&some, source + d, sizeof some);
            else
                memcpy(&some, source + d, size - d);
            store(buffer + i * width + d, __builtin_convertvector(some, v16f));
        }
    }
}

/// Where the rows of sixteen positions lie. Past the last, rows in sequence run on, which every store has
/// room for; their weight is nothing.
INLINE void find_rows(const earshot_stored_head *head, size_t first, size_t *numbers) {
    if (!head->index)
        for (size_t i = 0; i < 16; i++) numbers[i] = head->first + first + i;
    else
        for (size_t i = 0; i < 16; i++)
            numbers[i] = (size_t)head->index[first + i < head->count ? first + i : head->count - 1];
}

INLINE v16f gather_scales(const float *scales, const earshot_stored_head *head, const size_t *numbers) {
    if (!head->index) return load(scales + numbers[0]);
    v16f found;
    for (int i = 0; i < 16; i++) found[i] = scales[numbers[i]];
    return found;
}

/// Scores of one query against sixteen rows.
INLINE v16f score_rows(const float *q, const float *const *rows, size_t size) {
    v16f sums[16];
    if (size == 64) {
        const v16f q0 = load(q), q1 = load(q + 16), q2 = load(q + 32), q3 = load(q + 48);
#pragma unroll
        for (int i = 0; i < 16; i++)
            sums[i] = (q0 * load(rows[i]) + q1 * load(rows[i] + 16)) +
                      (q2 * load(rows[i] + 32) + q3 * load(rows[i] + 48));
    } else {
        for (int i = 0; i < 16; i++) {
            sums[i] = 0;
            for (size_t d = 0; d < size; d += 16)
                sums[i] += load_some(q + d, size - d) * load_some(rows[i] + d, size - d);
        }
    }
    return sums_of_sixteen(sums);
}

/// Scores of which those from lane `n` on count for nothing.
INLINE v16f masked_from(v16f scores, size_t n) {
    for (size_t lane = n; lane < 16; lane++) scores[lane] = -__builtin_inff();
    return scores;
}

/// Scores become weights that add up to one.
INLINE void softmax(float *scores, size_t count) {
    v16f peak = -__builtin_inff();
    for (size_t i = 0; i < count; i += 16) peak = greater(load(scores + i), peak);
    const float largest = lanes_max(peak);
    v16f total = 0;
    for (size_t i = 0; i < count; i += 16) {
        const v16f weight = exponential(load(scores + i) - largest);
        store(scores + i, weight);
        for (size_t lane = count; lane < i + 16; lane++) scores[lane] = 0;
        total += load(scores + i);
    }
    const float inverse = 1 / lanes_sum(total);
    for (size_t i = 0; i < count; i += 16) store(scores + i, load(scores + i) * inverse);
}

/// sums[0 ..< size] += Σ weight · row over sixteen rows.
INLINE void weigh_rows(const float *weights, const float *const *rows, size_t size, float *sums) {
    size_t d = 0;
    for (; d + 64 <= size; d += 64) {
        v16f even[4], odd[4];
#pragma unroll
        for (int p = 0; p < 4; p++) {
            even[p] = load(sums + d + 16 * p);
            odd[p] = 0;
        }
#pragma unroll
        for (int i = 0; i < 16; i += 2)
#pragma unroll
            for (int p = 0; p < 4; p++) {
                even[p] += weights[i] * load(rows[i] + d + 16 * p);
                odd[p] += weights[i + 1] * load(rows[i + 1] + d + 16 * p);
            }
#pragma unroll
        for (int p = 0; p < 4; p++) store(sums + d + 16 * p, even[p] + odd[p]);
    }
    for (; d < size; d += 16) {
        v16f sum = load(sums + d);
        for (int i = 0; i < 16; i++) sum += weights[i] * load_some(rows[i] + d, size - d);
        store(sums + d, sum);
    }
}

INLINE void attend_rows(const float *q, size_t stride, size_t queries, float scale,
                        const earshot_stored_head *head, const bool bytes, const size_t size, float *scores,
                        float *out, size_t out_stride) {
    const size_t room = rounded_up(head->count, 16), width = rounded_up(size, 16);
    LINE float buffer[16 * HEAD];
    const float *rows[16];
    size_t numbers[16];
    for (size_t i = 0; i < head->count; i += 16) {
        find_rows(head, i, numbers);
        gather_rows(head->keys, bytes, size, numbers, buffer, rows);
        const v16f step = bytes ? gather_scales(head->key_scales, head, numbers) * scale : (v16f)scale;
        for (size_t n = 0; n < queries; n++) {
            v16f score = score_rows(q + n * stride, rows, size) * step;
            if (i + 16 > head->count) score = masked_from(score, head->count - i);
            store(scores + n * room + i, score);
        }
    }
    for (size_t n = 0; n < queries; n++) softmax(scores + n * room, head->count);

    for (size_t first = 0; first < queries; first += TOGETHER) {
        const size_t some = queries - first < TOGETHER ? queries - first : TOGETHER;
        LINE float sums[TOGETHER * HEAD];
        memset(sums, 0, some * width * sizeof(float));
        for (size_t i = 0; i < head->count; i += 16) {
            find_rows(head, i, numbers);
            gather_rows(head->values, bytes, size, numbers, buffer, rows);
            const v16f step = bytes ? gather_scales(head->value_scales, head, numbers) : (v16f)1.0f;
            for (size_t n = 0; n < some; n++) {
                LINE float weights[16];
                store(weights, load(scores + (first + n) * room + i) * step);
                weigh_rows(weights, rows, size, sums + n * width);
            }
        }
        for (size_t n = 0; n < some; n++)
            for (size_t d = 0; d < size; d += 16)
                store_some(out + (first + n) * out_stride + d, load(sums + n * width + d), size - d);
    }
}

static void attend_stored(const float *q, size_t stride, size_t queries, float scale,
                          const earshot_stored_head *head, float *scores, float *out, size_t out_stride) {
    // The head size of every Whisper model is worth a loop of its own.
    if (head->key_scales && head->size == 64)
        attend_rows(q, stride, queries, scale, head, true, 64, scores, out, out_stride);
    else if (head->key_scales)
        attend_rows(q, stride, queries, scale, head, true, head->size, scores, out, out_stride);
    else
        attend_rows(q, stride, queries, scale, head, false, head->size, scores, out, out_stride);
}

/// A row less its centre to bytes; returns what one step is worth.
INLINE float narrow_row(const float *x, const float *centre, size_t size, int8_t *out) {
    v16f peak = 0;
    for (size_t i = 0; i < size; i += 16) {
        const v16f middle = centre ? load_some(centre + i, size - i) : 0;
        peak = greater(magnitude(load_some(x + i, size - i) - middle), peak);
    }
    const float largest = lanes_max(peak), inverse = largest > 1e-30f ? 127 / largest : 0;
    for (size_t i = 0; i < size; i += 16) {
        const v16f middle = centre ? load_some(centre + i, size - i) : 0;
        const v16i steps = nearest((load_some(x + i, size - i) - middle) * inverse);
        const v16c lanes = __builtin_convertvector(steps, v16c);
        memcpy(out + i, &lanes, size - i < 16 ? size - i : 16);
    }
    return largest > 1e-30f ? largest / 127 : 0;
}

static void narrow(const float *x, size_t stride, size_t rows, size_t size, const float *centre, int8_t *out,
                   float *scales) {
    for (size_t r = 0; r < rows; r++, x += stride, out += size)
        scales[r] = size == 64 ? narrow_row(x, centre, 64, out) : narrow_row(x, centre, size, out);
}

#endif
