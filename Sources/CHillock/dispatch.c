// The choice of a level, and the look-up of its kernels.
#include "level.h"
#include "matmul_memory.h"

int hk_isa_supported(int isa) {
  switch (isa) {
    case HK_ISA_BASELINE:
      return 1;
#if defined(__x86_64__)
    case HK_ISA_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case HK_ISA_AVX512:
      return hk_isa_supported(HK_ISA_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    default:
      return 0;
  }
}

int hk_isa_best(void) {
  int isa = HK_ISA_AVX512;
  while (!hk_isa_supported(isa)) isa--;
  return isa;
}

static const hk_level *level(int isa) {
#if defined(__x86_64__)
  if (isa == HK_ISA_AVX512) return &hk_level_avx512;
  if (isa == HK_ISA_AVX2) return &hk_level_avx2;
#endif
  (void)isa;
  return &hk_level_baseline;
}

static int in_range(int i, int count) { return i >= 0 && i < count; }

hk_tile_fn hk_elementwise(int isa, int op, int dtype, int form) {
  if (!in_range(op, HK_OPS) || !in_range(dtype, HK_DTYPES) || !in_range(form, HK_FORMS)) return 0;
  return level(isa)->elementwise[op][dtype][form];
}

hk_rare_fn hk_rare(int isa, int op, int dtype) {
  return in_range(op, HK_OPS) && in_range(dtype, HK_DTYPES) ? level(isa)->rare[op][dtype] : 0;
}

hk_tile_fn hk_convert(int isa, int from, int to) {
  return in_range(from, HK_DTYPES) && in_range(to, HK_DTYPES) ? level(isa)->convert[from][to] : 0;
}

hk_chain_fn hk_chain(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->chain[dtype] : 0; }

hk_random_fn hk_random_bits(int isa) { return level(isa)->random_bits; }

hk_row_dot_fn hk_row_dot(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->row_dot[dtype] : 0; }

hk_reduce_fn hk_reduce(int isa, int kind, int dtype) {
  return in_range(kind, HK_KINDS) && in_range(dtype, HK_DTYPES) ? level(isa)->reduce[kind][dtype] : 0;
}

hk_dot_accumulate_fn hk_dot_accumulate(int isa, int dtype) {
  return in_range(dtype, HK_DTYPES) ? level(isa)->dot_accumulate[dtype] : 0;
}

hk_outer_accumulate_fn hk_outer_accumulate(int isa, int dtype) {
  return in_range(dtype, HK_DTYPES) ? level(isa)->outer_accumulate[dtype] : 0;
}

hk_matmul_fn hk_matmul(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->matmul[dtype] : 0; }

int64_t hk_matmul_scratch(const hk_product *x, int64_t rows, int64_t element_size) {
  const int64_t waiting = hk_partials_waiting(x->inner) - 1, together = rows < HK_WAITING_ROWS ? rows : HK_WAITING_ROWS;
  return hk_packed_b_bytes(x, element_size) + hk_packed_a_bytes(x, rows, element_size) + waiting * together * HK_WAITING_BYTES;
}

hk_vector_matmul_fn hk_vector_matmul(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->vector_matmul[dtype] : 0; }

hk_reduce_axis_fn hk_reduce_axis(int isa, int kind, int dtype) {
  return in_range(kind, HK_KINDS) && in_range(dtype, HK_DTYPES) ? level(isa)->reduce_axis[kind][dtype] : 0;
}

hk_reduce_rows_fn hk_reduce_rows(int isa, int kind, int dtype) {
  return in_range(kind, HK_KINDS) && in_range(dtype, HK_DTYPES) ? level(isa)->reduce_rows[kind][dtype] : 0;
}

const hk_argreduction *hk_argreduce(int isa, int kind, int dtype) {
  if (!in_range(kind, HK_KINDS) || !in_range(dtype, HK_DTYPES)) return 0;
  const hk_argreduction *found = &level(isa)->argreduce[kind][dtype];
  return found->axis ? found : 0;
}

const hk_scan_kernels *hk_scanning(int isa, int kind, int dtype) {
  if (!in_range(kind, HK_SCAN_KINDS) || !in_range(dtype, HK_DTYPES)) return 0;
  const hk_scan_kernels *found = &level(isa)->scan[kind][dtype];
  return found->lines ? found : 0;
}

const hk_key_sort *hk_key_sorting(int isa) { return level(isa)->key_sort; }

const hk_fft_kernels *hk_fourier(int isa, int dtype) {
  if (!in_range(dtype, HK_DTYPES)) return 0;
  const hk_fft_kernels *found = &level(isa)->fft[dtype];
  return found->lines ? found : 0;
}

hk_transposed_fn hk_load_transposed(int isa) { return level(isa)->load_transposed; }

hk_gather_fn hk_gather(int isa, int64_t row_bytes) {
  const hk_gather_fn *table = level(isa)->gather;
  switch (row_bytes) {
    case 1: return table[HK_GATHER_BYTES];
    case 2: return table[HK_GATHER_HALVES];
    case 4: return table[HK_GATHER_WORDS];
    case 8: return table[HK_GATHER_LONGS];
    default: return table[HK_GATHER_RUNS];
  }
}

hk_scatter_fn hk_scatter(int isa, int kind, int dtype) {
  return in_range(kind, HK_SCATTERS) && in_range(dtype, HK_DTYPES) ? level(isa)->scatter[kind][dtype] : 0;
}

hk_sending_fn hk_sending(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->sending[dtype] : 0; }

hk_deliver_fn hk_deliver(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->deliver[dtype] : 0; }

hk_row_products_fn hk_row_products(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->row_products[dtype] : 0; }

hk_synapse_products_fn hk_synapse_products(int isa, int dtype) {
  return in_range(dtype, HK_DTYPES) ? level(isa)->synapse_products[dtype] : 0;
}

hk_adapt_fn hk_adapt(int isa, int dtype) { return in_range(dtype, HK_DTYPES) ? level(isa)->adapt[dtype] : 0; }

hk_bernoulli_fn hk_bernoulli_rows(int isa) { return level(isa)->bernoulli; }

hk_deliver_drawn_fn hk_deliver_drawn(int isa, int dtype) {
  return in_range(dtype, HK_DTYPES) ? level(isa)->deliver_drawn[dtype] : 0;
}

hk_drawn_products_fn hk_drawn_products(int isa, int dtype) {
  return in_range(dtype, HK_DTYPES) ? level(isa)->drawn_products[dtype] : 0;
}

hk_counts_fn hk_random_counts(int isa) { return level(isa)->random_counts; }
