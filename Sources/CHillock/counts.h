// Draws of whole numbers (chillock.h). Small means by inversion; others by transformed rejection with a squeeze: W. Hörmann, The
// transformed rejection method for generating Poisson random variables, Insurance: Mathematics and Economics 12, 1993, and The generation
// of binomial random variates, J. Stat. Comput. Simul. 46, 1993. All is computed in f64.

enum {
  HK_COUNT_TRIES = 1 << 22,
  // So many counts are made at a time, so that vector instructions can.
  HK_COUNT_BLOCK = 128,
  // From this mean on Poisson's counts are drawn by rejection; smaller means give no larger count than the second.
  HK_POISSON_REJECTED = 10,
  HK_POISSON_LARGEST = 200,
};

// Uniform in (0, 1]: draw `number` of an element.
HK_INLINE double count_fraction(const uint32_t *key, int64_t element, uint64_t number) {
  const uint64_t at = (uint64_t)element | number << 40;
  hk_u32 low = (hk_u32)at, high = (hk_u32)(at >> 32);
  threefry(key[0], key[1], &low, &high);
  return (double)(int64_t)((((uint64_t)high << 32 | low) >> 11) + 1) * 0x1p-53;
}

// ln k! - (ln √2π + (k + 1/2) ln (k + 1) - (k + 1)).
HK_INLINE double stirling_rest(double k) {
  static const double small[10] = {
    0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
    0.01387612882307075, 0.01189670994589177, 0.01041126526197210, 0.009255462182712733, 0.008330563433362871};
  if (k < 10) return small[(int)k];
  const double n = k + 1, square = n * n;
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / n;
}

HK_INLINE double log_factorial(double k) {
  return 0.9189385332046727 + (k + 0.5) * hk_op_log_f64(k + 1) - (k + 1) + stirling_rest(k);
}

// Means of `HK_POISSON_REJECTED` and more.
static int32_t large_poisson_count(const uint32_t *key, int64_t element, double mean) {
  if (mean >= INT32_MAX) return INT32_MAX;
  const double root = hk_op_sqrt_f64(mean), log_mean = hk_op_log_f64(mean), b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
  const double inverse = 1.1239 + 1.1328 / (b - 3.4), limit = 0.9277 - 3.6224 / (b - 2);
  for (uint64_t i = 0; i < HK_COUNT_TRIES; i++) {
    const double u = count_fraction(key, element, 2 * i) - 0.5, v = count_fraction(key, element, 2 * i + 1);
    const double edge = 0.5 - (u < 0 ? -u : u), k = hk_op_floor_f64((2 * a / edge + b) * u + mean + 0.43);
    if (!(edge >= 0.07 && v <= limit)) {
      if (!(k >= 0) || (edge < 0.013 && v > edge)) continue;
      const double left = hk_op_log_f64(v * inverse / (a / (edge * edge) + b));
      if (!(left <= -mean + k * log_mean - log_factorial(k))) continue;
    }
    return k >= INT32_MAX ? INT32_MAX : (int32_t)k;
  }
  return (int32_t)mean;
}

// Smaller means, by inversion: how many partial sums of the chances lie below a fraction. 0 stands for means that are taken care of elsewhere.
static void small_poisson_counts(int64_t n, int32_t *restrict d, const double *restrict mean, const double *restrict fraction) {
  double chance[HK_COUNT_BLOCK], sum[HK_COUNT_BLOCK];
  for (int64_t i = 0; i < n; i++) d[i] = 0;
  int is_common = 1;
  HK_VECTORIZE
  for (int64_t i = 0; i < n; i++) is_common &= mean[i] == mean[0];
  if (is_common) {
    double chance = hk_op_exp_f64(-mean[0]), sum = chance;
    int32_t is_any = 1;
    for (int k = 1; is_any && k <= HK_POISSON_LARGEST; k++) {
      is_any = 0;
      HK_VECTORIZE
      for (int64_t i = 0; i < n; i++) {
        const int32_t is_above = fraction[i] > sum;
        d[i] += is_above;
        is_any |= is_above;
      }
      chance = chance * (mean[0] / k);
      sum = sum + chance;
    }
    return;
  }
  HK_VECTORIZE
  for (int64_t i = 0; i < n; i++) sum[i] = chance[i] = hk_op_exp_f64(-mean[i]);
  int32_t is_any = 1;
  for (int k = 1; is_any && k <= HK_POISSON_LARGEST; k++) {
    is_any = 0;
    HK_VECTORIZE
    for (int64_t i = 0; i < n; i++) {
      const int32_t is_above = fraction[i] > sum[i];
      d[i] += is_above;
      is_any |= is_above;
      chance[i] = chance[i] * (mean[i] / k);
      sum[i] = sum[i] + chance[i];
    }
  }
}

// A block of at most `HK_COUNT_BLOCK` elements.
static void poisson_counts(int64_t n, int32_t *d, const double *mean, const uint32_t *key, int64_t first) {
  double small[HK_COUNT_BLOCK], fraction[HK_COUNT_BLOCK];
  int is_large = 0;
  HK_VECTORIZE
  for (int64_t i = 0; i < n; i++) {
    is_large |= mean[i] >= HK_POISSON_REJECTED;
    small[i] = mean[i] > 0 && mean[i] < HK_POISSON_REJECTED ? mean[i] : 0;
  }
  HK_VECTORIZE
  for (int64_t i = 0; i < n; i++) fraction[i] = count_fraction(key, first + i, 0);
  small_poisson_counts(n, d, small, fraction);
  for (int64_t i = 0; is_large && i < n; i++) {
    if (mean[i] >= HK_POISSON_REJECTED) d[i] = large_poisson_count(key, first + i, mean[i]);
  }
}

static int32_t binomial_count(const uint32_t *key, int64_t element, double chance, int64_t tries) {
  if (!(chance > 0) || tries <= 0) return 0;
  const double n = (double)(tries > INT32_MAX ? INT32_MAX : tries);
  if (chance >= 1) return (int32_t)n;
  const double p = chance > 0.5 ? 1 - chance : chance, q = 1 - p;
  double found = hk_op_floor_f64(n * p);
  if (n * p < 10) {
    const double u = count_fraction(key, element, 0), odds = p / q;
    double term = hk_op_exp_f64(n * hk_op_log1p_f64(-p)), sum = term, k = 0;
    while (u > sum && k < n && k < 200) {
      k = k + 1;
      term = term * (odds * (n - k + 1) / k);
      sum = sum + term;
    }
    found = k;
  } else {
    const double spread = hk_op_sqrt_f64(n * p * q), b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double limit = 0.92 - 4.2 / b, odds = p / q, alpha = (2.83 + 5.1 / b) * spread, mode = hk_op_floor_f64((n + 1) * p);
    for (uint64_t i = 0; i < HK_COUNT_TRIES; i++) {
      const double u = count_fraction(key, element, 2 * i) - 0.5, v = count_fraction(key, element, 2 * i + 1);
      const double edge = 0.5 - (u < 0 ? -u : u), k = hk_op_floor_f64((2 * a / edge + b) * u + n * p + 0.5);
      if (!(edge >= 0.07 && v <= limit)) {
        if (!(k >= 0 && k <= n)) continue;
        const double left = hk_op_log_f64(v * alpha / (a / (edge * edge) + b));
        const double right = (mode + 0.5) * hk_op_log_f64((mode + 1) / (odds * (n - mode + 1))) +
                             (n + 1) * hk_op_log_f64((n - mode + 1) / (n - k + 1)) +
                             (k + 0.5) * hk_op_log_f64(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
                             stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
        if (!(left <= right)) continue;
      }
      found = k;
      break;
    }
  }
  return (int32_t)(chance > 0.5 ? n - found : found);
}

static void random_counts(
    int64_t n, int32_t *d, int is_double, const void *means, const int64_t *tries, const uint32_t *key, int64_t first) {
  double mean[HK_COUNT_BLOCK];
  for (int64_t start = 0; start < n; start += HK_COUNT_BLOCK) {
    const int64_t count = n - start < HK_COUNT_BLOCK ? n - start : HK_COUNT_BLOCK;
    for (int64_t i = 0; i < count; i++) {
      mean[i] = is_double ? ((const double *)means)[start + i] : (double)((const float *)means)[start + i];
    }
    if (tries) {
      for (int64_t i = 0; i < count; i++) d[start + i] = binomial_count(key, first + start + i, mean[i], tries[start + i]);
    } else {
      poisson_counts(count, d + start, mean, key, first + start);
    }
  }
}
