// Random connections that are not stored: a row is drawn again whenever it is needed (chillock.h says how).

enum { HK_DRAWN_BLOCK = 16 };

// The next steps from column to column of a chunk, from blocks of random bits: floor(log(u) / log(1 - p)), u uniform in (0, 1], is
// how many columns are passed over. (Devroye, Non-uniform random variate generation, 1986, ch. X.2.) A step is at most one more than
// the chunk's width: behind it there is no column. Whole numbers keep the chain of sums short.
HK_INLINE void draw_steps(const hk_bernoulli *b, uint64_t counter, double rate, double width, int32_t *steps) {
  HK_VECTORIZE
  for (int64_t i = 0; i < HK_DRAWN_BLOCK; i++) {
    const uint64_t at = counter + (uint64_t)i;
    hk_u32 low = (hk_u32)at, high = (hk_u32)(at >> 32);
    threefry(b->key[0], b->key[1], &low, &high);
    const uint64_t bits = (uint64_t)high << 32 | low;
    const double u = (double)(int64_t)((bits >> 11) + 1) * 0x1p-53;
    const double gap = hk_op_floor_f64(hk_op_log_f64(u) * rate);
    // Without a chance the gap is infinite, or no number.
    steps[i] = (int32_t)((gap < width ? gap : width) + 1);
  }
}

// Goes through the columns of a row in lower..<upper, which are whole chunks, and does `act` with each as `column`.
#define HK_DRAW_ROW(b, row, lower, upper, act) \
  for (int64_t chunk = (lower) / HK_DRAWN_CHUNK; chunk * HK_DRAWN_CHUNK < (upper); chunk++) { \
    const int64_t base = chunk * HK_DRAWN_CHUNK; \
    const double width = (double)((b)->columns - base < HK_DRAWN_CHUNK ? (b)->columns - base : HK_DRAWN_CHUNK); \
    uint64_t counter = (uint64_t)(row) << 32 | (uint64_t)chunk << 17; \
    int32_t place = 0, steps[HK_DRAWN_BLOCK]; \
    for (int is_over = 0; !is_over; counter += HK_DRAWN_BLOCK) { \
      draw_steps(b, counter, rate, width, steps); \
      for (int i = 0; i < HK_DRAWN_BLOCK; i++) { \
        place += steps[i]; \
        if (place > (int32_t)width) { \
          is_over = 1; \
          break; \
        } \
        const int64_t column = base + place - 1; \
        if (!(b)->skips_diagonal || column != (row)) { act } \
      } \
    } \
  }

// Gaps are infinite, or no number, where there is no chance, and 0 where all are there.
HK_INLINE double drawn_rate(const hk_bernoulli *b) {
  if (!(b->probability > 0)) return -__builtin_inf();
  return b->probability >= 1 ? -0.0 : 1 / hk_op_log1p_f64(-b->probability);
}

static int64_t bernoulli_row(const hk_bernoulli *b, int64_t row, int64_t lower, int64_t upper, int32_t *columns, int64_t room) {
  const double rate = drawn_rate(b);
  int64_t count = 0;
  HK_DRAW_ROW(b, row, lower, upper, {
    if (count < room) columns[count] = (int32_t)column;
    count++;
  })
  return count;
}

#define HK_DELIVER_DRAWN(T) \
  static void deliver_drawn_##T( \
      const hk_bernoulli *b, int64_t count, const int32_t *rows, const void *vp, const void *wp, int64_t lower, int64_t upper, \
      void *rp) { \
    const hk_##T *values = vp, weight = *(const hk_##T *)wp; \
    hk_##T *ring = rp; \
    const double rate = drawn_rate(b); \
    for (int64_t n = 0; n < count; n++) { \
      const int64_t row = rows[n]; \
      const hk_##T sent = hk_op_mul_##T(values ? values[row] : 1, weight); \
      HK_DRAW_ROW(b, row, lower, upper, { ring[column] = hk_op_add_##T(ring[column], sent); }) \
    } \
  }
HK_EACH_FLOAT(HK_DELIVER_DRAWN)

static hk_deliver_drawn_fn deliver_drawn_table[HK_DTYPES] = {[HK_f32] = deliver_drawn_f32, [HK_f64] = deliver_drawn_f64};

// In the lanes of row_products.
#define HK_DRAWN_PRODUCTS(T) \
  static void drawn_products_##T( \
      const hk_bernoulli *b, int64_t first, int64_t last, const void *wp, void *dp, const void *rp) { \
    const hk_##T *ring = rp, weight = *(const hk_##T *)wp; \
    hk_##T *d = dp; \
    const double rate = drawn_rate(b); \
    for (int64_t row = first; row < last; row++) { \
      hk_##T lanes[8] = {0}; \
      int64_t k = 0; \
      HK_DRAW_ROW(b, row, 0, b->columns, { \
        lanes[k % 8] = hk_op_add_##T(lanes[k % 8], hk_op_mul_##T(weight, ring[column])); \
        k++; \
      }) \
      d[row] = fold_eight_##T(lanes); \
    } \
  }
HK_EACH_FLOAT(HK_DRAWN_PRODUCTS)

static hk_drawn_products_fn drawn_products_table[HK_DTYPES] = {[HK_f32] = drawn_products_f32, [HK_f64] = drawn_products_f64};
