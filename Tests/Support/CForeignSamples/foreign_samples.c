#include "foreign_samples.h"

#include <string.h>

int hk_sample_saxpy(int64_t n, float a, const float *x, float *y) {
  if ((uintptr_t)x % 64 != 0 || (uintptr_t)y % 64 != 0) return 22;
  for (int64_t i = 0; i < n; i++) y[i] = a * x[i] + (float)i;
  return 0;
}

int hk_sample_larger(int64_t n, const double *x, const double *y, double *larger, uint8_t *is_x) {
  for (int64_t i = 0; i < n; i++) {
    is_x[i] = x[i] > y[i] ? 255 : 0;
    larger[i] = is_x[i] ? x[i] : y[i];
  }
  return 0;
}

int hk_sample_reverse(int64_t status, int64_t n, int64_t size, const void *x, void *y) {
  if ((uintptr_t)x % 64 != 0 || (uintptr_t)y % 64 != 0) return 22;
  int64_t count = status != 0 ? n / 2 : n;
  for (int64_t i = 0; i < count; i++)
    memcpy((char *)y + i * size, (const char *)x + (n - 1 - i) * size, (size_t)size);
  return (int)status;
}

int hk_sample_choose(int64_t status, int64_t n, const double *x, const double *y, double *larger, uint8_t *is_x) {
  hk_sample_larger(status != 0 ? n / 2 : n, x, y, larger, is_x);
  return (int)status;
}

float hk_sample_pick(float a, int32_t b, uint8_t is_a) { return is_a ? a : (float)b; }

int hk_sample_status(int32_t status) { return status; }

double hk_sample_power(double base, int64_t exponent, uint8_t is_reciprocal) {
  double result = 1;
  for (int64_t i = 0; i < exponent; i++) result *= base;
  return is_reciprocal ? 1 / result : result;
}

uint32_t hk_sample_sum(int64_t n, const uint32_t *x) {
  uint32_t sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i];
  return sum;
}

void hk_sample_first(const int64_t *x, int64_t *y) { y[0] = x[0]; }

const void *hk_sample_function(const char *name) {
  static const struct { const char *name; const void *function; } all[] = {
    {"saxpy", (const void *)hk_sample_saxpy}, {"larger", (const void *)hk_sample_larger},
    {"status", (const void *)hk_sample_status}, {"power", (const void *)hk_sample_power},
    {"reverse", (const void *)hk_sample_reverse}, {"choose", (const void *)hk_sample_choose},
    {"pick", (const void *)hk_sample_pick}, {"sum", (const void *)hk_sample_sum}, {"first", (const void *)hk_sample_first},
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (strcmp(all[i].name, name) == 0) return all[i].function;
  return NULL;
}
