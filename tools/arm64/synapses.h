// Connections by rows: spikes to their targets, and the products that go with them.
#include "inputs.h"

static void sending_cases(int level) {
  for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
    if (!begin("sending %s", dtype_names[dtype])) continue;
    hk_sending_fn kernel = hk_sending(level, dtype);
    uint64_t seed = (uint64_t)(14000 + dtype);
    for (int64_t count = 0; kernel && count < 300; count += count < 70 ? 1 : 61) {
      column rows = new_column(HK_i32, count), values = new_column(dtype, count), starts = new_column(HK_i64, count + 1);
      for (int64_t i = 0; i < count; i++) {
        const int64_t sends = random_below(&seed, 3) == 0;
        set_bits(values, i, sends ? dtype == HK_bool ? 1 : next_random(&seed) : 0);
      }
      for (int64_t i = 0; i <= count; i++) set_bits(starts, i, (uint64_t)(3 * i));
      hk_synapses s = {.slots = 1, .post = 1, .pre = count, .count = 3 * count, .starts = (const int64_t *)starts.data};
      int64_t work = 0;
      column found = new_column(HK_i64, 2);
      set_bits(found, 0, (uint64_t)kernel(0, count, values.data, &s, (int32_t *)rows.data, &work));
      set_bits(found, 1, (uint64_t)work);
      record("found:", 2, found, 0, 0);
      record("rows:", *(const int64_t *)found.data, rows, 0, 0);
      free_column(rows), free_column(values), free_column(starts), free_column(found);
    }
    kernel ? end() : end_absent();
  }
}

static void synapse_case(int level, int dtype, uint64_t seed) {
  static const int64_t pres[] = {1, 4, 40}, posts[] = {1, 9, 700}, fans[] = {0, 1, 7, 30};
  hk_deliver_fn deliver = hk_deliver(level, dtype);
  for (int64_t p = 0; p < COUNT(pres); p++)
    for (int64_t q = 0; q < COUNT(posts); q++)
      for (int64_t f = 0; f < COUNT(fans); f++)
        for (int choice = 0; choice < 8; choice++) {
          const int64_t pre = pres[p], post = posts[q], count = pre * fans[f], slots = 1 + random_below(&seed, 4);
          static const int delay_types[] = {HK_u8, HK_u8, HK_u16, HK_i32};
          static const int32_t delay_sizes[] = {0, 1, 2, 4};
          column starts = new_column(HK_i64, pre + 1), targets = new_column(HK_i32, count);
          column delays = new_column(delay_types[choice / 2], count);
          column rows = new_column(HK_i32, pre), weights = ordinary_column(dtype, count + 1, &seed);
          column values = ordinary_column(dtype, pre, &seed), ring = ordinary_column(dtype, slots * post, &seed);
          for (int64_t i = 0; i <= pre; i++) set_bits(starts, i, (uint64_t)(i * fans[f]));
          for (int64_t i = 0; i < pre; i++) set_bits(rows, i, (uint64_t)i);
          // Every other row ascends; some targets and delays lead nowhere.
          for (int64_t k = 0; k < count; k++) {
            const int64_t at = k % fans[f], ascends = k / fans[f] % 2 == 0;
            set_bits(targets, k, (uint64_t)(ascends ? at * post / fans[f] : random_below(&seed, post + 2) - 1));
            set_bits(delays, k, (uint64_t)(random_below(&seed, slots + 2) - 1));
          }
          const hk_synapses s = {
            .slots = slots, .post = post, .pre = pre, .count = count, .slot = random_below(&seed, slots),
            .starts = (const int64_t *)starts.data, .targets = (const int32_t *)targets.data,
            .delays = delays.data, .weights = weights.data, .delay_size = delay_sizes[choice / 2], .is_uniform = choice & 1};
          column sums = new_column(dtype, pre), products = new_column(dtype, count);
          hk_row_products(level, dtype)(&s, 0, pre, sums.data, ring.data);
          record("sums:", pre, sums, 0, 0);
          hk_synapse_products(level, dtype)(&s, 0, count, values.data, 0, products.data, ring.data);
          record("products:", count, products, 0, 0);
          deliver(&s, pre, (const int32_t *)rows.data, values.data, 0, post, ring.data);
          deliver(&s, pre, (const int32_t *)rows.data, 0, post / 3, post - post / 4, ring.data);
          record("ring:", slots * post, ring, 0, 0);
          free_column(starts), free_column(targets), free_column(delays), free_column(rows), free_column(weights);
          free_column(values), free_column(ring), free_column(sums), free_column(products);
        }
}

// Weights that change at all rows, by themselves and through places.
static void adapt_case(int level, int dtype, uint64_t seed) {
  static const int64_t pres[] = {1, 4, 40}, posts[] = {1, 9, 700};
  for (int64_t p = 0; p < COUNT(pres); p++)
    for (int64_t q = 0; q < COUNT(posts); q++)
      for (int kind = 0; kind < 3; kind++) {
        const int64_t pre = pres[p], post = posts[q], fan = 7, count = pre * fan;
        column starts = new_column(HK_i64, pre + 1), targets = new_column(HK_i32, count), places = new_column(HK_i32, count);
        column rows = new_column(HK_i32, pre), weights = ordinary_column(dtype, count, &seed), rule = ordinary_column(dtype, 4, &seed);
        column values = ordinary_column(dtype, pre, &seed), trace = ordinary_column(dtype, post, &seed);
        for (int64_t i = 0; i <= pre; i++) set_bits(starts, i, (uint64_t)(i * fan));
        for (int64_t i = 0; i < pre; i++) set_bits(rows, i, (uint64_t)i);
        for (int64_t k = 0; k < count; k++) {
          set_bits(targets, k, (uint64_t)(random_below(&seed, post + 2) - 1));
          set_bits(places, k, (uint64_t)(random_below(&seed, count + 2) - 1));
        }
        const hk_synapses s = {.slots = 1, .post = post, .pre = pre, .count = count, .is_uniform = 1,
                               .starts = (const int64_t *)starts.data, .targets = (const int32_t *)targets.data};
        hk_adapt_fn adapt = hk_adapt(level, dtype);
        const int32_t *all = (const int32_t *)rows.data;
        adapt(&s, pre, all, values.data, kind, rule.data, trace.data, 0, 0, count, weights.data);
        adapt(&s, pre, all, 0, kind, rule.data, trace.data, (const int32_t *)places.data, count / 3, count, weights.data);
        record("weights:", count, weights, 0, 0);
        free_column(starts), free_column(targets), free_column(places), free_column(rows), free_column(weights);
        free_column(rule), free_column(values), free_column(trace);
      }
}

static void drawn_case(int level, int dtype, uint64_t seed) {
  static const double chances[] = {0, 0.001, 0.3, 1};
  static const int64_t extents[] = {1, 9, 700, 140000};
  for (int64_t c = 0; c < COUNT(chances); c++)
    for (int64_t e = 0; e < COUNT(extents); e++) {
      const int64_t columns = extents[e];
      if (columns > 1000 && chances[c] > 0.1) continue;
      const hk_bernoulli b = {.probability = chances[c], .columns = columns, .key = {(uint32_t)c, 7}, .skips_diagonal = e % 2 == 1};
      column found = new_column(HK_i32, columns), weight = ordinary_column(dtype, 1, &seed);
      column values = ordinary_column(dtype, 3, &seed), ring = ordinary_column(dtype, columns, &seed), sums = new_column(dtype, 3);
      const int32_t rows[] = {0, 1, 2};
      const int64_t count = hk_bernoulli_rows(level)(&b, 1, 0, columns, (int32_t *)found.data, columns);
      for (int64_t i = count; i < columns; i++) set_bits(found, i, 0);
      record("columns:", columns, found, 0, 0);
      hk_drawn_products(level, dtype)(&b, 0, 3, weight.data, sums.data, ring.data);
      record("sums:", 3, sums, 0, 0);
      hk_deliver_drawn(level, dtype)(&b, 3, rows, values.data, weight.data, 0, columns, ring.data);
      record("ring:", columns, ring, 0, 0);
      free_column(found), free_column(weight), free_column(values), free_column(ring), free_column(sums);
    }
}

static void count_cases(int level) {
  if (!begin("random counts")) return;
  const uint32_t key[] = {5, 6};
  uint64_t seed = 18000;
  for (int is_double = 0; is_double < 2; is_double++)
    for (int64_t n = 0; n < 400; n += 1 + n) {
      column means = ordinary_column(is_double ? HK_f64 : HK_f32, n, &seed), tries = new_column(HK_i64, n), d = new_column(HK_i32, n);
      for (int64_t i = 0; i < n; i++) set_bits(tries, i, (uint64_t)(random_below(&seed, 4000) - 9));
      hk_random_counts(level)(n, (int32_t *)d.data, is_double, means.data, 0, key, 3);
      record("poisson:", n, d, 0, 0);
      hk_random_counts(level)(n, (int32_t *)d.data, is_double, means.data, (const int64_t *)tries.data, key, 3);
      record("binomial:", n, d, 0, 0);
      free_column(means), free_column(tries), free_column(d);
    }
  end();
}

static void synapse_cases(int level) {
  sending_cases(level);
  for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
    if (!begin("synapses %s", dtype_names[dtype])) continue;
    const int exists = hk_deliver(level, dtype) && hk_row_products(level, dtype) && hk_synapse_products(level, dtype) &&
                       hk_adapt(level, dtype) && hk_deliver_drawn(level, dtype) && hk_drawn_products(level, dtype);
    if (exists) {
      synapse_case(level, dtype, (uint64_t)(15000 + dtype));
      adapt_case(level, dtype, (uint64_t)(16000 + dtype));
      drawn_case(level, dtype, (uint64_t)(17000 + dtype));
    }
    exists ? end() : end_absent();
  }
  count_cases(level);
}
