// What functions of one argument are, in a higher precision than the library's, from the C library; and the largest error of results.
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdint.h>

typedef struct {
  // The largest error met, in units in the last place of the exact value; infinite where a NaN or the sign of a zero is wrong.
  double error;
  // The bits of the argument and of the result that has it.
  uint64_t argument, result;
} ref_worst;

// The number of a function, by its name in the op table; -1 where there is no reference.
int ref_find(const char *name);

// The results of a function for count floats (doubles).
void ref_measure_f32(int function, const float *x, const float *results, int64_t count, ref_worst *worst);
void ref_measure_f64(int function, const double *x, const double *results, int64_t count, ref_worst *worst);

// The first index at which two arrays differ, any NaN being any NaN; -1 where there is none.
int64_t ref_difference_f32(const float *a, const float *b, int64_t count);
int64_t ref_difference_f64(const double *a, const double *b, int64_t count);

// x[i] = the float whose bits are first + i · step.
void ref_every(uint32_t step, uint32_t first, float *x, int64_t count);

#endif
