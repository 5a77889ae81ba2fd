// How a Fourier transform of n elements is done. One of these:
//   passes   n is cut into its factors 2 to 61; a pass joins the terms of one factor (Stockham's order, which needs no sorting). Several
//            lines stand side by side in the lanes of vectors.
//   split    of one long line: n = n1 n2. Columns of length n1 are transformed, multiplied by powers of the root, and rows of length n2
//            are transformed; the columns and the rows are what stands side by side.
//   chirp    n has a larger prime factor: as a convolution with a chirp, by transforms of a length m >= 2n - 1 without such factors
//            (L. Bluestein, IEEE Trans. Audio Electroacoust. 18, 1970).
#ifndef HK_FFT_PLAN_H
#define HK_FFT_PLAN_H

#include "types.h"

enum { HK_FFT_PASSES_MOST = 48, HK_FFT_LARGEST_PRIME = 61 };
typedef enum { HK_FFT_BY_PASSES, HK_FFT_BY_SPLIT, HK_FFT_BY_CHIRP } hk_fft_way;

typedef struct {
  int64_t length;
  int count;
  int radix[HK_FFT_PASSES_MOST];
  // Of pass i, for each place p and each k from 1 below the radix: the root of the length that is left to the power pk.
  const void *twiddles[HK_FFT_PASSES_MOST];
  // Of a pass of a prime above 5, all roots of it.
  const void *roots[HK_FFT_PASSES_MOST];
} hk_fft_passes;

struct hk_fft {
  int64_t length;
  hk_fft_way way;
  // Of the whole line, or of columns and rows.
  hk_fft_passes first, second;
  // Of a split: for each panel of columns and each k < n1, a vector of real and one of imaginary parts of the powers. Of a chirp: the real
  // parts, then the imaginary ones.
  const void *table;
  // Of a chirp: the transform of the chirp that it is convolved with, over m: the real parts, then the imaginary ones.
  const void *filter;
  const struct hk_fft *inner;
};

#endif
