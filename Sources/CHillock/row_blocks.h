// Many short rows at a time. A row of a few elements is too short for vectors of its own; so as many rows as a vector has elements
// are transposed in registers. Vector k then holds element k of each row, and all the rows go through the same operations.
#ifndef HK_ROW_BLOCKS_H
#define HK_ROW_BLOCKS_H

#include "transpose.h"
#include "vectors.h"

// The elements of a size, and how many rows of them are transposed together (transpose.h).
#define HK_BITS_f32 uint32_t
#define HK_BITS_f64 uint64_t
#define HK_BITS_i32 uint32_t
#define HK_BITS_i64 uint64_t
#define HK_BITS_u32 uint32_t
#define HK_BITS_u64 uint64_t
#define HK_BITS_bool uint8_t
#define HK_SIDE_f32 16
#define HK_SIDE_f64 8
#define HK_SIDE_i32 16
#define HK_SIDE_i64 8
#define HK_SIDE_u32 16
#define HK_SIDE_u64 8
#define HK_SIDE_bool 16
#define HK_BLOCK(T) HK_PASTE(HK_BITS_##T, _block)

enum {
  // Rows of at most so many elements are taken together: those in which each term has a lane of its own.
  HK_SHORT_ROW = HK_LANES,
  // Fewer rows than this are faster one by one.
  HK_LEAST_ROWS = 4,
};

// Calls DO(extent, count, d + row, from) for blocks of the rows first..<last, whose first `count` rows are at `from`. A block is read
// in whole vectors, so beyond the end of its last row; where the array ends before that, it is read from a copy.
#define HK_EACH_ROW_BLOCK(T, A, DO) \
  { \
    enum { side = HK_SIDE_##T }; \
    const int64_t whole = (extent + side - 1) / side * side; \
    int64_t row = first; \
    for (; (row + side - 1) * extent + whole <= last * extent; row += side) DO(extent, side, d + row, a + row * extent); \
    while (row < last) { \
      A rest[side * HK_SHORT_ROW + side]; \
      const int64_t count = last - row < side ? last - row : side; \
      __builtin_memset(rest, 0, (unsigned long)(side * extent + side) * sizeof(A)); \
      __builtin_memcpy(rest, a + row * extent, (unsigned long)(count * extent) * sizeof(A)); \
      DO(extent, count, d + row, rest); \
      row += count; \
    } \
  }

#define HK_LOAD_ROW_BLOCK(U, side) \
  /* Elements 0..<side of `side` rows: v[k] has element k of each. */ \
  HK_INLINE void load_rows_##U(U##_block *v, const U *a, int64_t stride) { \
    HK_PRAGMA(clang loop unroll(full)) \
    for (int i = 0; i < side; i++) v[i] = *(const U##_block *)(a + i * stride); \
    transpose_##U(v); \
  }
HK_LOAD_ROW_BLOCK(uint8_t, 16)
HK_LOAD_ROW_BLOCK(uint32_t, 16)
HK_LOAD_ROW_BLOCK(uint64_t, 8)

#define HK_VECTOR_OF_SIDE(kind, T) HK_PASTE(HK_ACCUMULATOR(kind, T), HK_PASTE(x, HK_SIDE_##T))

// The reductions of a block's rows. Each term has a lane of its own, so the lanes are the terms; a lane without a term holds the
// identity, which changes nothing when lanes are folded: it is left out.
#define HK_REDUCE_SHORT_ROWS(kind, T) \
  HK_INLINE void reduce_row_block_##kind##_##T(int64_t extent, int64_t count, HK_ACCUMULATOR(kind, T) *d, \
                                               const HK_ACCUMULATOR(kind, T) *a) { \
    enum { side = HK_SIDE_##T }; \
    HK_VECTOR_OF_SIDE(kind, T) v[HK_LANES]; \
    for (int64_t k = 0; k < extent; k += side) { \
      HK_BLOCK(T) w[side]; \
      HK_PASTE(load_rows_, HK_BITS_##T)(w, (const HK_BITS_##T *)a + k, extent); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < side; i++) { \
        const HK_VECTOR_OF_SIDE(kind, T) start = HK_IDENTITY_##kind(T), x = (HK_VECTOR_OF_SIDE(kind, T))w[i]; \
        v[k + i] = HK_COMBINE_##kind(T, start, x); \
      } \
    } \
    for (int64_t half = HK_LANES / 2; half > 0; half /= 2) \
      for (int64_t i = 0; i < half && i + half < extent; i++) v[i] = HK_COMBINE_##kind(T, v[i], v[i + half]); \
    if (count == side) *(HK_VECTOR_OF_SIDE(kind, T) *)d = v[0]; \
    else __builtin_memcpy(d, v, (unsigned long)count * sizeof *d); \
  } \
  static void reduce_short_rows_##kind##_##T(int64_t first, int64_t last, int64_t extent, HK_ACCUMULATOR(kind, T) *d, \
                                             const HK_ACCUMULATOR(kind, T) *a) { \
    HK_EACH_ROW_BLOCK(T, HK_ACCUMULATOR(kind, T), reduce_row_block_##kind##_##T) \
  }
HK_EACH_REDUCTION(HK_REDUCE_SHORT_ROWS)

#endif
