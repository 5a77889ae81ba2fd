// What the kernels gave, case by case: one line with a hash of all bits, or every element of one case.
#ifndef RECORD_H
#define RECORD_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "level.h"

// Dtypes that kernels compute in; those behind them are only converted, copied and moved.
enum { WIDE_DTYPES = HK_bool + 1 };
#define SIZE(T) [HK_##T] = sizeof(hk_##T),
#define NAME(T) [HK_##T] = #T,
#define NARROW_SIZE(T, wide) SIZE(T)
#define NARROW_NAME(T, wide) NAME(T)
static const int64_t sizes[HK_DTYPES] = {HK_EACH_DTYPE(SIZE) HK_EACH_NARROW(NARROW_SIZE)};
static const char *const dtype_names[HK_DTYPES] = {HK_EACH_DTYPE(NAME) HK_EACH_NARROW(NARROW_NAME)};

// Elements of a dtype.
typedef struct {
  int dtype;
  int64_t count;
  char *data;
} column;

static column new_column(int dtype, int64_t count) {
  // The first element is aligned as elements are, no more. What lies behind the last one is 0xA5.
  const int64_t bytes = (count + 2) * sizes[dtype];
  char *memory = aligned_alloc(64, (size_t)(bytes + 63) / 64 * 64);
  if (!memory) abort();
  memset(memory, 0xA5, (size_t)bytes);
  return (column){dtype, count, memory + sizes[dtype]};
}

static void free_column(column c) { free(c.data - sizes[c.dtype]); }

static char *element(column c, int64_t i) { return c.data + i * sizes[c.dtype]; }

static uint64_t raw_bits(column c, int64_t i) {
  uint64_t bits = 0;
  memcpy(&bits, element(c, i), (size_t)sizes[c.dtype]);
  return bits;
}

static void set_bits(column c, int64_t i, uint64_t bits) { memcpy(element(c, i), &bits, (size_t)sizes[c.dtype]); }

// The sign and the payload of a NaN are not specified (Spec/numerics.md): every NaN is the same one here.
static uint64_t value_bits(column c, int64_t i) {
  const uint64_t bits = raw_bits(c, i);
  if (c.dtype == HK_f32 && (bits & 0x7FFFFFFF) > 0x7F800000) return 0x7FC00000;
  if (c.dtype == HK_f64 && (bits & INT64_MAX) > 0x7FF0000000000000) return 0x7FF8000000000000;
  return bits;
}

static const char *wanted;  // The case to be shown; NULL: all are hashed.
static char name[256];
static uint64_t hash;
static int64_t recorded;

// Begins a case; 0 where it is not to be run.
__attribute__((format(printf, 1, 2))) static int begin(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(name, sizeof name, format, arguments);
  va_end(arguments);
  hash = 0xCBF29CE484222325;
  recorded = 0;
  return !wanted || strcmp(wanted, name) == 0;
}

static void end(void) {
  if (!wanted) printf("%s\t%" PRId64 "\t%016" PRIx64 "\n", name, recorded, hash);
}

static void end_absent(void) {
  if (!wanted) printf("%s\tabsent\n", name);
}

static void add(uint64_t bits) {
  // FNV-1a, a word at a time.
  hash = (hash ^ bits) * 0x100000001B3;
  hash ^= hash >> 29;
  recorded++;
}

// The column's elements and, raw, the one behind them, which no kernel may touch. `part` says which call of the case it was;
// operands (a scalar has one element) are for the reader only.
static void record(const char *part, int64_t number, column c, int arity, const column *operands) {
  for (int64_t i = 0; i < c.count; i++) {
    add(value_bits(c, i));
    if (!wanted) continue;
    printf("%s %" PRId64 " [%" PRId64 "] ", part, number, i);
    for (int k = 0; k < arity; k++)
      printf("%s %" PRIx64 " ", dtype_names[operands[k].dtype], raw_bits(operands[k], operands[k].count == 1 ? 0 : i));
    printf("gives %s %" PRIx64 "\n", dtype_names[c.dtype], value_bits(c, i));
  }
  const uint64_t behind = raw_bits(c, c.count);
  add(behind);
  if (wanted) printf("%s %" PRId64 " behind the end: %" PRIx64 "\n", part, number, behind);
}

#endif
