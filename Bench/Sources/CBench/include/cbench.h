// What the machine can do at best, for the limits beside the measurements.
#ifndef CBENCH_H
#define CBENCH_H

#include <stdint.h>

// Copies n bytes; both blocks are distinct.
void cb_copy(void *to, const void *from, int64_t n);

// Reads n bytes with wide loads; the sum keeps the loads alive.
uint64_t cb_read(const void *from, int64_t n);

// Runs `rounds` rounds of CB_CHAINS independent chains of one vector fma on floats each.
enum { CB_CHAINS = 16 };
float cb_fma_rounds(int64_t rounds, float seed);

// Floats in a vector of cb_fma_rounds on this processor.
int cb_vector_floats(void);

// Standard output goes out line by line, into a pipe as well.
void cb_print_lines(void);

#endif
