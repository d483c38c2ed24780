// Attention of a decoder step over keys and values stored as bytes, without widening them: queries and
// weights are split into two bytes each, so that products of bytes are exact and what is lost is the
// rounding to 16 bits. Rows are arranged once, when they are stored: a step then only loads and multiplies.
// The including file has AVX-512 with VNNI; a head is 64 bytes, one register.
#ifndef EARSHOT_ATTENTION_BYTES_H
#define EARSHOT_ATTENTION_BYTES_H

#include "attention_stored.h"

/// A query in steps of `step`: 256 · high + low.
typedef struct {
    LINE int8_t high[64];
    LINE int8_t low[64];
    // Keys are made unsigned by adding 128; this takes from the sum what that adds.
    int32_t start;
    float step;
} split_query;

INLINE v16i join(__m512i high, __m512i low) { return (v16i)high * 256 + (v16i)low; }

INLINE __m512i sum_of_bytes(const int8_t *bytes) {
    return _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_set1_epi8(1), _mm512_load_si512(bytes));
}

/// Sixteen numbers, each 256 · high + low.
typedef struct {
    v16i high, low;
} v16split;

INLINE v16split split_lanes(v16f x, v16f factor) {
    const v16i whole = nearest(x * factor), high = (whole + 128) >> 8;
    return (v16split){high, whole - (high << 8)};
}

/// A row of 64 to bytes.
INLINE void split_row(const float *x, float factor, int8_t *high, int8_t *low) {
#pragma unroll
    for (int d = 0; d < 64; d += 16) {
        const v16split lanes = split_lanes(load(x + d), factor);
        _mm_storeu_si128((__m128i *)(high + d), _mm512_cvtepi32_epi8((__m512i)lanes.high));
        _mm_storeu_si128((__m128i *)(low + d), _mm512_cvtepi32_epi8((__m512i)lanes.low));
    }
}

INLINE split_query split(const float *q, float scale) {
    v16f peak = 0;
    for (size_t d = 0; d < 64; d += 16) peak = greater(magnitude(load(q + d)), peak);
    const float largest = lanes_max(peak), limit = 127 * 256;
    const float inverse = largest > 1e-30f ? limit / largest : 0;
    split_query query;
    split_row(q, inverse, query.high, query.low);
    const v16i sums = join(sum_of_bytes(query.high), sum_of_bytes(query.low));
    query.start = -128 * _mm512_reduce_add_epi32((__m512i)sums);
    query.step = largest / limit * scale;
    return query;
}

/// Sixteen rows, channels first: lane i of register j becomes channels 4j ..< 4j + 4 of row i.
INLINE void transpose_fours(__m512i a[16], int8_t *out) {
    __m512i b[16], fours[16];
#pragma unroll
    for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    // a[4n + c]: column c of every four columns, of keys 4n ..< 4n + 4.
#pragma unroll
    for (int i = 0; i < 16; i += 4) {
        a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
#pragma unroll
    for (int c = 0; c < 4; c++) {
        const __m512i low01 = _mm512_shuffle_i32x4(a[c], a[4 + c], 0x44);
        const __m512i high01 = _mm512_shuffle_i32x4(a[c], a[4 + c], 0xEE);
        const __m512i low23 = _mm512_shuffle_i32x4(a[8 + c], a[12 + c], 0x44);
        const __m512i high23 = _mm512_shuffle_i32x4(a[8 + c], a[12 + c], 0xEE);
        fours[c] = _mm512_shuffle_i32x4(low01, low23, 0x88);
        fours[4 + c] = _mm512_shuffle_i32x4(low01, low23, 0xDD);
        fours[8 + c] = _mm512_shuffle_i32x4(high01, high23, 0x88);
        fours[12 + c] = _mm512_shuffle_i32x4(high01, high23, 0xDD);
    }
    memcpy(out, fours, sizeof fours);
}

/// Sixteen keys, made unsigned, channels first. A score is then a lane of sums of products, and nothing is left to add
/// up across lanes.
INLINE void arrange_keys(int8_t *keys) {
    __m512i rows[16];
#pragma unroll
    for (int i = 0; i < 16; i++)
        rows[i] = _mm512_xor_si512(_mm512_loadu_si512(keys + 64 * i), _mm512_set1_epi8(-128));
    transpose_fours(rows, keys);
}

/// Sixteen values, four rows side by side: register 4 · four + p is part p of rows 4 · four ..< 4 · four + 4.
INLINE void arrange_values(int8_t *values) {
#pragma unroll
    for (int i = 0; i < 16; i += 4) {
        __m512i rows[4], parts[4];
        memcpy(rows, values + 64 * i, sizeof rows);
        const __m512i a = _mm512_unpacklo_epi8(rows[0], rows[1]), b = _mm512_unpackhi_epi8(rows[0], rows[1]);
        const __m512i c = _mm512_unpacklo_epi8(rows[2], rows[3]), d = _mm512_unpackhi_epi8(rows[2], rows[3]);
        parts[0] = _mm512_unpacklo_epi16(a, c), parts[1] = _mm512_unpackhi_epi16(a, c);
        parts[2] = _mm512_unpacklo_epi16(b, d), parts[3] = _mm512_unpackhi_epi16(b, d);
        memcpy(values + 64 * i, parts, sizeof parts);
    }
}

static void arrange_bytes(int8_t *keys, int8_t *values, size_t count) {
    for (size_t i = 0; i < count; i += 16) {
        arrange_keys(keys + 64 * i);
        arrange_values(values + 64 * i);
    }
}

/// Scores of one query against sixteen keys, without the scales of either.
INLINE v16f score_bytes(const split_query *q, const int8_t *keys) {
    __m512i high[2] = {0}, low[2] = {0};
#pragma unroll
    for (int j = 0; j < 16; j++) {
        const __m512i four = _mm512_loadu_si512(keys + 64 * j);
        int32_t upper, lower;
        memcpy(&upper, q->high + 4 * j, 4);
        memcpy(&lower, q->low + 4 * j, 4);
        high[j % 2] = _mm512_dpbusd_epi32(high[j % 2], four, _mm512_set1_epi32(upper));
        low[j % 2] = _mm512_dpbusd_epi32(low[j % 2], four, _mm512_set1_epi32(lower));
    }
    const v16i sums = join(_mm512_add_epi32(high[0], high[1]), _mm512_add_epi32(low[0], low[1]));
    return __builtin_convertvector(sums + q->start, v16f);
}

/// Weights take their row's scale; returns what one of 65535 steps is worth.
INLINE float scale_weights(float *weights, const earshot_stored_head *head) {
    v16f peak = 0;
    for (size_t i = 0; i < head->count; i += 16) {
        const v16f scaled = load(weights + i) * load(head->value_scales + head->first + i);
        store(weights + i, scaled);
        peak = greater(scaled, peak);
    }
    return lanes_max(peak) / 65535;
}

/// Sums over rows; lane 4l + i of part p is channel 16l + 4p + i, as unpacking leaves them.
typedef struct {
    __m512i high[4], low[4];
} split_sums;

/// sums += weights · values over sixteen rows.
INLINE void weigh_bytes(const float *weights, float inverse, const int8_t *values, split_sums *sums) {
    const v16i whole = nearest(load(weights) * inverse);
    int32_t high[4], low[4];
    _mm_storeu_si128((__m128i *)high, _mm512_cvtepi32_epi8((__m512i)(whole >> 8)));
    _mm_storeu_si128((__m128i *)low, _mm512_cvtepi32_epi8((__m512i)whole));
#pragma unroll
    for (int four = 0; four < 4; four++)
#pragma unroll
        for (int p = 0; p < 4; p++) {
            const __m512i part = _mm512_loadu_si512(values + 64 * (4 * four + p));
            sums->high[p] = _mm512_dpbusd_epi32(sums->high[p], _mm512_set1_epi32(high[four]), part);
            sums->low[p] = _mm512_dpbusd_epi32(sums->low[p], _mm512_set1_epi32(low[four]), part);
        }
}

INLINE void store_sums(const split_sums *sums, float step, float *out) {
#pragma unroll
    for (int p = 0; p < 4; p++) {
        LINE float lanes[16];
        store(lanes, (__builtin_convertvector((v16i)sums->high[p], v16f) * 256.0f +
                      __builtin_convertvector((v16i)sums->low[p], v16f)) * step);
        for (int l = 0; l < 4; l++) memcpy(out + 16 * l + 4 * p, lanes + 4 * l, 4 * sizeof(float));
    }
}

/// Asks memory for what is wanted next, as two streams side by side: keys of the next page, and the values that
/// these keys belong to.
INLINE void ask_for_next(const int8_t *keys, const int8_t *values) {
    enum { PAGE = 4096 };
#pragma unroll
    for (int i = 0; i < 16; i++) {
        __builtin_prefetch(keys + 64 * i + PAGE);
        __builtin_prefetch(values + 64 * i);
    }
}

/// At most `TOGETHER` queries.
INLINE void attend_bytes(const float *q, size_t stride, size_t queries, float scale,
                         const earshot_stored_head *head, float *scores, float *out, size_t out_stride) {
    const size_t room = rounded_up(head->count, 16);
    const int8_t *keys = (const int8_t *)head->keys + head->first * 64;
    const int8_t *values = (const int8_t *)head->values + head->first * 64;
    split_query splits[TOGETHER];
    for (size_t n = 0; n < queries; n++) splits[n] = split(q + n * stride, scale);
    for (size_t i = 0; i < head->count; i += 16) {
        const v16f step = load(head->key_scales + head->first + i);
        ask_for_next(keys + i * 64, values + i * 64);
        for (size_t n = 0; n < queries; n++) {
            v16f score = score_bytes(&splits[n], keys + i * 64) * (step * splits[n].step);
            if (i + 16 > head->count) score = masked_from(score, head->count - i);
            store(scores + n * room + i, score);
        }
    }
    float steps[TOGETHER];
    split_sums sums[TOGETHER] = {0};
    for (size_t n = 0; n < queries; n++) {
        softmax(scores + n * room, head->count);
        steps[n] = scale_weights(scores + n * room, head);
    }
    for (size_t i = 0; i < head->count; i += 16)
        for (size_t n = 0; n < queries; n++)
            weigh_bytes(scores + n * room + i, steps[n] > 1e-30f ? 1 / steps[n] : 0, values + i * 64, &sums[n]);
    for (size_t n = 0; n < queries; n++) store_sums(&sums[n], steps[n], out + n * out_stride);
}

static void attend_stored_bytes(const float *q, size_t stride, size_t queries, float scale,
                                const earshot_stored_head *head, float *scores, float *out,
                                size_t out_stride) {
    if (!head->arranged)
        return attend_stored(q, stride, queries, scale, head, scores, out, out_stride);
    // One query, the usual step, keeps its sums in registers.
    if (queries == 1) return attend_bytes(q, stride, 1, scale, head, scores, out, out_stride);
    for (size_t n = 0; n < queries; n += TOGETHER)
        attend_bytes(q + n * stride, stride, queries - n < TOGETHER ? queries - n : TOGETHER, scale, head,
                     scores, out + n * out_stride, out_stride);
}

#define STORED_ATTENTION attend_stored_bytes
#define STORED_ARRANGEMENT arrange_bytes

#endif
