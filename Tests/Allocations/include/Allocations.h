// Counts what a thread allocates, in the tests' program alone.
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdbool.h>

/// Whether allocations are counted: with glibc, and without a sanitizer's own allocator.
bool earshot_counts_allocations(void);
/// How often this thread asked for memory so far.
unsigned long earshot_allocations(void);

#endif
