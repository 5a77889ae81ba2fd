// Rows by their indices. A row is `inner` elements; most often it is one, which has loops of its own.
#include <string.h>

// Indices: a negative one counts from the end, and then a gather clamps it.
HK_INLINE int64_t counted_row(int64_t index, int64_t rows) { return index + (index < 0 ? rows : 0); }

HK_INLINE int64_t clamped_row(int64_t index, int64_t rows) {
  const int64_t row = counted_row(index, rows);
  return row < 0 ? 0 : row >= rows ? rows - 1 : row;
}

#if defined(__x86_64__) && HK_REGISTER_BYTES == 64
#define HK_INDEX_LANES 8
typedef __m512i hk_rows;
HK_INLINE hk_rows counted_rows(const int64_t *indices, hk_rows rows) {
  const hk_rows index = _mm512_loadu_si512(indices);
  return _mm512_mask_add_epi64(index, _mm512_movepi64_mask(index), index, rows);
}
HK_INLINE hk_rows clamped_rows(const int64_t *indices, int64_t rows) {
  const hk_rows row = _mm512_max_epi64(counted_rows(indices, _mm512_set1_epi64(rows)), _mm512_setzero_si512());
  return _mm512_min_epi64(row, _mm512_set1_epi64(rows - 1));
}
HK_INLINE void take_uint32_t(uint32_t *d, const uint32_t *source, hk_rows rows) {
  _mm256_storeu_si256((__m256i *)d, _mm512_i64gather_epi32(rows, source, 4));
}
HK_INLINE void take_uint64_t(uint64_t *d, const uint64_t *source, hk_rows rows) {
  _mm512_storeu_si512(d, _mm512_i64gather_epi64(rows, source, 8));
}
#elif defined(__x86_64__) && HK_REGISTER_BYTES == 32
#define HK_INDEX_LANES 4
typedef __m256i hk_rows;
HK_INLINE hk_rows clamped_rows(const int64_t *indices, int64_t rows) {
  const hk_rows zero = _mm256_setzero_si256(), last = _mm256_set1_epi64x(rows - 1);
  const hk_rows index = _mm256_loadu_si256((const __m256i *)indices);
  const hk_rows row = _mm256_add_epi64(index, _mm256_and_si256(_mm256_cmpgt_epi64(zero, index), _mm256_set1_epi64x(rows)));
  const hk_rows capped = _mm256_blendv_epi8(row, last, _mm256_cmpgt_epi64(row, last));
  return _mm256_andnot_si256(_mm256_cmpgt_epi64(zero, capped), capped);
}
HK_INLINE void take_uint32_t(uint32_t *d, const uint32_t *source, hk_rows rows) {
  _mm_storeu_si128((__m128i *)d, _mm256_i64gather_epi32((const int *)source, rows, 4));
}
HK_INLINE void take_uint64_t(uint64_t *d, const uint64_t *source, hk_rows rows) {
  _mm256_storeu_si256((__m256i *)d, _mm256_i64gather_epi64((const long long *)source, rows, 8));
}
#endif

// Gathers of single elements, in vectors where the level gathers.
#ifdef HK_INDEX_LANES
#define HK_TAKE_VECTORS(T) \
  for (; i + HK_INDEX_LANES <= count; i += HK_INDEX_LANES) take_##T(d + i, source, clamped_rows(indices + i, rows));
#else
#define HK_TAKE_VECTORS(T)
#endif
#define HK_NO_VECTORS(T)
#define HK_GATHER_ELEMENTS(T, vectors) \
  static void gather_elements_##T(HK_GATHER_SIGNATURE) { \
    T *d = dp; \
    const T *source = sp; \
    int64_t i = 0; \
    (void)row_bytes, (void)from, (void)to; \
    vectors(T) \
    for (; i < count; i++) d[i] = source[clamped_row(indices[i], rows)]; \
  }
#define HK_GATHER_SIGNATURE \
  int64_t count, const int64_t *indices, int64_t rows, int64_t row_bytes, int64_t from, int64_t to, void *dp, const void *sp
HK_GATHER_ELEMENTS(uint8_t, HK_NO_VECTORS)
HK_GATHER_ELEMENTS(uint16_t, HK_NO_VECTORS)
HK_GATHER_ELEMENTS(uint32_t, HK_TAKE_VECTORS)
HK_GATHER_ELEMENTS(uint64_t, HK_TAKE_VECTORS)

// Short runs as two pieces that may overlap: a call of memcpy costs more than the copy.
HK_INLINE void copy_run(char *d, const char *s, int64_t bytes) {
#define HK_COPY_ENDS(size) \
  if (bytes >= size && bytes <= 2 * size) { \
    char first[size], last[size]; \
    __builtin_memcpy(first, s, size); \
    __builtin_memcpy(last, s + bytes - size, size); \
    __builtin_memcpy(d, first, size); \
    __builtin_memcpy(d + bytes - size, last, size); \
    return; \
  }
  HK_COPY_ENDS(4) HK_COPY_ENDS(8) HK_COPY_ENDS(16) HK_COPY_ENDS(32)
  memcpy(d, s, (size_t)bytes);
}

static void gather_runs(HK_GATHER_SIGNATURE) {
  for (int64_t i = 0; i < count; i++) {
    const int64_t row = clamped_row(indices[i], rows);
    copy_run((char *)dp + i * row_bytes + from, (const char *)sp + row * row_bytes + from, to - from);
  }
}

static hk_gather_fn gather_table[HK_GATHERS] = {
  [HK_GATHER_BYTES] = gather_elements_uint8_t,
  [HK_GATHER_HALVES] = gather_elements_uint16_t,
  [HK_GATHER_WORDS] = gather_elements_uint32_t,
  [HK_GATHER_LONGS] = gather_elements_uint64_t,
  [HK_GATHER_RUNS] = gather_runs,
};

// Scatters. A worker that is to write some of the rows only looks at all indices and picks its own out of a block of them,
// without a branch, which would be mispredicted half of the time. The picked indices stay in their order.
enum { HK_PICKED = 512 };

// Rows and places of those of n indices whose row is in lower..<upper; the number of them. There is room for a vector behind.
#if defined(__x86_64__) && HK_REGISTER_BYTES == 64
HK_INLINE int64_t pick_vectors(
    int64_t n, const int64_t *indices, int64_t rows, int64_t lower, int64_t upper, int64_t *row, int64_t *place, int64_t *done) {
  const hk_rows all = _mm512_set1_epi64(rows), low = _mm512_set1_epi64(lower), span = _mm512_set1_epi64(upper - lower);
  hk_rows places = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  int64_t picked = 0, i = 0;
  for (; i + 8 <= n; i += 8) {
    const hk_rows r = counted_rows(indices + i, all);
    const __mmask8 inside = _mm512_cmplt_epu64_mask(_mm512_sub_epi64(r, low), span);
    _mm512_storeu_si512(row + picked, _mm512_maskz_compress_epi64(inside, r));
    _mm512_storeu_si512(place + picked, _mm512_maskz_compress_epi64(inside, places));
    picked += __builtin_popcount(inside);
    places = _mm512_add_epi64(places, _mm512_set1_epi64(8));
  }
  *done = i;
  return picked;
}
#else
HK_INLINE int64_t pick_vectors(
    int64_t n, const int64_t *indices, int64_t rows, int64_t lower, int64_t upper, int64_t *row, int64_t *place, int64_t *done) {
  (void)n, (void)indices, (void)rows, (void)lower, (void)upper, (void)row, (void)place;
  *done = 0;
  return 0;
}
#endif

HK_INLINE int64_t pick(
    int64_t n, const int64_t *indices, int64_t rows, int64_t lower, int64_t upper, int64_t *row, int64_t *place) {
  int64_t i, picked = pick_vectors(n, indices, rows, lower, upper, row, place, &i);
  for (; i < n; i++) {
    row[picked] = counted_row(indices[i], rows);
    place[picked] = i;
    picked += (uint64_t)row[picked] - (uint64_t)lower < (uint64_t)(upper - lower);
  }
  return picked;
}

#define HK_SCATTER_SIGNATURE \
  int64_t count, const int64_t *indices, int64_t rows, int64_t lower, int64_t upper, int64_t inner, int64_t from, int64_t to, \
      void *dp, const void *up
// `op` makes the new element of the old one and the update's; `run` does so for the elements from..<to of a row.
#define HK_SCATTER(name, T, op, run) \
  HK_INLINE void name##_row(T *d, const T *u, int64_t inner, int64_t from, int64_t to) { \
    if (inner == 1) \
      *d = op(*d, *u); \
    else \
      run(d, u, from, to); \
  } \
  HK_INLINE void name##_rows(HK_SCATTER_SIGNATURE) { \
    T *d = dp; \
    const T *u = up; \
    if (lower == 0 && upper == rows) { \
      for (int64_t i = 0; i < count; i++) { \
        const int64_t row = counted_row(indices[i], rows); \
        if ((uint64_t)row < (uint64_t)rows) name##_row(d + row * inner, u + i * inner, inner, from, to); \
      } \
      return; \
    } \
    for (int64_t first = 0; first < count; first += HK_PICKED) { \
      int64_t row[HK_PICKED + 8], place[HK_PICKED + 8]; \
      const int64_t n = count - first < HK_PICKED ? count - first : HK_PICKED; \
      const int64_t picked = pick(n, indices + first, rows, lower, upper, row, place); \
      for (int64_t i = 0; i < picked; i++) \
        name##_row(d + row[i] * inner, u + (first + place[i]) * inner, inner, from, to); \
    } \
  } \
  static void name(HK_SCATTER_SIGNATURE) { \
    if (inner == 1) \
      name##_rows(count, indices, rows, lower, upper, 1, 0, 1, dp, up); \
    else \
      name##_rows(count, indices, rows, lower, upper, inner, from, to, dp, up); \
  }

// What replaces an element depends on its size only.
#define HK_SCATTER_SET(T) \
  HK_INLINE T replaced_##T(T old, T new) { \
    (void)old; \
    return new; \
  } \
  HK_INLINE void replace_run_##T(T *d, const T *u, int64_t from, int64_t to) { \
    copy_run((char *)(d + from), (const char *)(u + from), (to - from) * (int64_t)sizeof(T)); \
  } \
  HK_SCATTER(scatter_set_##T, T, replaced_##T, replace_run_##T)
HK_SCATTER_SET(uint8_t)
HK_SCATTER_SET(uint16_t)
HK_SCATTER_SET(uint32_t)
HK_SCATTER_SET(uint64_t)

#define HK_SCATTER_COMBINING(kind, T, op) \
  HK_INLINE void kind##_run_##T(hk_##T *d, const hk_##T *u, int64_t from, int64_t to) { \
    HK_VECTORIZE \
    for (int64_t j = from; j < to; j++) d[j] = op(d[j], u[j]); \
  } \
  HK_SCATTER(scatter_##kind##_##T, hk_##T, op, kind##_run_##T)
#define HK_SCATTER_COMBININGS(T) \
  HK_SCATTER_COMBINING(add, T, hk_op_add_##T) \
  HK_SCATTER_COMBINING(multiply, T, hk_op_mul_##T) \
  HK_SCATTER_COMBINING(min, T, hk_op_min_##T) \
  HK_SCATTER_COMBINING(max, T, hk_op_max_##T)
HK_EACH_NUMBER(HK_SCATTER_COMBININGS)
HK_SCATTER_COMBINING(min, bool, hk_min_bool)
HK_SCATTER_COMBINING(max, bool, hk_max_bool)

#define HK_SCATTER_ENTRY(kind, T) [HK_##T] = scatter_##kind##_##T,
#define HK_SCATTER_ADD(T) HK_SCATTER_ENTRY(add, T)
#define HK_SCATTER_MULTIPLY(T) HK_SCATTER_ENTRY(multiply, T)
#define HK_SCATTER_MIN(T) HK_SCATTER_ENTRY(min, T)
#define HK_SCATTER_MAX(T) HK_SCATTER_ENTRY(max, T)
static hk_scatter_fn scatter_table[HK_SCATTERS][HK_DTYPES] = {
  [HK_SCATTER_KIND_SET] = {[HK_f32] = scatter_set_uint32_t, [HK_i32] = scatter_set_uint32_t, [HK_u32] = scatter_set_uint32_t,
                           [HK_f64] = scatter_set_uint64_t, [HK_i64] = scatter_set_uint64_t, [HK_u64] = scatter_set_uint64_t,
                           [HK_f16] = scatter_set_uint16_t, [HK_bf16] = scatter_set_uint16_t,
                           [HK_i16] = scatter_set_uint16_t, [HK_u16] = scatter_set_uint16_t,
                           [HK_i8] = scatter_set_uint8_t, [HK_u8] = scatter_set_uint8_t, [HK_bool] = scatter_set_uint8_t},
  [HK_SCATTER_KIND_ADD] = {HK_EACH_NUMBER(HK_SCATTER_ADD)},
  [HK_SCATTER_KIND_MULTIPLY] = {HK_EACH_NUMBER(HK_SCATTER_MULTIPLY)},
  [HK_SCATTER_KIND_MIN] = {HK_EACH_DTYPE(HK_SCATTER_MIN)},
  [HK_SCATTER_KIND_MAX] = {HK_EACH_DTYPE(HK_SCATTER_MAX)},
};
