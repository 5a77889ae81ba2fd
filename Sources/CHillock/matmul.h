// d = a · b for matrices: every element of d is one accumulator, which takes its terms in order; chunks of 4096 terms are
// combined in adjacent pairs. A strip of b, HK_MATMUL_BYTES wide and HK_MATMUL_DEPTH deep, is packed so that it stays in L1
// while all rows of a pass over it; HK_MATMUL_ROWS rows of accumulators fill the registers of the level.
//
// A transposed b is packed into the same strips, turned in registers. Of a transposed a, whose terms lie far apart, a block of
// rows is packed too, and the strips pass over it, unless there is one strip only. Neither changes the order of any element's terms.
#include "transpose.h"
#include "vectors.h"

enum { HK_MATMUL_DEPTH = 256 };
// Of packed rows of a, and of the partials that wait where there are several chunks: both lie on the stack, which may be 128 KiB, and stay in L2. The
// partials are those of a few strips, which share what is packed of a.
enum { HK_PACKED_BYTES = 40 << 10, HK_WAITING_BYTES = 32 << 10, HK_STRIPS = 4 };

// What is transposed as what: bits of the same size.
#define HK_TURNED_f32 uint32_t
#define HK_TURNED_f64 uint64_t
#define HK_TURNED_u32 uint32_t
#define HK_TURNED_u64 uint64_t
#define HK_TURN_(T) transpose_rows_##T
#define HK_TURN(T) HK_TURN_(T)

#define HK_MATMUL(T) \
  enum { \
    matmul_width_##T = HK_MATMUL_BYTES / sizeof(hk_##T), \
    packed_rows_##T = HK_PACKED_BYTES / HK_MATMUL_DEPTH / sizeof(hk_##T) / HK_MATMUL_ROWS * HK_MATMUL_ROWS \
  }; \
  typedef hk_##T strip_##T __attribute__((ext_vector_type(HK_MATMUL_BYTES / sizeof(hk_##T)))); \
  typedef struct { \
    int64_t m, k, n; \
    int transposed; \
    hk_##T *d; \
    const hk_##T *a, *b; \
  } product_##T; \
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
  /* Terms p..<p + depth of `width` columns of b from j on. */ \
  static void pack_strip_##T(const product_##T *x, int64_t p, int64_t depth, int64_t j, int64_t width, strip_##T *panel) { \
    if (x->transposed & HK_TRANSPOSED_B) { \
      if (width < matmul_width_##T) __builtin_memset(panel, 0, (unsigned long)depth * sizeof *panel); \
      HK_TURN(HK_TURNED_##T) \
      (depth, width, (HK_TURNED_##T *)panel, matmul_width_##T, (const HK_TURNED_##T *)(x->b + j * x->k + p), x->k); \
    } else { \
      for (int64_t q = 0; q < depth; q++) strip_load_##T(&panel[q], x->b + (p + q) * x->n + j, width); \
    } \
  } \
  /* Terms p..<p + depth of `rows` rows of a transposed a from i on: blocks of HK_MATMUL_ROWS, term by term. */ \
  static void pack_rows_##T(const product_##T *x, int64_t p, int64_t depth, int64_t i, int64_t rows, hk_##T *packed) { \
    for (int64_t q = 0; q < depth; q++) { \
      const hk_##T *from = x->a + (p + q) * x->m + i; \
      int64_t r = 0; \
      for (; r + HK_MATMUL_ROWS <= rows; r += HK_MATMUL_ROWS) \
        __builtin_memcpy(packed + r * depth + q * HK_MATMUL_ROWS, from + r, HK_MATMUL_ROWS * sizeof *from); \
      for (int64_t rest = r; rest < rows; rest++) packed[r * depth + q * HK_MATMUL_ROWS + rest - r] = from[rest]; \
    } \
  } \
  /* `depth` terms, `step` apart, of `rows` rows of a, `pitch` apart; rows is a constant where it is inlined. */ \
  HK_INLINE void matmul_block_##T(int rows, int64_t depth, int64_t pitch, int64_t step, strip_##T *acc, const hk_##T *a, \
                                  const strip_##T *panel) { \
    strip_##T v[HK_MATMUL_ROWS]; \
    for (int r = 0; r < rows; r++) v[r] = acc[r]; \
    for (int64_t p = 0; p < depth; p++) \
      for (int r = 0; r < rows; r++) v[r] = HK_FUSED_##T((strip_##T)a[r * pitch + p * step], panel[p], v[r]); \
    for (int r = 0; r < rows; r++) acc[r] = v[r]; \
  } \
  HK_INLINE void matmul_some_##T(int64_t rows, int64_t depth, int64_t pitch, int64_t step, strip_##T *acc, const hk_##T *a, \
                                 const strip_##T *panel) { \
    if (rows == HK_MATMUL_ROWS) { \
      matmul_block_##T(HK_MATMUL_ROWS, depth, pitch, step, acc, a, panel); \
    } else { \
      int64_t r = 0; \
      for (; r + 4 <= rows; r += 4) matmul_block_##T(4, depth, pitch, step, acc + r, a + r * pitch, panel); \
      for (; r < rows; r++) matmul_block_##T(1, depth, pitch, step, acc + r, a + r * pitch, panel); \
    } \
  } \
  static void matmul_rows_##T(int64_t rows, int64_t depth, int64_t k, strip_##T *acc, const hk_##T *a, const strip_##T *panel) { \
    matmul_some_##T(rows, depth, k, 1, acc, a, panel); \
  } \
  /* Of a transposed a, as it lies or packed. */ \
  static void matmul_turned_##T(int64_t rows, int64_t depth, int64_t step, strip_##T *acc, const hk_##T *a, \
                                const strip_##T *panel) { \
    matmul_some_##T(rows, depth, 1, step, acc, a, panel); \
  } \
  /* The accumulators of `rows` rows from i on, which rest in d between the packed strips. */ \
  HK_INLINE void take_block_##T(const product_##T *x, int64_t i, int64_t rows, int64_t j, int64_t width, int64_t p, \
                                strip_##T *acc) { \
    for (int64_t r = 0; r < rows; r++) \
      if (p == 0) acc[r] = (strip_##T)(hk_##T)0; \
      else strip_load_##T(&acc[r], x->d + (i + r) * x->n + j, width); \
  } \
  HK_INLINE void put_block_##T(const product_##T *x, int64_t i, int64_t rows, int64_t j, int64_t width, const strip_##T *acc) { \
    for (int64_t r = 0; r < rows; r++) strip_store_##T(&acc[r], x->d + (i + r) * x->n + j, width); \
  } \
  /* One chunk of terms or less. */ \
  static __attribute__((noinline)) void matmul_short_##T(const product_##T *x, int64_t first, int64_t last, int64_t from, int64_t to) { \
    strip_##T panel[HK_MATMUL_DEPTH], acc[HK_MATMUL_ROWS]; \
    for (int64_t j = from; j < to; j += matmul_width_##T) { \
      const int64_t width = to - j < matmul_width_##T ? to - j : matmul_width_##T; \
      for (int64_t p = 0; p < x->k; p += HK_MATMUL_DEPTH) { \
        const int64_t depth = x->k - p < HK_MATMUL_DEPTH ? x->k - p : HK_MATMUL_DEPTH; \
        pack_strip_##T(x, p, depth, j, width, panel); \
        for (int64_t i = first; i < last; i += HK_MATMUL_ROWS) { \
          const int64_t rows = last - i < HK_MATMUL_ROWS ? last - i : HK_MATMUL_ROWS; \
          take_block_##T(x, i, rows, j, width, p, acc); \
          matmul_rows_##T(rows, depth, x->k, acc, x->a + i * x->k + p, panel); \
          put_block_##T(x, i, rows, j, width, acc); \
        } \
      } \
    } \
  } \
  /* The same for a transposed a. */ \
  static __attribute__((noinline)) void matmul_short_turned_##T(const product_##T *x, int64_t first, int64_t last, int64_t from, int64_t to) { \
    strip_##T panel[HK_MATMUL_DEPTH], acc[HK_MATMUL_ROWS]; \
    const int isPacked = to - from > matmul_width_##T; \
    hk_##T packed[packed_rows_##T * HK_MATMUL_DEPTH]; \
    for (int64_t top = first; top < last; top += packed_rows_##T) { \
      const int64_t bottom = last - top < packed_rows_##T ? last : top + packed_rows_##T; \
      for (int64_t p = 0; p < x->k; p += HK_MATMUL_DEPTH) { \
        const int64_t depth = x->k - p < HK_MATMUL_DEPTH ? x->k - p : HK_MATMUL_DEPTH; \
        if (isPacked) pack_rows_##T(x, p, depth, top, bottom - top, packed); \
        for (int64_t j = from; j < to; j += matmul_width_##T) { \
          const int64_t width = to - j < matmul_width_##T ? to - j : matmul_width_##T; \
          pack_strip_##T(x, p, depth, j, width, panel); \
          for (int64_t i = top; i < bottom; i += HK_MATMUL_ROWS) { \
            const int64_t rows = bottom - i < HK_MATMUL_ROWS ? bottom - i : HK_MATMUL_ROWS; \
            take_block_##T(x, i, rows, j, width, p, acc); \
            if (isPacked) matmul_turned_##T(rows, depth, HK_MATMUL_ROWS, acc, packed + (i - top) * depth, panel); \
            else matmul_turned_##T(rows, depth, x->m, acc, x->a + p * x->m + i, panel); \
            put_block_##T(x, i, rows, j, width, acc); \
          } \
        } \
      } \
    } \
  } \
  /* More than one chunk: some rows of a few strips of d at a time, their partials on a stack. */ \
  static __attribute__((noinline)) void matmul_long_##T(const product_##T *x, int64_t first, int64_t last, int64_t from, int64_t to) { \
    const int levels = hk_partials_waiting(x->k), isTurned = x->transposed & HK_TRANSPOSED_A; \
    const int64_t fitting = HK_WAITING_BYTES / HK_MATMUL_BYTES / HK_STRIPS / levels / HK_MATMUL_ROWS * HK_MATMUL_ROWS; \
    int64_t height = fitting < HK_MATMUL_ROWS ? HK_MATMUL_ROWS : fitting; \
    if (height > packed_rows_##T) height = packed_rows_##T; \
    strip_##T panel[HK_MATMUL_DEPTH], stack[levels][HK_STRIPS * height]; \
    const int isPacked = isTurned && to - from > matmul_width_##T; \
    hk_##T packed[isPacked ? height * HK_MATMUL_DEPTH : 1]; \
    for (int64_t left = from; left < to; left += HK_STRIPS * matmul_width_##T) { \
      const int64_t right = to - left < HK_STRIPS * matmul_width_##T ? to : left + HK_STRIPS * matmul_width_##T; \
      const int64_t strips = (right - left + matmul_width_##T - 1) / matmul_width_##T; \
      for (int64_t top = first; top < last; top += height) { \
        const int64_t count = last - top < height ? last - top : height, blocks = strips * count; \
        int depth = 0; \
        for (int64_t chunk = 0; chunk * HK_CHUNK < x->k; chunk++) { \
          const int64_t start = chunk * HK_CHUNK, end = x->k - start < HK_CHUNK ? x->k : start + HK_CHUNK; \
          for (int64_t r = 0; r < blocks; r++) stack[depth][r] = (strip_##T)(hk_##T)0; \
          for (int64_t p = start; p < end; p += HK_MATMUL_DEPTH) { \
            const int64_t terms = end - p < HK_MATMUL_DEPTH ? end - p : HK_MATMUL_DEPTH; \
            if (isPacked) pack_rows_##T(x, p, terms, top, count, packed); \
            for (int64_t s = 0; s < strips; s++) { \
              const int64_t j = left + s * matmul_width_##T, width = right - j < matmul_width_##T ? right - j : matmul_width_##T; \
              strip_##T *acc = stack[depth] + s * count; \
              pack_strip_##T(x, p, terms, j, width, panel); \
              for (int64_t r = 0; r < count; r += HK_MATMUL_ROWS) { \
                const int64_t rows = count - r < HK_MATMUL_ROWS ? count - r : HK_MATMUL_ROWS; \
                if (isPacked) matmul_turned_##T(rows, terms, HK_MATMUL_ROWS, acc + r, packed + r * terms, panel); \
                else if (isTurned) matmul_turned_##T(rows, terms, x->m, acc + r, x->a + p * x->m + top + r, panel); \
                else matmul_rows_##T(rows, terms, x->k, acc + r, x->a + (top + r) * x->k + p, panel); \
              } \
            } \
          } \
          for (int64_t c = chunk; c & 1; c >>= 1, depth--) \
            for (int64_t r = 0; r < blocks; r++) stack[depth - 1][r] = stack[depth - 1][r] + stack[depth][r]; \
          depth++; \
        } \
        for (depth--; depth > 0; depth--) \
          for (int64_t r = 0; r < blocks; r++) stack[depth - 1][r] = stack[depth - 1][r] + stack[depth][r]; \
        for (int64_t s = 0; s < strips; s++) { \
          const int64_t j = left + s * matmul_width_##T, width = right - j < matmul_width_##T ? right - j : matmul_width_##T; \
          put_block_##T(x, top, count, j, width, stack[0] + s * count); \
        } \
      } \
    } \
  } \
  static void matmul_##T(int64_t first, int64_t last, int64_t from, int64_t to, int64_t m, int64_t k, int64_t n, int transposed, \
                         void *d, const void *a, const void *b) { \
    const product_##T product = {m, k, n, transposed, d, a, b}; \
    if (k == 0) { \
      for (int64_t i = first; i < last; i++) \
        for (int64_t j = from; j < to; j++) product.d[i * n + j] = 0; \
    } else if (k > HK_CHUNK) { \
      matmul_long_##T(&product, first, last, from, to); \
    } else if (transposed & HK_TRANSPOSED_A) { \
      matmul_short_turned_##T(&product, first, last, from, to); \
    } else { \
      matmul_short_##T(&product, first, last, from, to); \
    } \
  }
HK_EACH_CARRIER(HK_MATMUL)

static hk_matmul_fn matmul_table[HK_DTYPES] = HK_CONTRACTION_TABLE(matmul);
