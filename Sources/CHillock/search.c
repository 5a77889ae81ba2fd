// Binary searches in one ascending line, several at a time: all take the same steps, so none waits for what another reads, and the
// values decide about nothing but where the next step reads.
#include "level.h"

enum { TOGETHER = 8 };

// 1 or 0, of which the compiler does not know that it is a condition: it would branch on it, and guess wrong half of the time.
HK_INLINE int64_t as_number(int64_t condition) {
  __asm__("" : "+r"(condition));
  return condition;
}

#define SEARCH(T, side, BEFORE) \
  static void search_##side##_##T(int64_t n, const hk_##T *line, int64_t count, const hk_##T *values, int64_t *d, int64_t ofNaN) { \
    for (int64_t first = 0; first < count; first += TOGETHER) { \
      const int many = count - first < TOGETHER ? (int)(count - first) : TOGETHER; \
      hk_##T value[TOGETHER]; \
      const hk_##T *at[TOGETHER]; \
      for (int i = 0; i < TOGETHER; i++) value[i] = values[first + (i < many ? i : 0)], at[i] = line; \
      for (int64_t left = n; left > 1; left -= left / 2) \
        HK_PRAGMA(clang loop unroll(full)) \
        for (int i = 0; i < TOGETHER; i++) at[i] += left / 2 & -as_number(at[i][left / 2 - 1] BEFORE value[i]); \
      for (int i = 0; i < many; i++) \
        d[first + i] = value[i] != value[i] ? ofNaN : at[i] - line + (at[i][0] BEFORE value[i]); \
    } \
  }

#define SEARCHES(T) \
  SEARCH(T, left, <) \
  SEARCH(T, right, <=) \
  /* The elements that are numbers: NaN stands behind them. */ \
  static int64_t numbers_##T(int64_t n, const hk_##T *line) { \
    int64_t first = 0; \
    while (n > 0) { \
      const int64_t half = n / 2; \
      if (line[first + half] == line[first + half]) first += half + 1, n -= half + 1; \
      else n = half; \
    } \
    return first; \
  }
#define EACH_SEARCHED(M) M(f32) M(f64) M(i32) M(i64) M(u32) M(u64)
EACH_SEARCHED(SEARCHES)

void hk_search(int dtype, int right, int64_t n, const void *line, int64_t count, const void *values, int64_t *d) {
  if (n == 0) {
    for (int64_t i = 0; i < count; i++) d[i] = 0;
    return;
  }
#define SEARCH_CASE(T) \
  case HK_##T: \
    if (right) search_right_##T(n, line, count, values, d, n); \
    else search_left_##T(n, line, count, values, d, numbers_##T(n, line)); \
    break;
  switch (dtype) { EACH_SEARCHED(SEARCH_CASE) }
}
