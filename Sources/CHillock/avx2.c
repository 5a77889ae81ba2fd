// The level of AVX2 and FMA, with 16 registers of 32 bytes.
#if defined(__x86_64__)
#include <immintrin.h>
#include "primitives.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define HK_LEVEL hk_level_avx2
#define HK_ROWS_HEADER "rows_avx2.h"
#define HK_MATMUL_ROWS 6
#define HK_MATMUL_BYTES 64
#define HK_MATMUL_PANEL 2048
#define HK_REGISTER_BYTES 32
#define HK_CHAIN_REGISTERS 8
#include "kernels.h"
#pragma clang attribute pop
#endif
