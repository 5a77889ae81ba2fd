// d = a · b for matrices: every element of d is one accumulator, which takes its terms in order; chunks of 4096 terms are
// combined in adjacent pairs. How a product is cut changes the order of no element's terms.
//
// A panel of b, HK_MATMUL_PANEL bytes wide and HK_MATMUL_DEPTH deep, is packed in strips of HK_MATMUL_BYTES, which the nearer caches
// hold while rows of a pass over them. HK_MATMUL_ROWS rows of accumulators fill the registers of the level; their terms of a stay in
// the nearest cache while they pass over one strip after the other. What is left of the columns is a strip of half or a quarter of that
// width where it fits, and twice as many rows fill the registers. A transposed b is packed into the same strips, turned in registers.
//
// Long rows of a lie far apart, often on the same places of the cache, so HK_MATMUL_BLOCK of them are packed too, and so are the
// terms of a transposed a that lie far apart.
//
// Where rows are few, packing b would cost more than it saves: a few terms at a time go over all strips, b is read as it lies, and the
// next terms are fetched meanwhile. Short rows of b are read as they lie too.
#include "matmul_memory.h"
#include "transpose.h"
#include "vectors.h"

enum {
  // The fewest terms of strips that few rows pass over, and about the bytes of these strips where there are more terms: what stays in
  // the nearer caches until the next rows pass over them.
  HK_FEW_TERMS = 8, HK_FEW_BYTES = 64 << 10,
  // How many rows ahead are fetched while b or a is packed.
  HK_PACKED_B_AHEAD = 2, HK_PACKED_A_AHEAD = 4,
  // A product with no fewer bytes than this goes past the caches where each element is written once: most of it would be written back
  // before it is read, and each line would be read for nothing.
  HK_STREAMED_BYTES = 8 << 20,
};

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

// Strips of one width. Rows of a are `pitch` apart, and their terms `step`.
#define HK_MATMUL_STRIP(T, S, strip_bytes) \
  enum { S##_width = strip_bytes / sizeof(hk_##T) }; \
  typedef hk_##T S##_strip __attribute__((ext_vector_type(strip_bytes / sizeof(hk_##T)), aligned(sizeof(hk_##T)))); \
  typedef hk_##T S##_aligned __attribute__((ext_vector_type(strip_bytes / sizeof(hk_##T)), aligned(HK_REGISTER_BYTES))); \
  /* The first `width` elements of a strip; the others are 0. */ \
  HK_INLINE void S##_load(S##_strip *v, const hk_##T *p, int64_t width) { \
    if (width >= S##_width) *v = *(const S##_strip *)p; \
    else *v = (S##_strip)(hk_##T)0, copy_some(v, p, width * (int64_t)sizeof(hk_##T)); \
  } \
  /* `rows` is a constant where it is inlined. */ \
  HK_INLINE void S##_block(int rows, int isFetched, const block_##T *x, const hk_##T *a, const hk_##T *b, hk_##T *d, int64_t apart, \
                           int64_t pitch, int64_t step) { \
    S##_strip v[2 * HK_MATMUL_ROWS]; \
    if (x->begins) { \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < rows; i++) v[i] = (S##_strip)(hk_##T)0; \
    } else { \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < rows; i++) v[i] = *(const S##_strip *)(d + i * apart); \
    } \
    HK_PRAGMA(clang loop unroll(disable)) \
    for (int64_t p = 0; p < x->depth; p++) { \
      const S##_strip terms = *(const S##_strip *)b; \
      if (isFetched) \
        for (int line = 0; line < strip_bytes; line += 64) __builtin_prefetch((const char *)(b + x->ahead) + line); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < rows; i++) v[i] = HK_FUSED_##T((S##_strip)a[i * pitch + p * step], terms, v[i]); \
      b += x->across; \
    } \
    if (x->isStreamed) { \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < rows; i++) __builtin_nontemporal_store((S##_aligned)v[i], (S##_aligned *)(d + i * apart)); \
    } else { \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int i = 0; i < rows; i++) *(S##_strip *)(d + i * apart) = v[i]; \
    } \
  } \
  /* The elements of some rows that are less than a strip, to and from a tile of whole strips. */ \
  static __attribute__((noinline)) void S##_copy(int64_t rows, hk_##T *d, int64_t apart, const hk_##T *from, int64_t pitch, \
                                                 int64_t width) { \
    for (int64_t i = 0; i < rows; i++) copy_some(d + i * apart, from + i * pitch, width * (int64_t)sizeof *d); \
  } \
  /* All strips of a panel. */ \
  HK_INLINE void S##_strips(int rows, int isFetched, const block_##T *x, int64_t r, hk_##T *d, int64_t pitch, int64_t step) { \
    const hk_##T *a = x->a + r * pitch; \
    hk_##T tile[2 * HK_MATMUL_ROWS * S##_width] __attribute__((aligned(64))); \
    d += r * x->apart; \
    for (int64_t j = 0; j < x->columns; j += S##_width) { \
      const int isPart = x->columns - j < S##_width; \
      if (isPart && !x->begins) S##_copy(rows, tile, S##_width, d + j, x->apart, x->columns - j); \
      S##_block(rows, isFetched, x, a, x->b + j / S##_width * x->strip, isPart ? tile : d + j, isPart ? S##_width : x->apart, pitch, \
                step); \
      if (isPart) S##_copy(rows, d + j, x->apart, tile, S##_width, x->columns - j); \
    } \
  } \
  HK_INLINE void S##_rows(int height, int isFetched, const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch, int64_t step) { \
    int64_t r = 0; \
    for (; r + height <= rows; r += height) S##_strips(height, isFetched, x, r, d, pitch, step); \
    if (height > HK_MATMUL_ROWS && r + HK_MATMUL_ROWS <= rows) \
      S##_strips(HK_MATMUL_ROWS, isFetched, x, r, d, pitch, step), r += HK_MATMUL_ROWS; \
    if (height > 8 && r + 8 <= rows) S##_strips(8, isFetched, x, r, d, pitch, step), r += 8; \
    if (height > 4 && r + 4 <= rows) S##_strips(4, isFetched, x, r, d, pitch, step), r += 4; \
    if (height > 2 && r + 2 <= rows) S##_strips(2, isFetched, x, r, d, pitch, step), r += 2; \
    if (r < rows) S##_strips(1, isFetched, x, r, d, pitch, step); \
  } \
  /* Rows of a, as it lies or packed, and of a transposed a. */ \
  static __attribute__((noinline)) void S##_plain(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch) { \
    S##_rows(strip_bytes == HK_MATMUL_BYTES ? HK_MATMUL_ROWS : 2 * HK_MATMUL_ROWS, 0, x, rows, d, pitch, 1); \
  } \
  static __attribute__((noinline)) void S##_turned(const block_##T *x, int64_t rows, hk_##T *d, int64_t step) { \
    S##_rows(strip_bytes == HK_MATMUL_BYTES ? HK_MATMUL_ROWS : 2 * HK_MATMUL_ROWS, 0, x, rows, d, 1, step); \
  } \
  /* `depth` terms from p on of the columns j..<to of b, strip after strip. */ \
  static void S##_pack(const hk_product *x, int64_t p, int64_t depth, int64_t j, int64_t to, hk_##T *packed) { \
    const hk_##T *b = x->b; \
    if (x->transposed & HK_TRANSPOSED_B) { \
      for (; j < to; j += S##_width, packed += depth * S##_width) { \
        const int64_t width = to - j < S##_width ? to - j : S##_width; \
        if (width < S##_width) __builtin_memset(packed, 0, (unsigned long)(depth * S##_width) * sizeof *packed); \
        HK_TURN(HK_TURNED_##T) \
        (depth, width, (HK_TURNED_##T *)packed, S##_width, (const HK_TURNED_##T *)(b + j * x->inner + p), x->inner); \
      } \
      return; \
    } \
    for (int64_t q = 0; q < depth; q++, packed += S##_width) { \
      const hk_##T *from = b + (p + q) * x->columns + j; \
      const hk_##T *next = q + HK_PACKED_B_AHEAD < depth ? from + HK_PACKED_B_AHEAD * x->columns : from; \
      hk_##T *strip = packed; \
      int64_t c = 0; \
      for (; c + S##_width <= to - j; c += S##_width, strip += depth * S##_width) { \
        for (int line = 0; line < strip_bytes; line += 64) __builtin_prefetch((const char *)(next + c) + line); \
        *(S##_strip *)strip = *(const S##_strip *)(from + c); \
      } \
      if (c < to - j) S##_load((S##_strip *)strip, from + c, to - j - c); \
    } \
  }

// The same for HK_MATMUL_ROWS rows at most, while what comes next of b is fetched.
#define HK_MATMUL_FETCHED(T, S) \
  static __attribute__((noinline)) void S##_plain_fetched(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch) { \
    S##_rows(HK_MATMUL_ROWS, 1, x, rows, d, pitch, 1); \
  } \
  static __attribute__((noinline)) void S##_turned_fetched(const block_##T *x, int64_t rows, hk_##T *d, int64_t step) { \
    S##_rows(HK_MATMUL_ROWS, 1, x, rows, d, 1, step); \
  }

#define HK_MATMUL(T) \
  enum { panel_width_##T = HK_MATMUL_PANEL / sizeof(hk_##T), waiting_width_##T = HK_WAITING_BYTES / sizeof(hk_##T), \
    packed_gap_##T = HK_PACKED_GAP / sizeof(hk_##T) }; \
  typedef struct { \
    /* Columns of these strips. The accumulators of a row begin `apart` after those of the row before, the terms of b `across` after \
       those before, a strip of b `strip` after the one before; `ahead` from b on are those that are fetched, 0: none. `begins`: the \
       accumulators are 0. isStreamed: they go past the caches when they are done. */ \
    int64_t columns, apart, depth, across, strip, ahead; \
    int begins, isStreamed; \
    const hk_##T *a, *b; \
  } block_##T; \
  HK_MATMUL_STRIP(T, wide_##T, HK_MATMUL_BYTES) \
  HK_MATMUL_STRIP(T, narrow_##T, HK_MATMUL_BYTES / 2) \
  HK_MATMUL_STRIP(T, thin_##T, HK_MATMUL_BYTES / 4) \
  HK_MATMUL_FETCHED(T, wide_##T) \
  HK_MATMUL_FETCHED(T, narrow_##T) \
  typedef struct { \
    int64_t width; \
    void (*pack)(const hk_product *x, int64_t p, int64_t depth, int64_t j, int64_t to, hk_##T *packed); \
    /* For each: of rows of a, and of a transposed a. */ \
    void (*pass[2])(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch); \
    void (*fetched[2])(const block_##T *x, int64_t rows, hk_##T *d, int64_t pitch); \
  } strips_##T; \
  static const strips_##T strips_of_##T[] = { \
    {wide_##T##_width, wide_##T##_pack, {wide_##T##_plain, wide_##T##_turned}, {wide_##T##_plain_fetched, wide_##T##_turned_fetched}}, \
    {narrow_##T##_width, narrow_##T##_pack, {narrow_##T##_plain, narrow_##T##_turned}, \
     {narrow_##T##_plain_fetched, narrow_##T##_turned_fetched}}, \
    {thin_##T##_width, thin_##T##_pack, {thin_##T##_plain, thin_##T##_turned}, {thin_##T##_plain, thin_##T##_turned}}, \
  }; \
  /* Rows of a, packed as they lie: of a transposed a groups of rows, term by term. isAlone: no other rows go over the panel, so that \
     the next terms of these follow. */ \
  static void pack_rows_##T(const hk_product *x, int64_t i, int64_t rows, int64_t p, int64_t depth, int64_t group, int isAlone, \
                            hk_##T *packed) { \
    enum { line = narrow_##T##_width }; \
    const hk_##T *a = x->a; \
    const int64_t whole = depth / line * line, pitch = depth + packed_gap_##T; \
    for (int64_t r = 0; !(x->transposed & HK_TRANSPOSED_A) && r < rows; r++) { \
      const hk_##T *from = a + (i + r) * x->inner + p; \
      const hk_##T *next = from + (isAlone ? depth : r + HK_PACKED_A_AHEAD < rows ? HK_PACKED_A_AHEAD * x->inner : 0); \
      for (int64_t q = 0; q < whole; q += line) { \
        __builtin_prefetch(next + q); \
        *(narrow_##T##_strip *)(packed + r * pitch + q) = *(const narrow_##T##_strip *)(from + q); \
      } \
      copy_some(packed + r * pitch + whole, from + whole, (depth - whole) * (int64_t)sizeof *a); \
    } \
    for (int64_t q = 0; x->transposed & HK_TRANSPOSED_A && q < depth; q++) { \
      const hk_##T *from = a + (p + q) * x->rows + i; \
      int64_t r = 0; \
      if (group == HK_MATMUL_ROWS) \
        for (; r + HK_MATMUL_ROWS <= rows; r += HK_MATMUL_ROWS) \
          __builtin_memcpy(packed + r * depth + q * HK_MATMUL_ROWS, from + r, HK_MATMUL_ROWS * sizeof *a); \
      else \
        for (; r + 2 * HK_MATMUL_ROWS <= rows; r += 2 * HK_MATMUL_ROWS) \
          __builtin_memcpy(packed + r * depth + q * 2 * HK_MATMUL_ROWS, from + r, 2 * HK_MATMUL_ROWS * sizeof *a); \
      for (int64_t rest = r; rest < rows; rest++) packed[r * depth + q * group + rest - r] = from[rest]; \
    } \
  } \
  /* A block of rows over strips of one kind. */ \
  HK_INLINE void matmul_strips_##T(const strips_##T *kind, int isTurned, block_##T *y, int64_t rows, hk_##T *d, int64_t pitch) { \
    if (y->columns <= 0) return; \
    if (y->ahead) { \
      const int64_t some = rows < HK_MATMUL_ROWS ? rows : HK_MATMUL_ROWS; \
      kind->fetched[isTurned](y, some, d, pitch); \
      rows -= some, d += some * y->apart, y->a += isTurned ? some : some * pitch; \
    } \
    if (rows > 0) kind->pass[isTurned](y, rows, d, pitch); \
  } \
  /* `depth` terms from p on of a panel: the columns from..<to, for the rows first..<last of a. isDirect: whole strips of b are read as \
     they lie; what is left of the columns is packed. */ \
  static __attribute__((noinline)) void matmul_panel_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, \
                                                         int64_t p, int64_t depth, int isDirect, int begins, hk_##T *d, int64_t apart, \
                                                         hk_##T *memory) { \
    enum { wide = wide_##T##_width, narrow = narrow_##T##_width, thin = thin_##T##_width }; \
    const int isTurned = (x->transposed & HK_TRANSPOSED_A) != 0, isLong = hk_is_packed_a(x, sizeof *d); \
    const int64_t rest = (to - from) % wide, whole = to - from - rest; \
    /* Over few strips, packing rows would cost more than it saves. */ \
    const int isApart = isLong && !isTurned && whole > 0 && to - from <= 4 * wide, isPacked = isLong && !isApart; \
    const strips_##T *all = strips_of_##T, *left = rest <= thin ? all + 2 : rest <= narrow ? all + 1 : all; \
    const int isStreamed = depth == x->inner && x->rows * x->columns * (int64_t)sizeof *d >= HK_STREAMED_BYTES && \
                           ((uintptr_t)d | (uintptr_t)(apart * (int64_t)sizeof *d)) % 64 == 0; \
    block_##T y = {whole, apart, depth, wide, depth * wide, 0, begins, isStreamed, 0, memory}; \
    block_##T z = {rest, apart, depth, left->width, 0, 0, begins, 0, 0, isDirect ? memory : memory + whole * depth}; \
    if (isDirect) { \
      y.b = (const hk_##T *)x->b + p * x->columns + from, y.across = x->columns, y.strip = wide, y.ahead = depth * x->columns; \
      if (rest == left->width) z.b = y.b + whole, z.across = x->columns, z.ahead = y.ahead; \
    } else if (whole > 0) { \
      all->pack(x, p, depth, from, from + whole, memory); \
    } \
    if (rest > 0 && !z.ahead) left->pack(x, p, depth, from + whole, to, (hk_##T *)z.b); \
    hk_##T *packed = memory + hk_packed_b_bytes(x, sizeof *d) / (int64_t)sizeof *d; \
    const int64_t group = whole > 0 ? HK_MATMUL_ROWS : 2 * HK_MATMUL_ROWS; \
    /* Rows of a as they lie, over strips of one kind, need no blocks. */ \
    const int64_t height = isPacked || (whole > 0 && rest > 0) ? HK_MATMUL_BLOCK : last - first; \
    for (int64_t i = first; i < last; i += height, d += height * apart) { \
      const int64_t rows = last - i < height ? last - i : height; \
      if (isPacked) pack_rows_##T(x, i, rows, p, depth, group, last - first <= height, packed); \
      /* A packed transposed a lies in groups. Of long rows as many are taken as places of the cache may have lines. */ \
      const int64_t together = isPacked && isTurned ? group : isApart ? (HK_MATMUL_ROWS < 8 ? HK_MATMUL_ROWS : 8) : rows; \
      const int64_t pitch = isTurned ? (isPacked ? group : x->rows) : isPacked ? depth + packed_gap_##T : x->inner; \
      const hk_##T *a = isPacked ? packed : (const hk_##T *)x->a + (isTurned ? p * x->rows + i : i * x->inner + p); \
      for (int64_t r = 0; r < rows; r += together, a += isApart ? together * x->inner : together * depth) { \
        const int64_t count = rows - r < together ? rows - r : together; \
        y.a = z.a = a; \
        matmul_strips_##T(all, isTurned, &y, count, d + r * apart, pitch); \
        matmul_strips_##T(left, isTurned, &z, count, d + r * apart + whole, pitch); \
        /* What comes next is fetched once. */ \
        y.ahead = z.ahead = 0; \
      } \
    } \
    if (isStreamed) __atomic_thread_fence(__ATOMIC_SEQ_CST); \
  } \
  /* The terms start..<end, of one chunk. d: the first of the elements, `apart` from row to row. */ \
  static void matmul_chunk_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, int64_t start, int64_t end, \
                               hk_##T *d, int64_t apart, hk_##T *memory) { \
    const int isFew = last - first <= 2 * HK_MATMUL_ROWS, isTurned = (x->transposed & HK_TRANSPOSED_B) != 0; \
    const int isDirect = (isFew && !isTurned) || hk_is_short_b(x, sizeof *d); \
    /* Few rows pass over what is packed while the nearer caches still have it. */ \
    const int64_t panel = !isFew ? panel_width_##T : isTurned ? 2 * wide_##T##_width : to - from; \
    int64_t most = HK_MATMUL_DEPTH; \
    if (panel > panel_width_##T) { \
      most = HK_FEW_BYTES / (int64_t)sizeof *d / panel; \
      if (most < HK_FEW_TERMS) most = HK_FEW_TERMS; \
    } \
    const int64_t pieces = (end - start + most - 1) / most, depth = (end - start + pieces - 1) / pieces; \
    /* Where b is not packed, each block of long rows goes through all terms: what is fetched beyond their pieces is of use. */ \
    const int64_t height = isDirect && hk_is_packed_a(x, sizeof *d) ? HK_MATMUL_BLOCK : last - first; \
    for (int64_t i = first; i < last; i += height, d += height * apart) \
      for (int64_t j = from; j < to; j += panel) \
        for (int64_t p = start; p < end; p += depth) \
          matmul_panel_##T(x, i, last - i < height ? last : i + height, j, to - j < panel ? to : j + panel, p, \
                           end - p < depth ? end - p : depth, isDirect, p == start, d + j - from, apart, memory); \
  } \
  /* Partial number `depth` is added to the one before it; they lie `level` apart. */ \
  static void matmul_join_##T(int64_t rows, int64_t columns, hk_##T *own, int64_t apart, hk_##T *waiting, int64_t level, int depth) { \
    const hk_##T *a = waiting + (depth - 1) * level; \
    hk_##T *d = depth > 1 ? waiting + (depth - 2) * level : own; \
    if (depth > 1) apart = waiting_width_##T; \
    for (int64_t i = 0; i < rows; i++) { \
      HK_VECTORIZE \
      for (int64_t j = 0; j < columns; j++) d[i * apart + j] = d[i * apart + j] + a[i * waiting_width_##T + j]; \
    } \
  } \
  /* Several chunks: some rows and columns at a time. The first of the partials that wait is d itself. */ \
  static void matmul_long_##T(const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, int64_t start, int64_t end, \
                              hk_##T *d, int64_t apart, hk_##T *memory) { \
    hk_##T *waiting = memory + (hk_packed_b_bytes(x, sizeof *d) + hk_packed_a_bytes(x, last - first, sizeof *d)) / (int64_t)sizeof *d; \
    for (int64_t i = first; i < last; i += HK_WAITING_ROWS) \
      for (int64_t j = from; j < to; j += waiting_width_##T) { \
        const int64_t rows = last - i < HK_WAITING_ROWS ? last - i : HK_WAITING_ROWS, level = rows * waiting_width_##T; \
        const int64_t columns = to - j < waiting_width_##T ? to - j : waiting_width_##T; \
        hk_##T *own = d + (i - first) * apart + j - from; \
        int depth = 0; \
        for (int64_t chunk = 0; start + chunk * HK_CHUNK < end; chunk++) { \
          const int64_t p = start + chunk * HK_CHUNK, q = end - p < HK_CHUNK ? end : p + HK_CHUNK; \
          if (depth == 0) matmul_chunk_##T(x, i, i + rows, j, j + columns, p, q, own, apart, memory); \
          else matmul_chunk_##T(x, i, i + rows, j, j + columns, p, q, waiting + (depth - 1) * level, waiting_width_##T, memory); \
          for (int64_t c = chunk; c & 1; c >>= 1) matmul_join_##T(rows, columns, own, apart, waiting, level, depth--); \
          depth++; \
        } \
        while (depth > 1) matmul_join_##T(rows, columns, own, apart, waiting, level, --depth); \
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
