// d = a · b for matrices: every element of d is one accumulator, which takes its terms in order; chunks of 4096 terms are
// combined in adjacent pairs. How a product is cut changes the order of no element's terms.
//
// A strip of b, HK_MATMUL_BYTES wide and HK_MATMUL_DEPTH deep, is packed so that it stays in L1 while HK_MATMUL_BLOCK rows of a pass
// over it; HK_MATMUL_ROWS rows of accumulators fill the registers of the level. A strip of half that width or less is a narrow one:
// twice as many rows fill the registers. A transposed b is packed into the same strips, turned in registers. A transposed a, whose
// terms lie far apart, is packed too.
//
// Where all rows fit the registers together, packing would cost more than it saves: a few terms at a time go over all strips, and
// b is read as it lies.
#include "matmul_memory.h"
#include "transpose.h"
#include "vectors.h"

// The fewest terms of a strip that is read as it lies, and about the bytes of all such strips together where there are more terms: what
// stays in the nearer caches until the next rows pass over it.
enum { HK_FEW_TERMS = 8, HK_FEW_BYTES = 64 << 10 };

// What is transposed as what: bits of the same size.
#define HK_TURNED_f32 uint32_t
#define HK_TURNED_f64 uint64_t
#define HK_TURNED_u32 uint32_t
#define HK_TURNED_u64 uint64_t
#define HK_TURN_(T) transpose_rows_##T
#define HK_TURN(T) HK_TURN_(T)

// The first `bytes` bytes of a strip, a multiple of an element's: pieces of whole registers, then of halves.
HK_INLINE void copy_some(void *d, const void *a, int64_t bytes) {
  char *to = d;
  const char *from = a;
#define HK_COPY_PIECE(piece) \
  if (bytes & piece) __builtin_memcpy(to, from, piece), to += piece, from += piece;
  HK_COPY_PIECE(64) HK_COPY_PIECE(32) HK_COPY_PIECE(16) HK_COPY_PIECE(8) HK_COPY_PIECE(4)
}

// Strips of one width. A block's rows of a are `pitch` apart, and their terms `step`.
#define HK_MATMUL_STRIP(T, S, strip_bytes) \
  typedef hk_##T S##_strip __attribute__((ext_vector_type(strip_bytes / sizeof(hk_##T)), aligned(sizeof(hk_##T)))); \
  /* The first `width` elements of a strip; the others are 0. */ \
  HK_INLINE void S##_load(S##_strip *v, const hk_##T *p, int64_t width) { \
    if (width == strip_bytes / sizeof(hk_##T)) *v = *(const S##_strip *)p; \
    else *v = (S##_strip)(hk_##T)0, copy_some(v, p, width * (int64_t)sizeof(hk_##T)); \
  } \
  HK_INLINE void S##_store(const S##_strip *v, hk_##T *p, int64_t width) { \
    if (width == strip_bytes / sizeof(hk_##T)) *(S##_strip *)p = *v; \
    else copy_some(p, v, width * (int64_t)sizeof(hk_##T)); \
  } \
  /* `rows` is a constant where it is inlined. */ \
  HK_INLINE void S##_block(int rows, const block_##T *x, int64_t r, hk_##T *d, int64_t pitch, int64_t step) { \
    S##_strip v[2 * HK_MATMUL_ROWS]; \
    d += r * x->apart; \
    const hk_##T *a = x->a + r * pitch, *b = x->b; \
    for (int i = 0; i < rows; i++) \
      if (x->begins) v[i] = (S##_strip)(hk_##T)0; \
      else S##_load(&v[i], d + i * x->apart, x->width); \
    for (int64_t p = 0; p < x->depth; p++) { \
      const S##_strip terms = *(const S##_strip *)b; \
      for (int i = 0; i < rows; i++) v[i] = HK_FUSED_##T((S##_strip)a[i * pitch + p * step], terms, v[i]); \
      b += x->across; \
    } \
    for (int i = 0; i < rows; i++) S##_store(&v[i], d + i * x->apart, x->width); \
  } \
  HK_INLINE void S##_rows(int height, const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch, int64_t step) { \
    int64_t r = 0; \
    for (; r + height <= rows; r += height) S##_block(height, x, r, d, pitch, step); \
    if (height > 8 && r + 8 <= rows) S##_block(8, x, r, d, pitch, step), r += 8; \
    if (height > 4 && r + 4 <= rows) S##_block(4, x, r, d, pitch, step), r += 4; \
    if (height > 2 && r + 2 <= rows) S##_block(2, x, r, d, pitch, step), r += 2; \
    if (r < rows) S##_block(1, x, r, d, pitch, step); \
  }

#define HK_MATMUL(T) \
  enum { matmul_width_##T = HK_MATMUL_BYTES / sizeof(hk_##T), matmul_narrow_##T = HK_MATMUL_BYTES / 2 / sizeof(hk_##T), \
    matmul_waiting_##T = HK_WAITING_BYTES / sizeof(hk_##T) }; \
  typedef struct { \
    /* The accumulators of a row begin `apart` after those of the row before, the terms of b `across` after those before. `begins`: \
       the accumulators are 0. */ \
    int64_t width, apart, depth, across; \
    int begins; \
    const hk_##T *a, *b; \
  } block_##T; \
  HK_MATMUL_STRIP(T, wide_##T, HK_MATMUL_BYTES) \
  HK_MATMUL_STRIP(T, narrow_##T, HK_MATMUL_BYTES / 2) \
  /* Rows of a as it lies, and of a transposed a, as it lies or packed. */ \
  static __attribute__((noinline)) void wide_rows_##T(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch) { \
    wide_##T##_rows(HK_MATMUL_ROWS, x, rows, d, pitch, 1); \
  } \
  static __attribute__((noinline)) void wide_turned_##T(const block_##T *x, int64_t rows, hk_##T *d, int64_t step) { \
    wide_##T##_rows(HK_MATMUL_ROWS, x, rows, d, 1, step); \
  } \
  static __attribute__((noinline)) void narrow_rows_##T(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch) { \
    narrow_##T##_rows(2 * HK_MATMUL_ROWS, x, rows, d, pitch, 1); \
  } \
  static __attribute__((noinline)) void narrow_turned_##T(const block_##T *x, int64_t rows, hk_##T *d, int64_t step) { \
    narrow_##T##_rows(2 * HK_MATMUL_ROWS, x, rows, d, 1, step); \
  } \
  /* `depth` terms from p on of `width` columns of b from j on, in a strip as wide as `across`. */ \
  static void pack_strip_##T(const hk_product *x, int64_t p, int64_t depth, int64_t j, int64_t width, int64_t across, \
                             hk_##T *strip) { \
    const hk_##T *b = x->b; \
    if (x->transposed & HK_TRANSPOSED_B) { \
      if (width < across) __builtin_memset(strip, 0, (unsigned long)(depth * across) * sizeof *strip); \
      HK_TURN(HK_TURNED_##T) \
      (depth, width, (HK_TURNED_##T *)strip, across, (const HK_TURNED_##T *)(b + j * x->inner + p), x->inner); \
    } else if (across == matmul_width_##T) { \
      for (int64_t q = 0; q < depth; q++) \
        wide_##T##_load((wide_##T##_strip *)(strip + q * across), b + (p + q) * x->columns + j, width); \
    } else { \
      for (int64_t q = 0; q < depth; q++) \
        narrow_##T##_load((narrow_##T##_strip *)(strip + q * across), b + (p + q) * x->columns + j, width); \
    } \
  } \
  /* `depth` terms of `rows` rows of a transposed a: groups of rows, term by term. */ \
  static void pack_rows_##T(const hk_##T *a, int64_t step, int64_t depth, int64_t rows, hk_##T *packed) { \
    enum { group = 2 * HK_MATMUL_ROWS }; \
    for (int64_t q = 0; q < depth; q++, a += step) { \
      int64_t r = 0; \
      for (; r + group <= rows; r += group) __builtin_memcpy(packed + r * depth + q * group, a + r, group * sizeof *a); \
      for (int64_t rest = r; rest < rows; rest++) packed[r * depth + q * group + rest - r] = a[rest]; \
    } \
  } \
  /* Rows of a pass over a strip. `step`: of a transposed a, and 0 where it is packed. */ \
  HK_INLINE void matmul_pass_##T(block_##T *x, int64_t rows, int isNarrow, int isTurned, int64_t pitch, int64_t step, hk_##T *d) { \
    enum { group = 2 * HK_MATMUL_ROWS }; \
    if (!isTurned) { \
      (isNarrow ? narrow_rows_##T : wide_rows_##T)(x, rows, d, pitch); \
    } else if (step) { \
      (isNarrow ? narrow_turned_##T : wide_turned_##T)(x, rows, d, step); \
    } else { \
      for (int64_t r = 0; r < rows; r += group, x->a += group * x->depth, d += group * x->apart) \
        (isNarrow ? narrow_turned_##T : wide_turned_##T)(x, rows - r < group ? rows - r : group, d, group); \
    } \
  } \
  /* `depth` terms from p on of the columns from..<to, for `rows` rows of a from i on. */ \
  HK_INLINE void matmul_depth_##T(const hk_product *x, int64_t i, int64_t rows, int64_t from, int64_t to, int64_t p, int64_t depth, \
                                  int isFew, int begins, hk_##T *d, int64_t apart, hk_##T *packed) { \
    hk_##T strip[HK_MATMUL_DEPTH * matmul_width_##T] __attribute__((aligned(64))); \
    const int isTurned = x->transposed & HK_TRANSPOSED_A; \
    const hk_##T *a = (const hk_##T *)x->a + (isTurned ? p * x->rows + i : i * x->inner + p); \
    int64_t step = x->rows; \
    /* A block of all rows lies side by side as it is. */ \
    if (isTurned && rows < x->rows) { \
      pack_rows_##T(a, step, depth, rows, packed); \
      a = packed, step = 0; \
    } \
    for (int64_t j = from; j < to;) { \
      const int isNarrow = to - j <= matmul_narrow_##T; \
      const int64_t across = isNarrow ? matmul_narrow_##T : matmul_width_##T, width = to - j < across ? to - j : across; \
      block_##T block = {width, apart, depth, across, begins, a, strip}; \
      if (isFew && width == across) block.b = (const hk_##T *)x->b + p * x->columns + j, block.across = x->columns; \
      else pack_strip_##T(x, p, depth, j, width, across, strip); \
      matmul_pass_##T(&block, rows, isNarrow, isTurned, x->inner, step, d); \
      j += width, d += width; \
    } \
  } \
  /* The terms start..<end, of one chunk. d: the first of the elements, `apart` from row to row. */ \
  static __attribute__((noinline)) void matmul_chunk_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, \
                                                         int64_t start, int64_t end, hk_##T *d, int64_t apart, hk_##T *packed) { \
    const int isFew = last - first <= HK_MATMUL_ROWS && !(x->transposed & HK_TRANSPOSED_B); \
    int64_t most = isFew ? HK_FEW_BYTES / (int64_t)sizeof(hk_##T) / (to - from) : HK_MATMUL_DEPTH; \
    if (most < HK_FEW_TERMS) most = HK_FEW_TERMS; \
    if (most > HK_MATMUL_DEPTH) most = HK_MATMUL_DEPTH; \
    /* All rows pass over a single strip, which is packed once. */ \
    const int isSingle = to - from <= matmul_width_##T && !(x->transposed & HK_TRANSPOSED_A); \
    const int64_t height = isSingle ? last - first : HK_MATMUL_BLOCK; \
    for (int64_t i = first; i < last; i += height) { \
      const int64_t rows = last - i < height ? last - i : height; \
      for (int64_t p = start; p < end; p += most) \
        matmul_depth_##T(x, i, rows, from, to, p, end - p < most ? end - p : most, isFew, p == start, d, apart, packed); \
      d += rows * apart; \
    } \
  } \
  /* Partial number `depth` is added to the one before it. */ \
  static void matmul_join_##T(int64_t rows, int64_t columns, hk_##T *own, int64_t apart, hk_##T *waiting, int depth) { \
    enum { level = HK_MATMUL_BLOCK * matmul_waiting_##T }; \
    const hk_##T *a = waiting + (depth - 1) * level; \
    hk_##T *d = depth > 1 ? waiting + (depth - 2) * level : own; \
    if (depth > 1) apart = matmul_waiting_##T; \
    for (int64_t i = 0; i < rows; i++) { \
      HK_VECTORIZE \
      for (int64_t j = 0; j < columns; j++) d[i * apart + j] = d[i * apart + j] + a[i * matmul_waiting_##T + j]; \
    } \
  } \
  /* Several chunks: some columns of a block of rows at a time. The first of the partials that wait is d itself. */ \
  static void matmul_long_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, int64_t start, int64_t end, \
                              hk_##T *d, int64_t apart, hk_##T *packed) { \
    enum { level = HK_MATMUL_BLOCK * matmul_waiting_##T }; \
    hk_##T *waiting = packed + HK_MATMUL_BLOCK * HK_MATMUL_DEPTH; \
    for (int64_t i = first; i < last; i += HK_MATMUL_BLOCK) \
      for (int64_t j = from; j < to; j += matmul_waiting_##T) { \
        const int64_t rows = last - i < HK_MATMUL_BLOCK ? last - i : HK_MATMUL_BLOCK; \
        const int64_t columns = to - j < matmul_waiting_##T ? to - j : matmul_waiting_##T; \
        hk_##T *own = d + (i - first) * apart + j - from; \
        int depth = 0; \
        for (int64_t chunk = 0; start + chunk * HK_CHUNK < end; chunk++) { \
          const int64_t p = start + chunk * HK_CHUNK, q = end - p < HK_CHUNK ? end : p + HK_CHUNK; \
          if (depth == 0) matmul_chunk_##T(x, i, i + rows, j, j + columns, p, q, own, apart, packed); \
          else matmul_chunk_##T(x, i, i + rows, j, j + columns, p, q, waiting + (depth - 1) * level, matmul_waiting_##T, packed); \
          for (int64_t c = chunk; c & 1; c >>= 1) matmul_join_##T(rows, columns, own, apart, waiting, depth--); \
          depth++; \
        } \
        while (depth > 1) matmul_join_##T(rows, columns, own, apart, waiting, --depth); \
      } \
  } \
  static void matmul_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, int64_t start, int64_t end, \
                         void *d, int64_t apart, void *scratch) { \
    if (from >= to) return; \
    if (start >= end) { \
      for (int64_t i = 0; i < last - first; i++) \
        for (int64_t j = 0; j < to - from; j++) ((hk_##T *)d)[i * apart + j] = 0; \
    } else if (end - start > HK_CHUNK) { \
      matmul_long_##T(x, first, last, from, to, start, end, d, apart, scratch); \
    } else { \
      matmul_chunk_##T(x, first, last, from, to, start, end, d, apart, scratch); \
    } \
  }
HK_EACH_CARRIER(HK_MATMUL)

static hk_matmul_fn matmul_table[HK_DTYPES] = HK_CONTRACTION_TABLE(matmul);
