// Stable sorts, the same at every level. A key becomes an unsigned number of the same order; with its place it is sorted by digits,
// the lowest first (radix sort), or, where a line is short, by merging. The places then say what comes where.
#include "types.h"

#include <string.h>

// A key of 4 bytes and its place in one number: as places are different and go up, any sort of the numbers is a stable one of keys.
typedef uint64_t narrow;
typedef struct {
  uint64_t key, place;
} wide;

enum {
  DIGIT_BITS = 8,
  DIGITS = 1 << DIGIT_BITS,
  // Lines up to this are sorted by insertion, and up to the others by merging.
  INSERTION = 16,
  LEAST_NARROW = 256,
  LEAST_WIDE = 512,
};

// Keys of the same order as the elements. Zeros are equal; NaN comes after all numbers, in descending order too.
static uint32_t key_bool(hk_bool x) { return x; }
static uint32_t key_u32(hk_u32 x) { return x; }
static uint32_t key_i32(hk_i32 x) { return (uint32_t)x ^ 1u << 31; }
static uint64_t key_u64(hk_u64 x) { return x; }
static uint64_t key_i64(hk_i64 x) { return (uint64_t)x ^ 1ull << 63; }
#define FLOAT_KEY(T, U) \
  static U key_##T(hk_##T x) { \
    const U sign = (U)1 << (8 * sizeof(U) - 1); \
    const hk_##T value = x == 0 ? 0 : x; \
    U bits; \
    memcpy(&bits, &value, sizeof bits); \
    return bits & sign ? ~bits : bits | sign; \
  }
FLOAT_KEY(f32, uint32_t)
FLOAT_KEY(f64, uint64_t)
#define KEY_OR_NAN(T, U, x, flip) ((x) != (x) ? ~(U)0 : key_##T(x) ^ (flip))

// Whether places need more than 32 bits, or keys do.
static int is_wide(const hk_sort *s) {
  return s->dtype == HK_f64 || s->dtype == HK_i64 || s->dtype == HK_u64 || s->extent > UINT32_MAX;
}
static int64_t key_bytes(const hk_sort *s) {
  switch (s->dtype) {
    case HK_f64: case HK_i64: case HK_u64: return 8;
    case HK_bool: return 1;
    default: return 4;
  }
}
static int64_t element_bytes(const hk_sort *s) { return is_wide(s) ? sizeof(wide) : sizeof(narrow); }
int64_t hk_sort_digits(const hk_sort *s) { return key_bytes(s); }

// Terms first..<last of a line with their places.
static void fill(const hk_sort *s, int64_t first, int64_t last, const void *a, void *elements) {
  const int64_t stride = s->stride;
#define FILL(T, U) \
  case HK_##T: { \
    const hk_##T *x = a; \
    const U flip = s->descending ? ~(U)0 : 0; \
    if (is_wide(s)) \
      for (int64_t i = first; i < last; i++) \
        ((wide *)elements)[i] = (wide){KEY_OR_NAN(T, U, x[i * stride], flip), (uint64_t)i}; \
    else \
      for (int64_t i = first; i < last; i++) \
        ((narrow *)elements)[i] = (uint64_t)KEY_OR_NAN(T, U, x[i * stride], flip) << 32 | (uint64_t)i; \
    break; \
  }
  switch (s->dtype) {
    // A bool's key has one bit.
    case HK_bool: {
      const hk_bool *x = a;
      for (int64_t i = first; i < last; i++) {
        const uint64_t key = key_bool(x[i * stride]) ^ (uint32_t)(s->descending != 0);
        if (is_wide(s)) ((wide *)elements)[i] = (wide){key, (uint64_t)i};
        else ((narrow *)elements)[i] = key << 32 | (uint64_t)i;
      }
      break;
    }
    FILL(f32, uint32_t) FILL(i32, uint32_t) FILL(u32, uint32_t) FILL(f64, uint64_t) FILL(i64, uint64_t) FILL(u64, uint64_t)
  }
}

// Results first..<last, from the elements in their order.
#define TAKE(U, at) \
  for (int64_t i = first; i < last; i++) ((U *)d)[i * stride] = ((const U *)a)[(int64_t)(at) * stride];
static void take(const hk_sort *s, int64_t first, int64_t last, void *d, const void *a, int64_t size, const void *elements) {
  const int64_t stride = s->stride;
  const narrow *n = elements;
  const wide *w = elements;
  if (is_wide(s)) {
    if (size == 8) { TAKE(uint64_t, w[i].place) } else if (size == 4) { TAKE(uint32_t, w[i].place) } else { TAKE(uint8_t, w[i].place) }
  } else {
    if (size == 8) { TAKE(uint64_t, (uint32_t)n[i]) } else if (size == 4) { TAKE(uint32_t, (uint32_t)n[i]) } else { TAKE(uint8_t, (uint32_t)n[i]) }
  }
}

#define KEY_OF_narrow(e) ((e) >> 32)
#define KEY_OF_wide(e) ((e).key)
#define IN_ORDER_narrow(a, b) ((a) <= (b))
#define IN_ORDER_wide(a, b) ((a).key <= (b).key)

// A line x of n elements, with y to work in; returns the one of them that is sorted in the end.
#define SORT(E) \
  static void insert_##E(int64_t n, E *x) { \
    for (int64_t i = 1; i < n; i++) { \
      const E e = x[i]; \
      int64_t j = i; \
      for (; j > 0 && !IN_ORDER_##E(x[j - 1], e); j--) x[j] = x[j - 1]; \
      x[j] = e; \
    } \
  } \
  static E *merge_##E(int64_t n, E *x, E *y) { \
    for (int64_t i = 0; i < n; i += INSERTION) insert_##E(n - i < INSERTION ? n - i : INSERTION, x + i); \
    for (int64_t run = INSERTION; run < n; run *= 2) { \
      for (int64_t start = 0; start < n; start += 2 * run) { \
        const int64_t middle = start + run < n ? start + run : n, end = middle + run < n ? middle + run : n; \
        int64_t i = start, j = middle, k = start; \
        while (i < middle && j < end) { \
          const int left = IN_ORDER_##E(x[i], x[j]); \
          y[k++] = left ? x[i] : x[j]; \
          i += left, j += !left; \
        } \
        memcpy(y + k, x + i, (size_t)(middle - i) * sizeof(E)); \
        memcpy(y + k + (middle - i), x + j, (size_t)(end - j) * sizeof(E)); \
      } \
      E *const other = x; \
      x = y, y = other; \
    } \
    return x; \
  } \
  static E *radix_##E(int64_t n, int64_t digits, E *x, E *y) { \
    int64_t counts[8][DIGITS]; \
    memset(counts, 0, (size_t)digits * sizeof counts[0]); \
    for (int64_t i = 0; i < n; i++) \
      for (int64_t digit = 0; digit < digits; digit++) counts[digit][KEY_OF_##E(x[i]) >> digit * DIGIT_BITS & (DIGITS - 1)]++; \
    for (int64_t digit = 0; digit < digits; digit++) { \
      int64_t *count = counts[digit], sum = 0; \
      if (count[KEY_OF_##E(x[0]) >> digit * DIGIT_BITS & (DIGITS - 1)] == n) continue; \
      for (int i = 0; i < DIGITS; i++) { \
        const int64_t own = count[i]; \
        count[i] = sum; \
        sum += own; \
      } \
      for (int64_t i = 0; i < n; i++) y[count[KEY_OF_##E(x[i]) >> digit * DIGIT_BITS & (DIGITS - 1)]++] = x[i]; \
      E *const other = x; \
      x = y, y = other; \
    } \
    return x; \
  } \
  /* Terms first..<last of a shared line. */ \
  static void count_##E(int64_t first, int64_t last, int64_t digit, int64_t *count, const E *x) { \
    memset(count, 0, DIGITS * sizeof *count); \
    for (int64_t i = first; i < last; i++) count[KEY_OF_##E(x[i]) >> digit * DIGIT_BITS & (DIGITS - 1)]++; \
  } \
  static void move_##E(int64_t first, int64_t last, int64_t digit, int64_t *place, const E *x, E *y) { \
    for (int64_t i = first; i < last; i++) y[place[KEY_OF_##E(x[i]) >> digit * DIGIT_BITS & (DIGITS - 1)]++] = x[i]; \
  }
SORT(narrow)
SORT(wide)

int64_t hk_sort_scratch(const hk_sort *s) { return 2 * s->extent * element_bytes(s); }

void hk_sort_line(const hk_sort *s, void *const *d, const void *const *a, const int64_t *sizes, void *scratch) {
  const int64_t n = s->extent, digits = hk_sort_digits(s);
  if (n <= 0) return;
  fill(s, 0, n, a[0], scratch);
  const void *sorted;
  if (is_wide(s)) {
    wide *x = scratch;
    sorted = n < LEAST_WIDE ? merge_wide(n, x, x + n) : radix_wide(n, digits, x, x + n);
  } else {
    narrow *x = scratch;
    sorted = n < LEAST_NARROW ? merge_narrow(n, x, x + n) : radix_narrow(n, digits, x, x + n);
  }
  for (int64_t i = 0; i <= s->payloads; i++) take(s, 0, n, d[i], a[i], sizes[i], sorted);
}

// A shared line: this, then the counts of each block, then the elements twice.
typedef struct {
  // The last digit that was sorted by, where the elements are now, where they were before, and whether they had to be moved.
  int64_t digit, now, before, moves;
} shared;

static int64_t block_count(const hk_sort *s, int64_t block) { return (s->extent + block - 1) / block; }
static int64_t *counts_of(void *scratch, int64_t number) { return (int64_t *)((shared *)scratch + 1) + number * DIGITS; }
static void *elements_of(const hk_sort *s, int64_t block, void *scratch, int64_t which) {
  return (char *)counts_of(scratch, block_count(s, block)) + which * s->extent * element_bytes(s);
}
static int64_t end_of(const hk_sort *s, int64_t block, int64_t number) {
  return (number + 1) * block < s->extent ? (number + 1) * block : s->extent;
}

int64_t hk_sort_shared_scratch(const hk_sort *s, int64_t block) {
  return (int64_t)sizeof(shared) + (block_count(s, block) * DIGITS * (int64_t)sizeof(int64_t)) + 2 * s->extent * element_bytes(s);
}

void hk_sort_start(const hk_sort *s, int64_t block, void *scratch) {
  (void)s, (void)block;
  *(shared *)scratch = (shared){.digit = -1};
}

void hk_sort_fill(const hk_sort *s, int64_t block, int64_t number, const void *a, void *scratch) {
  fill(s, number * block, end_of(s, block, number), a, elements_of(s, block, scratch, 0));
}

void hk_sort_count(const hk_sort *s, int64_t block, int64_t number, void *scratch) {
  const shared *state = scratch;
  const void *x = elements_of(s, block, scratch, state->now);
  const int64_t first = number * block, last = end_of(s, block, number), digit = state->digit + 1;
  if (is_wide(s)) count_wide(first, last, digit, counts_of(scratch, number), x);
  else count_narrow(first, last, digit, counts_of(scratch, number), x);
}

// Counts become places: of a digit, those of the blocks one after the other.
void hk_sort_place(const hk_sort *s, int64_t block, void *scratch) {
  shared *state = scratch;
  const int64_t blocks = block_count(s, block);
  int64_t sum = 0, most = 0;
  for (int digit = 0; digit < DIGITS; digit++) {
    const int64_t before = sum;
    for (int64_t number = 0; number < blocks; number++) {
      int64_t *count = counts_of(scratch, number) + digit;
      const int64_t own = *count;
      *count = sum;
      sum += own;
    }
    if (sum - before > most) most = sum - before;
  }
  state->digit++;
  state->before = state->now;
  state->moves = most < s->extent;
  if (state->moves) state->now = 1 - state->now;
}

void hk_sort_move(const hk_sort *s, int64_t block, int64_t number, void *scratch) {
  const shared *state = scratch;
  if (!state->moves) return;
  const void *x = elements_of(s, block, scratch, state->before);
  void *y = elements_of(s, block, scratch, state->now);
  const int64_t first = number * block, last = end_of(s, block, number);
  if (is_wide(s)) move_wide(first, last, state->digit, counts_of(scratch, number), x, y);
  else move_narrow(first, last, state->digit, counts_of(scratch, number), x, y);
}

void hk_sort_finish(const hk_sort *s, int64_t block, int64_t number, void *const *d, const void *const *a, const int64_t *sizes,
                    void *scratch) {
  const void *sorted = elements_of(s, block, scratch, ((const shared *)scratch)->now);
  for (int64_t i = 0; i <= s->payloads; i++) take(s, number * block, end_of(s, block, number), d[i], a[i], sizes[i], sorted);
}
