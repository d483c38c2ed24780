// The table itself, from the functions that the headers above have made for one instruction set.
#include "attention.h"
#include "attention_stored.h"
#include "linear.h"
#include "rows.h"

#ifndef QUANTISED_ATTENTION
#define QUANTISED_ATTENTION FLOAT_ATTENTION
#endif

#ifndef INT8_LINEAR
#define INT8_LINEAR linear_int8
#define INT8_FINE_LINEAR linear_int8_fine
#endif

// Whole tiles of rows, and half as many are too.
#ifndef ROW_BLOCK
#define ROW_BLOCK 48
#endif

#ifndef STORED_ATTENTION
#define STORED_ATTENTION attend_stored
#define STORED_ARRANGEMENT 0
#endif

#define TABLE(variable, label) \
    const earshot_kernels variable = { \
        .name = label, \
        .activation_bytes = sizeof(activation), \
        .row_block = ROW_BLOCK, \
        .linear_f32 = linear_f32, \
        .linear_f16 = linear_f16, \
        .linear_int8 = INT8_LINEAR, \
        .linear_int8_fine = INT8_FINE_LINEAR, \
        .normalize = normalize, \
        .quantize = quantize, \
        .quantize_fine = quantize_fine, \
        .attention = FLOAT_ATTENTION, \
        .attention_quantised = QUANTISED_ATTENTION, \
        .attend_stored = STORED_ATTENTION, \
        .narrow = narrow, \
        .arrange = STORED_ARRANGEMENT, \
        .logits = logits, \
        .exponential = exponential_array, \
        .gelu = gelu_array, \
    };
