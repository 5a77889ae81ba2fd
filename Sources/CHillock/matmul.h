// d = a · b for matrices: every element of d is one accumulator, which takes its terms in order; chunks of 4096 terms are
// combined in adjacent pairs. A strip of b, HK_MATMUL_BYTES wide and HK_MATMUL_DEPTH deep, is packed so that it stays in L1
// while all rows of a pass over it; HK_MATMUL_ROWS rows of accumulators fill the registers of the level.
#include "vectors.h"

enum { HK_MATMUL_DEPTH = 256 };

#define HK_MATMUL(T) \
  enum { matmul_width_##T = HK_MATMUL_BYTES / sizeof(hk_##T) }; \
  typedef hk_##T strip_##T __attribute__((ext_vector_type(HK_MATMUL_BYTES / sizeof(hk_##T)))); \
  /* The first `width` of a strip's elements; the others are 0. */ \
  HK_INLINE void strip_load_##T(strip_##T *v, const hk_##T *p, int64_t width) { \
    if (width == matmul_width_##T) { \
      __builtin_memcpy(v, p, sizeof *v); \
    } else { \
      hk_##T buffer[matmul_width_##T] = {0}; \
      for (int64_t j = 0; j < width; j++) buffer[j] = p[j]; \
      __builtin_memcpy(v, buffer, sizeof *v); \
    } \
  } \
  HK_INLINE void strip_store_##T(const strip_##T *v, hk_##T *p, int64_t width) { \
    if (width == matmul_width_##T) { \
      __builtin_memcpy(p, v, sizeof *v); \
    } else { \
      for (int64_t j = 0; j < width; j++) p[j] = (*v)[j]; \
    } \
  } \
  /* `depth` terms of `rows` rows of a, which are k apart; rows is a constant where it is inlined. */ \
  HK_INLINE void matmul_block_##T(int rows, int64_t depth, int64_t k, strip_##T *acc, const hk_##T *a, \
                                  const strip_##T *panel) { \
    strip_##T v[HK_MATMUL_ROWS]; \
    for (int r = 0; r < rows; r++) v[r] = acc[r]; \
    for (int64_t p = 0; p < depth; p++) \
      for (int r = 0; r < rows; r++) v[r] = HK_FUSED_##T((strip_##T)a[r * k + p], panel[p], v[r]); \
    for (int r = 0; r < rows; r++) acc[r] = v[r]; \
  } \
  static void matmul_rows_##T(int64_t rows, int64_t depth, int64_t k, strip_##T *acc, const hk_##T *a, \
                              const strip_##T *panel) { \
    if (rows == HK_MATMUL_ROWS) { \
      matmul_block_##T(HK_MATMUL_ROWS, depth, k, acc, a, panel); \
    } else { \
      int64_t r = 0; \
      for (; r + 4 <= rows; r += 4) matmul_block_##T(4, depth, k, acc + r, a + r * k, panel); \
      for (; r < rows; r++) matmul_block_##T(1, depth, k, acc + r, a + r * k, panel); \
    } \
  } \
  /* One chunk of terms or less: the accumulators rest in d between the packed strips. */ \
  static void matmul_short_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t k, int64_t n, hk_##T *d, \
                               const hk_##T *a, const hk_##T *b) { \
    strip_##T panel[HK_MATMUL_DEPTH], acc[HK_MATMUL_ROWS]; \
    for (int64_t j = from; j < to; j += matmul_width_##T) { \
      const int64_t width = to - j < matmul_width_##T ? to - j : matmul_width_##T; \
      for (int64_t p = 0; p < k; p += HK_MATMUL_DEPTH) { \
        const int64_t depth = k - p < HK_MATMUL_DEPTH ? k - p : HK_MATMUL_DEPTH; \
        for (int64_t q = 0; q < depth; q++) strip_load_##T(&panel[q], b + (p + q) * n + j, width); \
        for (int64_t i = first; i < last; i += HK_MATMUL_ROWS) { \
          const int64_t rows = last - i < HK_MATMUL_ROWS ? last - i : HK_MATMUL_ROWS; \
          for (int64_t r = 0; r < rows; r++) \
            if (p == 0) acc[r] = (strip_##T)(hk_##T)0; \
            else strip_load_##T(&acc[r], d + (i + r) * n + j, width); \
          matmul_rows_##T(rows, depth, k, acc, a + i * k + p, panel); \
          for (int64_t r = 0; r < rows; r++) strip_store_##T(&acc[r], d + (i + r) * n + j, width); \
        } \
      } \
    } \
  } \
  /* More than one chunk: a block of d at a time, its partials on a stack. */ \
  static void matmul_long_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t k, int64_t n, hk_##T *d, \
                              const hk_##T *a, const hk_##T *b) { \
    strip_##T panel[HK_MATMUL_DEPTH], stack[HK_STACK][HK_MATMUL_ROWS]; \
    for (int64_t j = from; j < to; j += matmul_width_##T) { \
      const int64_t width = to - j < matmul_width_##T ? to - j : matmul_width_##T; \
      for (int64_t i = first; i < last; i += HK_MATMUL_ROWS) { \
        const int64_t rows = last - i < HK_MATMUL_ROWS ? last - i : HK_MATMUL_ROWS; \
        int depth = 0; \
        for (int64_t chunk = 0; chunk * HK_CHUNK < k; chunk++) { \
          const int64_t start = chunk * HK_CHUNK, end = k - start < HK_CHUNK ? k : start + HK_CHUNK; \
          for (int64_t r = 0; r < rows; r++) stack[depth][r] = (strip_##T)(hk_##T)0; \
          for (int64_t p = start; p < end; p += HK_MATMUL_DEPTH) { \
            const int64_t terms = end - p < HK_MATMUL_DEPTH ? end - p : HK_MATMUL_DEPTH; \
            for (int64_t q = 0; q < terms; q++) strip_load_##T(&panel[q], b + (p + q) * n + j, width); \
            matmul_rows_##T(rows, terms, k, stack[depth], a + i * k + p, panel); \
          } \
          for (int64_t c = chunk; c & 1; c >>= 1, depth--) \
            for (int64_t r = 0; r < rows; r++) stack[depth - 1][r] = stack[depth - 1][r] + stack[depth][r]; \
          depth++; \
        } \
        for (depth--; depth > 0; depth--) \
          for (int64_t r = 0; r < rows; r++) stack[depth - 1][r] = stack[depth - 1][r] + stack[depth][r]; \
        for (int64_t r = 0; r < rows; r++) strip_store_##T(&stack[0][r], d + (i + r) * n + j, width); \
      } \
    } \
  } \
  static void matmul_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t k, int64_t n, void *d, const void *a, \
                         const void *b) { \
    if (k == 0) { \
      for (int64_t i = first; i < last; i++) \
        for (int64_t j = from; j < to; j++) ((hk_##T *)d)[i * n + j] = 0; \
    } else if (k <= HK_CHUNK) { \
      matmul_short_##T(first, last, from, to, k, n, d, a, b); \
    } else { \
      matmul_long_##T(first, last, from, to, k, n, d, a, b); \
    } \
  }
HK_EACH_CARRIER(HK_MATMUL)

static hk_matmul_fn matmul_table[HK_DTYPES] = HK_CONTRACTION_TABLE(matmul);
