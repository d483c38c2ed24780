// Which tables this binary has, and which of them this machine can run.
#define _GNU_SOURCE
#ifdef __linux__
#include <sched.h>
#include <stdlib.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif
#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "tables.h"

static const earshot_kernels *const tables[] = {
#if defined(__x86_64__)
    &earshot_amx,
    &earshot_avx512,
    &earshot_avx2_vnni,
    &earshot_avx2,
#elif defined(__aarch64__)
    &earshot_neon_dot,
    &earshot_neon,
#endif
    &earshot_portable,
};

const earshot_kernels *earshot_kernels_at(size_t position) {
    return position < sizeof tables / sizeof *tables ? tables[position] : NULL;
}

#if defined(__x86_64__)
// The compiler's check also asks whether the operating system keeps the wide registers.
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

/// AVX-VNNI is leaf 7, subleaf 1, EAX bit 4; older compilers' checks do not know its name.
static bool has_avx_vnni(void) {
    unsigned a = 7, b, c = 1, d;
    if (__builtin_cpu_supports("avx2") == 0) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7), "2"(0));
    if (a < 1) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7), "2"(1));
    return a >> 4 & 1;
}

static bool has_avx512_vnni(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

/// The vectors' instructions that stand between those of tiles: shifts of pairs of words, bfloat16.
static bool has_avx512_beside_amx(void) {
    return __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bf16");
}

/// Whether the processor multiplies tiles of bytes and of bfloat16, the system keeps them, and lets this process use
/// them. Linux has to be asked for that once, before the first instruction, by any thread for all.
static bool has_amx(void) {
#ifdef __linux__
    enum { TILES = 3 << 17, XSAVE_KEPT = 1 << 27, AMX = 1 << 22 | 1 << 24 | 1 << 25 };  // of bfloat16, tiles, int8
    enum { ASK_FOR_STATE = 0x1023, TILE_DATA = 18 };  // ARCH_REQ_XCOMP_PERM, of headers newer than some
    unsigned a, b, c, d;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(1), "2"(0));
    if (!(c & XSAVE_KEPT)) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(0), "2"(0));
    if (a < 7) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7), "2"(0));
    if ((d & AMX) != AMX) return false;
    __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return (a & TILES) == TILES && syscall(SYS_arch_prctl, ASK_FOR_STATE, TILE_DATA) == 0;
#else
    return false;
#endif
}

bool earshot_kernels_supported(const earshot_kernels *table) {
    if (table == &earshot_amx) return has_avx512_vnni() && has_avx512_beside_amx() && has_amx();
    if (table == &earshot_avx512) return has_avx512_vnni();
    if (table == &earshot_avx2_vnni) return has_avx2() && has_avx_vnni();
    if (table == &earshot_avx2) return has_avx2();
    return table == &earshot_portable;
}
#elif defined(__aarch64__)
bool earshot_kernels_supported(const earshot_kernels *table) {
#ifdef __linux__
    if (table == &earshot_neon_dot) return getauxval(AT_HWCAP) & HWCAP_ASIMDDP;
#endif
    return table == &earshot_neon || table == &earshot_portable;
}
#else
bool earshot_kernels_supported(const earshot_kernels *table) { return table == &earshot_portable; }
#endif

bool earshot_may_use_processor(int number) {
#ifdef __linux__
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) != 0 || CPU_ISSET(number, &set);
#else
    return number >= 0;
#endif
}

void earshot_return_freed_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
