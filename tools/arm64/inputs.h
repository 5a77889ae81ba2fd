// The inputs: special values, as Tests/CHillockTests/Samples.swift has them, and random ones. The same on every processor.
#ifndef INPUTS_H
#define INPUTS_H

#include <float.h>

#include "record.h"

// SplitMix64 (Steele, Lea and Flood 2014).
static uint64_t next_random(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

static int64_t random_below(uint64_t *state, int64_t bound) { return (int64_t)(next_random(state) >> 1) % bound; }

static const double positive[] = {
  0, 1, 0.5, 1.5, 2.5, 3, 0.75, 10, 88.5, 104, 709.5, 745, 1e5, 0x1p20, 0x1p31, 0x1p32, 0x1p63, 0x1p64, __builtin_inf(),
  __builtin_nan(""),
};
static const float positive_f32[] = {FLT_MAX, FLT_MIN, 0x1p-149f, FLT_MIN / 4, 1 + 0x1p-23f, 1 - 0x1p-24f, 0x1.921FB4p+1f, 0x1.921FB4p+0f};
static const double positive_f64[] = {DBL_MAX, DBL_MIN, 0x1p-1074, DBL_MIN / 4, 1 + 0x1p-52, 1 - 0x1p-53, 0x1.921FB54442D18p+1,
                                      0x1.921FB54442D18p+0};
static const uint64_t whole[] = {0, 1, 2, 3, 7};

enum { SPECIAL = 64 };
#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))

// Fills `bits`; how many there are.
static int64_t special_values(int dtype, uint64_t *bits) {
  int64_t n = 0;
  if (dtype == HK_f32 || dtype == HK_f64) {
    column c = new_column(dtype, COUNT(positive) + COUNT(positive_f32));
    for (int64_t i = 0; i < COUNT(positive); i++) {
      if (dtype == HK_f32) ((float *)c.data)[i] = (float)positive[i];
      else ((double *)c.data)[i] = positive[i];
    }
    if (dtype == HK_f32) memcpy(element(c, COUNT(positive)), positive_f32, sizeof positive_f32);
    else memcpy(element(c, COUNT(positive)), positive_f64, sizeof positive_f64);
    for (int64_t i = 0; i < c.count; i++) bits[n++] = raw_bits(c, i);
    for (int64_t i = 0; i < c.count; i++) bits[n++] = raw_bits(c, i) ^ (dtype == HK_f32 ? 1ull << 31 : 1ull << 63);
    free_column(c);
  } else if (dtype == HK_bool) {
    bits[n++] = 0, bits[n++] = 1;
  } else {
    const uint64_t width = (uint64_t)sizes[dtype] * 8, least = 1ull << (width - 1);
    for (int64_t i = 0; i < COUNT(whole); i++) bits[n++] = whole[i];
    const uint64_t others[] = {width - 1, width, width + 1, least, least - 1, least + 1, -1ull, -2ull, -7ull};
    for (int64_t i = 0; i < COUNT(others); i++) bits[n++] = others[i];
  }
  return n;
}

// For floats, half of them any bits, half of ordinary size.
static uint64_t random_value(int dtype, uint64_t *state) {
  const uint64_t bits = next_random(state);
  switch (dtype) {
    case HK_f32:
    case HK_f64: {
      if (bits & 1) return dtype == HK_f32 ? bits >> 32 : bits;
      const double ordinary = (double)(int64_t)bits * 0x1.8p-60;
      const float rounded = (float)ordinary;
      uint64_t value = 0;
      if (dtype == HK_f32) memcpy(&value, &rounded, sizeof rounded);
      else memcpy(&value, &ordinary, sizeof ordinary);
      return value;
    }
    case HK_bool: return bits & 1;
    case HK_i32:
    case HK_u32: return bits & 4 ? bits >> 32 & 63 : bits >> 32;
    default: return bits & 4 ? bits >> 8 & 127 : bits;
  }
}

// Random values, one in eight of them special.
static column random_column(int dtype, int64_t count, uint64_t *state) {
  uint64_t special[SPECIAL];
  const int64_t specials = special_values(dtype, special);
  column c = new_column(dtype, count);
  for (int64_t i = 0; i < count; i++)
    set_bits(c, i, random_below(state, 8) == 0 ? special[random_below(state, specials)] : random_value(dtype, state));
  return c;
}

// Values of ordinary size, so that sums and products of many are numbers.
static column ordinary_column(int dtype, int64_t count, uint64_t *state) {
  column c = new_column(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    const int64_t value = (int64_t)next_random(state) >> 40;
    if (dtype == HK_f32) ((float *)c.data)[i] = (float)value * 0x1p-22f;
    else if (dtype == HK_f64) ((double *)c.data)[i] = (double)value * 0x1.1p-22;
    else set_bits(c, i, dtype == HK_bool ? value & 1 : (uint64_t)value);
  }
  return c;
}

// All combinations of the special values of some dtypes, then `extra` random ones.
static int64_t combinations(int arity, const int *dtypes, int64_t extra, uint64_t *state, column *columns) {
  uint64_t special[3][SPECIAL];
  int64_t counts[3], all = 1;
  for (int k = 0; k < arity; k++) {
    counts[k] = special_values(dtypes[k], special[k]);
    all *= counts[k];
  }
  for (int64_t k = 0, after = all; k < arity; k++) {
    after /= counts[k];
    columns[k] = new_column(dtypes[k], all + extra);
    for (int64_t i = 0; i < all; i++) set_bits(columns[k], i, special[k][i / after % counts[k]]);
    for (int64_t i = 0; i < extra; i++) set_bits(columns[k], all + i, random_value(dtypes[k], state));
  }
  return all + extra;
}

#endif
