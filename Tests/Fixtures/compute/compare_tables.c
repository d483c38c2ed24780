// Compares every kernel table this processor can run with the portable one, over ragged shapes. Prints the
// tables compared; exits with 1 at the first that differs. Built and run by compare_tables.sh.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static unsigned long long state = 88172645463325252ull;

static float noise(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (float)(state >> 40) / (1 << 23) - 1;
}

static float *noises(size_t count) {
    float *x = malloc(count * sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = noise();
    return x;
}

static const char *table_name;

static void expect(const char *what, const float *a, const float *b, size_t count, float bound) {
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(a[i] - b[i]) <= bound * (1 + fabsf(b[i])))) {
            printf("%s: %s differs at %zu: %g, not %g\n", table_name, what, i, a[i], b[i]);
            exit(1);
        }
}

static void linear(const earshot_kernels *t, const earshot_kernels *p, size_t rows, size_t outputs,
                   size_t inputs) {
    const size_t padded = (outputs + 15) / 16 * 16, width = (inputs + 3) / 4 * 4;
    float *w = noises(outputs * inputs), *x = noises(rows * inputs), *scales = calloc(padded, 4);
    float *bias = calloc(padded, 4), *ours = calloc(rows * outputs, 4), *theirs = calloc(rows * outputs, 4);
    float *steps = calloc(rows, 4), *zeros = calloc(rows, 4);
    int32_t *offsets = calloc(padded, 4);
    void *panels = calloc(padded * width, 4), *quantised = calloc(rows * width, 4);
    for (size_t i = 0; i < outputs; i++) bias[i] = noise();
    const earshot_matrix m = {panels, bias, scales, offsets, outputs, inputs};
    const earshot_norm none = {NULL, NULL, inputs};
    for (int epilogue = EARSHOT_STORE; epilogue <= EARSHOT_ACCUMULATE; epilogue++) {
        const earshot_rows plain = {x, NULL, NULL, inputs, rows};
        earshot_pack_f32(w, 0, outputs, inputs, panels);
        t->linear_f32(&m, plain, 0, padded / 16, ours, outputs, epilogue);
        p->linear_f32(&m, plain, 0, padded / 16, theirs, outputs, epilogue);
        expect("linear_f32", ours, theirs, rows * outputs, 1e-4f);
        earshot_pack_f16(w, 0, outputs, inputs, panels);
        t->linear_f16(&m, plain, 0, padded / 16, ours, outputs, epilogue);
        p->linear_f16(&m, plain, 0, padded / 16, theirs, outputs, epilogue);
        expect("linear_f16", ours, theirs, rows * outputs, 1e-4f);
        memset(panels, 0, padded * width);
        earshot_pack_int8(w, 0, outputs, inputs, panels, scales, offsets);
        const earshot_rows bytes = {quantised, steps, zeros, width, rows};
        const earshot_rows fine = {quantised, steps, NULL, 2 * width, rows};
        t->quantize(x, inputs, rows, none, quantised, width, steps, zeros);
        t->linear_int8(&m, bytes, 0, padded / 16, ours, outputs, epilogue);
        p->quantize(x, inputs, rows, none, quantised, width, steps, zeros);
        p->linear_int8(&m, bytes, 0, padded / 16, theirs, outputs, epilogue);
        expect("linear_int8", ours, theirs, rows * outputs, 1e-4f);
        t->quantize_fine(x, inputs, rows, none, quantised, 2 * width, steps);
        t->linear_int8_fine(&m, fine, 0, padded / 16, ours, outputs, epilogue);
        p->quantize_fine(x, inputs, rows, none, quantised, 2 * width, steps);
        p->linear_int8_fine(&m, fine, 0, padded / 16, theirs, outputs, epilogue);
        expect("linear_int8_fine", ours, theirs, rows * outputs, 1e-4f);
    }
    float *gamma = noises(inputs), *beta = noises(inputs), *other = calloc(rows * inputs, 4);
    const earshot_norm norm = {gamma, beta, inputs};
    float *normal = calloc(rows * inputs, 4);
    t->normalize(x, inputs, rows, norm, normal, inputs);
    p->normalize(x, inputs, rows, norm, other, inputs);
    expect("normalize", normal, other, rows * inputs, 1e-3f);
    void *all[] = {w, x, scales, bias, ours, theirs, steps, zeros, offsets, panels, quantised, gamma, beta, other, normal};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void attend(const char *what, const earshot_attention *a, const float *q, const float *k,
                   const float *v, size_t rows, size_t size, float *out) {
    const size_t bytes = (a->bytes(rows, size) + 63) / 64 * 64;
    earshot_head head = {aligned_alloc(64, bytes), aligned_alloc(64, bytes), rows, size};
    a->pack(k, v, size, &head);
    a->attend(q, size, rows, 0.2f, &head, out, size);
    free(head.keys), free(head.values);
    (void)what;
}

static void attention(const earshot_kernels *t, const earshot_kernels *p, size_t rows, size_t size) {
    const size_t count = (rows + 16) * size;
    float *q = noises(count), *k = noises(count), *v = noises(count);
    float *ours = calloc(count, 4), *theirs = calloc(count, 4), *scores = calloc(rows + 16, 4 * 3);
    attend("f32", &t->attention, q, k, v, rows, size, ours);
    attend("f32", &p->attention, q, k, v, rows, size, theirs);
    expect("attention", ours, theirs, rows * size, 1e-5f);
    attend("quantised", &t->attention_quantised, q, k, v, rows, size, ours);
    // Tiles take numbers of eight bits.
    expect("attention_quantised", ours, theirs, rows * size, !strcmp(t->name, "amx") && size == 64 ? 5e-2f : 1e-3f);

    int8_t *bytes = calloc(count, 1), *same = calloc(count, 1);
    float *steps = calloc(rows + 16, 4);
    p->narrow(k, size, rows, size, NULL, same, steps);
    t->narrow(k, size, rows, size, NULL, bytes, steps);
    if (memcmp(bytes, same, rows * size)) puts("narrow differs"), exit(1);
    // Every other row, about a centre.
    p->narrow(k, 2 * size, rows / 2, size, q, same, steps);
    t->narrow(k, 2 * size, rows / 2, size, q, bytes, steps);
    if (memcmp(bytes, same, rows / 2 * size)) puts("narrow about a centre differs"), exit(1);
    t->narrow(k, size, rows, size, NULL, bytes, steps);
    const size_t queries = rows < 3 ? rows : 3;
    earshot_stored_head head = {k, v, NULL, NULL, NULL, 0, rows, size, false};
    for (int compact = 0; compact < 2; compact++) {
        if (compact) head = (earshot_stored_head){bytes, bytes, steps, steps, NULL, 0, rows, size, false};
        t->attend_stored(q, size, queries, 0.2f, &head, scores, ours, size);
        p->attend_stored(q, size, queries, 0.2f, &head, scores, theirs, size);
        expect("attend_stored", ours, theirs, queries * size, 1e-5f);
    }
    void *all[] = {q, k, v, ours, theirs, scores, bytes, same, steps};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void functions(const earshot_kernels *t, const earshot_kernels *p) {
    enum { COUNT = 4099 };
    float *x = noises(COUNT), *ours = calloc(COUNT, 4), *theirs = calloc(COUNT, 4);
    for (int i = 0; i < COUNT; i++) x[i] *= 9;
    t->gelu(x, COUNT, ours), p->gelu(x, COUNT, theirs);
    expect("gelu", ours, theirs, COUNT, 2e-6f);
    t->exponential(x, COUNT, ours), p->exponential(x, COUNT, theirs);
    expect("exponential", ours, theirs, COUNT, 1e-6f);
    const earshot_logits a = t->logits(x, NULL, COUNT), b = p->logits(x, NULL, COUNT);
    expect("logits", &a.sum, &b.sum, 1, 1e-5f);
    if (a.argmax != b.argmax || a.maximum != b.maximum) puts("argmax differs"), exit(1);
    free(x), free(ours), free(theirs);
}

int main(void) {
    const earshot_kernels *portable = NULL;
    for (size_t i = 0; earshot_kernels_at(i); i++) portable = earshot_kernels_at(i);
    for (size_t i = 0; earshot_kernels_at(i) != portable; i++) {
        const earshot_kernels *table = earshot_kernels_at(i);
        if (!earshot_kernels_supported(table)) continue;
        table_name = table->name;
        const size_t shapes[][3] = {{1, 1, 1},   {2, 15, 3},  {3, 17, 5},   {7, 64, 32},
                                    {13, 80, 240}, {5, 100, 33}, {1, 390, 384}, {19, 33, 18}};
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
            linear(table, portable, shapes[s][0], shapes[s][1], shapes[s][2]);
        attention(table, portable, 1, 64), attention(table, portable, 131, 64);
        attention(table, portable, 70, 20), attention(table, portable, 9, 128);
        functions(table, portable);
        printf("%s agrees with portable\n", table->name);
    }
    return 0;
}
