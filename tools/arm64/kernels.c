// Runs every kernel of a level over fixed inputs, and prints what it gave. tools/arm64/run compares two processors by it.
//
//   kernels LEVEL         a line for each case: its name, the number of elements, a hash of their bits
//   kernels LEVEL CASE    all elements of one case
//   kernels               the levels that this processor has
#include "arrays.h"
#include "axes.h"
#include "elementwise.h"
#include "fft.h"
#include "hk_machine.h"
#include "indexed.h"
#include "synapses.h"

// What Swift asks the machine for. These have no bits to compare; what they give is checked.
static void expect(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "kernels: %s\n", what);
  exit(1);
}

__attribute__((noinline)) static int depth_at(int further) {
  uintptr_t addresses[64];
  if (further == 0) return hk_return_addresses(addresses, 64);
  const int depth = depth_at(further - 1);
  __asm__ volatile("" ::: "memory");  // The call above is not the last thing done: it keeps a frame.
  return depth;
}

static void machine_checks(char **arguments) {
  expect(hk_processor_count() >= 1, "hk_processor_count found no processor");
  expect(depth_at(0) > 0, "hk_return_addresses found no frame");
  expect(depth_at(5) == depth_at(0) + 5, "hk_return_addresses lost frames");
  expect(hk_arguments() && strcmp(hk_arguments()[0], arguments[0]) == 0, "hk_arguments are not those of main");
  expect(hk_image_changes() == hk_image_changes(), "hk_image_changes changed though nothing was loaded");
  hk_pause();
  hk_prefetch(arguments, 200);
  expect(hk_isa_supported(hk_isa_best()), "hk_isa_best is not supported");
}

int main(int count, char **arguments) {
  if (count < 2) {
    for (int isa = 0; isa <= hk_isa_best(); isa++)
      if (hk_isa_supported(isa)) printf("%d\n", isa);
    return 0;
  }
  const int level = atoi(arguments[1]);
  expect(hk_isa_supported(level), "this processor does not have the level");
  wanted = count > 2 ? arguments[2] : 0;
  machine_checks(arguments);
  elementwise_cases(level);
  rare_cases(level);
  conversion_cases(level);
  chain_cases(level);
  reduction_cases(level);
  contraction_cases(level);
  stride_cases(level);
  index_cases();
  random_cases(level);
  short_row_cases(level);
  argreduce_cases(level);
  scan_cases(level);
  fft_cases(level);
  sort_cases();
  gather_cases(level);
  scatter_cases(level);
  synapse_cases(level);
  return hk_flush_output() != 0;
}
