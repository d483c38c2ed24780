#ifndef EARSHOT_TABLES_H
#define EARSHOT_TABLES_H

#include "CKernels.h"

extern const earshot_kernels earshot_portable;
#if defined(__x86_64__)
extern const earshot_kernels earshot_amx, earshot_avx512, earshot_avx2_vnni, earshot_avx2;
#elif defined(__aarch64__)
extern const earshot_kernels earshot_neon_dot, earshot_neon;
#endif

#endif
