// C functions that the tests of foreign calls call.
#ifndef FOREIGN_SAMPLES_H
#define FOREIGN_SAMPLES_H

#include <stdint.h>

// y = a x + y₀ of index i; 0, or 22 where an address is not on a 64-byte boundary.
int hk_sample_saxpy(int64_t n, float a, const float *x, float *y);
// As many outputs as it is asked for: the larger and whether x > y.
int hk_sample_larger(int64_t n, const double *x, const double *y, double *larger, uint8_t *is_x);
// The status it is given.
int hk_sample_status(int32_t status);
double hk_sample_power(double base, int64_t exponent, uint8_t is_reciprocal);
uint32_t hk_sample_sum(int64_t n, const uint32_t *x);
// The elements, of this many bytes each, in reverse order. With another status than 0 the first half of them only, and that status;
// 22 where an address is not on a 64-byte boundary.
int hk_sample_reverse(int64_t status, int64_t n, int64_t size, const void *x, void *y);
// The larger of the numbers and whether the first is larger; so too with a status.
int hk_sample_choose(int64_t status, int64_t n, const double *x, const double *y, double *larger, uint8_t *is_x);
// One of the numbers, passed and returned by value.
float hk_sample_pick(float a, int32_t b, uint8_t is_a);
// Writes the first element only.
void hk_sample_first(const int64_t *x, int64_t *y);

// The address of one of these, by its name without `hk_sample_`; NULL where there is none.
const void *hk_sample_function(const char *name);

#endif
