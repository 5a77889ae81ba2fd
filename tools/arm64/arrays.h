// Kernels that are not elementwise: reductions, contractions, reads through strides, indices, random bits.
#include "inputs.h"

static const char *const kind_names[HK_KINDS] = {
  [HK_sum] = "sum", [HK_max] = "max", [HK_min] = "min", [HK_product] = "product", [HK_any] = "any", [HK_all] = "all"};

// As the interpreter does it: tile by tile into lanes, lanes folded at a chunk's end, chunks combined.
static void reduce_in_tiles(int level, int kind, column terms, int64_t tile) {
  const int dtype = terms.dtype;
  const int64_t chunks = (terms.count + HK_CHUNK - 1) / HK_CHUNK;
  column lanes = new_column(dtype, HK_LANES), partials = new_column(dtype, chunks), result = new_column(dtype, 1);
  for (int64_t chunk = 0; chunk < chunks; chunk++) {
    const int64_t end = (chunk + 1) * HK_CHUNK < terms.count ? (chunk + 1) * HK_CHUNK : terms.count;
    hk_reduce_start(kind, dtype, HK_LANES, lanes.data);
    for (int64_t first = chunk * HK_CHUNK; first < end; first += tile)
      hk_reduce(level, kind, dtype)(first + tile < end ? tile : end - first, lanes.data, element(terms, first));
    record("lanes of", terms.count, lanes, 0, 0);
    hk_fold_lanes(kind, dtype, HK_LANES, 1, lanes.data, element(partials, chunk));
  }
  hk_combine_chunks(kind, dtype, chunks, 1, partials.data, result.data);
  record("terms in tiles", terms.count, result, 0, 0);
  free_column(lanes), free_column(partials), free_column(result);
}

static void reduce_axis(int level, int kind, column terms, int64_t outer, int64_t extent, int64_t inner) {
  column d = new_column(terms.dtype, outer * inner);
  hk_reduce_axis_fn kernel = hk_reduce_axis(level, kind, terms.dtype);
  // In parts, as workers would.
  const int64_t row = outer / 2, edge = inner == 1 ? 0 : inner / 3;
  kernel(row, outer, edge, inner, extent, inner, d.data, terms.data);
  kernel(0, row, edge, inner, extent, inner, d.data, terms.data);
  if (edge > 0) kernel(0, outer, 0, edge, extent, inner, d.data, terms.data);
  record("axis of", extent, d, 0, 0);
  free_column(d);
}

static void reduce_rows(int level, int kind, column terms, int64_t rows, int64_t columns, int64_t pitch) {
  column lanes = new_column(terms.dtype, HK_ROW_LANES * columns), result = new_column(terms.dtype, columns);
  hk_reduce_start(kind, terms.dtype, lanes.count, lanes.data);
  hk_reduce_rows(level, kind, terms.dtype)(rows, columns, pitch, lanes.data, terms.data);
  record("row lanes of", rows, lanes, 0, 0);
  hk_fold_lanes(kind, terms.dtype, HK_ROW_LANES, columns, lanes.data, result.data);
  record("rows", rows, result, 0, 0);
  free_column(lanes), free_column(result);
}

static void reduction_cases(int level) {
  static const int64_t longer[] = {255, 1000, 4095, 4096, 4097, 8192, 9000, 12289, 20500};
  static const int64_t shapes[][3] = {{2, 1, 2}, {3, 3, 7}, {1, 4, 8}, {2, 17, 33}, {2, 50, 300}, {1, 40, 1100}, {1, 4097, 3},
                                      {2, 9000, 11}, {5, 9, 1}, {3, 4100, 1}, {2, 0, 5}};
  for (int kind = 0; kind < HK_KINDS; kind++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      if (!begin("reduce %s %s", kind_names[kind], dtype_names[dtype])) continue;
      if (!hk_reduce(level, kind, dtype) || !hk_reduce_axis(level, kind, dtype) || !hk_reduce_rows(level, kind, dtype)) {
        end_absent();
        continue;
      }
      uint64_t seed = (uint64_t)(4000 + kind * 8 + dtype);
      // Special values hide each other in sums; so there are inputs without them as well.
      for (int isOrdinary = 0; isOrdinary < 2; isOrdinary++) {
        column (*make)(int, int64_t, uint64_t *) = isOrdinary ? ordinary_column : random_column;
        for (int64_t i = 0; i < 201 + COUNT(longer); i++) {
          column terms = make(dtype, i < 201 ? i : longer[i - 201], &seed);
          reduce_in_tiles(level, kind, terms, 1024);
          reduce_in_tiles(level, kind, terms, 64);
          reduce_axis(level, kind, terms, 1, terms.count, 1);
          free_column(terms);
        }
        for (int64_t i = 0; i < COUNT(shapes); i++) {
          const int64_t *s = shapes[i];
          column terms = make(dtype, s[0] * s[1] * s[2], &seed);
          reduce_axis(level, kind, terms, s[0], s[1], s[2]);
          if (s[1] <= HK_CHUNK) reduce_rows(level, kind, terms, s[1], s[2] - s[2] / 3, s[2]);
          free_column(terms);
        }
      }
      end();
    }
}

static const int64_t widths[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,  15,  16,   17,   18,
                                 19, 20, 31, 32, 33, 40, 41, 63, 64, 65, 100, 130, 1100, 4096, 4097, 9000};

static void row_dots(int level, int dtype, uint64_t seed) {
  for (int64_t i = 0; i < COUNT(widths); i++) {
    const int64_t k = widths[i];
    column w = ordinary_column(dtype, k, &seed);
    for (int64_t n = 0; n <= (k < 200 ? 40 : 3); n++) {
      column x = n % 5 == 4 ? random_column(dtype, n * k, &seed) : ordinary_column(dtype, n * k, &seed);
      column z = new_column(dtype, n);
      hk_row_dot(level, dtype)(n, k, z.data, x.data, w.data, n % 2 == 0 ? 0 : 64, n % 3, 3);
      record("row dots of width", k, z, 0, 0);
      free_column(x), free_column(z);
    }
    column lanes = ordinary_column(dtype, HK_LANES, &seed), b = ordinary_column(dtype, k, &seed);
    hk_dot_accumulate(level, dtype)(k, lanes.data, w.data, b.data);
    record("lanes of a dot of", k, lanes, 0, 0);
    free_column(lanes), free_column(b), free_column(w);
  }
}

static void outer_products(int level, int dtype, uint64_t seed) {
  for (int64_t i = 0; i < COUNT(widths) && widths[i] < 4096; i++)
    for (int64_t n = 0; n <= 67; n += n < 40 ? 1 : 9) {
      const int64_t k = widths[i];
      column s = ordinary_column(dtype, n, &seed), x = ordinary_column(dtype, n * k, &seed);
      column lanes = n % 5 == 4 ? random_column(dtype, 4 * k, &seed) : ordinary_column(dtype, 4 * k, &seed);
      hk_outer_accumulate(level, dtype)(n, k, lanes.data, s.data, x.data, n % 2 == 0 ? 0 : 64, n % 3, 3);
      record("outer products of width", k, lanes, 0, 0);
      free_column(s), free_column(x), free_column(lanes);
    }
}

static void multiply(int level, int dtype, const hk_product *x, int64_t first, int64_t last, int64_t from, int64_t to, char *d) {
  const int64_t size = sizes[dtype];
  void *scratch = 0;
  if (posix_memalign(&scratch, 64, (size_t)hk_matmul_scratch(x, last - first, size) + 64)) abort();
  hk_matmul(level, dtype)(x, first, last, from, to, 0, x->inner, d + (first * x->columns + from) * size, x->columns, scratch);
  free(scratch);
}

static void matrix_products(int level, int dtype, uint64_t seed) {
  static const int64_t shapes[][3] = {{1, 1, 1}, {2, 3, 4}, {7, 0, 5}, {9, 5, 33}, {17, 300, 65}, {8, 16, 32}, {5, 257, 31},
                                      {3, 4097, 2}, {2, 9000, 5}, {1, 4096, 41}, {1, 17, 1100}, {40, 7, 10}, {300, 3, 1}, {200, 260, 16},
                                      {12, 8200, 40}, {110, 270, 9}, {270, 20, 70}, {50, 40, 1100}, {20, 40, 1100}, {64, 100, 100}};
  for (int64_t i = 0; i < COUNT(shapes); i++) {
    const int64_t m = shapes[i][0], k = shapes[i][1], n = shapes[i][2];
    column a = ordinary_column(dtype, m * k, &seed), b = ordinary_column(dtype, k * n, &seed), d = new_column(dtype, m * n);
    for (int quarter = 0; quarter < 4; quarter++)
      multiply(level, dtype, &(hk_product){m, k, n, 0, a.data, b.data}, quarter & 1 ? m / 2 : 0, quarter & 1 ? m : m / 2,
               quarter & 2 ? n / 3 : 0, quarter & 2 ? n : n / 3, d.data);
    record("matrix product", i, d, 0, 0);
    // The same bytes taken as matrices that lie transposed.
    for (int transposed = 1; transposed < 4; transposed++) {
      multiply(level, dtype, &(hk_product){m, k, n, transposed, a.data, b.data}, 0, m, 0, n, d.data);
      record("transposed matrix product", 4 * i + transposed, d, 0, 0);
    }
    column row = new_column(dtype, n);
    hk_vector_matmul(level, dtype)(n / 3, n, k, n, row.data, a.data, b.data);
    hk_vector_matmul(level, dtype)(0, n / 3, k, n, row.data, a.data, b.data);
    record("vector times matrix", i, row, 0, 0);
    free_column(a), free_column(b), free_column(d), free_column(row);
  }
}

static void contraction_cases(int level) {
  for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
    const uint64_t seed = 5000 + (uint64_t)dtype;
    if (begin("row dots %s", dtype_names[dtype])) {
      const int exists = hk_row_dot(level, dtype) && hk_dot_accumulate(level, dtype);
      if (exists) row_dots(level, dtype, seed);
      exists ? end() : end_absent();
    }
    if (begin("outer products %s", dtype_names[dtype])) {
      const int exists = hk_outer_accumulate(level, dtype) != 0;
      if (exists) outer_products(level, dtype, seed);
      exists ? end() : end_absent();
    }
    if (begin("matrix products %s", dtype_names[dtype])) {
      const int exists = hk_matmul(level, dtype) && hk_vector_matmul(level, dtype);
      if (exists) matrix_products(level, dtype, seed);
      exists ? end() : end_absent();
    }
  }
}

// Index spaces, the order in which their axes lie in memory (the outermost first), and one step backwards or by two.
static void stride_cases(int level) {
  static const struct {
    int64_t rank, dims[4], order[4];
  } spaces[] = {{2, {32, 32}, {1, 0}},          {2, {37, 21}, {1, 0}},          {2, {3, 50}, {1, 0}},   {3, {16, 9, 20}, {2, 1, 0}},
                {3, {18, 7, 33}, {1, 2, 0}},    {3, {4, 19, 23}, {0, 2, 1}},    {1, {70}, {0}},         {4, {5, 17, 3, 16}, {3, 0, 2, 1}}};
  static const int dtypes[] = {HK_bool, HK_u32, HK_u64};
  for (int64_t which = 0; which < COUNT(spaces) * COUNT(dtypes); which++) {
    const int64_t place = which / COUNT(dtypes), rank = spaces[place].rank, *dims = spaces[place].dims;
    const int64_t *order = spaces[place].order;
    const int dtype = dtypes[which % COUNT(dtypes)];
    if (!begin("strided reads %s of space %" PRId64, dtype_names[dtype], place)) continue;
    uint64_t seed = 6000 + (uint64_t)which;
    int64_t strides[4], count = 1;
    for (int64_t i = rank - 1; i >= 0; i--) strides[order[i]] = count, count *= dims[order[i]];
    column base = random_column(dtype, count, &seed);
    for (int64_t from = 0; from < count; from += 1 + from / 3)
      for (int64_t n = 0; n <= count - from; n += 1 + n) {
        column d = new_column(dtype, n);
        hk_load_strided(n, d.data, base.data, from, rank, dims, strides, sizes[dtype]);
        record("from", from, d, 0, 0);
        // Backwards along all axes, and the first element again and again along the innermost one.
        int64_t other[4];
        for (int64_t i = 0; i < rank; i++) other[i] = -strides[i];
        hk_load_strided(n, d.data, element(base, count - 1), from, rank, dims, other, sizes[dtype]);
        record("backwards from", from, d, 0, 0);
        for (int64_t i = 0; i < rank; i++) other[i] = i == rank - 1 ? 0 : strides[i];
        hk_load_strided(n, d.data, base.data, from, rank, dims, other, sizes[dtype]);
        record("repeated from", from, d, 0, 0);
        free_column(d);
      }
    for (int64_t rows = 1; rank > 1 && rows < 50; rows += 6) {
      hk_transposition t = {.element_size = sizes[dtype], .rank = rank, .axis = order[rank - 1], .rows = rows, .inner = 1};
      if (t.axis == rank - 1) break;
      for (int64_t i = 0; i < rank; i++) t.dims[i] = dims[i], t.strides[i] = strides[i];
      for (int64_t i = t.axis + 1; i < rank; i++) t.inner *= dims[i];
      hk_panel *panel = aligned_alloc(64, (sizeof(hk_panel) + (size_t)(rows * t.inner * sizes[dtype]) + 63) / 64 * 64);
      if (!panel) abort();
      for (int64_t tile = 64; tile < 2000; tile = tile * 3 + 1) {
        const int64_t from = rows % 7;
        *panel = (hk_panel){.limit = count};
        column d = new_column(dtype, count - from);
        for (int64_t i = from; i < count; i += tile)
          hk_load_transposed(level)(i + tile < count ? tile : count - i, element(d, i - from), base.data, i, panel, &t);
        record("panel of rows", rows, d, 0, 0);
        free_column(d);
      }
      free(panel);
    }
    free_column(base);
    end();
  }
}

static void index_cases(void) {
  static const int64_t firsts[] = {0, 1, 2, 6, 13, 4096, (1ll << 31) - 3}, shapes[][2] = {{1, 5}, {3, 4}, {7, 1}, {64, 3}, {1, 1ll << 33}};
  for (int dtype = 0; dtype < WIDE_DTYPES; dtype++) {
    if (!begin("indices %s", dtype_names[dtype])) continue;
    for (int64_t s = 0; s < COUNT(shapes); s++)
      for (int64_t f = 0; f < COUNT(firsts); f++)
        for (int64_t n = 0; n < 70; n++) {
          column d = new_column(dtype, n);
          hk_iota(n, d.data, dtype, firsts[f], shapes[s][0], shapes[s][1]);
          record("from", firsts[f], d, 0, 0);
          free_column(d);
        }
    end();
  }
}

static void random_cases(int level) {
  static const uint32_t keys[][2] = {{0, 0}, {1, 2}, {0xFFFFFFFF, 0xFFFFFFFF}, {0x13198A2E, 0x03707344}};
  static const int64_t firsts[] = {0, 1, 77, (1ll << 32) - 20, (1ll << 40) + 5};
  static const int dtypes[] = {HK_u32, HK_u64};
  for (int64_t i = 0; i < COUNT(dtypes); i++) {
    if (!begin("random bits %s", dtype_names[dtypes[i]])) continue;
    for (int64_t k = 0; k < COUNT(keys); k++)
      for (int64_t f = 0; f < COUNT(firsts); f++)
        for (int64_t n = 0; n < 5000; n += n < 70 ? 1 : n) {
          column d = new_column(dtypes[i], n);
          hk_random_bits(level)(n, d.data, dtypes[i], keys[k], firsts[f]);
          record("from", firsts[f], d, 0, 0);
          free_column(d);
        }
    end();
  }
}
