// Fourier transforms of lines of complex numbers in two arrays (fft_plan.h says how one is done; Spec/numerics.md gives the formulas).
// Each line is computed in one lane of a vector, with the same operations whatever stands in the other lanes. There is no fma.
#include "fft_plan.h"
#include "transpose.h"

#include <string.h>

#define HK_FFT_T f32
#define HK_FFT_LANES 16
#define HK_FFT_TRANSPOSE(v) transpose_uint32_t(v)
typedef uint32_t_block fft_block_f32;
#include "fft_lines.h"
#undef HK_FFT_T
#undef HK_FFT_LANES
#undef HK_FFT_TRANSPOSE

#define HK_FFT_T f64
#define HK_FFT_LANES 8
#define HK_FFT_TRANSPOSE(v) transpose_uint64_t(v)
typedef uint64_t_block fft_block_f64;
#include "fft_lines.h"
#undef HK_FFT_T
#undef HK_FFT_LANES
#undef HK_FFT_TRANSPOSE

static const hk_fft_kernels fft_table[HK_DTYPES] = {
  [HK_f32] = {fft_lines_f32, fft_columns_f32, fft_rows_f32},
  [HK_f64] = {fft_lines_f64, fft_columns_f64, fft_rows_f64},
};
