// Attention of a decoder step over keys and values stored as bytes, without widening them: queries and
// weights are split into two bytes each, so that products of bytes are exact and what is lost is the
// rounding to 16 bits. The including file has AVX-512 with VNNI; a head is 64 bytes, one register.
#ifndef EARSHOT_ATTENTION_BYTES_H
#define EARSHOT_ATTENTION_BYTES_H

#include "attention_stored.h"

/// A query in steps of `step`: 256 · high + low.
typedef struct {
    __m512i high, low;
    // Keys are made unsigned by adding 128; these take from the sums what that adds.
    __m512i high_start, low_start;
    float step;
} split_query;

INLINE __m512i start_of(__m512i query) {
    return _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_dpbusd_epi32(_mm512_setzero_si512(),
                                                                        _mm512_set1_epi8(-128), query));
}

INLINE split_query split(const float *q, float scale) {
    v16f peak = 0;
    for (size_t d = 0; d < 64; d += 16) peak = greater(magnitude(load(q + d)), peak);
    const float largest = lanes_max(peak), limit = 127 * 256;
    const float inverse = largest > 1e-30f ? limit / largest : 0;
    LINE int8_t high[64], low[64];
    for (size_t d = 0; d < 64; d += 16) {
        const v16i whole = nearest(load(q + d) * inverse), upper = (whole + 128) >> 8;
        const v16c bytes[2] = {__builtin_convertvector(upper, v16c),
                               __builtin_convertvector(whole - upper * 256, v16c)};
        memcpy(high + d, &bytes[0], 16);
        memcpy(low + d, &bytes[1], 16);
    }
    const __m512i upper = _mm512_load_si512(high), lower = _mm512_load_si512(low);
    return (split_query){upper, lower, start_of(upper), start_of(lower), largest / limit * scale};
}

/// Scores of one query against sixteen keys, without the scales of either.
INLINE v16f score_bytes(const split_query *q, const int8_t *keys, const size_t *numbers) {
    v16f sums[16];
#pragma unroll
    for (int i = 0; i < 16; i++) {
        const __m512i key =
            _mm512_xor_si512(_mm512_loadu_si512(keys + numbers[i] * 64), _mm512_set1_epi8(-128));
        const __m512i high = _mm512_dpbusd_epi32(q->high_start, key, q->high);
        const __m512i low = _mm512_dpbusd_epi32(q->low_start, key, q->low);
        sums[i] = __builtin_convertvector((v16i)high * 256 + (v16i)low, v16f);
    }
    return sums_of_sixteen(sums);
}

/// Weights take their row's scale; returns what one of 65535 steps is worth.
INLINE float scale_weights(float *weights, const earshot_stored_head *head) {
    v16f peak = 0;
    size_t numbers[16];
    for (size_t i = 0; i < head->count; i += 16) {
        find_rows(head, i, numbers);
        const v16f scaled = load(weights + i) * gather_scales(head->value_scales, head, numbers);
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
INLINE void weigh_bytes(const float *weights, float inverse, const int8_t *values, const size_t *numbers,
                        split_sums *sums) {
    const v16i whole = nearest(load(weights) * inverse);
    int32_t high[4], low[4];
    _mm_storeu_si128((__m128i *)high, _mm512_cvtepi32_epi8((__m512i)(whole >> 8)));
    _mm_storeu_si128((__m128i *)low, _mm512_cvtepi32_epi8((__m512i)whole));
#pragma unroll
    for (int four = 0; four < 4; four++) {
        __m512i rows[4], parts[4];
#pragma unroll
        for (int i = 0; i < 4; i++) rows[i] = _mm512_loadu_si512(values + numbers[4 * four + i] * 64);
        const __m512i a = _mm512_unpacklo_epi8(rows[0], rows[1]), b = _mm512_unpackhi_epi8(rows[0], rows[1]);
        const __m512i c = _mm512_unpacklo_epi8(rows[2], rows[3]), d = _mm512_unpackhi_epi8(rows[2], rows[3]);
        parts[0] = _mm512_unpacklo_epi16(a, c), parts[1] = _mm512_unpackhi_epi16(a, c);
        parts[2] = _mm512_unpacklo_epi16(b, d), parts[3] = _mm512_unpackhi_epi16(b, d);
#pragma unroll
        for (int p = 0; p < 4; p++) {
            sums->high[p] = _mm512_dpbusd_epi32(sums->high[p], _mm512_set1_epi32(high[four]), parts[p]);
            sums->low[p] = _mm512_dpbusd_epi32(sums->low[p], _mm512_set1_epi32(low[four]), parts[p]);
        }
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
INLINE void ask_for_next(const earshot_stored_head *head, const size_t *numbers) {
    enum { PAGE = 4096 };
#pragma unroll
    for (int i = 0; i < 16; i++) {
        __builtin_prefetch((const int8_t *)head->keys + numbers[i] * 64 + PAGE);
        __builtin_prefetch((const int8_t *)head->values + numbers[i] * 64);
    }
}

/// At most `TOGETHER` queries.
INLINE void attend_bytes(const float *q, size_t stride, size_t queries, float scale,
                         const earshot_stored_head *head, float *scores, float *out, size_t out_stride) {
    const size_t room = rounded_up(head->count, 16);
    split_query splits[TOGETHER];
    size_t numbers[16];
    for (size_t n = 0; n < queries; n++) splits[n] = split(q + n * stride, scale);
    for (size_t i = 0; i < head->count; i += 16) {
        find_rows(head, i, numbers);
        const v16f step = gather_scales(head->key_scales, head, numbers);
        ask_for_next(head, numbers);
        for (size_t n = 0; n < queries; n++) {
            v16f score = score_bytes(&splits[n], head->keys, numbers) * (step * splits[n].step);
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
    for (size_t i = 0; i < head->count; i += 16) {
        find_rows(head, i, numbers);
        for (size_t n = 0; n < queries; n++)
            weigh_bytes(scores + n * room + i, steps[n] > 1e-30f ? 1 / steps[n] : 0, head->values, numbers,
                        &sums[n]);
    }
    for (size_t n = 0; n < queries; n++) store_sums(&sums[n], steps[n], out + n * out_stride);
}

static void attend_stored_bytes(const float *q, size_t stride, size_t queries, float scale,
                                const earshot_stored_head *head, float *scores, float *out,
                                size_t out_stride) {
    if (!head->key_scales || head->size != 64)
        return attend_stored(q, stride, queries, scale, head, scores, out, out_stride);
    // One query, the usual step, keeps its sums in registers.
    if (queries == 1) return attend_bytes(q, stride, 1, scale, head, scores, out, out_stride);
    for (size_t n = 0; n < queries; n += TOGETHER)
        attend_bytes(q + n * stride, stride, queries - n < TOGETHER ? queries - n : TOGETHER, scale, head,
                     scores, out + n * out_stride, out_stride);
}

#define STORED_ATTENTION attend_stored_bytes

#endif
