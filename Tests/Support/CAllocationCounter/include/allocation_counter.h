// Counts what the present thread asks of the C heap. Linking this target into a test executable puts it before the C
// library's functions for everything in the process, the Swift runtime included.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Whether allocations are counted: on Linux, and not under a sanitizer, which has its own functions.
int allocation_counter_works(void);

// Allocations of the calling thread so far.
int64_t allocation_count(void);

#endif
