#include "cbench.h"
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

void cb_print_lines(void) { setvbuf(stdout, 0, _IOLBF, 0); }

void cb_copy(void *to, const void *from, int64_t n) { memcpy(to, from, (size_t)n); }

// Vectors by hand: left to itself the compiler gathers across iterations. Prefetching is part of the best that can be done.
typedef uint64_t Words __attribute__((vector_size(64), aligned(8)));

CLONES uint64_t cb_read(const void *from, int64_t n) {
  const Words *words = from;
  Words sums[4] = {{0}};
  for (int64_t i = 0; i + 4 <= n / 64; i += 4) {
    for (int j = 0; j < 4; j++) {
      __builtin_prefetch((const char *)(words + i + j) + 4096);
      sums[j] ^= words[i + j];
    }
  }
  Words sum = sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
  uint64_t result = 0;
  for (int j = 0; j < 8; j++) result ^= sum[j];
  return result;
}

int cb_vector_floats(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return 16;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 8;
#endif
  return 4;
}

// The chains are vectors of the level's width; 16 of them hide the latency of the fma.
#define FMA_ROUNDS(NAME, TARGET, WIDTH)                                                                       \
  TARGET static float NAME(int64_t rounds, float seed) {                                                     \
    typedef float V __attribute__((vector_size(WIDTH * 4)));                                                 \
    V chain[CB_CHAINS], a, b;                                                                                 \
    for (int j = 0; j < WIDTH; j++) a[j] = 0.999f, b[j] = seed;                                              \
    for (int c = 0; c < CB_CHAINS; c++) chain[c] = b * (float)c;                                             \
    for (int64_t i = 0; i < rounds; i++) {                                                                    \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < CB_CHAINS; c++) chain[c] = chain[c] * a + b;    \
    }                                                                                                         \
    float sum = 0;                                                                                            \
    for (int c = 0; c < CB_CHAINS; c++) sum += chain[c][0];                                                   \
    return sum;                                                                                               \
  }

#pragma clang fp contract(fast)
#if defined(__x86_64__)
FMA_ROUNDS(fma_rounds_16, __attribute__((target("avx512f"))), 16)
FMA_ROUNDS(fma_rounds_8, __attribute__((target("avx2,fma"))), 8)
#endif
FMA_ROUNDS(fma_rounds_4, , 4)

float cb_fma_rounds(int64_t rounds, float seed) {
#if defined(__x86_64__)
  switch (cb_vector_floats()) {
  case 16: return fma_rounds_16(rounds, seed);
  case 8: return fma_rounds_8(rounds, seed);
  }
#endif
  return fma_rounds_4(rounds, seed);
}
