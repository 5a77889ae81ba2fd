// The portable level: what every processor of the architecture runs. Where it has no fma instruction, libm's exact function
// is called: slow, and the same bits.
#define HK_LEVEL hk_level_baseline
#define HK_MATMUL_ROWS 2
#define HK_MATMUL_BYTES 32
#define HK_REGISTER_BYTES 16
#define HK_CHAIN_REGISTERS 8
#include "kernels.h"
