// Draws of whole numbers (chillock.h). Small means by inversion; others by transformed rejection with a squeeze: W. Hörmann, The
// transformed rejection method for generating Poisson random variables, Insurance: Mathematics and Economics 12, 1993, and The generation
// of binomial random variates, J. Stat. Comput. Simul. 46, 1993. All is computed in f64.

enum { HK_COUNT_TRIES = 1 << 22 };

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

static int32_t poisson_count(const uint32_t *key, int64_t element, double mean) {
  if (!(mean > 0)) return 0;
  if (mean >= INT32_MAX) return INT32_MAX;
  if (mean < 10) {
    const double u = count_fraction(key, element, 0);
    double chance = hk_op_exp_f64(-mean), sum = chance;
    int32_t k = 0;
    while (u > sum && k < 200) {
      k++;
      chance = chance * (mean / k);
      sum = sum + chance;
    }
    return k;
  }
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
  for (int64_t i = 0; i < n; i++) {
    const double mean = is_double ? ((const double *)means)[i] : (double)((const float *)means)[i];
    d[i] = tries ? binomial_count(key, first + i, mean, tries[i]) : poisson_count(key, first + i, mean);
  }
}
