// The portable level: what every processor of the architecture runs. Where it has no fma instruction, libm's exact function
// is called: slow, and the same bits.
#define HK_LEVEL hk_level_baseline
#if defined(__aarch64__)
// 32 registers of 16 bytes: 24 of them accumulate a product, four a row.
#define HK_MATMUL_ROWS 6
#define HK_MATMUL_BYTES 64
#define HK_CHAIN_REGISTERS 16
#else
#define HK_MATMUL_ROWS 2
#define HK_MATMUL_BYTES 32
#define HK_CHAIN_REGISTERS 8
#endif
#define HK_MATMUL_PANEL 2048
#define HK_REGISTER_BYTES 16
#include "kernels.h"
