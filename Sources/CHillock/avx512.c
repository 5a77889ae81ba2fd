// The level of AVX-512 (F, DQ, BW, VL), with 32 registers of 64 bytes.
#if defined(__x86_64__)
#include <immintrin.h>
#include "primitives.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define HK_LEVEL hk_level_avx512
#define HK_ROWS_HEADER "rows_avx512.h"
#define HK_MATMUL_ROWS 12
#define HK_MATMUL_BYTES 128
#define HK_MATMUL_PANEL 4096
#define HK_REGISTER_BYTES 64
#define HK_CHAIN_REGISTERS 16
#include "kernels.h"
#pragma clang attribute pop
#endif
