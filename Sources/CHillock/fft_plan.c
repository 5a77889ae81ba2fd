// The tables of Fourier transforms, the same at every level: computed with fma, multiplications and additions alone, so that no bit
// depends on the machine's libm.
#include "fft_plan.h"

#include <stdlib.h>
#include <string.h>

// Lines up to this length are not split, longer ones than the second are wherever they can be: the lines that stand side by side would not
// stay in a cache.
enum { LEAST_SPLIT = 33, LARGEST_UNSPLIT = 4096 };

static int64_t lanes(int dtype) { return dtype == HK_f64 ? 8 : 16; }
static int64_t size_of(int dtype) { return dtype == HK_f64 ? 8 : 4; }
static int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

// Memory that is handed out piece by piece; without a base the pieces are only counted.
typedef struct {
  char *base;
  int64_t used;
} block;

static void *take(block *b, int64_t bytes) {
  void *piece = b->base ? b->base + b->used : 0;
  b->used += round_up(bytes, 64);
  return piece;
}

// exp(-2πi t/n), 0 <= t < n, each part within 0.6 ULP. The angle in eighths of a turn, f = 8t/n - octant, is exact to twice a double's
// precision, and so is its product with π/4; sine and cosine are Taylor polynomials whose leading terms are corrected.
static void root(int64_t t, int64_t n, double *re, double *im) {
  const int64_t eighths = 8 * t, octant = eighths / n, rest = eighths - octant * n;
  // In odd octants from the other end.
  const double part = (double)(octant & 1 ? n - rest : rest), whole = (double)n;
  const double f = part / whole, f_low = __builtin_fma(-f, whole, part) / whole;
  const double quarter = 0x1.921fb54442d18p-1, quarter_low = 0x1.1a62633145c07p-55;
  const double x = f * quarter, x_low = __builtin_fma(f, quarter, -x) + (f_low * quarter + f * quarter_low);
  const double z = x * x;
  double s = 0, c = 0;
  // (-1)^k / (2k+3)! and (-1)^k / (2k+4)!, the last first.
  static const double sines[] = {1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880,
                                 -1.0 / 5040, 1.0 / 120, -1.0 / 6};
  static const double cosines[] = {-1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800,
                                   1.0 / 40320, -1.0 / 720, 1.0 / 24};
  for (int k = 0; k < 8; k++) {
    s = s * z + sines[k];
    c = c * z + cosines[k];
  }
  const double sine = x + (x * z * s + x_low * (1 - 0.5 * z));
  const double half = 0.5 * z, leading = 1 - half;
  // What z and the difference were rounded by.
  const double lost = ((1 - leading) - half) - 0.5 * __builtin_fma(x, x, -z);
  const double cosine = leading + (lost + (z * z * c - x * x_low));
  const int swaps = ((octant + 1) >> 1) & 1;
  const double along = swaps ? sine : cosine, across = swaps ? cosine : sine;
  *re = octant >= 2 && octant <= 5 ? -along : along;
  *im = octant >= 4 ? across : -across;
}

static void store(int dtype, void *table, int64_t place, double value) {
  if (dtype == HK_f64) ((double *)table)[place] = value;
  else ((float *)table)[place] = (float)value;
}

static void store_root(int dtype, void *table, int64_t place, int64_t t, int64_t n) {
  double re, im;
  root(t, n, &re, &im);
  store(dtype, table, place, re);
  store(dtype, table, place + 1, im);
}

// The passes of a length, fours first; 0 where it has a larger prime factor.
static int factor(int64_t n, hk_fft_passes *f) {
  memset(f, 0, sizeof *f);
  f->length = n;
  for (; n % 4 == 0; n /= 4) f->radix[f->count++] = 4;
  for (int radix = 2; radix <= HK_FFT_LARGEST_PRIME; radix++)
    for (; n % radix == 0; n /= radix) f->radix[f->count++] = radix;
  return n == 1;
}

static void fill_passes(int dtype, hk_fft_passes *f, block *b) {
  int64_t left = f->length;
  for (int i = 0; i < f->count; i++) {
    const int radix = f->radix[i];
    const int64_t m = left / radix;
    void *twiddles = take(b, 2 * m * (radix - 1) * size_of(dtype)), *roots = radix > 5 ? take(b, 2 * radix * size_of(dtype)) : 0;
    if (b->base) {
      for (int64_t p = 0; p < m; p++)
        for (int k = 1; k < radix; k++) store_root(dtype, twiddles, 2 * (p * (radix - 1) + k - 1), p * k, left);
      for (int j = 0; roots && j < radix; j++) store_root(dtype, roots, 2 * j, j, radix);
    }
    f->twiddles[i] = twiddles;
    f->roots[i] = roots;
    left = m;
  }
}

// The better of the two lengths to split n into, by how many lanes are computed: those of columns that are no whole panel are wasted.
// 0 where it is not to be split.
static int64_t split(int64_t n, int64_t width) {
  int64_t best = 0, least = INT64_MAX;
  for (int64_t d = 2; d <= n / d; d++) {
    if (n % d) continue;
    for (int other = 0; other < 2; other++) {
      const int64_t n1 = other ? n / d : d, n2 = n / n1, cost = round_up(n2, width) * n1 + round_up(n1, width) * n2;
      if (cost <= least) least = cost, best = n1;
    }
  }
  return n < LEAST_SPLIT || (least > 3 * n && n <= LARGEST_UNSPLIT) ? 0 : best;
}

// The least length of a few forms that is not below n.
static int64_t smooth(int64_t n) {
  static const int64_t odd[] = {1, 3, 5, 9, 15};
  int64_t best = INT64_MAX;
  for (int i = 0; i < 5; i++) {
    int64_t m = odd[i];
    while (m < n) m *= 2;
    if (m < best) best = m;
  }
  return best;
}

static const hk_fft *plan(int isa, int64_t n, int dtype, block *b);

// The bytes that a line, or as many as stand side by side, needs to be transformed in.
static int64_t scratch_of(const hk_fft *f, int dtype) {
  const int64_t width = lanes(dtype), entry = 2 * width * size_of(dtype);
  switch (f->way) {
    case HK_FFT_BY_PASSES:
      return 2 * f->length * entry;
    case HK_FFT_BY_SPLIT: {
      const int64_t n1 = f->first.length, n2 = f->second.length;
      return (round_up(n1, width) / width * n2 + (2 * n1 > n2 ? 2 * n1 : n2)) * entry;
    }
    case HK_FFT_BY_CHIRP:
      return 4 * f->inner->length * size_of(dtype) + scratch_of(f->inner, dtype);
  }
  return 0;
}

// The chirp, and the transform of what a line is convolved with, computed in f64. 0 where there is no memory for it.
static int fill_chirp(int isa, int dtype, const hk_fft *f, const hk_fft *inner, void *chirp, void *filter) {
  const int64_t n = f->length, m = inner->length;
  double *parts = calloc((size_t)(4 * m), sizeof *parts);
  void *scratch = malloc((size_t)scratch_of(inner, HK_f64));
  if (parts && scratch) {
    int64_t square = 0;  // j² modulo 2n
    for (int64_t j = 0; j < n; j++) {
      double re, im;
      root(square, 2 * n, &re, &im);
      store(dtype, chirp, j, re);
      store(dtype, chirp, n + j, im);
      // The convolution's chirp turns the other way; the inverse transform's 1/m is put in here.
      parts[j] = re / (double)m;
      parts[m + j] = -im / (double)m;
      if (j > 0) parts[m - j] = parts[j], parts[2 * m - j] = parts[m + j];
      square += 2 * j + 1;
      if (square >= 2 * n) square -= 2 * n;
    }
    hk_fourier(isa, HK_f64)->lines(inner, 1, parts + 2 * m, parts + 3 * m, parts, parts + m, scratch);
    for (int64_t j = 0; j < 2 * m; j++) store(dtype, filter, j, parts[2 * m + j]);
  }
  const int done = parts && scratch;
  free(parts);
  free(scratch);
  return done;
}

static const hk_fft *plan(int isa, int64_t n, int dtype, block *b) {
  hk_fft *f = take(b, (int64_t)sizeof *f), local;
  if (!f) f = &local;
  memset(f, 0, sizeof *f);
  f->length = n;
  const int64_t width = lanes(dtype);
  if (!factor(n, &f->first)) {
    f->way = HK_FFT_BY_CHIRP;
    const int64_t m = smooth(2 * n - 1);
    void *chirp = take(b, 2 * n * size_of(dtype)), *filter = take(b, 2 * m * size_of(dtype));
    f->table = chirp;
    f->filter = filter;
    f->inner = plan(isa, m, dtype, b);
    const hk_fft *exact = dtype == HK_f64 ? f->inner : plan(isa, m, HK_f64, b);
    if (b->base && !(exact && fill_chirp(isa, dtype, f, exact, chirp, filter))) return 0;
  } else if (split(n, width)) {
    const int64_t n1 = split(n, width), n2 = n / n1;
    f->way = HK_FFT_BY_SPLIT;
    factor(n1, &f->first);
    factor(n2, &f->second);
    fill_passes(dtype, &f->first, b);
    fill_passes(dtype, &f->second, b);
    char *table = take(b, 2 * round_up(n2, width) * n1 * size_of(dtype));
    f->table = table;
    if (b->base)
      for (int64_t j = 0; j < round_up(n2, width); j++)
        for (int64_t k = 0; k < n1; k++) {
          double re, im;
          root(j < n2 ? j * k : 0, n, &re, &im);
          const int64_t place = 2 * (j / width * n1 + k) * width + j % width;
          store(dtype, table, place, re);
          store(dtype, table, place + width, im);
        }
  } else {
    f->way = HK_FFT_BY_PASSES;
    fill_passes(dtype, &f->first, b);
  }
  return b->base ? f : 0;
}

int64_t hk_fft_bytes(int64_t n, int dtype) {
  block counted = {0, 0};
  plan(HK_ISA_BASELINE, n, dtype, &counted);
  return counted.used;
}

void hk_fft_roots(int64_t n, int64_t count, int dtype, void *re, void *im) {
  for (int64_t t = 0; t < count; t++) {
    double real, imaginary;
    root(t, n, &real, &imaginary);
    store(dtype, re, t, real);
    store(dtype, im, t, imaginary);
  }
}

const hk_fft *hk_fft_plan(int isa, int64_t n, int dtype, void *memory) {
  block b = {memory, 0};
  return plan(isa, n, dtype, &b);
}

hk_fft_form hk_fft_formed(const hk_fft *f, int dtype) {
  const int64_t width = lanes(dtype), entry = 2 * width * size_of(dtype);
  hk_fft_form form = {f->way == HK_FFT_BY_PASSES ? width : 1, scratch_of(f, dtype), 0, 0, 0};
  if (f->way == HK_FFT_BY_SPLIT) {
    form.columns = (f->second.length + width - 1) / width;
    form.rows = (f->first.length + width - 1) / width;
    form.workspace = form.rows * f->second.length * entry;
  }
  return form;
}
