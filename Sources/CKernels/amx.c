// The table for AMX: as AVX-512 with VNNI, with products of many rows in tiles of 16 rows by 64 bytes, and attention of
// the encoder in tiles of bfloat16.
#if defined(__x86_64__)
#include <immintrin.h>

#include "CKernels.h"

#pragma clang attribute push( \
    __attribute__((target( \
        "avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vbmi2,avx512bf16," \
        "amx-tile,amx-int8,amx-bf16"))), \
    apply_to = function)
#include "avx512.h"

#include "attention_bytes.h"
#include "attention_tiles.h"
#include "linear_tiles.h"
#include "table.h"

TABLE(earshot_amx, "amx")
#pragma clang attribute pop
#endif
