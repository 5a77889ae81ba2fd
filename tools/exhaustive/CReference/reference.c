// For f32 the reference is in double, by glibc's vector functions where they are (libmvec: at most 4 ULP, which is 1e-8 ULP of
// a float) or its scalar ones; for f64 it is in binary128. tools/exhaustive/run checks the worst cases by mpmath once more.
#include "reference.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { BLOCK = 1024 };

#if defined(__x86_64__) && defined(__GLIBC__)
#define HAS_VECTORS 1
#define VECTORS __attribute__((target("avx2")))
typedef double vector __attribute__((vector_size(32)));
#else
#define HAS_VECTORS 0
#define VECTORS
#endif

#if defined(__GLIBC__)
typedef __float128 wide;
#define WIDE(name) name##f128
#define DECLARE(name) extern wide name##f128(wide);
DECLARE(exp) DECLARE(exp2) DECLARE(expm1) DECLARE(log) DECLARE(log2) DECLARE(log10) DECLARE(log1p) DECLARE(sin) DECLARE(cos)
DECLARE(tan) DECLARE(tanh) DECLARE(sinh) DECLARE(cosh) DECLARE(atan) DECLARE(asin) DECLARE(acos) DECLARE(erf) DECLARE(sqrt)
DECLARE(fabs) DECLARE(floor) DECLARE(ceil) DECLARE(trunc) DECLARE(rint)
#else
typedef long double wide;
#define WIDE(name) name##l
#endif

#if HAS_VECTORS
// y = f(y) for a whole block. Vector functions have their name from the x86-64 vector function ABI.
#define MAP(name) \
  VECTORS extern vector _ZGVdN4v_##name(vector); \
  VECTORS static void map_##name(double *y) { \
    if (!__builtin_cpu_supports("avx2")) { \
      for (int i = 0; i < BLOCK; i++) y[i] = name(y[i]); \
      return; \
    } \
    for (int i = 0; i < BLOCK; i += 4) { \
      vector v; \
      memcpy(&v, y + i, sizeof v); \
      v = _ZGVdN4v_##name(v); \
      memcpy(y + i, &v, sizeof v); \
    } \
  }
#else
#define MAP(name) \
  static void map_##name(double *y) { \
    for (int i = 0; i < BLOCK; i++) y[i] = name(y[i]); \
  }
#endif
MAP(exp) MAP(exp2) MAP(expm1) MAP(log) MAP(log2) MAP(log10) MAP(log1p) MAP(sin) MAP(cos) MAP(tan) MAP(tanh) MAP(sinh) MAP(cosh)
MAP(atan) MAP(asin) MAP(acos) MAP(erf)

#define EACH for (int i = 0; i < BLOCK; i++)

// Functions that the C library has.
#define LIBRARY(name) \
  VECTORS static void block_##name(const double *x, double *y) { \
    memcpy(y, x, BLOCK * sizeof *y); \
    map_##name(y); \
  } \
  static wide wide_##name(wide x) { return WIDE(name)(x); }
LIBRARY(exp) LIBRARY(exp2) LIBRARY(expm1) LIBRARY(log) LIBRARY(log2) LIBRARY(log10) LIBRARY(log1p) LIBRARY(sin) LIBRARY(cos)
LIBRARY(tan) LIBRARY(tanh) LIBRARY(sinh) LIBRARY(cosh) LIBRARY(atan) LIBRARY(asin) LIBRARY(acos) LIBRARY(erf)

// Functions put together from operators and `mapped`, a function of one of theirs.
#define PLAIN(name, in_double, in_wide) \
  VECTORS static void block_##name(const double *x, double *y) { EACH y[i] = in_double; } \
  static wide wide_##name(wide x) { return in_wide; }
#define COMPOSED(name, argument, mapped, in_double, in_wide) \
  VECTORS static void block_##name(const double *x, double *y) { \
    EACH y[i] = argument; \
    mapped(y); \
    EACH y[i] = in_double; \
  } \
  static wide wide_##name(wide x) { return in_wide; }

PLAIN(stopgradient, x[i], x)
PLAIN(neg, -x[i], -x)
PLAIN(abs, fabs(x[i]), WIDE(fabs)(x))
PLAIN(sign, x[i] > 0 ? 1 : x[i] < 0 ? -1 : x[i], x > 0 ? 1 : x < 0 ? -1 : x)
PLAIN(square, x[i] * x[i], x * x)
PLAIN(sqrt, sqrt(x[i]), WIDE(sqrt)(x))
PLAIN(rsqrt, 1 / sqrt(x[i]), 1 / WIDE(sqrt)(x))
PLAIN(reciprocal, 1 / x[i], 1 / x)
PLAIN(floor, floor(x[i]), WIDE(floor)(x))
PLAIN(ceil, ceil(x[i]), WIDE(ceil)(x))
PLAIN(trunc, trunc(x[i]), WIDE(trunc)(x))
PLAIN(round, rint(x[i]), WIDE(rint)(x))
PLAIN(logb, logb(x[i]), logb((double)x))
COMPOSED(sigmoid, -x[i], map_exp, 1 / (1 + y[i]), 1 / (1 + WIDE(exp)(-x)))
COMPOSED(exprel, x[i], map_expm1, x[i] == 0 ? 1 : y[i] == INFINITY ? y[i] : y[i] / x[i],
         x == 0 ? 1 : x > 2000 ? (wide)INFINITY : WIDE(expm1)(x) / x)
COMPOSED(rexprel, x[i], map_expm1, x[i] == 0 ? 1 : y[i] == INFINITY ? 0 : x[i] / y[i],
         x == 0 ? 1 : x > 2000 ? 0 : x / WIDE(expm1)(x))

static void map_softplus_tail(double *y) {
  map_exp(y);
  map_log1p(y);
}
COMPOSED(softplus, -fabs(x[i]), map_softplus_tail, (x[i] < 0 ? 0 : x[i]) + y[i],
         (x < 0 ? 0 : x) + WIDE(log1p)(WIDE(exp)(-WIDE(fabs)(x))))

static const struct {
  const char *name;
  void (*block)(const double *x, double *y);
  wide (*exact)(wide);
} functions[] = {
#define ROW(name) {#name, block_##name, wide_##name},
    ROW(exp) ROW(exp2) ROW(expm1) ROW(log) ROW(log2) ROW(log10) ROW(log1p) ROW(sin) ROW(cos) ROW(tan) ROW(tanh) ROW(sinh) ROW(cosh)
    ROW(atan) ROW(asin) ROW(acos) ROW(erf) ROW(neg) ROW(abs) ROW(sign) ROW(square) ROW(sqrt) ROW(rsqrt) ROW(reciprocal) ROW(floor)
    ROW(ceil) ROW(trunc) ROW(round) ROW(sigmoid) ROW(exprel) ROW(rexprel) ROW(softplus) ROW(logb)
    ROW(stopgradient)};

int ref_find(const char *name) {
  for (int i = 0; i < (int)(sizeof functions / sizeof *functions); i++) {
    if (strcmp(functions[i].name, name) == 0) return i;
  }
  return -1;
}

static inline uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
static inline double double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// The error of a float's value: an infinity counts as 2^128, and so does an exact value beyond.
static inline double error_f32(double value, double exact) {
  const double end = 0x1p128, smallest = 0x1p-149;
  // 2^-23 of the power of 2 at or below |exact|
  double unit = double_of(bits_of(exact) & UINT64_C(0x7ff0000000000000)) * 0x1p-23;
  unit = unit < smallest ? smallest : unit > 0x1p104 ? 0x1p104 : unit;
  const double v = value > end ? end : value < -end ? -end : value, e = exact > end ? end : exact < -end ? -end : exact;
  const double error = fabs(v - e) / unit;
  const int signs = value == 0 && (bits_of(value) ^ bits_of(exact)) >> 63;
  const int nans = (value != value) != (exact != exact);
  return nans | signs ? INFINITY : exact != exact ? 0 : error;
}

VECTORS static void worst_of(const double *value, const double *exact, double *errors, double *largest) {
  double most = *largest;
  EACH errors[i] = error_f32(value[i], exact[i]);
  EACH most = errors[i] > most ? errors[i] : most;
  *largest = most;
}

VECTORS void ref_measure_f32(int function, const float *x, const float *results, int64_t count, ref_worst *worst) {
  double argument[BLOCK], exact[BLOCK], value[BLOCK], errors[BLOCK];
  for (int64_t first = 0; first < count; first += BLOCK) {
    const int64_t rest = count - first;
    // A last block that is short is filled up with its first element.
    EACH argument[i] = x[first + (i < rest ? i : 0)];
    EACH value[i] = results[first + (i < rest ? i : 0)];
    functions[function].block(argument, exact);
    double largest = worst->error;
    worst_of(value, exact, errors, &largest);
    if (!(largest > worst->error)) continue;
    EACH if (errors[i] == largest) {
      const int64_t at = first + (i < rest ? i : 0);
      uint32_t bits;
      worst->error = largest;
      memcpy(&bits, x + at, sizeof bits);
      worst->argument = bits;
      memcpy(&bits, results + at, sizeof bits);
      worst->result = bits;
      break;
    }
  }
}

static double error_f64(double value, wide exact) {
  if (value != value || exact != exact) return (value != value) == (exact != exact) ? 0 : INFINITY;
  const wide end = (wide)0x1p1023 * 2;
  const wide v = isinf(value) ? (value < 0 ? -end : end) : value, e = exact > end ? end : exact < -end ? -end : exact;
  if (value == 0 && signbit(value) != (exact < 0 || (exact == 0 && signbit((double)exact)))) return INFINITY;
  // 2^-52 of the power of 2 at or below |exact|
  int exponent = -1074;
  const wide magnitude = e < 0 ? -e : e;
  if (magnitude >= 0x1p-1022) {
    double near = (double)(magnitude >= end ? end / 2 : magnitude);
    if (isinf(near)) near = 0x1p1023;
    exponent = ilogb(near) - 52;
    // The conversion may have rounded up to a power of 2.
    if (magnitude < near && near == ldexp(1, exponent + 52)) exponent--;
    if (exponent < -1074) exponent = -1074;
  }
  const wide difference = v < e ? e - v : v - e;
  return (double)(difference / ldexp(1, exponent));
}

void ref_measure_f64(int function, const double *x, const double *results, int64_t count, ref_worst *worst) {
  for (int64_t i = 0; i < count; i++) {
    const wide exact = functions[function].exact(x[i]);
    const double error = error_f64(results[i], exact);
    if (error > worst->error) *worst = (ref_worst){error, bits_of(x[i]), bits_of(results[i])};
  }
}

#define DIFFERENCE(name, type, integer) \
  VECTORS int64_t name(const type *a, const type *b, int64_t count) { \
    const int64_t step = 4096; \
    for (int64_t first = 0; first < count; first += step) { \
      const int64_t end = first + step < count ? first + step : count; \
      integer differs = 0; \
      for (int64_t i = first; i < end; i++) { \
        integer p, q; \
        memcpy(&p, a + i, sizeof p); \
        memcpy(&q, b + i, sizeof q); \
        differs |= (p != q) & !((a[i] != a[i]) & (b[i] != b[i])); \
      } \
      for (int64_t i = first; differs && i < end; i++) { \
        if (memcmp(a + i, b + i, sizeof *a) != 0 && (a[i] == a[i] || b[i] == b[i])) return i; \
      } \
    } \
    return -1; \
  }
DIFFERENCE(ref_difference_f32, float, uint32_t)
DIFFERENCE(ref_difference_f64, double, uint64_t)

VECTORS void ref_every(uint32_t step, uint32_t first, float *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const uint32_t bits = first + step * (uint32_t)i;
    memcpy(x + i, &bits, sizeof bits);
  }
}
