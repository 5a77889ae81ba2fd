// Fourier transforms: lengths of every way they are done in, in one piece and as workers share a line.
#ifndef FFT_H
#define FFT_H

#include "inputs.h"

static void fft_case(int level, const hk_fft_kernels *kernels, int dtype, int64_t n, int64_t lines, uint64_t *seed) {
  void *memory = aligned_alloc(64, (size_t)(hk_fft_bytes(n, dtype) + 63) / 64 * 64);
  const hk_fft *plan = memory ? hk_fft_plan(level, n, dtype, memory) : 0;
  if (!plan) abort();
  const hk_fft_form form = hk_fft_formed(plan, dtype);
  char *scratch = aligned_alloc(64, (size_t)(form.scratch + form.workspace + 127) / 64 * 64);
  if (!scratch) abort();
  column re = new_column(dtype, lines * n), im = new_column(dtype, lines * n);
  for (int64_t i = 0; i < lines * n; i++)
    for (int part = 0; part < 2; part++) {
      const double value = (double)random_below(seed, 1 << 20) / (1 << 19) - 1;
      void *to = element(part ? im : re, i);
      if (dtype == HK_f64) *(double *)to = value;
      else *(float *)to = (float)value;
    }
  hk_fft_roots(n, n, dtype, re.data, im.data);
  record("roots of", n, re, 0, 0);
  column rd = new_column(dtype, lines * n), id = new_column(dtype, lines * n);
  kernels->lines(plan, lines, rd.data, id.data, re.data, im.data, scratch);
  record("real parts of", n, rd, 0, 0);
  record("imaginary parts of", n, id, 0, 0);
  if (form.columns > 0) {
    void *workspace = scratch + (form.scratch + 63) / 64 * 64;
    for (int64_t panel = form.columns - 1; panel >= 0; panel--) kernels->columns(plan, panel, re.data, im.data, workspace, scratch);
    for (int64_t panel = form.rows - 1; panel >= 0; panel--) kernels->rows(plan, panel, rd.data, id.data, workspace, scratch);
    record("shared real parts of", n, rd, 0, 0);
    record("shared imaginary parts of", n, id, 0, 0);
  }
  free_column(re), free_column(im), free_column(rd), free_column(id);
  free(scratch), free(memory);
}

static void fft_cases(int level) {
  static const int64_t longer[] = {100, 121, 128, 134, 144, 210, 360, 509, 1000, 1024, 4096, 4098, 4100, 10007, 65536};
  for (int dtype = 0; dtype < HK_DTYPES; dtype++) {
    if (!begin("fft %s", dtype_names[dtype])) continue;
    const hk_fft_kernels *kernels = hk_fourier(level, dtype);
    uint64_t seed = (uint64_t)(12000 + dtype);
    for (int64_t i = 0; kernels && i < 70 + COUNT(longer); i++) {
      const int64_t n = i < 70 ? i + 1 : longer[i - 70];
      fft_case(level, kernels, dtype, n, n < 300 ? 19 : 1, &seed);
    }
    kernels ? end() : end_absent();
  }
}

#endif
