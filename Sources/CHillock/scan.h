// Prefix scans (Spec/numerics.md): chunks of terms, in them blocks of 16 contiguous ones, or rows one after the other.
#include "columns.h"

#define HK_EACH_SCAN(M) \
  M(sum, f32) M(sum, f64) M(sum, i32) M(sum, i64) M(sum, u32) M(sum, u64) \
  M(product, f32) M(product, f64) M(product, i32) M(product, i64) M(product, u32) M(product, u64) \
  M(max, f32) M(max, f64) M(max, i32) M(max, i64) M(max, u32) M(max, u64) \
  M(min, f32) M(min, f64) M(min, i32) M(min, i64) M(min, u32) M(min, u64) \
  M(logaddexp, f32) M(logaddexp, f64)

// Columns that are scanned together, and contiguous terms.
enum { HK_SCAN_COLUMNS = 512, HK_SCAN_BLOCK = 16 };

// log(exp(a) + exp(b)). Equal operands, infinities among them, are no distance apart.
#define HK_LOGADDEXP(T) \
  HK_INLINE hk_##T logaddexp_##T(hk_##T a, hk_##T b) { \
    const hk_##T distance = a == b ? 0 : a - b, larger = a > b ? a : b; \
    return larger + hk_op_softplus_##T(distance < 0 ? distance : -distance); \
  } \
  static void logaddexp_x16_##T(hk_##T *a, const hk_##T *b) { \
    HK_VECTORIZE \
    for (int i = 0; i < HK_SCAN_BLOCK; i++) a[i] = logaddexp_##T(a[i], b[i]); \
  }
HK_LOGADDEXP(f32)
HK_LOGADDEXP(f64)
#define HK_CARRIER_logaddexp(T) T
#define HK_IDENTITY_logaddexp(T) HK_LEAST_##T
#define HK_COMBINE_logaddexp(T, a, b) logaddexp_##T(a, b)

// The same for vectors of 16.
#define HK_BLOCK_COMBINE_sum(T, a, b) HK_COMBINE_sum(T, a, b)
#define HK_BLOCK_COMBINE_product(T, a, b) HK_COMBINE_product(T, a, b)
#define HK_BLOCK_COMBINE_max(T, a, b) HK_COMBINE_max(T, a, b)
#define HK_BLOCK_COMBINE_min(T, a, b) HK_COMBINE_min(T, a, b)
// By way of memory: how a vector wider than a register is passed to a function depends on the level.
#define HK_BLOCK_COMBINE_logaddexp(T, a, b) \
  ({ \
    hk_##T##x16 joined = a; \
    const hk_##T##x16 joining = b; \
    logaddexp_x16_##T((hk_##T *)&joined, (const hk_##T *)&joining); \
    joined; \
  })

#define HK_REVERSED(v) __builtin_shufflevector(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
// The elements of v moved up by 1, 2, 4, 8 places, behind the last ones of w.
#define HK_AFTER_1(w, v) __builtin_shufflevector(w, v, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#define HK_AFTER_2(w, v) __builtin_shufflevector(w, v, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
#define HK_AFTER_4(w, v) __builtin_shufflevector(w, v, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
#define HK_AFTER_8(w, v) __builtin_shufflevector(w, v, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
#define HK_LAST_OF_16(v) __builtin_shufflevector(v, v, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)

#define HK_SCAN(kind, T) \
  /* One chunk of n contiguous terms. `before`: what the chunks before have come to; nothing is before the first. It becomes what \
     the chunks up to this one have come to, or, where no result is wanted, what this one alone comes to. */ \
  static void scan_chunk_##kind##_##T(const hk_scan *s, int64_t n, int isFirst, HK_ACCUMULATOR(kind, T) *before, \
                                      HK_ACCUMULATOR(kind, T) *d, const HK_ACCUMULATOR(kind, T) *a) { \
    typedef HK_ACCUMULATORS(kind, T, 16) V; \
    const V identity = (V)HK_IDENTITY_##kind(T), offset = isFirst || !d ? identity : (V)*before; \
    V carry = identity, last = offset; \
    for (int64_t i = 0; i < n; i += HK_SCAN_BLOCK) { \
      const int64_t count = n - i < HK_SCAN_BLOCK ? n - i : HK_SCAN_BLOCK, at = s->reversed ? n - i - count : i; \
      HK_ACCUMULATOR(kind, T) rest[HK_SCAN_BLOCK]; \
      V v; \
      if (count == HK_SCAN_BLOCK) { \
        v = *(const V *)(a + at); \
        if (s->reversed) v = HK_REVERSED(v); \
      } else { \
        *(V *)rest = identity; \
        for (int64_t j = 0; j < count; j++) rest[j] = a[s->reversed ? at + count - 1 - j : at + j]; \
        v = *(const V *)rest; \
      } \
      v = HK_BLOCK_COMBINE_##kind(T, HK_AFTER_1(identity, v), v); \
      v = HK_BLOCK_COMBINE_##kind(T, HK_AFTER_2(identity, v), v); \
      v = HK_BLOCK_COMBINE_##kind(T, HK_AFTER_4(identity, v), v); \
      v = HK_BLOCK_COMBINE_##kind(T, HK_AFTER_8(identity, v), v); \
      const V sums = HK_BLOCK_COMBINE_##kind(T, carry, v), all = HK_LAST_OF_16(v); \
      carry = HK_BLOCK_COMBINE_##kind(T, carry, all); \
      if (!d) continue; \
      const V here = isFirst ? sums : HK_BLOCK_COMBINE_##kind(T, offset, sums); \
      v = s->exclusive ? HK_AFTER_1(last, here) : here; \
      last = here; \
      if (count == HK_SCAN_BLOCK) { \
        *(V *)(d + at) = s->reversed ? HK_REVERSED(v) : v; \
      } else { \
        *(V *)rest = v; \
        for (int64_t j = 0; j < count; j++) d[s->reversed ? at + count - 1 - j : at + j] = rest[j]; \
      } \
    } \
    const HK_ACCUMULATOR(kind, T) x = *before, own = carry[0]; \
    *before = isFirst || !d ? own : HK_COMBINE_##kind(T, x, own); \
  } \
  /* The same for a chunk of n rows of `columns` elements, each column by itself. */ \
  static void scan_chunk_rows_##kind##_##T(const hk_scan *s, int64_t n, int64_t columns, int isFirst, \
                                           HK_ACCUMULATOR(kind, T) *before, HK_ACCUMULATOR(kind, T) *d, \
                                           const HK_ACCUMULATOR(kind, T) *a) { \
    HK_ACCUMULATOR(kind, T) sums[HK_SCAN_COLUMNS]; \
    for (int64_t j = 0; j < columns; j++) sums[j] = HK_IDENTITY_##kind(T); \
    const int isFetched = s->extent * s->inner * (int64_t)sizeof *a > HK_FETCHED_BYTES; \
    const int64_t ahead = (s->reversed ? -HK_ROWS_AHEAD : HK_ROWS_AHEAD) * s->inner; \
    for (int64_t i = 0; i < n; i++) { \
      const int64_t row = (s->reversed ? n - 1 - i : i) * s->inner; \
      const HK_ACCUMULATOR(kind, T) *x = a + row; \
      HK_ACCUMULATOR(kind, T) *y = d + row; \
      if (isFetched) prefetch_lines(x + ahead, columns * (int64_t)sizeof *x / 64 + 1, 0, 1); \
      if (d && s->exclusive) { \
        if (i == 0) for (int64_t j = 0; j < columns; j++) y[j] = isFirst ? HK_IDENTITY_##kind(T) : before[j]; \
        else if (isFirst) __builtin_memcpy(y, sums, (unsigned long)columns * sizeof *y); \
        else HK_VECTORIZE for (int64_t j = 0; j < columns; j++) y[j] = HK_COMBINE_##kind(T, before[j], sums[j]); \
      } \
      HK_VECTORIZE \
      for (int64_t j = 0; j < columns; j++) sums[j] = HK_COMBINE_##kind(T, sums[j], x[j]); \
      if (d && !s->exclusive) { \
        if (isFirst) __builtin_memcpy(y, sums, (unsigned long)columns * sizeof *y); \
        else HK_VECTORIZE for (int64_t j = 0; j < columns; j++) y[j] = HK_COMBINE_##kind(T, before[j], sums[j]); \
      } \
    } \
    for (int64_t j = 0; j < columns; j++) before[j] = isFirst || !d ? sums[j] : HK_COMBINE_##kind(T, before[j], sums[j]); \
  } \
  static void scan_one_chunk_##kind##_##T(const hk_scan *s, int64_t chunk, int64_t from, int64_t to, void *bp, void *dp, \
                                          const void *ap) { \
    HK_ACCUMULATOR(kind, T) *before = bp, *d = dp; \
    const HK_ACCUMULATOR(kind, T) *a = ap; \
    const int64_t start = chunk * HK_CHUNK, n = s->extent - start < HK_CHUNK ? s->extent - start : HK_CHUNK; \
    const int64_t low = (s->reversed ? s->extent - start - n : start) * s->inner; \
    a += low; \
    if (d) d += low; \
    if (s->inner == 1) { \
      scan_chunk_##kind##_##T(s, n, chunk == 0, before, d, a); \
      return; \
    } \
    for (int64_t j = from; j < to; j += HK_SCAN_COLUMNS) { \
      const int64_t columns = to - j < HK_SCAN_COLUMNS ? to - j : HK_SCAN_COLUMNS; \
      scan_chunk_rows_##kind##_##T(s, n, columns, chunk == 0, before + j, d ? d + j : 0, a + j); \
    } \
  } \
  static void scan_lines_##kind##_##T(const hk_scan *s, int64_t first, int64_t last, int64_t from, int64_t to, void *dp, \
                                      const void *ap) { \
    for (int64_t line = first; line < last; line++) { \
      HK_ACCUMULATOR(kind, T) *d = (HK_ACCUMULATOR(kind, T) *)dp + line * s->extent * s->inner; \
      const HK_ACCUMULATOR(kind, T) *a = (const HK_ACCUMULATOR(kind, T) *)ap + line * s->extent * s->inner; \
      for (int64_t j = from; j < to; j += HK_SCAN_COLUMNS) { \
        HK_ACCUMULATOR(kind, T) before[HK_SCAN_COLUMNS]; \
        const int64_t columns = to - j < HK_SCAN_COLUMNS ? to - j : HK_SCAN_COLUMNS; \
        for (int64_t i = 0; i < columns; i++) before[i] = HK_IDENTITY_##kind(T); \
        for (int64_t chunk = 0; chunk * HK_CHUNK < s->extent; chunk++) \
          scan_one_chunk_##kind##_##T(s, chunk, 0, columns, before, d + j, a + j); \
      } \
    } \
  } \
  static void scan_offsets_##kind##_##T(int64_t chunks, int64_t inner, void *tp) { \
    HK_ACCUMULATOR(kind, T) *totals = tp; \
    for (int64_t j = 0; j < inner; j++) { \
      HK_ACCUMULATOR(kind, T) sum = HK_IDENTITY_##kind(T); \
      for (int64_t chunk = 0; chunk < chunks; chunk++) { \
        const HK_ACCUMULATOR(kind, T) own = totals[chunk * inner + j]; \
        totals[chunk * inner + j] = sum; \
        sum = chunk == 0 ? own : HK_COMBINE_##kind(T, sum, own); \
      } \
    } \
  }
HK_EACH_SCAN(HK_SCAN)

#define HK_SCAN_ENTRY(kind, T) \
  [HK_scan_##kind][HK_##T] = {scan_lines_##kind##_##T, scan_one_chunk_##kind##_##T, scan_offsets_##kind##_##T},
static const hk_scan_kernels scan_table[HK_SCAN_KINDS][HK_DTYPES] = {HK_EACH_SCAN(HK_SCAN_ENTRY)};
