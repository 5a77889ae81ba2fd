// Reads through strides where the innermost axis is not the one whose elements lie side by side. Read in the order of the
// positions, each line of memory would be fetched again for each of its elements. So a panel of several rows of positions is
// filled in blocks that are transposed in registers, each line is read once, and tiles are copied from the panel.
#ifndef HK_TRANSPOSE_H
#define HK_TRANSPOSE_H

#include "primitives.h"

#include <string.h>

#define HK_TRANSPOSED_VECTOR(T, count) typedef T T##_block __attribute__((ext_vector_type(count), aligned(sizeof(T))));
HK_TRANSPOSED_VECTOR(uint8_t, 16)
HK_TRANSPOSED_VECTOR(uint16_t, 16)
HK_TRANSPOSED_VECTOR(uint32_t, 16)
HK_TRANSPOSED_VECTOR(uint64_t, 8)

#define HK_WEAVE_LOW_16(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HK_WEAVE_HIGH_16(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define HK_WEAVE_LOW_8(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HK_WEAVE_HIGH_8(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

// `side` is 2^stages. Weaving the first half of the rows with the second moves the highest bit of a row's number to the lowest
// of a column's: as often as a number has bits, and rows have become columns.
#define HK_TRANSPOSE(T, side, stages) \
  HK_INLINE void transpose_##T(T##_block *v) { \
    HK_PRAGMA(clang loop unroll(full)) \
    for (int stage = 0; stage < stages; stage++) { \
      T##_block woven[side]; \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < side / 2; i++) { \
        woven[2 * i] = HK_WEAVE_LOW_##side(v[i], v[i + side / 2]); \
        woven[2 * i + 1] = HK_WEAVE_HIGH_##side(v[i], v[i + side / 2]); \
      } \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < side; i++) v[i] = woven[i]; \
    } \
  } \
  /* d[r * pitch + c] = a[c * stride + r] */ \
  static void transpose_rows_##T(int64_t rows, int64_t columns, T *d, int64_t pitch, const T *a, int64_t stride) { \
    const int64_t wholeRows = rows / side * side, wholeColumns = columns / side * side; \
    for (int64_t c = 0; c < wholeColumns; c += side) \
      for (int64_t r = 0; r < wholeRows; r += side) { \
        T##_block v[side]; \
        HK_PRAGMA(clang loop unroll(full)) \
        for (int i = 0; i < side; i++) { \
          const T *from = a + (c + i) * stride + r; \
          __builtin_prefetch(from + (c + 2 * side <= columns ? side * stride : 0)); \
          v[i] = *(const T##_block *)from; \
        } \
        transpose_##T(v); \
        HK_PRAGMA(clang loop unroll(full)) \
        for (int i = 0; i < side; i++) *(T##_block *)(d + (r + i) * pitch + c) = v[i]; \
      } \
    for (int64_t c = 0; c < columns; c++) \
      for (int64_t r = c < wholeColumns ? wholeRows : 0; r < rows; r++) d[r * pitch + c] = a[c * stride + r]; \
  }
HK_TRANSPOSE(uint8_t, 16, 4)
HK_TRANSPOSE(uint16_t, 16, 4)
HK_TRANSPOSE(uint32_t, 16, 4)
HK_TRANSPOSE(uint64_t, 8, 3)

// Fills d, which is dense, with all positions of `rows` indices along `axis`, whose stride is 1; base: the first of them.
static void fill_transposed(char *d, const char *base, int64_t rows, const hk_transposition *t) {
  const int64_t last = t->rank - 1, columns = t->dims[last], stride = t->strides[last], size = t->element_size;
  const int64_t inner = t->inner;
  int64_t index[HK_TRANSPOSED_RANK] = {0}, offset = 0;
  for (int64_t done = 0; done < inner; done += columns) {
    void *to = d + done * size;
    const void *from = base + offset * size;
    if (size == 8) transpose_rows_uint64_t(rows, columns, to, inner, from, stride);
    else if (size == 4) transpose_rows_uint32_t(rows, columns, to, inner, from, stride);
    else if (size == 2) transpose_rows_uint16_t(rows, columns, to, inner, from, stride);
    else transpose_rows_uint8_t(rows, columns, to, inner, from, stride);
    for (int64_t axis = last - 1; axis > t->axis; axis--) {
      offset += t->strides[axis];
      if (++index[axis] < t->dims[axis]) break;
      offset -= t->dims[axis] * t->strides[axis];
      index[axis] = 0;
    }
  }
}

static void load_transposed(int64_t n, void *dp, const void *base, int64_t first, void *pp, const hk_transposition *t) {
  const int64_t inner = t->inner;
  hk_panel *panel = pp;
  char *d = dp;
  while (n > 0) {
    int64_t count;
    if (first >= panel->begin && first < panel->end) {
      count = panel->end - first < n ? panel->end - first : n;
      memcpy(d, (const char *)(panel + 1) + (first - panel->begin) * t->element_size, (size_t)(count * t->element_size));
    } else {
      const int64_t row = first / inner, left = t->dims[t->axis] - row % t->dims[t->axis];
      const int64_t wanted = (panel->limit - 1) / inner - row + 1;
      int64_t rows = left < t->rows ? left : t->rows;
      if (wanted < rows) rows = wanted;
      if (rows >= HK_TRANSPOSED_LEAST_ROWS) {
        int64_t offset = 0, rest = row;
        for (int64_t axis = t->axis; axis >= 0; axis--) {
          offset += rest % t->dims[axis] * t->strides[axis];
          rest /= t->dims[axis];
        }
        fill_transposed((char *)(panel + 1), (const char *)base + offset * t->element_size, rows, t);
        panel->begin = row * inner;
        panel->end = (row + rows) * inner;
        continue;
      }
      // At least one row, whatever the limit says.
      const int64_t end = (row + (rows > 0 ? rows : 1)) * inner;
      count = end - first < n ? end - first : n;
      hk_load_strided(count, d, base, first, t->rank, t->dims, t->strides, t->element_size);
    }
    d += count * t->element_size;
    first += count;
    n -= count;
  }
}

#endif
