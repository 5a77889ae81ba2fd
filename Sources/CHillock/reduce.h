// Reductions into lanes (Spec/numerics.md): term i of a chunk goes to lane i mod 64 where terms are contiguous, row r to lane
// r mod 4 where they are rows.
#include "columns.h"
#include "row_blocks.h"

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

#define HK_REDUCE_AXIS(kind, T) \
  HK_COLUMNS(reduce_##kind##_##T, kind, T, HK_JOIN_##kind) \
  static void reduce_axis_##kind##_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t extent, int64_t inner, \
                                       void *dp, const void *ap) { \
    HK_ACCUMULATOR(kind, T) *d = dp; \
    const HK_ACCUMULATOR(kind, T) *a = ap; \
    if (inner == 1 && extent > 0 && extent <= HK_SHORT_ROW && last - first >= HK_LEAST_ROWS) { \
      reduce_short_rows_##kind##_##T(first, last, extent, d, a); \
      return; \
    } \
    for (int64_t o = first; o < last; o++) { \
      if (inner == 1) d[o] = reduce_run_##kind##_##T(extent, (const hk_##T *)(a + o * extent)); \
      else reduce_##kind##_##T##_columns(from, to, extent, inner, d + o * inner, a + o * extent * inner, 0); \
    } \
  }
#define HK_JOIN_sum(T, lane, x, row) HK_COMBINE_sum(T, lane, x)
#define HK_JOIN_product(T, lane, x, row) HK_COMBINE_product(T, lane, x)
#define HK_JOIN_max(T, lane, x, row) HK_COMBINE_max(T, lane, x)
#define HK_JOIN_min(T, lane, x, row) HK_COMBINE_min(T, lane, x)
#define HK_JOIN_any(T, lane, x, row) HK_COMBINE_any(T, lane, x)
#define HK_JOIN_all(T, lane, x, row) HK_COMBINE_all(T, lane, x)
HK_EACH_REDUCTION(HK_REDUCE_AXIS)

#define HK_REDUCE_ROWS(kind, T) \
  static void reduce_rows_##kind##_##T(int64_t rows, int64_t columns, int64_t pitch, void *lanes, const void *a) { \
    reduce_##kind##_##T##_rows(rows, columns, pitch, columns, 0, lanes, a, 0); \
  }
HK_EACH_REDUCTION(HK_REDUCE_ROWS)

#define HK_REDUCE_ENTRY(kind, T) [HK_##kind][HK_##T] = reduce_##kind##_##T,
static hk_reduce_fn reduce_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_REDUCE_ENTRY)};
#define HK_REDUCE_AXIS_ENTRY(kind, T) [HK_##kind][HK_##T] = reduce_axis_##kind##_##T,
static hk_reduce_axis_fn reduce_axis_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_REDUCE_AXIS_ENTRY)};
#define HK_REDUCE_ROWS_ENTRY(kind, T) [HK_##kind][HK_##T] = reduce_rows_##kind##_##T,
static hk_reduce_rows_fn reduce_rows_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_REDUCE_ROWS_ENTRY)};
