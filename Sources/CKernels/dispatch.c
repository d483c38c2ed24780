// Which tables this binary has, and which of them this machine can run.
#define _GNU_SOURCE
#ifdef __linux__
#include <sched.h>
#endif

#include "tables.h"

static const earshot_kernels *const tables[] = {
    &earshot_portable,
};

const earshot_kernels *earshot_kernels_at(size_t position) {
    return position < sizeof tables / sizeof *tables ? tables[position] : NULL;
}

bool earshot_kernels_supported(const earshot_kernels *table) { return table == &earshot_portable; }

bool earshot_may_use_processor(int number) {
#ifdef __linux__
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) != 0 || CPU_ISSET(number, &set);
#else
    return number >= 0;
#endif
}
