// The transforms at the dtype HK_FFT_T, HK_FFT_LANES of whose elements are a vector. Included by fft.h once for each dtype.
#define NAME_(name, T) name##_##T
#define NAME__(name, T) NAME_(name, T)
#define NAME(name) NAME__(name, HK_FFT_T)
#define REAL HK_PASTE(hk_, HK_FFT_T)
#define LANES HK_FFT_LANES
#define VECTOR HK_PASTE(HK_PASTE(REAL, x), HK_FFT_LANES)
#define COMPLEX NAME(fft_complex)
#define BLOCK NAME(fft_block)
#define UNROLL HK_PRAGMA(clang loop unroll(full))

typedef struct {
  VECTOR re, im;
} COMPLEX;

HK_INLINE COMPLEX NAME(fft_add)(COMPLEX a, COMPLEX b) { return (COMPLEX){a.re + b.re, a.im + b.im}; }
HK_INLINE COMPLEX NAME(fft_sub)(COMPLEX a, COMPLEX b) { return (COMPLEX){a.re - b.re, a.im - b.im}; }
// a + ib and a - ib
HK_INLINE COMPLEX NAME(fft_add_i)(COMPLEX a, COMPLEX b) { return (COMPLEX){a.re - b.im, a.im + b.re}; }
HK_INLINE COMPLEX NAME(fft_sub_i)(COMPLEX a, COMPLEX b) { return (COMPLEX){a.re + b.im, a.im - b.re}; }
HK_INLINE COMPLEX NAME(fft_scale)(COMPLEX a, REAL s) { return (COMPLEX){a.re * s, a.im * s}; }
HK_INLINE COMPLEX NAME(fft_turn)(COMPLEX a, const REAL *w) {
  return (COMPLEX){a.re * w[0] - a.im * w[1], a.re * w[1] + a.im * w[0]};
}

// The transform of 2, 3, 4 or 5 elements in place.
HK_INLINE void NAME(fft_few)(const int radix, COMPLEX *a) {
  if (radix == 2) {
    const COMPLEX sum = NAME(fft_add)(a[0], a[1]);
    a[1] = NAME(fft_sub)(a[0], a[1]);
    a[0] = sum;
  } else if (radix == 3) {
    const COMPLEX sum = NAME(fft_add)(a[1], a[2]);
    const COMPLEX middle = NAME(fft_sub)(a[0], NAME(fft_scale)(sum, (REAL)0.5));
    const COMPLEX turned = NAME(fft_scale)(NAME(fft_sub)(a[1], a[2]), (REAL)0.86602540378443864676);
    a[0] = NAME(fft_add)(a[0], sum);
    a[1] = NAME(fft_sub_i)(middle, turned);
    a[2] = NAME(fft_add_i)(middle, turned);
  } else if (radix == 4) {
    const COMPLEX even = NAME(fft_add)(a[0], a[2]), odd = NAME(fft_add)(a[1], a[3]);
    const COMPLEX evens = NAME(fft_sub)(a[0], a[2]), odds = NAME(fft_sub)(a[1], a[3]);
    a[0] = NAME(fft_add)(even, odd);
    a[1] = NAME(fft_sub_i)(evens, odds);
    a[2] = NAME(fft_sub)(even, odd);
    a[3] = NAME(fft_add_i)(evens, odds);
  } else {
    // cos and sin of 2π/5 and 4π/5
    const REAL c1 = (REAL)0.30901699437494742410, c2 = (REAL)-0.80901699437494742410;
    const REAL s1 = (REAL)0.95105651629515357212, s2 = (REAL)0.58778525229247312917;
    const COMPLEX outer = NAME(fft_add)(a[1], a[4]), inner = NAME(fft_add)(a[2], a[3]);
    const COMPLEX outers = NAME(fft_sub)(a[1], a[4]), inners = NAME(fft_sub)(a[2], a[3]);
    const COMPLEX m1 =
      NAME(fft_add)(NAME(fft_add)(a[0], NAME(fft_scale)(outer, c1)), NAME(fft_scale)(inner, c2));
    const COMPLEX m2 =
      NAME(fft_add)(NAME(fft_add)(a[0], NAME(fft_scale)(outer, c2)), NAME(fft_scale)(inner, c1));
    const COMPLEX n1 = NAME(fft_add)(NAME(fft_scale)(outers, s1), NAME(fft_scale)(inners, s2));
    const COMPLEX n2 = NAME(fft_sub)(NAME(fft_scale)(outers, s2), NAME(fft_scale)(inners, s1));
    a[0] = NAME(fft_add)(NAME(fft_add)(a[0], outer), inner);
    a[1] = NAME(fft_sub_i)(m1, n1);
    a[2] = NAME(fft_sub_i)(m2, n2);
    a[3] = NAME(fft_add_i)(m2, n2);
    a[4] = NAME(fft_add_i)(m1, n1);
  }
}

// The same for a larger prime, by the sums and differences of each two elements that belong together. w[j]: its root to the power j.
static void NAME(fft_prime)(const int radix, COMPLEX *a, const REAL *w) {
  const int half = radix / 2;
  const COMPLEX zeroth = a[0];
  COMPLEX sums[HK_FFT_LARGEST_PRIME / 2], differences[HK_FFT_LARGEST_PRIME / 2], total = zeroth;
  for (int j = 0; j < half; j++) {
    sums[j] = NAME(fft_add)(a[j + 1], a[radix - 1 - j]);
    differences[j] = NAME(fft_sub)(a[j + 1], a[radix - 1 - j]);
    total = NAME(fft_add)(total, sums[j]);
  }
  a[0] = total;
  for (int k = 1; k <= half; k++) {
    COMPLEX even = zeroth, odd = {0, 0};
    for (int j = 0, power = k; j < half; j++) {
      even = NAME(fft_add)(even, NAME(fft_scale)(sums[j], w[2 * power]));
      // The imaginary part of the root is minus the sine.
      odd = NAME(fft_sub)(odd, NAME(fft_scale)(differences[j], w[2 * power + 1]));
      power += k;
      if (power >= radix) power -= radix;
    }
    a[k] = NAME(fft_sub_i)(even, odd);
    a[radix - k] = NAME(fft_add_i)(even, odd);
  }
}

// Place p of a pass: the terms of x that lie `apart`, transformed and turned, to y.
HK_INLINE void NAME(fft_place)(
    const int radix, const int is_turned, int64_t s, int64_t apart, COMPLEX *y, const COMPLEX *x, const REAL *w) {
  for (int64_t q = 0; q < s; q++) {
    COMPLEX a[5];
    UNROLL for (int j = 0; j < radix; j++) a[j] = x[q + apart * j];
    NAME(fft_few)(radix, a);
    y[q] = a[0];
    UNROLL for (int k = 1; k < radix; k++) y[q + s * k] = is_turned ? NAME(fft_turn)(a[k], w + 2 * (k - 1)) : a[k];
  }
}

HK_INLINE void NAME(fft_pass)(const int radix, int64_t m, int64_t s, COMPLEX *y, const COMPLEX *x, const REAL *w) {
  NAME(fft_place)(radix, 0, s, s * m, y, x, w);
  for (int64_t p = 1; p < m; p++)
    NAME(fft_place)(radix, 1, s, s * m, y + s * radix * p, x + s * p, w + 2 * (radix - 1) * p);
}

static void NAME(fft_prime_pass)(
    int radix, int64_t m, int64_t s, COMPLEX *y, const COMPLEX *x, const REAL *w, const REAL *roots) {
  for (int64_t p = 0; p < m; p++, w += 2 * (radix - 1))
    for (int64_t q = 0; q < s; q++) {
      COMPLEX a[HK_FFT_LARGEST_PRIME], *to = y + s * radix * p + q;
      for (int j = 0; j < radix; j++) a[j] = x[q + s * (p + m * j)];
      NAME(fft_prime)(radix, a, roots);
      to[0] = a[0];
      for (int k = 1; k < radix; k++) to[s * k] = p > 0 ? NAME(fft_turn)(a[k], w + 2 * (k - 1)) : a[k];
    }
}

// Transforms the lines in x; y is as long. The result is in one of the two, which is returned.
static COMPLEX *NAME(fft_panel)(const hk_fft_passes *f, COMPLEX *x, COMPLEX *y) {
  int64_t left = f->length, s = 1;
  for (int i = 0; i < f->count; i++) {
    const int radix = f->radix[i];
    const int64_t m = left / radix;
    const REAL *w = f->twiddles[i];
    switch (radix) {
      case 2: NAME(fft_pass)(2, m, s, y, x, w); break;
      case 3: NAME(fft_pass)(3, m, s, y, x, w); break;
      case 4: NAME(fft_pass)(4, m, s, y, x, w); break;
      case 5: NAME(fft_pass)(5, m, s, y, x, w); break;
      default: NAME(fft_prime_pass)(radix, m, s, y, x, w, f->roots[i]);
    }
    COMPLEX *const result = y;
    y = x;
    x = result;
    left = m;
    s *= radix;
  }
  return x;
}

// So many elements into the first lanes, 0 into the others. (Vectors go by their addresses: how they would be passed depends on the level.)
HK_INLINE void NAME(fft_load)(VECTOR *value, const REAL *from, int64_t count) {
  if (count >= LANES) {
    *value = *(const VECTOR *)from;
  } else {
    *value = 0;
    memcpy(value, from, (size_t)count * sizeof *from);
  }
}

HK_INLINE void NAME(fft_store)(REAL *to, const VECTOR *value, int64_t count) {
  if (count >= LANES) *(VECTOR *)to = *value;
  else memcpy(to, value, (size_t)count * sizeof *to);
}

// A block of which row i belongs to lane i becomes one of which row i is vector i.
HK_INLINE void NAME(fft_turn_block)(VECTOR *v) {
  BLOCK rows[LANES];
  UNROLL for (int i = 0; i < LANES; i++) rows[i] = (BLOCK)v[i];
  HK_FFT_TRANSPOSE(rows);
  UNROLL for (int i = 0; i < LANES; i++) v[i] = (VECTOR)rows[i];
}

// `count` lines of n elements into the lanes; other lanes are 0.
static void NAME(fft_gather)(int64_t n, int64_t count, COMPLEX *x, const REAL *re, const REAL *im) {
  for (int64_t j = 0; j < n; j += LANES) {
    VECTOR real[LANES], imaginary[LANES];
    const int64_t there = n - j < LANES ? n - j : LANES;
    for (int lane = 0; lane < LANES; lane++) {
      const int64_t length = lane < count ? there : 0, at = lane < count ? lane * n + j : 0;
      NAME(fft_load)(&real[lane], re + at, length);
      NAME(fft_load)(&imaginary[lane], im + at, length);
    }
    NAME(fft_turn_block)(real);
    NAME(fft_turn_block)(imaginary);
    for (int64_t i = 0; i < there; i++) x[j + i] = (COMPLEX){real[i], imaginary[i]};
  }
}

static void NAME(fft_scatter)(int64_t n, int64_t count, REAL *re, REAL *im, const COMPLEX *x) {
  for (int64_t j = 0; j < n; j += LANES) {
    VECTOR real[LANES], imaginary[LANES];
    const int64_t there = n - j < LANES ? n - j : LANES;
    for (int64_t i = 0; i < LANES; i++) {
      real[i] = i < there ? x[j + i].re : (VECTOR)0;
      imaginary[i] = i < there ? x[j + i].im : (VECTOR)0;
    }
    NAME(fft_turn_block)(real);
    NAME(fft_turn_block)(imaginary);
    for (int64_t lane = 0; lane < count; lane++) {
      NAME(fft_store)(re + lane * n + j, &real[lane], there);
      NAME(fft_store)(im + lane * n + j, &imaginary[lane], there);
    }
  }
}

static void NAME(fft_columns)(
    const hk_fft *f, int64_t panel, const void *rp, const void *ip, void *workspace, void *scratch) {
  const REAL *re = rp, *im = ip;
  const int64_t n1 = f->first.length, n2 = f->second.length, from = panel * LANES;
  const int64_t count = n2 - from < LANES ? n2 - from : LANES;
  COMPLEX *x = scratch;
  for (int64_t j = 0; j < n1; j++) {
    NAME(fft_load)(&x[j].re, re + j * n2 + from, count);
    NAME(fft_load)(&x[j].im, im + j * n2 + from, count);
  }
  x = NAME(fft_panel)(&f->first, x, x + n1);
  const COMPLEX *power = (const COMPLEX *)f->table + panel * n1;
  for (int64_t k = 0; k < n1; k += LANES) {
    VECTOR real[LANES], imaginary[LANES];
    for (int64_t i = 0; i < LANES; i++) {
      if (k + i < n1) {
        const COMPLEX a = x[k + i], w = power[k + i];
        real[i] = a.re * w.re - a.im * w.im;
        imaginary[i] = a.re * w.im + a.im * w.re;
      } else {
        real[i] = imaginary[i] = 0;
      }
    }
    NAME(fft_turn_block)(real);
    NAME(fft_turn_block)(imaginary);
    COMPLEX *to = (COMPLEX *)workspace + k / LANES * n2 + from;
    for (int64_t i = 0; i < count; i++) to[i] = (COMPLEX){real[i], imaginary[i]};
  }
}

static void NAME(fft_rows)(const hk_fft *f, int64_t panel, void *rp, void *ip, void *workspace, void *scratch) {
  REAL *re = rp, *im = ip;
  const int64_t n1 = f->first.length, n2 = f->second.length, from = panel * LANES;
  const int64_t count = n1 - from < LANES ? n1 - from : LANES;
  const COMPLEX *x = NAME(fft_panel)(&f->second, (COMPLEX *)workspace + panel * n2, scratch);
  for (int64_t k = 0; k < n2; k++) {
    NAME(fft_store)(re + k * n1 + from, &x[k].re, count);
    NAME(fft_store)(im + k * n1 + from, &x[k].im, count);
  }
}

static void NAME(fft_lines)(
    const hk_fft *f, int64_t count, void *rd, void *id, const void *rp, const void *ip, void *scratch);

// The line convolved with the chirp that goes the other way, between products with the chirp.
static void NAME(fft_chirp)(const hk_fft *f, REAL *rd, REAL *id, const REAL *re, const REAL *im, void *scratch) {
  const int64_t n = f->length, m = f->inner->length;
  const REAL *rc = f->table, *ic = rc + n, *rf = f->filter, *jf = rf + m;
  REAL *ra = scratch, *ia = ra + m, *rb = ia + m, *ib = rb + m;
  void *rest = ib + m;
  HK_VECTORIZE
  for (int64_t j = 0; j < n; j++) {
    ra[j] = re[j] * rc[j] - im[j] * ic[j];
    ia[j] = re[j] * ic[j] + im[j] * rc[j];
  }
  memset(ra + n, 0, (size_t)(m - n) * sizeof *ra);
  memset(ia + n, 0, (size_t)(m - n) * sizeof *ia);
  NAME(fft_lines)(f->inner, 1, rb, ib, ra, ia, rest);
  HK_VECTORIZE
  for (int64_t j = 0; j < m; j++) {
    ra[j] = rb[j] * rf[j] - ib[j] * jf[j];
    ia[j] = rb[j] * jf[j] + ib[j] * rf[j];
  }
  // With real and imaginary parts exchanged it goes back.
  NAME(fft_lines)(f->inner, 1, ib, rb, ia, ra, rest);
  HK_VECTORIZE
  for (int64_t j = 0; j < n; j++) {
    rd[j] = rb[j] * rc[j] - ib[j] * ic[j];
    id[j] = rb[j] * ic[j] + ib[j] * rc[j];
  }
}

static void NAME(fft_lines)(
    const hk_fft *f, int64_t count, void *rd, void *id, const void *rp, const void *ip, void *scratch) {
  const int64_t n = f->length, together = f->way == HK_FFT_BY_PASSES ? LANES : 1;
  for (int64_t line = 0; line < count; line += together) {
    const REAL *re = (const REAL *)rp + line * n, *im = (const REAL *)ip + line * n;
    REAL *rt = (REAL *)rd + line * n, *it = (REAL *)id + line * n;
    switch (f->way) {
      case HK_FFT_BY_PASSES: {
        const int64_t lanes = count - line < LANES ? count - line : LANES;
        COMPLEX *x = scratch;
        NAME(fft_gather)(n, lanes, x, re, im);
        x = NAME(fft_panel)(&f->first, x, x + n);
        NAME(fft_scatter)(n, lanes, rt, it, x);
        break;
      }
      case HK_FFT_BY_SPLIT: {
        const int64_t columns = (f->second.length + LANES - 1) / LANES, rows = (f->first.length + LANES - 1) / LANES;
        COMPLEX *rest = (COMPLEX *)scratch + rows * f->second.length;
        for (int64_t panel = 0; panel < columns; panel++) NAME(fft_columns)(f, panel, re, im, scratch, rest);
        for (int64_t panel = 0; panel < rows; panel++) NAME(fft_rows)(f, panel, rt, it, scratch, rest);
        break;
      }
      case HK_FFT_BY_CHIRP: NAME(fft_chirp)(f, rt, it, re, im, scratch);
    }
  }
}

#undef NAME_
#undef NAME__
#undef NAME
#undef REAL
#undef LANES
#undef VECTOR
#undef COMPLEX
#undef BLOCK
#undef UNROLL
