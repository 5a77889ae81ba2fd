// Keys of 4 bytes in ascending order: quicksort, whose partitions and last runs are vectors. A sorted sequence of numbers is the same
// whatever way it was found, so levels without this sort by digits (sort.c).
#include "level.h"

#include <string.h>

#if defined(__x86_64__) && HK_REGISTER_BYTES == 64
typedef __m512i hk_keys;
// Vectors of keys that are sorted as a whole, by a network.
enum { HK_RUN_VECTORS = 16, HK_RUN = 16 * HK_RUN_VECTORS };

// Each lane beside the one that `partners` names: the lesser key goes to the lane that is not in `upper`.
HK_INLINE hk_keys compared(hk_keys v, hk_keys partners, __mmask16 upper) {
  const hk_keys other = _mm512_permutexvar_epi32(partners, v);
  return _mm512_mask_max_epu32(_mm512_min_epu32(v, other), upper, v, other);
}
HK_INLINE hk_keys lanes_xor(int bits) {
  return _mm512_xor_si512(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(bits));
}
HK_INLINE hk_keys reversed_keys(hk_keys v) { return _mm512_permutexvar_epi32(lanes_xor(15), v); }

// The last steps of a merge: within the vectors.
HK_INLINE hk_keys merged_lanes(hk_keys v) {
  v = compared(v, lanes_xor(8), 0xff00);
  v = compared(v, lanes_xor(4), 0xf0f0);
  v = compared(v, lanes_xor(2), 0xcccc);
  return compared(v, lanes_xor(1), 0xaaaa);
}
HK_INLINE hk_keys sorted_lanes(hk_keys v) {
  v = compared(v, lanes_xor(1), 0xaaaa);
  v = compared(v, lanes_xor(3), 0xcccc);
  v = compared(v, lanes_xor(1), 0xaaaa);
  v = compared(v, lanes_xor(7), 0xf0f0);
  v = compared(v, lanes_xor(2), 0xcccc);
  v = compared(v, lanes_xor(1), 0xaaaa);
  v = compared(v, lanes_xor(15), 0xff00);
  v = compared(v, lanes_xor(4), 0xf0f0);
  v = compared(v, lanes_xor(2), 0xcccc);
  return compared(v, lanes_xor(1), 0xaaaa);
}

// So many vectors, a power of two, in order: K. E. Batcher's bitonic sort (AFIPS Spring Joint Computer Conference, 1968).
HK_INLINE void sort_vectors(const int count, hk_keys *v) {
  HK_PRAGMA(clang loop unroll(full))
  for (int i = 0; i < count; i++) v[i] = sorted_lanes(v[i]);
  HK_PRAGMA(clang loop unroll(full))
  for (int run = 2; run <= count; run *= 2) {
    HK_PRAGMA(clang loop unroll(full))
    for (int first = 0; first < count; first += run)
      HK_PRAGMA(clang loop unroll(full))
      for (int i = 0; i < run / 2; i++) {
        const hk_keys a = v[first + i], b = reversed_keys(v[first + run - 1 - i]);
        v[first + i] = _mm512_min_epu32(a, b);
        v[first + run - 1 - i] = reversed_keys(_mm512_max_epu32(a, b));
      }
    HK_PRAGMA(clang loop unroll(full))
    for (int apart = run / 4; apart > 0; apart /= 2)
      HK_PRAGMA(clang loop unroll(full))
      for (int i = 0; i < count; i++)
        if (!(i & apart)) {
          const hk_keys a = v[i], b = v[i + apart];
          v[i] = _mm512_min_epu32(a, b);
          v[i + apart] = _mm512_max_epu32(a, b);
        }
    HK_PRAGMA(clang loop unroll(full))
    for (int i = 0; i < count; i++) v[i] = merged_lanes(v[i]);
  }
}

HK_INLINE __mmask16 lowest(int count) { return (__mmask16)((1u << count) - 1); }
// The lanes of a vector that are there, where so many keys are left.
HK_INLINE __mmask16 lanes_left(int64_t keys) { return lowest(keys >= 16 ? 16 : keys <= 0 ? 0 : (int)keys); }

// A run of up to HK_RUN keys; what is missing of the vectors is larger than all.
#define HK_SORT_RUN(count) \
  static void sort_run_##count(int64_t n, uint32_t *x) { \
    hk_keys v[count]; \
    for (int i = 0; i < count; i++) \
      v[i] = _mm512_mask_loadu_epi32(_mm512_set1_epi32(-1), lanes_left(n - 16 * i), x + 16 * i); \
    sort_vectors(count, v); \
    for (int i = 0; i < count; i++) _mm512_mask_storeu_epi32(x + 16 * i, lanes_left(n - 16 * i), v[i]); \
  }
HK_SORT_RUN(1) HK_SORT_RUN(2) HK_SORT_RUN(4) HK_SORT_RUN(8) HK_SORT_RUN(16)
static void sort_run(int64_t n, uint32_t *x) {
  if (n <= 16) sort_run_1(n, x);
  else if (n <= 32) sort_run_2(n, x);
  else if (n <= 64) sort_run_4(n, x);
  else if (n <= 128) sort_run_8(n, x);
  else sort_run_16(n, x);
}

// The middle one of 64 keys.
static uint32_t middle_key(int64_t n, const uint32_t *x) {
  uint32_t some[64];
  for (int64_t i = 0; i < 64; i++) some[i] = x[n / 64 * i + n / 128];
  sort_run_4(64, some);
  return some[32];
}

// Those below the pivot, or up to it, to the front; the number of them. The others are kept in `spare` meanwhile.
HK_INLINE int64_t partition_by(const int with_pivot, int64_t n, uint32_t *x, uint32_t *spare, uint32_t pivot) {
  const hk_keys middle = _mm512_set1_epi32((int)pivot);
  int64_t low = 0, high = 0;
#define HK_PART(v, there) \
  { \
    const __mmask16 below = there & (with_pivot ? _mm512_cmple_epu32_mask(v, middle) : _mm512_cmplt_epu32_mask(v, middle)); \
    const __mmask16 above = there & (__mmask16)~below; \
    const int lower = __builtin_popcount(below), upper = __builtin_popcount(above); \
    _mm512_mask_storeu_epi32(x + low, lowest(lower), _mm512_maskz_compress_epi32(below, v)); \
    _mm512_mask_storeu_epi32(spare + high, lowest(upper), _mm512_maskz_compress_epi32(above, v)); \
    low += lower, high += upper; \
  }
  int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    hk_keys v[4];
    HK_PRAGMA(clang loop unroll(full))
    for (int k = 0; k < 4; k++) v[k] = _mm512_loadu_si512(x + i + 16 * k);
    HK_PRAGMA(clang loop unroll(full))
    for (int k = 0; k < 4; k++) HK_PART(v[k], (__mmask16)0xffff)
  }
  for (; i < n; i += 16) {
    const __mmask16 there = lanes_left(n - i);
    const hk_keys v = _mm512_maskz_loadu_epi32(there, x + i);
    HK_PART(v, there)
  }
  memcpy(x + low, spare, (size_t)high * sizeof *x);
  return low;
}

static int64_t split_keys(int64_t n, uint32_t *x, uint32_t *spare) {
  return n > HK_RUN ? partition_by(0, n, x, spare, middle_key(n, x)) : 0;
}

// `rounds`: so many partitions may follow each other. A line that needs more has unlucky pivots.
static void sort_keys_in(int rounds, int64_t n, uint32_t *x, uint32_t *spare) {
  while (n > HK_RUN) {
    if (rounds-- == 0) return hk_sort_by_digits(n, x, spare);
    const uint32_t pivot = middle_key(n, x);
    const int64_t low = partition_by(0, n, x, spare, pivot);
    // Where none is below the pivot, those that equal it come first, and are in order.
    const int64_t done = low > 0 ? low : partition_by(1, n, x, spare, pivot);
    if (low > 0) sort_keys_in(rounds, low, x, spare);
    x += done, n -= done;
  }
  sort_run(n, x);
}
static void sort_keys(int64_t n, uint32_t *x, uint32_t *spare) {
  sort_keys_in(2 * (64 - __builtin_clzll((uint64_t)n | 1)), n, x, spare);
}

static const hk_key_sort key_sort = {sort_keys, split_keys};
#define HK_KEY_SORT &key_sort
#else
#define HK_KEY_SORT 0
#endif
