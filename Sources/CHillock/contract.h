// Contractions of a matrix with a vector, in the lanes of Spec/numerics.md. Integers wrap, in the unsigned dtype of the
// same size.
#include "columns.h"

#define HK_FETCH int64_t ahead, int64_t part, int64_t parts
#define HK_FETCH_ARGUMENTS ahead, part, parts

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
  }
HK_EACH_CARRIER(HK_DOT)

// Rows of one chunk at most, 16 at a time. A row's 64 lanes are folded to 16; those of all rows become one vector of sums in a
// transposing tree of additions: each stage folds the groups of lanes of two vectors, which leaves the rows in order.
#define HK_FOLD_PAIR_8(a, b, d) \
  __builtin_shufflevector(a, b, 0 + d, 1 + d, 2 + d, 3 + d, 4 + d, 5 + d, 6 + d, 7 + d, 16 + d, 17 + d, 18 + d, 19 + d, 20 + d, \
                          21 + d, 22 + d, 23 + d)
#define HK_FOLD_PAIR_4(a, b, d) \
  __builtin_shufflevector(a, b, 0 + d, 1 + d, 2 + d, 3 + d, 8 + d, 9 + d, 10 + d, 11 + d, 16 + d, 17 + d, 18 + d, 19 + d, 24 + d, \
                          25 + d, 26 + d, 27 + d)
#define HK_FOLD_PAIR_2(a, b, d) \
  __builtin_shufflevector(a, b, 0 + d, 1 + d, 4 + d, 5 + d, 8 + d, 9 + d, 12 + d, 13 + d, 16 + d, 17 + d, 20 + d, 21 + d, 24 + d, \
                          25 + d, 28 + d, 29 + d)
#define HK_FOLD_PAIR_1(a, b, d) \
  __builtin_shufflevector(a, b, 0 + d, 2 + d, 4 + d, 6 + d, 8 + d, 10 + d, 12 + d, 14 + d, 16 + d, 18 + d, 20 + d, 22 + d, 24 + d, \
                          26 + d, 28 + d, 30 + d)
#define HK_FOLD_PAIRS(h, count) \
  HK_PRAGMA(clang loop unroll(full)) \
  for (int i = 0; i < count; i++) v[i] = HK_FOLD_PAIR_##h(v[2 * i], v[2 * i + 1], 0) + HK_FOLD_PAIR_##h(v[2 * i], v[2 * i + 1], h);
#define HK_NUMBERS(from) \
  from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7, from + 8, from + 9, from + 10, from + 11, from + 12, \
    from + 13, from + 14, from + 15
#define HK_QUARTER(v, from) __builtin_shufflevector(v, v, HK_NUMBERS(from))
#define HK_ROW_DOT(T) \
  static const hk_##T lane_numbers_##T[HK_LANES] = {HK_NUMBERS(0), HK_NUMBERS(16), HK_NUMBERS(32), HK_NUMBERS(48)}; \
  /* Row r's sum becomes element r of v[0]. */ \
  HK_INLINE void sum_16_rows_##T(hk_##T##x16 *v) { \
    HK_FOLD_PAIRS(8, 8) \
    HK_FOLD_PAIRS(4, 4) \
    HK_FOLD_PAIRS(2, 2) \
    HK_FOLD_PAIRS(1, 1) \
  } \
  static void row_dot_chunk_##T(int64_t n, int64_t k, hk_##T *z, const hk_##T *x, const hk_##T *w, HK_FETCH) { \
    const int64_t lines = (k * (int64_t)sizeof(hk_##T) + 63) / 64, whole = k / HK_LANES * HK_LANES, rest = k - whole; \
    hk_##T weights[HK_LANES] = {0}; \
    __builtin_memcpy(weights, w + whole, (unsigned long)rest * sizeof *w); \
    const hk_##T##x64 last = *(const hk_##T##x64 *)weights; \
    for (int64_t i = 0; i < n; i += 16) { \
      hk_##T##x16 v[16]; \
      const int64_t rows = n - i < 16 ? n - i : 16; \
      for (int64_t r = rows; r < 16; r++) v[r] = (hk_##T##x16)(hk_##T)0; \
      for (int64_t r = 0; r < rows; r++) { \
        const hk_##T *row = x + (i + r) * k; \
        hk_##T##x64 acc = (hk_##T##x64)(hk_##T)0; \
        if (ahead > 0) prefetch_lines(row + ahead * k, lines, part, parts); \
        for (int64_t j = 0; j < whole; j += HK_LANES) \
          acc = HK_FUSED_##T(*(const hk_##T##x64 *)(row + j), *(const hk_##T##x64 *)(w + j), acc); \
        if (rest > 0) { \
          hk_##T##x64 terms; \
          /* What follows the row is not used, but has to be there. */ \
          if ((i + r) * k + whole + HK_LANES <= n * k) { \
            terms = *(const hk_##T##x64 *)(row + whole); \
          } else { \
            hk_##T end[HK_LANES] = {0}; \
            __builtin_memcpy(end, row + whole, (unsigned long)rest * sizeof *row); \
            terms = *(const hk_##T##x64 *)end; \
          } \
          acc = *(const hk_##T##x64 *)lane_numbers_##T < (hk_##T##x64)(hk_##T)rest ? HK_FUSED_##T(terms, last, acc) : acc; \
        } \
        v[r] = (HK_QUARTER(acc, 0) + HK_QUARTER(acc, 32)) + (HK_QUARTER(acc, 16) + HK_QUARTER(acc, 48)); \
      } \
      sum_16_rows_##T(v); \
      if (rows == 16) *(hk_##T##x16 *)(z + i) = v[0]; \
      else __builtin_memcpy(z + i, v, (unsigned long)rows * sizeof *z); \
    } \
  } \
  static void row_dot_general_##T(int64_t n, int64_t k, hk_##T *z, const hk_##T *x, const hk_##T *w, HK_FETCH) { \
    if (k <= HK_CHUNK) return row_dot_chunk_##T(n, k, z, x, w, HK_FETCH_ARGUMENTS); \
    for (int64_t i = 0; i < n; i++) z[i] = dot_run_##T(k, x + i * k, w); \
  }
HK_EACH_CARRIER(HK_ROW_DOT)

#define HK_JOIN_OUTER(T, lane, x, row) HK_FUSED_##T(HK_LIKE(lane, s[row]), x, lane)
#define HK_LIKE(vector, scalar) ((__typeof__(vector))(scalar))
#define HK_OUTER(T) \
  HK_COLUMNS(vector_matmul_##T, sum, T, HK_JOIN_OUTER) \
  static void outer_general_##T(int64_t n, int64_t k, hk_##T *lanes, const hk_##T *s, const hk_##T *x, HK_FETCH) { \
    const int64_t lines = (k * (int64_t)sizeof(hk_##T) + 63) / 64; \
    for (int64_t r = 0; r < n; r += 16) { \
      const int64_t rows = n - r < 16 ? n - r : 16; \
      if (ahead > 0) \
        for (int64_t g = 0; g < rows; g++) prefetch_lines(x + (r + g + ahead) * k, lines, part, parts); \
      vector_matmul_##T##_rows(rows, k, k, k, 0, lanes, x + r * k, s + r); \
    } \
  } \
  static void vector_matmul_##T(int64_t from, int64_t to, int64_t k, int64_t n, void *d, const void *a, const void *b) { \
    vector_matmul_##T##_columns(from, to, k, n, d, b, a); \
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
    if (done < n) \
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
static hk_vector_matmul_fn vector_matmul_table[HK_DTYPES] = HK_CONTRACTION_TABLE(vector_matmul);
