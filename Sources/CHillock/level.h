// What one instruction-set level offers. The same source (kernels.h) is compiled once for each.
#ifndef HK_LEVEL_H
#define HK_LEVEL_H

#include "types.h"

// The highest operation code plus one that a table has room for, and the forms (masks of scalar operands).
enum { HK_OPS = 128, HK_FORMS = 8 };
// What a gather copies for each index: one element of 1, 2, 4 or 8 bytes, or a run of any length.
enum { HK_GATHER_BYTES, HK_GATHER_HALVES, HK_GATHER_WORDS, HK_GATHER_LONGS, HK_GATHER_RUNS, HK_GATHERS };

typedef struct {
  hk_tile_fn (*elementwise)[HK_DTYPES][HK_FORMS];
  hk_rare_fn (*rare)[HK_DTYPES];
  hk_tile_fn (*convert)[HK_DTYPES];
  hk_chain_fn *chain;
  hk_random_fn random_bits;
  hk_row_dot_fn *row_dot;
  hk_reduce_fn (*reduce)[HK_DTYPES];
  hk_dot_accumulate_fn *dot_accumulate;
  hk_outer_accumulate_fn *outer_accumulate;
  hk_matmul_fn *matmul;
  hk_vector_matmul_fn *vector_matmul;
  hk_reduce_axis_fn (*reduce_axis)[HK_DTYPES];
  hk_reduce_rows_fn (*reduce_rows)[HK_DTYPES];
  const hk_argreduction (*argreduce)[HK_DTYPES];
  const hk_scan_kernels (*scan)[HK_DTYPES];
  const hk_fft_kernels *fft;
  hk_transposed_fn load_transposed;
  hk_gather_fn *gather;
  hk_scatter_fn (*scatter)[HK_DTYPES];
  hk_sending_fn *sending;
  hk_deliver_fn *deliver;
  hk_row_products_fn *row_products;
  hk_synapse_products_fn *synapse_products;
  hk_adapt_fn *adapt;
  hk_bernoulli_fn bernoulli;
  hk_counts_fn random_counts;
  hk_deliver_drawn_fn *deliver_drawn;
  hk_drawn_products_fn *drawn_products;
  const hk_key_sort *key_sort;
} hk_level;

// Keys of 4 bytes by digits, in place: for lines in which vectors are unlucky (sort.c).
void hk_sort_by_digits(int64_t n, uint32_t *keys, uint32_t *spare);

extern const hk_level hk_level_baseline;
#if defined(__x86_64__)
extern const hk_level hk_level_avx2;
extern const hk_level hk_level_avx512;
#endif

#endif
