// The table for AVX-512 with VNNI.
#if defined(__x86_64__)
#include <immintrin.h>

#include "CKernels.h"

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
    apply_to = function)
#include "avx512.h"

#include "attention_bytes.h"
#include "attention_int16.h"
#include "table.h"

TABLE(earshot_avx512, "avx512-vnni")
#pragma clang attribute pop
#endif
