// Vectors of many elements, which the compiler splits over the registers of the level. Aligned as their elements are.
#ifndef HK_VECTORS_H
#define HK_VECTORS_H

#include "combine.h"

#define HK_VECTOR(T, count) __attribute__((ext_vector_type(count), aligned(sizeof(hk_##T))))
#define HK_VECTORS(T) \
  typedef hk_##T hk_##T##x8 HK_VECTOR(T, 8); \
  typedef hk_##T hk_##T##x16 HK_VECTOR(T, 16); \
  typedef hk_##T hk_##T##x32 HK_VECTOR(T, 32); \
  typedef hk_##T hk_##T##x64 HK_VECTOR(T, 64);
HK_EACH_DTYPE(HK_VECTORS)

// The type of a vector of accumulators of (kind, dtype).
#define HK_ACCUMULATORS(kind, T, count) HK_PASTE(HK_ACCUMULATOR(kind, T), x##count)

// A scalar that adjacent pairs of partials are combined in as they come, which gives the same tree as combining them level
// by level: before partial i is put on the stack, it is combined with one entry for each trailing one of i. 2^48 terms
// make 2^36 chunks at most.
enum { HK_STACK = 40 };

// Prefetches a part of some lines: those whose number is part modulo parts. Instructions that go through the same rows share
// their lines like this, so that memory is at work through all of them. The rows of a block are counted anew from its
// beginning: as many short rows as fill whole lines, or one long row.
HK_INLINE void prefetch_lines(const void *from, int64_t lines, int64_t part, int64_t parts) {
  for (int64_t line = part; line < lines; line += parts) __builtin_prefetch((const char *)from + 64 * line);
}

#endif
