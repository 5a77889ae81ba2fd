// Kernels along an axis: short rows, places of extremes, prefix scans, sorts.
#include "inputs.h"

// A few special values again and again: ties, zeros of both signs, NaN, infinities, and columns of one value.
static column tied_column(int dtype, int64_t count, uint64_t *state) {
  uint64_t special[SPECIAL], chosen[4];
  const int64_t specials = special_values(dtype, special), values = 1 + random_below(state, COUNT(chosen));
  for (int64_t i = 0; i < values; i++) chosen[i] = special[random_below(state, specials)];
  column c = new_column(dtype, count);
  for (int64_t i = 0; i < count; i++) set_bits(c, i, chosen[random_below(state, values)]);
  return c;
}

// Floats near 1 and odd integers, so that products of many are neither 0 nor infinite.
static column factor_column(int dtype, int64_t count, uint64_t *state) {
  column c = ordinary_column(dtype, count, state);
  for (int64_t i = 0; i < count; i++) {
    if (dtype == HK_f32) ((float *)c.data)[i] = 1 + ((float *)c.data)[i] * 0x1p-8f;
    else if (dtype == HK_f64) ((double *)c.data)[i] = 1 + ((double *)c.data)[i] * 0x1p-8;
    else set_bits(c, i, raw_bits(c, i) | 1);
  }
  return c;
}

// Floats as far apart as a sum of exponentials still notices, and farther.
static column spread_column(int dtype, int64_t count, uint64_t *state) {
  column c = ordinary_column(dtype, count, state);
  for (int64_t i = 0; i < count; i++) {
    if (dtype == HK_f32) ((float *)c.data)[i] *= 16;
    else if (dtype == HK_f64) ((double *)c.data)[i] *= 32;
  }
  return c;
}

typedef column (*column_maker)(int dtype, int64_t count, uint64_t *state);
static const column_maker makers[] = {random_column, ordinary_column, tied_column, factor_column, spread_column};

static const int64_t row_counts[] = {4, 5, 7, 8, 15, 16, 17, 33, 50};

// Rows of which several are reduced at a time, and those just too long for it.
static void short_row_cases(int level) {
  for (int kind = 0; kind < HK_KINDS; kind++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      hk_reduce_axis_fn kernel = hk_reduce_axis(level, kind, dtype);
      if (!begin("reduce short rows %s %s", kind_names[kind], dtype_names[dtype])) continue;
      if (!kernel) {
        end_absent();
        continue;
      }
      uint64_t seed = (uint64_t)(7000 + kind * 8 + dtype);
      for (int64_t m = 0; m < 3; m++)
        for (int64_t extent = 1; extent < HK_LANES + 3; extent++)
          for (int64_t i = 0; i < COUNT(row_counts); i++) {
            const int64_t rows = row_counts[i], row = rows > 8 ? rows / 3 : 0;
            column terms = makers[m](dtype, rows * extent, &seed), d = new_column(dtype, rows);
            kernel(row, rows, 0, 1, extent, 1, d.data, terms.data);
            kernel(0, row, 0, 1, extent, 1, d.data, terms.data);
            record("rows of", extent, d, 0, 0);
            free_column(terms), free_column(d);
          }
      end();
    }
}

// Shapes [outer, extent, inner] of places of extremes and of scans.
static const int64_t axis_shapes[][3] = {{3, 1, 4},   {2, 2, 2},    {3, 3, 7},     {1, 4, 8},    {2, 17, 33},  {2, 50, 300}, {1, 40, 1100},
                                         {1, 9, 513}, {1, 4097, 3}, {2, 9000, 11}, {5, 9, 1},    {3, 4100, 1}, {2, 300, 950}};

static void argreduce_axis(const hk_argreduction *kernels, column terms, int64_t outer, int64_t extent, int64_t inner) {
  column d = new_column(HK_i64, outer * inner);
  int64_t *places = (int64_t *)d.data;
  // In parts, as workers would.
  const int64_t row = outer / 2, edge = inner / 3;
  kernels->axis(row, outer, edge, inner, extent, inner, places, terms.data);
  kernels->axis(0, row, edge, inner, extent, inner, places, terms.data);
  if (edge > 0) kernels->axis(0, outer, 0, edge, extent, inner, places, terms.data);
  record("axis of", extent, d, 0, 0);
  free_column(d);
}

// A long axis in parts, then the best of them.
static void argreduce_parts(const hk_argreduction *kernels, column terms, int64_t extent, int64_t inner, int64_t length) {
  const int64_t parts = (extent + length - 1) / length;
  column places = new_column(HK_i64, parts * inner), d = new_column(HK_i64, inner);
  for (int64_t part = 0; part < parts; part++) {
    const int64_t start = part * length;
    kernels->axis(0, 1, 0, inner, start + length < extent ? length : extent - start, inner,
                  (int64_t *)places.data + part * inner, element(terms, start * inner));
  }
  record("parts of", extent, places, 0, 0);
  kernels->best(parts, length, inner, (int64_t *)d.data, (const int64_t *)places.data, terms.data);
  record("best part of", extent, d, 0, 0);
  free_column(places), free_column(d);
}

static void argreduce_case(const hk_argreduction *kernels, int dtype, uint64_t seed) {
  static const int64_t longer[] = {255, 1000, 2047, 2048, 2049, 4096, 6200, 12289};
  for (int64_t m = 0; m < 3; m++) {
    for (int64_t i = 1; i < 201 + COUNT(longer); i++) {
      column terms = makers[m](dtype, i < 201 ? i : longer[i - 201], &seed);
      argreduce_axis(kernels, terms, 1, terms.count, 1);
      argreduce_parts(kernels, terms, terms.count, 1, 1 + terms.count / 5);
      free_column(terms);
    }
    for (int64_t extent = 1; extent < HK_LANES + 3; extent++)
      for (int64_t i = 0; i < COUNT(row_counts); i++) {
        column terms = makers[m](dtype, row_counts[i] * extent, &seed);
        argreduce_axis(kernels, terms, row_counts[i], extent, 1);
        free_column(terms);
      }
    for (int64_t i = 0; i < COUNT(axis_shapes); i++) {
      const int64_t *s = axis_shapes[i];
      column terms = makers[m](dtype, s[0] * s[1] * s[2], &seed);
      argreduce_axis(kernels, terms, s[0], s[1], s[2]);
      argreduce_parts(kernels, terms, s[1], s[2], 1 + s[1] / 3);
      free_column(terms);
    }
  }
  // More rows than are counted in one go; those before the last ones are zeros.
  const int64_t zeros = 1 << 20, rows = zeros + 40;
  column terms = new_column(dtype, rows * 2), last = ordinary_column(dtype, 80, &seed);
  memset(terms.data, 0, (size_t)(zeros * 2 * sizes[dtype]));
  memcpy(element(terms, zeros * 2), last.data, (size_t)(80 * sizes[dtype]));
  argreduce_axis(kernels, terms, 1, rows, 2);
  free_column(terms), free_column(last);
}

static void argreduce_cases(int level) {
  for (int kind = 0; kind < HK_KINDS; kind++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      if (!begin("place of %s %s", kind_names[kind], dtype_names[dtype])) continue;
      const hk_argreduction *kernels = hk_argreduce(level, kind, dtype);
      if (kernels) argreduce_case(kernels, dtype, (uint64_t)(8000 + kind * 8 + dtype));
      kernels ? end() : end_absent();
    }
}

// All lines, then each line in chunks as workers share them.
static void scan_axis(const hk_scan_kernels *kernels, const hk_scan *scan, column terms, int64_t outer) {
  const int64_t inner = scan->inner, line = scan->extent * inner, chunks = (scan->extent + HK_CHUNK - 1) / HK_CHUNK;
  column d = new_column(terms.dtype, outer * line);
  const int64_t row = outer / 2, edge = inner / 3;
  kernels->lines(scan, row, outer, edge, inner, d.data, terms.data);
  kernels->lines(scan, 0, row, edge, inner, d.data, terms.data);
  if (edge > 0) kernels->lines(scan, 0, outer, 0, edge, d.data, terms.data);
  record("lines of", scan->extent, d, 0, 0);
  free_column(d);
  for (int64_t i = 0; i < outer; i++) {
    column totals = new_column(terms.dtype, chunks * inner), result = new_column(terms.dtype, line);
    const char *a = element(terms, i * line);
    for (int64_t chunk = 0; chunk < chunks; chunk++) kernels->chunk(scan, chunk, 0, inner, element(totals, chunk * inner), 0, a);
    record("totals of", scan->extent, totals, 0, 0);
    kernels->offsets(chunks, inner, totals.data);
    record("offsets of", scan->extent, totals, 0, 0);
    for (int64_t chunk = chunks - 1; chunk >= 0; chunk--) {
      char *before = element(totals, chunk * inner);
      if (edge > 0) kernels->chunk(scan, chunk, 0, edge, before, result.data, a);
      kernels->chunk(scan, chunk, edge, inner, before, result.data, a);
    }
    record("chunks of", scan->extent, result, 0, 0);
    record("ends of", scan->extent, totals, 0, 0);
    free_column(totals), free_column(result);
  }
}

static void scan_case(const hk_scan_kernels *kernels, int dtype, int reversed, int exclusive, uint64_t seed) {
  static const int64_t longer[] = {255, 1000, 4095, 4096, 4097, 8192, 12300};
  for (int64_t m = 0; m < COUNT(makers); m++) {
    for (int64_t i = 0; i < 71 + COUNT(longer); i++) {
      hk_scan scan = {i < 71 ? i : longer[i - 71], 1, reversed, exclusive};
      column terms = makers[m](dtype, scan.extent, &seed);
      scan_axis(kernels, &scan, terms, 1);
      free_column(terms);
    }
    for (int64_t i = 0; i < COUNT(axis_shapes); i++) {
      const int64_t *s = axis_shapes[i];
      // The largest shapes with one kind of input only: chunks and columns are the same for all.
      if (s[0] * s[1] * s[2] > 50000 && m != 1) continue;
      hk_scan scan = {s[1], s[2], reversed, exclusive};
      column terms = makers[m](dtype, s[0] * s[1] * s[2], &seed);
      scan_axis(kernels, &scan, terms, s[0]);
      free_column(terms);
    }
  }
}

static void scan_cases(int level) {
  static const char *const names[HK_SCAN_KINDS] = {[HK_scan_sum] = "sum", [HK_scan_product] = "product", [HK_scan_max] = "max",
                                                   [HK_scan_min] = "min", [HK_scan_logaddexp] = "logaddexp"};
  for (int kind = 0; kind < HK_SCAN_KINDS; kind++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++)
      for (int way = 0; way < 4; way++) {
        const int reversed = way & 1, exclusive = way >> 1;
        if (!begin("scan %s %s%s%s", names[kind], dtype_names[dtype], reversed ? " reversed" : "", exclusive ? " exclusive" : ""))
          continue;
        const hk_scan_kernels *kernels = hk_scanning(level, kind, dtype);
        if (kernels) scan_case(kernels, dtype, reversed, exclusive, (uint64_t)(9000 + kind * 32 + dtype * 4 + way));
        kernels ? end() : end_absent();
      }
}

enum { SORTED = 4 };

// One line of `stride` that lie side by side, with payloads of 8, 4 and 1 bytes; by itself where block is 0, otherwise in blocks.
static void sort_line(const hk_sort *sort, const column *arrays, int64_t line, int64_t block) {
  column results[SORTED];
  void *d[SORTED];
  const void *a[SORTED];
  int64_t element_sizes[SORTED];
  for (int64_t i = 0; i <= sort->payloads; i++) {
    results[i] = new_column(arrays[i].dtype, arrays[i].count);
    element_sizes[i] = sizes[arrays[i].dtype];
    d[i] = element(results[i], line), a[i] = element(arrays[i], line);
  }
  const int64_t bytes = block == 0 ? hk_sort_scratch(sort) : hk_sort_shared_scratch(sort, block);
  char *scratch = aligned_alloc(64, (size_t)(bytes + 64 + 63) / 64 * 64);
  if (!scratch) abort();
  memset(scratch, 0xA5, (size_t)bytes + 64);
  if (block == 0) {
    hk_sort_line(sort, d, a, element_sizes, scratch);
  } else {
    const int64_t blocks = (sort->extent + block - 1) / block;
    hk_sort_start(sort, block, scratch);
    for (int64_t i = 0; i < blocks; i++) hk_sort_fill(sort, block, i, a[0], scratch);
    for (int64_t digit = 0; digit < hk_sort_digits(sort); digit++) {
      for (int64_t i = blocks - 1; i >= 0; i--) hk_sort_count(sort, block, i, scratch);
      hk_sort_place(sort, block, scratch);
      for (int64_t i = blocks - 1; i >= 0; i--) hk_sort_move(sort, block, i, scratch);
    }
    for (int64_t i = 0; i < blocks; i++) hk_sort_finish(sort, block, i, d, a, element_sizes, scratch);
  }
  for (int64_t i = 0; i <= sort->payloads; i++) {
    record(i == 0 ? "keys of" : "payloads of", sort->extent, results[i], 0, 0);
    free_column(results[i]);
  }
  for (int64_t i = 0; i < 64; i++) add((uint8_t)scratch[bytes + i]);
  free(scratch);
}

static void sort_case(int dtype, int descending, uint64_t seed) {
  static const int64_t longer[] = {127, 255, 256, 257, 511, 512, 513, 1000, 5000}, blocks[] = {1, 100, 4096};
  for (int64_t m = 0; m < 3; m++)
    for (int64_t i = 0; i < 71 + COUNT(longer); i++)
      for (int64_t stride = 1; stride < 4; stride += 2) {
        hk_sort sort = {i < 71 ? i : longer[i - 71], stride, i % SORTED, dtype, descending};
        const int64_t count = sort.extent * stride;
        column arrays[SORTED] = {makers[m](dtype, count, &seed), new_column(HK_i64, count), random_column(HK_u32, count, &seed),
                                 random_column(HK_bool, count, &seed)};
        // The first payload tells where each key was.
        for (int64_t k = 0; k < count; k++) set_bits(arrays[1], k, (uint64_t)k);
        sort_line(&sort, arrays, stride / 2, 0);
        if (i > 0 && (i < 20 || i > 70))
          for (int64_t b = 0; b < COUNT(blocks); b++)
            // Each block has a count for each digit.
            if (sort.extent < 300 * blocks[b]) sort_line(&sort, arrays, stride / 2, blocks[b]);
        for (int k = 0; k < SORTED; k++) free_column(arrays[k]);
      }
}

static void sort_cases(void) {
  for (int dtype = 0; dtype < WIDE_DTYPES; dtype++)
    for (int descending = 0; descending < 2; descending++) {
      if (!begin("sort %s%s", dtype_names[dtype], descending ? " descending" : "")) continue;
      sort_case(dtype, descending, 10000 + (uint64_t)(dtype * 2 + descending));
      end();
    }
}
