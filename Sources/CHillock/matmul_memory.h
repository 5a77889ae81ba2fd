// The memory that a product of matrices is given beside its stack (matmul.h): what is packed of a transposed a, then the partials that
// wait where there are several chunks of terms.
#ifndef HK_MATMUL_MEMORY_H
#define HK_MATMUL_MEMORY_H

#include "types.h"

// Terms of a packed strip; rows of a that pass over it; bytes of a row of partials that wait.
enum { HK_MATMUL_DEPTH = 256, HK_MATMUL_BLOCK = 128, HK_WAITING_BYTES = 1 << 10 };

// How many partials wait to be combined at once, at most, where there are so many terms: one for each bit of the last chunk's
// number, and its own.
HK_INLINE int hk_partials_waiting(int64_t terms) {
  const uint64_t last = terms > HK_CHUNK ? (uint64_t)(terms - 1) / HK_CHUNK : 0;
  return last ? 65 - __builtin_clzll(last) : 1;
}

#endif
