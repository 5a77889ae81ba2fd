// Short rows with AVX2: up to 16 floats or 8 doubles, two masked loads a row. As rows_avx512.h, with half the width: the first
// halving adds a row's two vectors.

// Element r of the result is the sum of the lanes of v[r] by halving.
HK_INLINE __m256 sum_rows_f32(const __m256 *v) {
  __m256 half[4], quarter[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++)
    half[i] = _mm256_add_ps(_mm256_permute2f128_ps(v[i], v[i + 4], 0x20), _mm256_permute2f128_ps(v[i], v[i + 4], 0x31));
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    const __m256d a = _mm256_castps_pd(half[2 * i]), b = _mm256_castps_pd(half[2 * i + 1]);
    quarter[i] = _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(a, b)), _mm256_castpd_ps(_mm256_unpackhi_pd(a, b)));
  }
  return _mm256_add_ps(_mm256_shuffle_ps(quarter[0], quarter[1], 0x88), _mm256_shuffle_ps(quarter[0], quarter[1], 0xdd));
}

HK_INLINE __m256d sum_rows_f64(const __m256d *v) {
  __m256d half[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++)
    half[i] = _mm256_add_pd(_mm256_permute2f128_pd(v[i], v[i + 2], 0x20), _mm256_permute2f128_pd(v[i], v[i + 2], 0x31));
  return _mm256_add_pd(_mm256_unpacklo_pd(half[0], half[1]), _mm256_unpackhi_pd(half[0], half[1]));
}

// All n rows; k is at most 2 · width. The rows of two vectors fill k lines.
// All ones in the first k of 2 · width elements, as two masks.
#define HK_SHORT_ROWS(T, width, vector, suffix, integer, set1) \
  HK_INLINE void masks_##T(int64_t k, __m256i *low, __m256i *high) { \
    integer bits[2 * width]; \
    for (int i = 0; i < 2 * width; i++) bits[i] = i < k ? -1 : 0; \
    *low = _mm256_loadu_si256((const __m256i *)bits); \
    *high = _mm256_loadu_si256((const __m256i *)(bits + width)); \
  } \
  static int64_t short_row_dot_##T(int64_t n, int64_t k, hk_##T *z, const hk_##T *x, const hk_##T *w, HK_FETCH) { \
    __m256i low, high; \
    masks_##T(k, &low, &high); \
    const vector w0 = _mm256_maskload_##suffix(w, low), w1 = _mm256_maskload_##suffix(w + width, high); \
    const vector zero = _mm256_setzero_##suffix(); \
    for (int64_t i = 0; i < n; i += width) { \
      vector v[width]; \
      if (ahead > 0 && i % (2 * width) == 0) prefetch_lines(x + (i + ahead) * k, k, part, parts); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int r = 0; r < width; r++) { \
        const hk_##T *row = x + (i + r) * k; \
        v[r] = i + r < n ? _mm256_add_##suffix(_mm256_mul_##suffix(_mm256_maskload_##suffix(row, low), w0), \
                                               _mm256_mul_##suffix(_mm256_maskload_##suffix(row + width, high), w1)) \
                         : zero; \
      } \
      const vector sums = _mm256_add_##suffix(sum_rows_##T(v), zero); \
      if (i + width <= n) { \
        _mm256_storeu_##suffix(z + i, sums); \
      } else { \
        __m256i first, second; \
        masks_##T(n - i, &first, &second); \
        _mm256_maskstore_##suffix(z + i, first, sums); \
      } \
    } \
    return n; \
  } \
  static int64_t short_outer_##T(int64_t n, int64_t k, hk_##T *lanes, const hk_##T *s, const hk_##T *x, HK_FETCH) { \
    __m256i low, high; \
    masks_##T(k, &low, &high); \
    vector v0[HK_ROW_LANES], v1[HK_ROW_LANES]; \
    for (int l = 0; l < HK_ROW_LANES; l++) { \
      v0[l] = _mm256_maskload_##suffix(lanes + l * k, low); \
      v1[l] = _mm256_maskload_##suffix(lanes + l * k + width, high); \
    } \
    int64_t i = 0; \
    for (; i + width <= n; i += width) { \
      if (ahead > 0 && i % (2 * width) == 0) prefetch_lines(x + (i + ahead) * k, k, part, parts); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int r = 0; r < width; r++) { \
        const hk_##T *row = x + (i + r) * k; \
        const vector weight = set1(s[i + r]); \
        v0[r % HK_ROW_LANES] = _mm256_fmadd_##suffix(weight, _mm256_maskload_##suffix(row, low), v0[r % HK_ROW_LANES]); \
        v1[r % HK_ROW_LANES] = \
          _mm256_fmadd_##suffix(weight, _mm256_maskload_##suffix(row + width, high), v1[r % HK_ROW_LANES]); \
      } \
    } \
    for (int l = 0; l < HK_ROW_LANES; l++) { \
      for (int64_t r = i + l; r < n; r += HK_ROW_LANES) { \
        v0[l] = _mm256_fmadd_##suffix(set1(s[r]), _mm256_maskload_##suffix(x + r * k, low), v0[l]); \
        v1[l] = _mm256_fmadd_##suffix(set1(s[r]), _mm256_maskload_##suffix(x + r * k + width, high), v1[l]); \
      } \
      _mm256_maskstore_##suffix(lanes + l * k, low, v0[l]); \
      _mm256_maskstore_##suffix(lanes + l * k + width, high, v1[l]); \
    } \
    return n; \
  }
HK_SHORT_ROWS(f32, 8, __m256, ps, int32_t, _mm256_set1_ps)
HK_SHORT_ROWS(f64, 4, __m256d, pd, int64_t, _mm256_set1_pd)

#define HK_SHORT_ROW_DOT_f32(n, k, z, x, w, fetch) ((k) > 0 && (k) <= 16 ? short_row_dot_f32(n, k, z, x, w, fetch) : 0)
#define HK_SHORT_ROW_DOT_f64(n, k, z, x, w, fetch) ((k) > 0 && (k) <= 8 ? short_row_dot_f64(n, k, z, x, w, fetch) : 0)
#define HK_SHORT_OUTER_f32(n, k, lanes, s, x, fetch) ((k) > 0 && (k) <= 16 ? short_outer_f32(n, k, lanes, s, x, fetch) : 0)
#define HK_SHORT_OUTER_f64(n, k, lanes, s, x, fetch) ((k) > 0 && (k) <= 8 ? short_outer_f64(n, k, lanes, s, x, fetch) : 0)
