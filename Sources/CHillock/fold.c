// The ends of reductions, the same at every level: identities, lanes folded by halving, chunks combined in pairs.
#include "combine.h"

#define HK_FOLD(kind, T) \
  static void start_##kind##_##T(int64_t count, void *lanes) { \
    for (int64_t i = 0; i < count; i++) ((hk_##T *)lanes)[i] = HK_IDENTITY_##kind(T); \
  } \
  static void fold_##kind##_##T(int64_t count, int64_t width, void *lp, void *out) { \
    HK_ACCUMULATOR(kind, T) *lanes = lp; \
    for (int64_t half = count / 2; half > 0; half /= 2) { \
      const HK_ACCUMULATOR(kind, T) *upper = lanes + half * width; \
      HK_VECTORIZE \
      for (int64_t i = 0; i < half * width; i++) lanes[i] = HK_COMBINE_##kind(T, lanes[i], upper[i]); \
    } \
    __builtin_memcpy(out, lanes, (unsigned long)width * sizeof *lanes); \
  } \
  static void combine_##kind##_##T(int64_t m, int64_t width, void *pp, void *out) { \
    HK_ACCUMULATOR(kind, T) *partials = pp; \
    if (m <= 0) { \
      start_##kind##_##T(width, out); \
      return; \
    } \
    for (; m > 1; m = (m + 1) / 2) { \
      for (int64_t i = 0; i < m / 2; i++) { \
        const HK_ACCUMULATOR(kind, T) *a = partials + 2 * i * width, *b = a + width; \
        HK_ACCUMULATOR(kind, T) *d = partials + i * width; \
        for (int64_t j = 0; j < width; j++) d[j] = HK_COMBINE_##kind(T, a[j], b[j]); \
      } \
      if (m % 2 != 0) \
        __builtin_memmove(partials + m / 2 * width, partials + (m - 1) * width, (unsigned long)width * sizeof *partials); \
    } \
    __builtin_memcpy(out, partials, (unsigned long)width * sizeof *partials); \
  }
HK_EACH_REDUCTION(HK_FOLD)

typedef void (*start_fn)(int64_t, void *);
typedef void (*fold_fn)(int64_t, int64_t, void *, void *);
#define HK_START_ENTRY(kind, T) [HK_##kind][HK_##T] = start_##kind##_##T,
#define HK_FOLD_ENTRY(kind, T) [HK_##kind][HK_##T] = fold_##kind##_##T,
#define HK_COMBINE_ENTRY(kind, T) [HK_##kind][HK_##T] = combine_##kind##_##T,
static const start_fn start_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_START_ENTRY)};
static const fold_fn fold_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_FOLD_ENTRY)};
static const fold_fn combine_table[HK_KINDS][HK_DTYPES] = {HK_EACH_REDUCTION(HK_COMBINE_ENTRY)};

static int exists(int kind, int dtype) {
  return kind >= 0 && kind < HK_KINDS && dtype >= 0 && dtype < HK_DTYPES && start_table[kind][dtype];
}

void hk_reduce_start(int kind, int dtype, int64_t count, void *lanes) {
  if (exists(kind, dtype)) start_table[kind][dtype](count, lanes);
}

void hk_fold_lanes(int kind, int dtype, int64_t count, int64_t width, void *lanes, void *out) {
  if (exists(kind, dtype)) fold_table[kind][dtype](count, width, lanes, out);
}

void hk_prefetch(const void *from, int64_t byte_count) {
  for (int64_t byte = 0; byte < byte_count; byte += 64) __builtin_prefetch((const char *)from + byte);
}

void hk_combine_chunks(int kind, int dtype, int64_t m, int64_t width, void *partials, void *out) {
  if (exists(kind, dtype)) combine_table[kind][dtype](m, width, partials, out);
}
