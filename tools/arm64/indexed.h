// Rows by their indices: gathers and scatters.
#include "inputs.h"

// Indices of rows, counted from both ends; one in four near an end, beyond it, or as far beyond as an index can be.
static column index_column(int64_t rows, int64_t count, uint64_t *state) {
  const int64_t extremes[] = {0, -1, 1, rows - 1, rows, rows + 1, -rows, -rows - 1, 1 - rows, 2 * rows, -2 * rows, 1ll << 31,
                              -(1ll << 31), 1ll << 32, -(1ll << 32), (1ll << 32) + 1, 1ll << 61, -(1ll << 61), 1ll << 62, INT64_MAX,
                              INT64_MAX - rows, INT64_MIN, INT64_MIN + 1, INT64_MIN + rows};
  column c = new_column(HK_i64, count);
  for (int64_t i = 0; i < count; i++) {
    const int64_t isExtreme = random_below(state, 4) == 0;
    set_bits(c, i, (uint64_t)(isExtreme ? extremes[random_below(state, COUNT(extremes))] : random_below(state, 2 * rows) - rows));
  }
  return c;
}

// An integer dtype of the elements that are only moved: all their bits count, those of a NaN too.
static int moved_dtype(int dtype) { return dtype == HK_f32 ? HK_u32 : dtype == HK_f64 ? HK_u64 : dtype; }

static column byte_column(int64_t count, uint64_t *state) {
  column c = new_column(HK_bool, count);
  for (int64_t i = 0; i < count; i++) set_bits(c, i, next_random(state) >> 56);
  return c;
}

// Rows of row_bytes bytes, of which from..<to are copied; the others of d stay as they are.
static void gather_rows(int level, int64_t rows, int64_t row_bytes, int64_t from, int64_t to, int64_t count, uint64_t *seed) {
  column indices = index_column(rows, count, seed), source = byte_column(rows * row_bytes, seed);
  // Elements of one, two, four or eight bytes are aligned.
  const int dtype = row_bytes == 8 ? HK_u64 : row_bytes == 4 ? HK_u32 : row_bytes == 2 ? HK_u16 : HK_u8;
  const int64_t elements = row_bytes / sizes[dtype];
  column aligned = new_column(dtype, rows * elements), d = new_column(dtype, count * elements);
  memcpy(aligned.data, source.data, (size_t)(rows * row_bytes));
  hk_gather(level, row_bytes)(count, (const int64_t *)indices.data, rows, row_bytes, from, to, d.data, aligned.data);
  record("indices:", count, d, 0, 0);
  free_column(indices), free_column(source), free_column(aligned), free_column(d);
}

static const int64_t plane_rows[] = {1, 2, 7, 1000};

static void gather_cases(int level) {
  static const int64_t longer[] = {511, 513, 3000};
  for (int64_t bytes = 1; bytes < 140; bytes += bytes < 70 ? 1 : 23) {
    if (!begin("gather rows of %" PRId64 " bytes", bytes)) continue;
    uint64_t seed = 11000 + (uint64_t)bytes;
    for (int64_t r = 0; r < COUNT(plane_rows); r++)
      for (int64_t i = 0; i < 40 + COUNT(longer); i++) {
        const int64_t count = i < 40 ? i : longer[i - 40], from = bytes / 3, to = bytes - bytes / 4;
        if (count > 40 && bytes > 20) continue;
        gather_rows(level, plane_rows[r], bytes, 0, bytes, count, &seed);
        // In parts, except of single elements.
        if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) gather_rows(level, plane_rows[r], bytes, from, to, count, &seed);
      }
    end();
  }
  if (begin("gather rows of 5000 bytes")) {
    uint64_t seed = 12000;
    gather_rows(level, 7, 5000, 0, 5000, 20, &seed);
    gather_rows(level, 7, 5000, 1, 4097, 20, &seed);
    end();
  }
}

static void scatter_case(hk_scatter_fn kernel, int dtype, uint64_t seed) {
  static const int64_t inners[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100}, longer[] = {511, 512, 513, 1030, 3000};
  for (int isOrdinary = 0; isOrdinary < 2; isOrdinary++) {
    column (*make)(int, int64_t, uint64_t *) = isOrdinary ? ordinary_column : random_column;
    for (int64_t w = 0; w < COUNT(inners); w++)
      for (int64_t r = 0; r < COUNT(plane_rows); r++)
        for (int64_t i = 0; i < 40 + COUNT(longer); i++) {
          const int64_t count = i < 40 ? i : longer[i - 40], inner = inners[w], rows = plane_rows[r];
          if (inner > 1 && (count > 1000 || (count > 9 && count < 40) || (rows > 7 && count < 40))) continue;
          column indices = index_column(rows, count, &seed), updates = make(dtype, count * inner, &seed);
          column d = make(dtype, rows * inner, &seed);
          const int64_t *at = (const int64_t *)indices.data, edge = inner / 3;
          // All rows, then some of them, then none; the columns in two parts.
          const int64_t ranges[][2] = {{0, rows}, {rows / 3, rows - rows / 4}, {rows / 2, rows}, {rows, rows}};
          for (int64_t k = 0; k < COUNT(ranges); k++) {
            if (edge > 0) kernel(count, at, rows, ranges[k][0], ranges[k][1], inner, 0, edge, d.data, updates.data);
            if (k != 2) kernel(count, at, rows, ranges[k][0], ranges[k][1], inner, edge, inner, d.data, updates.data);
          }
          record("updates:", count, d, 0, 0);
          free_column(indices), free_column(updates), free_column(d);
        }
  }
}

static void scatter_cases(int level) {
  static const char *const names[HK_SCATTERS] = {[HK_SCATTER_KIND_SET] = "set", [HK_SCATTER_KIND_ADD] = "add",
                                                 [HK_SCATTER_KIND_MULTIPLY] = "multiply", [HK_SCATTER_KIND_MIN] = "min",
                                                 [HK_SCATTER_KIND_MAX] = "max"};
  for (int kind = 0; kind < HK_SCATTERS; kind++)
    for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
      if (!begin("scatter %s %s", names[kind], dtype_names[dtype])) continue;
      hk_scatter_fn kernel = hk_scatter(level, kind, dtype);
      if (kernel)
        scatter_case(kernel, kind == HK_SCATTER_KIND_SET ? moved_dtype(dtype) : dtype, (uint64_t)(13000 + kind * 8 + dtype));
      kernel ? end() : end_absent();
    }
}
