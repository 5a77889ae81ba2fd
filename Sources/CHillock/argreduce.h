// Where along an axis the largest or smallest element stands: the first of equals, and the first NaN before everything else.
#include "columns.h"
#include "row_blocks.h"

#define HK_EACH_ARGREDUCTION(M) \
  M(max, f32) M(max, f64) M(max, i32) M(max, i64) M(max, u32) M(max, u64) \
  M(min, f32) M(min, f64) M(min, i32) M(min, i64) M(min, u32) M(min, u64)

// Whether x takes the place of an earlier best. Also for vectors.
#define HK_BEATS(kind, T, x, best) (HK_BEATS_##kind(x, best) | HK_NAN_BEATS_##T(x, best))
#define HK_BEATS_max(x, best) ((x) > (best))
#define HK_BEATS_min(x, best) ((x) < (best))
#define HK_NAN_BEATS_f32(x, best) (((x) != (x)) & ((best) == (best)))
#define HK_NAN_BEATS_f64(x, best) HK_NAN_BEATS_f32(x, best)
#define HK_NAN_BEATS_i32(x, best) 0
#define HK_NAN_BEATS_i64(x, best) 0
#define HK_NAN_BEATS_u32(x, best) 0
#define HK_NAN_BEATS_u64(x, best) 0

#define HK_IS_BEST(T, x, best) (((x) == (best)) | (HK_IS_NAN_##T(x) & HK_IS_NAN_##T(best)))

// An unsigned number of the same size, in which places are counted beside the elements.
#define HK_PLACE(T) HK_PASTE(hk_, HK_PLACE_##T)
#define HK_PLACE_f32 u32
#define HK_PLACE_f64 u64
#define HK_PLACE_i32 u32
#define HK_PLACE_i64 u64
#define HK_PLACE_u32 u32
#define HK_PLACE_u64 u64
#define HK_PLACES_OF_SIDE(T) HK_PASTE(HK_PLACE(T), HK_PASTE(x, HK_SIDE_##T))

enum {
  // Terms of a long row whose best one is found in vectors before its place is looked for.
  HK_SEARCH_BLOCK = 2048,
  // Columns that go down the rows together, and the rows after which their places are written as i64.
  HK_PLACE_COLUMNS = 512,
  HK_PLACE_ROWS = 1 << 20,
};

#define HK_ARGREDUCE(kind, T) \
  HK_INLINE void argreduce_row_block_##kind##_##T(int64_t extent, int64_t count, int64_t *d, const hk_##T *a) { \
    enum { side = HK_SIDE_##T }; \
    HK_VECTOR_OF_SIDE(kind, T) best = 0; \
    HK_PLACES_OF_SIDE(T) place = 0; \
    for (int64_t k = 0; k < extent; k += side) { \
      HK_BLOCK(T) w[side]; \
      HK_PASTE(load_rows_, HK_BITS_##T)(w, (const HK_BITS_##T *)a + k, extent); \
      if (k == 0) best = (HK_VECTOR_OF_SIDE(kind, T))w[0]; \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < side; i++) { \
        if (k + i >= extent) break; \
        const HK_VECTOR_OF_SIDE(kind, T) x = (HK_VECTOR_OF_SIDE(kind, T))w[i]; \
        const HK_PLACES_OF_SIDE(T) at = (HK_PLACE(T))(k + i); \
        const __typeof__(x > best) beats = HK_BEATS(kind, T, x, best); \
        best = beats ? x : best; \
        place = beats ? at : place; \
      } \
    } \
    for (int64_t i = 0; i < count; i++) d[i] = (int64_t)place[i]; \
  } \
  static void argreduce_short_rows_##kind##_##T(int64_t first, int64_t last, int64_t extent, int64_t *d, const hk_##T *a) { \
    HK_EACH_ROW_BLOCK(T, hk_##T, argreduce_row_block_##kind##_##T) \
  } \
  /* The block with the best element first, then its place in the block. */ \
  static int64_t argreduce_row_##kind##_##T(int64_t n, const hk_##T *a) { \
    int64_t at = 0; \
    hk_##T best = a[0]; \
    for (int64_t start = 0; start < n; start += HK_SEARCH_BLOCK) { \
      hk_##T lanes[HK_LANES]; \
      for (int i = 0; i < HK_LANES; i++) lanes[i] = HK_IDENTITY_##kind(T); \
      reduce_##kind##_##T(n - start < HK_SEARCH_BLOCK ? n - start : HK_SEARCH_BLOCK, lanes, a + start); \
      const hk_##T x = fold_##kind##_##T(lanes); \
      if (HK_BEATS(kind, T, x, best)) best = x, at = start; \
    } \
    for (int isHere = 0; at + HK_LANES <= n; at += HK_LANES) { \
      HK_VECTORIZE \
      for (int64_t j = 0; j < HK_LANES; j++) isHere |= HK_IS_BEST(T, a[at + j], best); \
      if (isHere) break; \
    } \
    while (at < n - 1 && !HK_IS_BEST(T, a[at], best)) at++; \
    return at; \
  } \
  /* Columns from..<to of a[extent, inner]. */ \
  static void argreduce_columns_##kind##_##T(int64_t columns, int64_t extent, int64_t inner, int64_t *d, const hk_##T *a) { \
    hk_##T best[HK_PLACE_COLUMNS], total[HK_PLACE_COLUMNS]; \
    HK_PLACE(T) place[HK_PLACE_COLUMNS]; \
    const int isFetched = extent * inner * (int64_t)sizeof *a > HK_FETCHED_BYTES; \
    for (int64_t start = 0; start < extent; start += HK_PLACE_ROWS) { \
      const int64_t rows = extent - start < HK_PLACE_ROWS ? extent - start : HK_PLACE_ROWS; \
      const hk_##T *x = a + start * inner; \
      for (int64_t j = 0; j < columns; j++) best[j] = x[j], place[j] = 0; \
      for (int64_t r = 1; r < rows; r++) { \
        x += inner; \
        if (isFetched) prefetch_lines(x + HK_ROWS_AHEAD * inner, columns * (int64_t)sizeof *x / 64 + 1, 0, 1); \
        HK_VECTORIZE \
        for (int64_t j = 0; j < columns; j++) { \
          const int beats = HK_BEATS(kind, T, x[j], best[j]); \
          best[j] = beats ? x[j] : best[j]; \
          place[j] = beats ? (HK_PLACE(T))r : place[j]; \
        } \
      } \
      for (int64_t j = 0; j < columns; j++) \
        if (start == 0 || HK_BEATS(kind, T, best[j], total[j])) total[j] = best[j], d[j] = start + (int64_t)place[j]; \
    } \
  } \
  static void argreduce_##kind##_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t extent, int64_t inner, \
                                     int64_t *d, const void *ap) { \
    const hk_##T *a = ap; \
    if (inner == 1 && extent <= HK_SHORT_ROW && last - first >= HK_LEAST_ROWS) { \
      argreduce_short_rows_##kind##_##T(first, last, extent, d, a); \
      return; \
    } \
    for (int64_t o = first; o < last; o++) { \
      if (inner == 1) { \
        d[o] = argreduce_row_##kind##_##T(extent, a + o * extent); \
      } else { \
        for (int64_t j = from; j < to; j += HK_PLACE_COLUMNS) \
          argreduce_columns_##kind##_##T(to - j < HK_PLACE_COLUMNS ? to - j : HK_PLACE_COLUMNS, extent, inner, \
                                         d + o * inner + j, a + o * extent * inner + j); \
      } \
    } \
  } \
  static void argreduce_best_##kind##_##T(int64_t parts, int64_t length, int64_t inner, int64_t *d, const int64_t *places, \
                                          const void *ap) { \
    const hk_##T *a = ap; \
    for (int64_t j = 0; j < inner; j++) { \
      int64_t at = places[j]; \
      for (int64_t part = 1; part < parts; part++) { \
        const int64_t other = part * length + places[part * inner + j]; \
        if (HK_BEATS(kind, T, a[other * inner + j], a[at * inner + j])) at = other; \
      } \
      d[j] = at; \
    } \
  }
HK_EACH_ARGREDUCTION(HK_ARGREDUCE)

#define HK_ARGREDUCE_ENTRY(kind, T) [HK_##kind][HK_##T] = {argreduce_##kind##_##T, argreduce_best_##kind##_##T},
static const hk_argreduction argreduce_table[HK_KINDS][HK_DTYPES] = {HK_EACH_ARGREDUCTION(HK_ARGREDUCE_ENTRY)};
