// Reductions of terms that are rows (Spec/numerics.md): row r of a chunk joins lane r mod 4, element by element. Columns are taken
// in panels, whose lanes and partials stay in the cache while all the rows go by.
//
// HK_COLUMNS(name, kind, T, JOIN) defines name_rows, which takes one chunk of rows into lanes, and name_columns, which reduces
// columns from..<to of a[extent, inner]. JOIN(T, lane, x, row) is what a lane becomes with the element x of row number `row`; it
// may use s, the vector that goes with the rows.
#ifndef HK_COLUMNS_H
#define HK_COLUMNS_H

#include "matmul_memory.h"
#include "vectors.h"

enum { HK_PANEL_BYTES = 4096 };
// A panel of rows that lie far apart is no stream to the processor. Where all rows have more bytes than this, the next group of
// them is asked for while the present one is taken.
enum { HK_FETCHED_BYTES = 1 << 20 };
// How many rows ahead where they are taken one by one.
enum { HK_ROWS_AHEAD = 8 };

// `group` rows into the four lanes of `width` columns, which stay in registers meanwhile.
#define HK_JOIN_GROUP(kind, T, width, group, JOIN) \
  for (; j + width <= columns; j += width) { \
    HK_ACCUMULATORS(kind, T, width) v[HK_ROW_LANES]; \
    for (int l = 0; l < HK_ROW_LANES; l++) v[l] = *(HK_ACCUMULATORS(kind, T, width) *)(lanes + l * pitch + j); \
    for (int g = 0; g < group; g++) { \
      if (isFetched) prefetch_lines(a + (r + g + group) * inner + j, (sizeof v[0] + 63) / 64, 0, 1); \
      const HK_ACCUMULATORS(kind, T, width) x = *(const HK_ACCUMULATORS(kind, T, width) *)(a + (r + g) * inner + j); \
      v[g % HK_ROW_LANES] = JOIN(T, v[g % HK_ROW_LANES], x, r + g); \
    } \
    for (int l = 0; l < HK_ROW_LANES; l++) *(HK_ACCUMULATORS(kind, T, width) *)(lanes + l * pitch + j) = v[l]; \
  }
// All groups of so many rows, all their columns.
#define HK_JOIN_GROUPS(kind, T, group, JOIN) \
  for (; r + group <= rows; r += group) { \
    int64_t j = 0; \
    HK_JOIN_GROUP(kind, T, 32, group, JOIN) \
    HK_JOIN_GROUP(kind, T, 8, group, JOIN) \
    for (; j < columns; j++) \
      for (int g = 0; g < group; g++) { \
        HK_ACCUMULATOR(kind, T) *lane = lanes + g % HK_ROW_LANES * pitch + j; \
        *lane = JOIN(T, *lane, a[(r + g) * inner + j], r + g); \
      } \
  }

#define HK_COLUMNS(name, kind, T, JOIN) \
  enum { name##_panel_width = HK_PANEL_BYTES / sizeof(hk_##T) }; \
  /* Rows of `columns` elements, `inner` apart; lane l begins at lanes + l * pitch. Many rows together save loads and stores of \
     lanes; but where rows are long, and a power of two apart, 16 of them would fall on the same places of the cache. */ \
  HK_INLINE void name##_rows(int64_t rows, int64_t columns, int64_t inner, int64_t pitch, int isFetched, \
                             HK_ACCUMULATOR(kind, T) *lanes, const HK_ACCUMULATOR(kind, T) *a, const hk_##T *s) { \
    (void)s; \
    int64_t r = 0; \
    if (columns <= 32) { HK_JOIN_GROUPS(kind, T, 16, JOIN) } \
    else { HK_JOIN_GROUPS(kind, T, 8, JOIN) } \
    for (; r < rows; r++) { \
      HK_ACCUMULATOR(kind, T) *lane = lanes + r % HK_ROW_LANES * pitch; \
      HK_VECTORIZE \
      for (int64_t j = 0; j < columns; j++) lane[j] = JOIN(T, lane[j], a[r * inner + j], r); \
    } \
  } \
  /* One panel over the whole extent. */ \
  static void name##_panel(int64_t extent, int64_t columns, int64_t inner, int isFetched, HK_ACCUMULATOR(kind, T) *d, \
                           const HK_ACCUMULATOR(kind, T) *a, const hk_##T *s) { \
    /* As many partials as wait at once, not as many as there could be: those would be more than a small stack holds. */ \
    const int levels = hk_partials_waiting(extent); \
    HK_ACCUMULATOR(kind, T) stack[levels][name##_panel_width], lanes[HK_ROW_LANES][name##_panel_width]; \
    int depth = 0; \
    for (int64_t chunk = 0; chunk * HK_CHUNK < extent; chunk++) { \
      const int64_t start = chunk * HK_CHUNK, rows = extent - start < HK_CHUNK ? extent - start : HK_CHUNK; \
      for (int l = 0; l < HK_ROW_LANES; l++) \
        for (int64_t j = 0; j < columns; j++) lanes[l][j] = HK_IDENTITY_##kind(T); \
      const hk_##T *with = s ? s + start : 0; \
      if (isFetched) name##_rows(rows, columns, inner, name##_panel_width, 1, lanes[0], a + start * inner, with); \
      else name##_rows(rows, columns, inner, name##_panel_width, 0, lanes[0], a + start * inner, with); \
      for (int64_t j = 0; j < columns; j++) \
        stack[depth][j] = HK_COMBINE_##kind(T, HK_COMBINE_##kind(T, lanes[0][j], lanes[2][j]), \
                                            HK_COMBINE_##kind(T, lanes[1][j], lanes[3][j])); \
      for (int64_t i = chunk; i & 1; i >>= 1, depth--) \
        for (int64_t j = 0; j < columns; j++) \
          stack[depth - 1][j] = HK_COMBINE_##kind(T, stack[depth - 1][j], stack[depth][j]); \
      depth++; \
    } \
    for (depth--; depth > 0; depth--) \
      for (int64_t j = 0; j < columns; j++) \
        stack[depth - 1][j] = HK_COMBINE_##kind(T, stack[depth - 1][j], stack[depth][j]); \
    for (int64_t j = 0; j < columns; j++) d[j] = extent > 0 ? stack[0][j] : HK_IDENTITY_##kind(T); \
  } \
  static void name##_columns(int64_t from, int64_t to, int64_t extent, int64_t inner, HK_ACCUMULATOR(kind, T) *d, \
                             const HK_ACCUMULATOR(kind, T) *a, const hk_##T *s) { \
    const int isFetched = extent * inner * (int64_t)sizeof *a > HK_FETCHED_BYTES; \
    for (int64_t j = from; j < to; j += name##_panel_width) \
      name##_panel(extent, to - j < name##_panel_width ? to - j : name##_panel_width, inner, isFetched, d + j, a + j, s); \
  }

#endif
