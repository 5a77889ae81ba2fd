// The first terms of a line in the order of a descending stable sort, the same at every level. A key becomes an unsigned number that
// goes up along that order; with its place behind it, it is an element, and no two are equal, so it does not matter in what portions
// a line is looked through. Terms that come before the last one so far are put into a buffer; when it is full, the first ones are
// selected from it (quickselect), and the last one moves up.
#include "keys.h"

#include <string.h>

// Of keys of 4 bytes in short lines, and of all others.
typedef uint64_t narrow;
typedef unsigned __int128 wide;

enum {
  // Terms looked at together: where none comes before the last so far, that is all that is done with them.
  PORTION = 64,
  INSERTION = 16,
};

static int is_narrow(const hk_topk *t) { return hk_key_bytes(t->dtype) <= 4 && t->extent <= UINT32_MAX; }
static int64_t capacity(const hk_topk *t) { return 2 * t->count + 2 * PORTION; }
int64_t hk_topk_element_bytes(const hk_topk *t) { return is_narrow(t) ? sizeof(narrow) : sizeof(wide); }
int64_t hk_topk_scratch(const hk_topk *t) { return capacity(t) * hk_topk_element_bytes(t); }

#define SELECTION(E, PLACE_BITS) \
  static uint64_t place_##E(E element) { return (uint64_t)(element & (((E)1 << (PLACE_BITS)) - 1)); } \
  static void insertion_##E(int64_t n, E *x) { \
    for (int64_t i = 1; i < n; i++) { \
      const E element = x[i]; \
      int64_t j = i; \
      for (; j > 0 && x[j - 1] > element; j--) x[j] = x[j - 1]; \
      x[j] = element; \
    } \
  } \
  /* The k least of n elements come first, in any order. Pivots are drawn, so no order of the terms makes it slow. */ \
  static void select_##E(int64_t n, int64_t k, E *x) { \
    uint64_t random = 0x9e3779b97f4a7c15u; \
    while (n > INSERTION && k > 0 && k < n) { \
      random = random * 6364136223846793005u + 1442695040888963407u; \
      const E pivot = x[(random >> 33) % (uint64_t)n]; \
      int64_t i = -1, j = n; \
      for (;;) { \
        do i++; while (x[i] < pivot); \
        do j--; while (x[j] > pivot); \
        if (i >= j) break; \
        const E other = x[i]; \
        x[i] = x[j], x[j] = other; \
      } \
      if (k <= j + 1) n = j + 1; \
      else x += j + 1, n -= j + 1, k -= j + 1; \
    } \
    if (k > 0 && k < n) insertion_##E(n, x); \
  } \
  /* In order, by merging; the spare room is for as many. */ \
  static void order_##E(int64_t n, E *x, E *spare) { \
    for (int64_t i = 0; i < n; i += INSERTION) insertion_##E(n - i < INSERTION ? n - i : INSERTION, x + i); \
    E *from = x, *to = spare; \
    for (int64_t run = INSERTION; run < n; run *= 2) { \
      for (int64_t i = 0; i < n; i += 2 * run) { \
        const int64_t middle = i + run < n ? i + run : n, last = i + 2 * run < n ? i + 2 * run : n; \
        int64_t a = i, b = middle; \
        for (int64_t at = i; at < last; at++) to[at] = b == last || (a < middle && from[a] < from[b]) ? from[a++] : from[b++]; \
      } \
      E *const other = from; \
      from = to, to = other; \
    } \
    if (from != x) memcpy(x, from, (size_t)n * sizeof(E)); \
  } \
  static int64_t least_##E(int64_t n, int64_t k, E *x) { \
    if (n <= k) return n; \
    select_##E(n, k, x); \
    return k; \
  } \
  static E last_##E(int64_t n, const E *x) { \
    E last = x[0]; \
    for (int64_t i = 1; i < n; i++) \
      if (x[i] > last) last = x[i]; \
    return last; \
  }
SELECTION(narrow, 32)
SELECTION(wide, 64)

// Whether x comes before y by its key.
#define BEFORE_FLOAT(x, y) (((x) > (y)) | (((y) != (y)) & ((x) == (x))))
#define BEFORE_f32(x, y) BEFORE_FLOAT(x, y)
#define BEFORE_f64(x, y) BEFORE_FLOAT(x, y)
#define BEFORE_i32(x, y) ((x) > (y))
#define BEFORE_i64(x, y) ((x) > (y))
#define BEFORE_u32(x, y) ((x) > (y))
#define BEFORE_u64(x, y) ((x) > (y))
#define BEFORE_bool(x, y) ((x) > (y))

#define LOOK_THROUGH(E, T, U, PLACE_BITS) \
  static int64_t look_through_##E##_##T(const hk_topk *t, int64_t first, int64_t last, const hk_##T *a, E *x) { \
    const int64_t stride = t->stride, full = capacity(t) - PORTION; \
    const U flip = (U)hk_key_flip(HK_##T, 1); \
    int64_t n = 0; \
    int isFull = 0; \
    hk_##T least = 0; \
    for (int64_t i = first; i < last;) { \
      const int64_t end = i + PORTION < last ? i + PORTION : last; \
      if (isFull) { \
        int any = 0; \
        if (stride == 1 && end - i == PORTION) \
          for (int64_t j = 0; j < PORTION; j++) any |= BEFORE_##T(a[i + j], least); \
        else \
          for (int64_t j = i; j < end; j++) any |= BEFORE_##T(a[j * stride], least); \
        if (!any) { \
          i = end; \
          continue; \
        } \
      } \
      for (; i < end; i++) { \
        const hk_##T term = a[i * stride]; \
        x[n] = (E)KEY_OR_NAN(T, U, term, flip) << (PLACE_BITS) | (E)i; \
        n += !isFull | BEFORE_##T(term, least); \
      } \
      if (n > full) { \
        n = least_##E(n, t->count, x); \
        least = a[(int64_t)place_##E(last_##E(n, x)) * stride]; \
        isFull = 1; \
      } \
    } \
    return least_##E(n, t->count, x); \
  }
#define LOOK_THROUGH_32(T, U) LOOK_THROUGH(narrow, T, U, 32) LOOK_THROUGH(wide, T, U, 64)
#define LOOK_THROUGH_64(T, U) LOOK_THROUGH(wide, T, U, 64)
EACH_SHORT_KEY(LOOK_THROUGH_32)
EACH_LONG_KEY(LOOK_THROUGH_64)

int64_t hk_topk_select(const hk_topk *t, int64_t first, int64_t last, const void *a, void *scratch) {
  if (t->count == 0) return 0;
#define SELECT_SHORT(T, U) \
  case HK_##T: \
    return is_narrow(t) ? look_through_narrow_##T(t, first, last, a, scratch) : look_through_wide_##T(t, first, last, a, scratch);
#define SELECT_LONG(T, U) \
  case HK_##T: return look_through_wide_##T(t, first, last, a, scratch);
  switch (t->dtype) { EACH_SHORT_KEY(SELECT_SHORT) EACH_LONG_KEY(SELECT_LONG) }
  return 0;
}

int64_t hk_topk_select_again(const hk_topk *t, int64_t n, void *elements) {
  return is_narrow(t) ? least_narrow(n, t->count, elements) : least_wide(n, t->count, elements);
}

void hk_topk_finish(const hk_topk *t, void *elements, void *spare, void *values, int64_t *places, const void *a) {
  const int64_t k = t->count, stride = t->stride, size = hk_key_bytes(t->dtype);
#define FINISH(E) \
  order_##E(k, elements, spare); \
  for (int64_t i = 0; i < k; i++) places[i * stride] = (int64_t)place_##E(((const E *)elements)[i]);
  if (is_narrow(t)) { FINISH(narrow) } else { FINISH(wide) }
#define TAKE(U) \
  for (int64_t i = 0; i < k; i++) ((U *)values)[i * stride] = ((const U *)a)[places[i * stride] * stride];
  if (size == 8) { TAKE(uint64_t) } else if (size == 4) { TAKE(uint32_t) } else { TAKE(uint8_t) }
}
