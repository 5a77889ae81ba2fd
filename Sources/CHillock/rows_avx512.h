// Short rows with AVX-512: up to 16 floats or 8 doubles, one masked load a row. The rows of a group become one vector of sums
// in a transposing tree of additions, whose order is the halving of lanes that Spec/numerics.md prescribes: 64 lanes of
// which all but the first k are +0. Products are plain multiplications, because fma(a, b, +0) differs from a · b in
// the sign of zero only, and the +0 that is added at the end settles that.

// Rows rows[0..<16] of the products v: element r of the result is the sum of v[r]'s lanes by halving.
HK_INLINE __m512 sum_16_rows(const __m512 *v) {
  __m512 half[8], quarter[4], pair[2];
  // Row r goes to the group r mod 4, so that the last shuffle leaves the rows in order.
  static const int order[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    const __m512 a = v[order[2 * i]], b = v[order[2 * i + 1]];
    half[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    const __m512 a = half[2 * i], b = half[2 * i + 1];
    quarter[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    const __m512d a = _mm512_castps_pd(quarter[2 * i]), b = _mm512_castps_pd(quarter[2 * i + 1]);
    pair[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(a, b)), _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
  }
  return _mm512_add_ps(_mm512_shuffle_ps(pair[0], pair[1], 0x88), _mm512_shuffle_ps(pair[0], pair[1], 0xdd));
}

HK_INLINE __m512d sum_8_rows(const __m512d *v) {
  __m512d half[4], quarter[2];
  static const int order[8] = {0, 2, 4, 6, 1, 3, 5, 7};
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    const __m512d a = v[order[2 * i]], b = v[order[2 * i + 1]];
    half[i] = _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x44), _mm512_shuffle_f64x2(a, b, 0xee));
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    const __m512d a = half[2 * i], b = half[2 * i + 1];
    quarter[i] = _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x88), _mm512_shuffle_f64x2(a, b, 0xdd));
  }
  return _mm512_add_pd(_mm512_unpacklo_pd(quarter[0], quarter[1]), _mm512_unpackhi_pd(quarter[0], quarter[1]));
}

// All n rows; k is at most `width`. The rows of a vector fill k lines.
#define HK_SHORT_ROWS(T, width, vector, mask, suffix, sum) \
  static int64_t short_row_dot_##T(int64_t n, int64_t k, hk_##T *z, const hk_##T *x, const hk_##T *w, HK_FETCH) { \
    const mask present = (mask)((1u << k) - 1); \
    const vector weights = _mm512_maskz_loadu_##suffix(present, w), zero = _mm512_setzero_##suffix(); \
    vector v[width]; \
    int64_t i = 0; \
    for (; i + width <= n; i += width) { \
      if (ahead > 0) prefetch_lines(x + (i + ahead) * k, k, part, parts); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int r = 0; r < width; r++) \
        v[r] = _mm512_mul_##suffix(_mm512_maskz_loadu_##suffix(present, x + (i + r) * k), weights); \
      _mm512_storeu_##suffix(z + i, _mm512_add_##suffix(sum(v), zero)); \
    } \
    if (i < n) { \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int r = 0; r < width; r++) \
        v[r] = i + r < n ? _mm512_mul_##suffix(_mm512_maskz_loadu_##suffix(present, x + (i + r) * k), weights) : zero; \
      _mm512_mask_storeu_##suffix(z + i, (mask)((1u << (n - i)) - 1), _mm512_add_##suffix(sum(v), zero)); \
    } \
    return n; \
  } \
  static int64_t short_outer_##T(int64_t n, int64_t k, hk_##T *lanes, const hk_##T *s, const hk_##T *x, HK_FETCH) { \
    const mask present = (mask)((1u << k) - 1); \
    vector v[HK_ROW_LANES]; \
    for (int l = 0; l < HK_ROW_LANES; l++) v[l] = _mm512_maskz_loadu_##suffix(present, lanes + l * k); \
    int64_t i = 0; \
    for (; i + width <= n; i += width) { \
      if (ahead > 0) prefetch_lines(x + (i + ahead) * k, k, part, parts); \
      HK_PRAGMA(clang loop unroll(full)) \
      for (int r = 0; r < width; r++) \
        v[r % HK_ROW_LANES] = _mm512_fmadd_##suffix( \
          _mm512_set1_##suffix(s[i + r]), _mm512_maskz_loadu_##suffix(present, x + (i + r) * k), v[r % HK_ROW_LANES]); \
    } \
    for (int l = 0; l < HK_ROW_LANES; l++) { \
      for (int64_t r = i + l; r < n; r += HK_ROW_LANES) \
        v[l] = _mm512_fmadd_##suffix(_mm512_set1_##suffix(s[r]), _mm512_maskz_loadu_##suffix(present, x + r * k), v[l]); \
      _mm512_mask_storeu_##suffix(lanes + l * k, present, v[l]); \
    } \
    return n; \
  }
HK_SHORT_ROWS(f32, 16, __m512, __mmask16, ps, sum_16_rows)
HK_SHORT_ROWS(f64, 8, __m512d, __mmask8, pd, sum_8_rows)

#define HK_SHORT_ROW_DOT_f32(n, k, z, x, w, fetch) ((k) > 0 && (k) <= 16 ? short_row_dot_f32(n, k, z, x, w, fetch) : 0)
#define HK_SHORT_ROW_DOT_f64(n, k, z, x, w, fetch) ((k) > 0 && (k) <= 8 ? short_row_dot_f64(n, k, z, x, w, fetch) : 0)
#define HK_SHORT_OUTER_f32(n, k, lanes, s, x, fetch) ((k) > 0 && (k) <= 16 ? short_outer_f32(n, k, lanes, s, x, fetch) : 0)
#define HK_SHORT_OUTER_f64(n, k, lanes, s, x, fetch) ((k) > 0 && (k) <= 8 ? short_outer_f64(n, k, lanes, s, x, fetch) : 0)
