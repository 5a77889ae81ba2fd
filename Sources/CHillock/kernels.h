// All kernels of one instruction-set level. Included once by each level's file, which sets the compiler's target and defines
// HK_LEVEL, HK_MATMUL_ROWS, HK_MATMUL_BYTES, HK_MATMUL_PANEL, HK_REGISTER_BYTES, HK_CHAIN_REGISTERS and, where it has one,
// HK_ROWS_HEADER.
#include "level.h"
#include "primitives.h"
#include "elementwise.h"
#include "chain.h"
#include "random.h"
#include "reduce.h"
#include "argreduce.h"
#include "scan.h"
#include "contract.h"
#include "matmul.h"
#include "transpose.h"
#include "fft.h"
#include "indexed.h"
#include "synapses.h"
#include "adapt.h"
#include "drawn.h"
#include "counts.h"
#include "sort_keys.h"

const hk_level HK_LEVEL = {
  .elementwise = elementwise_table,
  .rare = rare_table,
  .convert = convert_table,
  .chain = chain_table,
  .random_bits = random_bits,
  .row_dot = row_dot_table,
  .reduce = reduce_table,
  .dot_accumulate = dot_accumulate_table,
  .outer_accumulate = outer_accumulate_table,
  .matmul = matmul_table,
  .vector_matmul = vector_matmul_table,
  .reduce_axis = reduce_axis_table,
  .reduce_rows = reduce_rows_table,
  .argreduce = argreduce_table,
  .scan = scan_table,
  .fft = fft_table,
  .load_transposed = load_transposed,
  .gather = gather_table,
  .scatter = scatter_table,
  .sending = sending_table,
  .deliver = deliver_table,
  .row_products = row_products_table,
  .synapse_products = synapse_products_table,
  .adapt = adapt_table,
  .bernoulli = bernoulli_row,
  .random_counts = random_counts,
  .deliver_drawn = deliver_drawn_table,
  .drawn_products = drawn_products_table,
  .key_sort = HK_KEY_SORT,
};
