// Reductions into lanes (Spec/numerics.md): term i of a chunk goes to lane i mod 64 where terms are contiguous, row r to lane
// r mod 4 where they are rows.
#include "vectors.h"

// n contiguous terms into 64 lanes held in registers.
#define HK_REDUCE(kind, T) \
  static void reduce_##kind##_##T(int64_t n, void *lanes, const void *ap) { \
    HK_ACCUMULATOR(kind, T) *acc = lanes; \
    const HK_ACCUMULATOR(kind, T) *a = ap; \
    int64_t i = 0; \
    if (n >= HK_LANES) { \
      HK_ACCUMULATORS(kind, T, 64) v = *(HK_ACCUMULATORS(kind, T, 64) *)acc; \
      for (; i + HK_LANES <= n; i += HK_LANES) { \
        const HK_ACCUMULATORS(kind, T, 64) x = *(const HK_ACCUMULATORS(kind, T, 64) *)(a + i); \
        v = HK_COMBINE_##kind(T, v, x); \
      } \
      *(HK_ACCUMULATORS(kind, T, 64) *)acc = v; \
    } \
    HK_VECTORIZE \
    for (int64_t j = 0; j < n - i; j++) acc[j] = HK_COMBINE_##kind(T, acc[j], a[i + j]); \
  } \
  /* The 64 lanes folded by halving; they are overwritten. */ \
  HK_INLINE HK_ACCUMULATOR(kind, T) fold_##kind##_##T(HK_ACCUMULATOR(kind, T) *lanes) { \
    for (int half = HK_LANES / 2; half > 0; half /= 2) \
      for (int i = 0; i < half; i++) lanes[i] = HK_COMBINE_##kind(T, lanes[i], lanes[i + half]); \
    return lanes[0]; \
  } \
  /* One run of contiguous terms, chunk by chunk. */ \
  static HK_ACCUMULATOR(kind, T) reduce_run_##kind##_##T(int64_t n, const hk_##T *a) { \
    HK_ACCUMULATOR(kind, T) stack[HK_STACK], partial = HK_IDENTITY_##kind(T); \
    int depth = 0; \
    for (int64_t chunk = 0; chunk * HK_CHUNK < n; chunk++) { \
      const int64_t start = chunk * HK_CHUNK, count = n - start < HK_CHUNK ? n - start : HK_CHUNK; \
      HK_ACCUMULATOR(kind, T) lanes[HK_LANES]; \
      for (int i = 0; i < HK_LANES; i++) lanes[i] = HK_IDENTITY_##kind(T); \
      reduce_##kind##_##T(count, lanes, a + start); \
      partial = fold_##kind##_##T(lanes); \
      for (int64_t i = chunk; i & 1; i >>= 1) depth--, partial = HK_COMBINE_##kind(T, stack[depth], partial); \
      stack[depth++] = partial; \
    } \
    for (depth--; depth > 0; depth--) partial = HK_COMBINE_##kind(T, stack[depth - 1], partial); \
    return partial; \
  }
HK_EACH_REDUCTION(HK_REDUCE)

// Columns of an axis reduction that are taken together: four lanes and the stack of partials of a panel stay in cache.
enum { HK_PANEL = 256, HK_ROW_GROUP = 16 };

// 16 rows into the four lanes of `width` columns, which stay in registers meanwhile.
#define HK_REDUCE_GROUP(kind, T, width) \
  for (; j + width <= columns; j += width) { \
    HK_ACCUMULATORS(kind, T, width) v[HK_ROW_LANES]; \
    for (int l = 0; l < HK_ROW_LANES; l++) v[l] = *(HK_ACCUMULATORS(kind, T, width) *)(lanes[l] + j); \
    for (int g = 0; g < HK_ROW_GROUP; g++) { \
      const HK_ACCUMULATORS(kind, T, width) x = *(const HK_ACCUMULATORS(kind, T, width) *)(a + (r + g) * inner + j); \
      v[g % HK_ROW_LANES] = HK_COMBINE_##kind(T, v[g % HK_ROW_LANES], x); \
    } \
    for (int l = 0; l < HK_ROW_LANES; l++) *(HK_ACCUMULATORS(kind, T, width) *)(lanes[l] + j) = v[l]; \
  }
#define HK_REDUCE_ROWS(kind, T) \
  /* One chunk of rows of `columns` elements, `inner` apart. */ \
  static void reduce_rows_##kind##_##T(int64_t rows, int64_t columns, int64_t inner, \
                                       HK_ACCUMULATOR(kind, T) lanes[HK_ROW_LANES][HK_PANEL], \
                                       const HK_ACCUMULATOR(kind, T) *a) { \
    int64_t r = 0; \
    for (; r + HK_ROW_GROUP <= rows; r += HK_ROW_GROUP) { \
      int64_t j = 0; \
      HK_REDUCE_GROUP(kind, T, 32) \
      HK_REDUCE_GROUP(kind, T, 8) \
      for (; j < columns; j++) \
        for (int g = 0; g < HK_ROW_GROUP; g++) { \
          HK_ACCUMULATOR(kind, T) *lane = &lanes[g % HK_ROW_LANES][j]; \
          *lane = HK_COMBINE_##kind(T, *lane, a[(r + g) * inner + j]); \
        } \
    } \
    for (; r < rows; r++) { \
      HK_ACCUMULATOR(kind, T) *lane = lanes[r % HK_ROW_LANES]; \
      HK_VECTORIZE \
      for (int64_t j = 0; j < columns; j++) lane[j] = HK_COMBINE_##kind(T, lane[j], a[r * inner + j]); \
    } \
  } \
  /* One panel of columns over the whole extent. */ \
  static void reduce_panel_##kind##_##T(int64_t extent, int64_t columns, int64_t inner, HK_ACCUMULATOR(kind, T) *d, \
                                        const HK_ACCUMULATOR(kind, T) *a) { \
    HK_ACCUMULATOR(kind, T) stack[HK_STACK][HK_PANEL], lanes[HK_ROW_LANES][HK_PANEL]; \
    int depth = 0; \
    for (int64_t chunk = 0; chunk * HK_CHUNK < extent; chunk++) { \
      const int64_t start = chunk * HK_CHUNK, rows = extent - start < HK_CHUNK ? extent - start : HK_CHUNK; \
      for (int l = 0; l < HK_ROW_LANES; l++) \
        for (int64_t j = 0; j < columns; j++) lanes[l][j] = HK_IDENTITY_##kind(T); \
      reduce_rows_##kind##_##T(rows, columns, inner, lanes, a + start * inner); \
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
  static void reduce_axis_##kind##_##T(int64_t first, int64_t last, int64_t extent, int64_t inner, void *dp, \
                                       const void *ap) { \
    HK_ACCUMULATOR(kind, T) *d = dp; \
    const HK_ACCUMULATOR(kind, T) *a = ap; \
    for (int64_t o = first; o < last; o++) { \
      if (inner == 1) { \
        d[o] = reduce_run_##kind##_##T(extent, (const hk_##T *)(a + o * extent)); \
      } else { \
        for (int64_t j = 0; j < inner; j += HK_PANEL) \
          reduce_panel_##kind##_##T(extent, inner - j < HK_PANEL ? inner - j : HK_PANEL, inner, d + o * inner + j, \
                                    a + o * extent * inner + j); \
      } \
    } \
  }
HK_EACH_REDUCTION(HK_REDUCE_ROWS)

#define HK_REDUCE_ENTRY(kind, T) [HK_##kind][HK_##T] = reduce_##kind##_##T,
static hk_reduce_fn reduce_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_REDUCE_ENTRY)};
#define HK_REDUCE_AXIS_ENTRY(kind, T) [HK_##kind][HK_##T] = reduce_axis_##kind##_##T,
static hk_reduce_axis_fn reduce_axis_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_REDUCE_AXIS_ENTRY)};
