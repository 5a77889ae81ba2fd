// Stable sorts, the same at every level. A key becomes an unsigned number of the same order; with its place it is sorted by digits,
// the lowest first (radix sort), or, where a line is short, by merging. The places then say what comes where. Without payloads no
// places are needed: the numbers are sorted alone, and become elements again.
#include "keys.h"

#include <string.h>

// A key of 4 bytes and its place in one number: as places are different and go up, any sort of the numbers is a stable one of keys.
typedef uint64_t narrow;
typedef struct {
  uint64_t key, place;
} wide;
// Keys alone, of 4 and 8 bytes.
typedef uint32_t bare;
typedef uint64_t bare_long;
typedef enum { NARROW, WIDE, BARE, BARE_LONG } form;
#define EACH_FORM(s, M, ...) \
  switch (form_of(s)) { \
    case NARROW: M(narrow, __VA_ARGS__) break; \
    case WIDE: M(wide, __VA_ARGS__) break; \
    case BARE: M(bare, __VA_ARGS__) break; \
    case BARE_LONG: M(bare_long, __VA_ARGS__) break; \
  }

enum {
  DIGIT_BITS = 8,
  DIGITS = 1 << DIGIT_BITS,
  // Lines up to this are sorted by insertion, and up to the others by merging.
  INSERTION = 16,
  LEAST_NARROW = 256,
  LEAST_WIDE = 512,
};

// Whether an element differs from others with its key: a zero with a sign, or NaN.
#define IS_ALIKE_f32(x) (((x) != (x)) | (((x) == 0) & (__builtin_signbit(x) != 0)))
#define IS_ALIKE_f64(x) IS_ALIKE_f32(x)
#define IS_ALIKE_i32(x) 0
#define IS_ALIKE_i64(x) 0
#define IS_ALIKE_u32(x) 0
#define IS_ALIKE_u64(x) 0
#define IS_ALIKE_bool(x) 0

static int64_t key_bytes(const hk_sort *s) { return hk_key_bytes(s->dtype); }
static form form_of(const hk_sort *s) {
  const int is_long = key_bytes(s) == 8;
  if (s->payloads == 0) return is_long ? BARE_LONG : BARE;
  return is_long || s->extent > UINT32_MAX ? WIDE : NARROW;
}
static int64_t element_bytes(const hk_sort *s) {
#define ELEMENT_BYTES(E, ...) return sizeof(E);
  EACH_FORM(s, ELEMENT_BYTES, )
}
int64_t hk_sort_digits(const hk_sort *s) { return key_bytes(s); }
static uint64_t flip_of(const hk_sort *s) { return hk_key_flip(s->dtype, s->descending); }

#define ELEMENT_narrow(key, i) ((uint64_t)(key) << 32 | (uint64_t)(i))
#define ELEMENT_wide(key, i) ((wide){key, (uint64_t)(i)})
#define ELEMENT_bare(key, i) ((bare)(key))
#define ELEMENT_bare_long(key, i) ((bare_long)(key))

// Terms first..<last of a line, with their places where there are payloads; whether elements are among them that keys do not tell.
static int fill(const hk_sort *s, int64_t first, int64_t last, const void *a, void *elements) {
  const int64_t stride = s->stride;
  int isAlike = 0;
#define FILL_FORM(E, T, U) \
  for (int64_t i = first; i < last; i++) { \
    const hk_##T term = x[i * stride]; \
    ((E *)elements)[i] = ELEMENT_##E(KEY_OR_NAN(T, U, term, flip), i); \
    isAlike |= IS_ALIKE_##T(term); \
  }
#define FILL(T, U) \
  case HK_##T: { \
    const hk_##T *x = a; \
    const U flip = (U)flip_of(s); \
    EACH_FORM(s, FILL_FORM, T, U) \
    break; \
  }
  switch (s->dtype) { EACH_KEY(FILL) }
  return isAlike;
}

// Results first..<last from the elements in their order, taken by their places.
#define TAKE(U, at) \
  for (int64_t i = first; i < last; i++) ((U *)d)[i * stride] = ((const U *)a)[(int64_t)(at) * stride];
static void take(const hk_sort *s, int64_t first, int64_t last, void *d, const void *a, int64_t size, const void *elements) {
  const int64_t stride = s->stride;
  const narrow *n = elements;
  const wide *w = elements;
  if (form_of(s) == WIDE) {
    if (size == 8) { TAKE(uint64_t, w[i].place) } else if (size == 4) { TAKE(uint32_t, w[i].place) } else { TAKE(uint8_t, w[i].place) }
  } else {
    if (size == 8) { TAKE(uint64_t, (uint32_t)n[i]) } else if (size == 4) { TAKE(uint32_t, (uint32_t)n[i]) } else { TAKE(uint8_t, (uint32_t)n[i]) }
  }
}

// The same from keys alone.
static void tell(const hk_sort *s, int64_t first, int64_t last, void *d, const void *keys) {
  const int64_t stride = s->stride;
#define TELL(T, U) \
  case HK_##T: { \
    const U flip = (U)flip_of(s); \
    for (int64_t i = first; i < last; i++) ((hk_##T *)d)[i * stride] = element_##T(((const U *)keys)[i] ^ flip); \
    break; \
  }
  switch (s->dtype) { EACH_KEY(TELL) }
}

static void finish(const hk_sort *s, int64_t first, int64_t last, void *const *d, const void *const *a, const int64_t *sizes,
                   const void *elements) {
  if (s->payloads == 0) return tell(s, first, last, d[0], elements);
  for (int64_t i = 0; i <= s->payloads; i++) take(s, first, last, d[i], a[i], sizes[i], elements);
}

// Zeros and NaN as they are, in the order of the line, over those that their keys have told.
#define RESTORE(T) \
  static void restore_##T(const hk_sort *s, hk_##T *d, const hk_##T *a) { \
    const int64_t n = s->extent, stride = s->stride; \
    int64_t zero = 0, nan = n; \
    for (int64_t i = 0; i < n; i++) { \
      const hk_##T x = a[i * stride]; \
      zero += s->descending ? x > 0 : x < 0; \
      nan -= x != x; \
    } \
    for (int64_t i = 0; i < n; i++) { \
      const hk_##T x = a[i * stride]; \
      if (x == 0) d[zero++ * stride] = x; \
      else if (x != x) d[nan++ * stride] = x; \
    } \
  }
RESTORE(f32)
RESTORE(f64)
static void restore(const hk_sort *s, void *d, const void *a) {
  if (s->dtype == HK_f32) restore_f32(s, d, a);
  else if (s->dtype == HK_f64) restore_f64(s, d, a);
}

#define KEY_OF_narrow(e) ((e) >> 32)
#define KEY_OF_wide(e) ((e).key)
#define KEY_OF_bare(e) (e)
#define KEY_OF_bare_long(e) (e)
#define IN_ORDER_narrow(a, b) ((a) <= (b))
#define IN_ORDER_wide(a, b) ((a).key <= (b).key)
#define IN_ORDER_bare(a, b) ((a) <= (b))
#define IN_ORDER_bare_long(a, b) ((a) <= (b))
#define LEAST_RADIX_narrow LEAST_NARROW
#define LEAST_RADIX_wide LEAST_WIDE
#define LEAST_RADIX_bare LEAST_NARROW
#define LEAST_RADIX_bare_long LEAST_WIDE

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
  } \
  /* The same for keys of one bit: with two places in memory each step would wait for the one before. */ \
  static void count_bits_##E(int64_t first, int64_t last, int64_t *count, const E *x) { \
    int64_t ones = 0; \
    for (int64_t i = first; i < last; i++) ones += (int64_t)KEY_OF_##E(x[i]); \
    memset(count, 0, DIGITS * sizeof *count); \
    count[0] = last - first - ones, count[1] = ones; \
  } \
  static void move_bits_##E(int64_t first, int64_t last, int64_t *place, const E *x, E *y) { \
    int64_t zero = place[0], one = place[1]; \
    for (int64_t i = first; i < last; i++) { \
      const int64_t isOne = (int64_t)KEY_OF_##E(x[i]); \
      y[isOne ? one : zero] = x[i]; \
      one += isOne, zero += 1 - isOne; \
    } \
    place[0] = zero, place[1] = one; \
  } \
  static E *sort_bits_##E(int64_t n, E *x, E *y) { \
    int64_t count[DIGITS]; \
    count_bits_##E(0, n, count, x); \
    int64_t place[] = {0, count[0]}; \
    move_bits_##E(0, n, place, x, y); \
    return y; \
  } \
  static E *sort_##E(int64_t n, int64_t digits, E *x, E *y) { \
    return n < LEAST_RADIX_##E ? merge_##E(n, x, y) : radix_##E(n, digits, x, y); \
  }
SORT(narrow)
SORT(wide)
SORT(bare)
SORT(bare_long)

void hk_sort_by_digits(int64_t n, uint32_t *keys, uint32_t *spare) {
  if (radix_bare(n, sizeof *keys, keys, spare) != keys) memcpy(keys, spare, (size_t)n * sizeof *keys);
}

int hk_sort_splits(const hk_sort *s) { return s->keys && form_of(s) == BARE && s->dtype != HK_bool; }

int64_t hk_sort_scratch(const hk_sort *s) { return 2 * s->extent * element_bytes(s); }

void hk_sort_line(const hk_sort *s, void *const *d, const void *const *a, const int64_t *sizes, void *scratch) {
  const int64_t n = s->extent, digits = hk_sort_digits(s);
  if (n <= 0) return;
  const int isAlike = fill(s, 0, n, a[0], scratch);
  const void *sorted = scratch;
#define SORT_FORM(E, ...) \
  if (s->dtype == HK_bool) sorted = sort_bits_##E(n, scratch, (E *)scratch + n); \
  else sorted = sort_##E(n, digits, scratch, (E *)scratch + n);
  if (hk_sort_splits(s)) s->keys->sort(n, scratch, (bare *)scratch + n);
  else EACH_FORM(s, SORT_FORM, )
  finish(s, 0, n, d, a, sizes, sorted);
  if (isAlike && s->payloads == 0) restore(s, d[0], a[0]);
}

// A shared line: this, then the counts of each block, then the elements twice.
typedef struct {
  // The last digit that was sorted by, where the elements are now, where they were before, and whether they had to be moved.
  int64_t digit, now, before, moves;
  // Whether elements are among them that keys do not tell.
  int64_t isAlike;
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
  const int isAlike = fill(s, number * block, end_of(s, block, number), a, elements_of(s, block, scratch, 0));
  // Several workers may say so at once.
  if (isAlike) __atomic_store_n(&((shared *)scratch)->isAlike, 1, __ATOMIC_RELAXED);
}

void hk_sort_count(const hk_sort *s, int64_t block, int64_t number, void *scratch) {
  const shared *state = scratch;
  const void *x = elements_of(s, block, scratch, state->now);
  const int64_t first = number * block, last = end_of(s, block, number), digit = state->digit + 1;
#define COUNT_FORM(E, ...) \
  if (s->dtype == HK_bool) count_bits_##E(first, last, counts_of(scratch, number), x); \
  else count_##E(first, last, digit, counts_of(scratch, number), x);
  EACH_FORM(s, COUNT_FORM, )
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
#define MOVE_FORM(E, ...) \
  if (s->dtype == HK_bool) move_bits_##E(first, last, counts_of(scratch, number), x, y); \
  else move_##E(first, last, state->digit, counts_of(scratch, number), x, y);
  EACH_FORM(s, MOVE_FORM, )
}

// Instead of digits: where the parts begin and end stands in place of counts.
void hk_sort_split(const hk_sort *s, int64_t block, int64_t parts, void *scratch) {
  int64_t *ends = counts_of(scratch, 0);
  bare *x = elements_of(s, block, scratch, 0), *y = elements_of(s, block, scratch, 1);
  ends[0] = 0, ends[parts] = s->extent;
  for (int64_t step = parts; step > 1; step /= 2)
    for (int64_t part = 0; part < parts; part += step) {
      const int64_t start = ends[part];
      ends[part + step / 2] = start + s->keys->split(ends[part + step] - start, x + start, y + start);
    }
}

void hk_sort_part(const hk_sort *s, int64_t block, int64_t part, void *scratch) {
  const int64_t *ends = counts_of(scratch, 0), start = ends[part];
  bare *x = elements_of(s, block, scratch, 0), *y = elements_of(s, block, scratch, 1);
  s->keys->sort(ends[part + 1] - start, x + start, y + start);
}

void hk_sort_finish(const hk_sort *s, int64_t block, int64_t number, void *const *d, const void *const *a, const int64_t *sizes,
                    void *scratch) {
  const void *sorted = elements_of(s, block, scratch, ((const shared *)scratch)->now);
  finish(s, number * block, end_of(s, block, number), d, a, sizes, sorted);
}

void hk_sort_restore(const hk_sort *s, void *d, const void *a, const void *scratch) {
  if (((const shared *)scratch)->isAlike && s->payloads == 0) restore(s, d, a);
}
