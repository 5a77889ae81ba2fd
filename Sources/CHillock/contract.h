// Contractions of a matrix with a vector, in the lanes of Spec/numerics.md. Integers wrap, in the unsigned dtype of the
// same size.
#include "vectors.h"

#define HK_FETCH int64_t ahead, int64_t part, int64_t parts
#define HK_FETCH_ARGUMENTS ahead, part, parts

// Prefetches a part of some lines: those whose number is part modulo parts. Instructions that go through the same rows share
// their lines like this, so that memory is at work through all of them. The rows of a block are counted anew from its
// beginning: as many short rows as fill whole lines, or one long row.
HK_INLINE void prefetch_lines(const void *from, int64_t lines, int64_t part, int64_t parts) {
  for (int64_t line = part; line < lines; line += parts) __builtin_prefetch((const char *)from + 64 * line);
}

// The dtypes of the same size in which contractions are held.
#define HK_EACH_CARRIER(M) M(f32) M(f64) M(u32) M(u64)

#define HK_DOT(T) \
  static void dot_accumulate_##T(int64_t n, void *lanes, const void *ap, const void *bp) { \
    hk_##T *acc = lanes; \
    const hk_##T *a = ap, *b = bp; \
    int64_t i = 0; \
    if (n >= HK_LANES) { \
      hk_##T##x64 v = *(hk_##T##x64 *)acc; \
      for (; i + HK_LANES <= n; i += HK_LANES) \
        v = HK_FUSED_##T(*(const hk_##T##x64 *)(a + i), *(const hk_##T##x64 *)(b + i), v); \
      *(hk_##T##x64 *)acc = v; \
    } \
    HK_VECTORIZE \
    for (int64_t j = 0; j < n - i; j++) acc[j] = HK_FUSED_##T(a[i + j], b[i + j], acc[j]); \
  } \
  /* The dot product of two runs, chunk by chunk. */ \
  static hk_##T dot_run_##T(int64_t n, const hk_##T *a, const hk_##T *b) { \
    hk_##T stack[HK_STACK], partial = 0; \
    int depth = 0; \
    for (int64_t chunk = 0; chunk * HK_CHUNK < n; chunk++) { \
      const int64_t start = chunk * HK_CHUNK, count = n - start < HK_CHUNK ? n - start : HK_CHUNK; \
      hk_##T lanes[HK_LANES] = {0}; \
      dot_accumulate_##T(count, lanes, a + start, b + start); \
      partial = fold_sum_##T(lanes); \
      for (int64_t i = chunk; i & 1; i >>= 1) depth--, partial = stack[depth] + partial; \
      stack[depth++] = partial; \
    } \
    for (depth--; depth > 0; depth--) partial = stack[depth - 1] + partial; \
    return partial; \
  } \
  static void row_dot_general_##T(int64_t n, int64_t k, hk_##T *z, const hk_##T *x, const hk_##T *w, HK_FETCH) { \
    const int64_t lines = (k * (int64_t)sizeof(hk_##T) + 63) / 64; \
    for (int64_t i = 0; i < n; i++) { \
      if (ahead > 0) prefetch_lines(x + (i + ahead) * k, lines, part, parts); \
      z[i] = dot_run_##T(k, x + i * k, w); \
    } \
  }
HK_EACH_CARRIER(HK_DOT)

// 16 rows into the four lanes of `width` columns, which stay in registers meanwhile.
#define HK_OUTER_GROUP(T, width) \
  for (; j + width <= k; j += width) { \
    hk_##T##x##width v[HK_ROW_LANES]; \
    for (int l = 0; l < HK_ROW_LANES; l++) v[l] = *(hk_##T##x##width *)(lanes + l * k + j); \
    for (int g = 0; g < HK_ROW_GROUP; g++) \
      v[g % HK_ROW_LANES] = HK_FUSED_##T((hk_##T##x##width)s[r + g], *(const hk_##T##x##width *)(x + (r + g) * k + j), \
                                         v[g % HK_ROW_LANES]); \
    for (int l = 0; l < HK_ROW_LANES; l++) *(hk_##T##x##width *)(lanes + l * k + j) = v[l]; \
  }
#define HK_OUTER(T) \
  static void outer_general_##T(int64_t n, int64_t k, hk_##T *lanes, const hk_##T *s, const hk_##T *x, HK_FETCH) { \
    const int64_t lines = (k * (int64_t)sizeof(hk_##T) + 63) / 64; \
    int64_t r = 0; \
    for (; r + HK_ROW_GROUP <= n; r += HK_ROW_GROUP) { \
      if (ahead > 0) \
        for (int g = 0; g < HK_ROW_GROUP; g++) prefetch_lines(x + (r + g + ahead) * k, lines, part, parts); \
      int64_t j = 0; \
      HK_OUTER_GROUP(T, 32) \
      HK_OUTER_GROUP(T, 8) \
      for (; j < k; j++) \
        for (int g = 0; g < HK_ROW_GROUP; g++) { \
          hk_##T *lane = lanes + g % HK_ROW_LANES * k + j; \
          *lane = HK_FUSED_##T(s[r + g], x[(r + g) * k + j], *lane); \
        } \
    } \
    for (; r < n; r++) { \
      hk_##T *lane = lanes + r % HK_ROW_LANES * k; \
      const hk_##T weight = s[r]; \
      HK_VECTORIZE \
      for (int64_t j = 0; j < k; j++) lane[j] = HK_FUSED_##T(weight, x[r * k + j], lane[j]); \
    } \
  }
HK_EACH_CARRIER(HK_OUTER)

// The fast paths of the level for short rows, if it has any: each gives the number of rows it has dealt with.
#if defined(HK_ROWS_HEADER)
#include HK_ROWS_HEADER
#endif
#if !defined(HK_SHORT_ROW_DOT_f32)
#define HK_SHORT_ROW_DOT_f32(n, k, z, x, w, fetch) 0
#define HK_SHORT_OUTER_f32(n, k, lanes, s, x, fetch) 0
#endif
#if !defined(HK_SHORT_ROW_DOT_f64)
#define HK_SHORT_ROW_DOT_f64(n, k, z, x, w, fetch) 0
#define HK_SHORT_OUTER_f64(n, k, lanes, s, x, fetch) 0
#endif
#define HK_SHORT_ROW_DOT_u32(n, k, z, x, w, fetch) 0
#define HK_SHORT_OUTER_u32(n, k, lanes, s, x, fetch) 0
#define HK_SHORT_ROW_DOT_u64(n, k, z, x, w, fetch) 0
#define HK_SHORT_OUTER_u64(n, k, lanes, s, x, fetch) 0

#define HK_CONTRACT(T) \
  static void row_dot_##T(int64_t n, int64_t k, void *z, const void *x, const void *w, HK_FETCH) { \
    const int64_t done = HK_SHORT_ROW_DOT_##T(n, k, z, x, w, HK_FETCH_ARGUMENTS); \
    row_dot_general_##T(n - done, k, (hk_##T *)z + done, (const hk_##T *)x + done * k, w, HK_FETCH_ARGUMENTS); \
  } \
  static void outer_accumulate_##T(int64_t n, int64_t k, void *lanes, const void *s, const void *x, HK_FETCH) { \
    const int64_t done = HK_SHORT_OUTER_##T(n, k, lanes, s, x, HK_FETCH_ARGUMENTS); \
    outer_general_##T(n - done, k, lanes, (const hk_##T *)s + done, (const hk_##T *)x + done * k, HK_FETCH_ARGUMENTS); \
  }
HK_EACH_CARRIER(HK_CONTRACT)

#define HK_CONTRACTION_TABLE(name) {name##_f32, name##_f64, name##_u32, name##_u64, name##_u32, name##_u64}
static hk_row_dot_fn row_dot_table[HK_DTYPES] = HK_CONTRACTION_TABLE(row_dot);
static hk_dot_accumulate_fn dot_accumulate_table[HK_DTYPES] = HK_CONTRACTION_TABLE(dot_accumulate);
static hk_outer_accumulate_fn outer_accumulate_table[HK_DTYPES] = HK_CONTRACTION_TABLE(outer_accumulate);
