// The memory that a product of matrices is given beside its stack (matmul.h): what is packed of b, what is packed of a, then the
// partials that wait where there are several chunks of terms.
#ifndef HK_MATMUL_MEMORY_H
#define HK_MATMUL_MEMORY_H

#include "types.h"

enum {
  // Terms that are packed together; rows of a that are, a multiple of twice HK_MATMUL_ROWS of every level; the bytes of a packed row of b,
  // at most, which are those of whole strips of every level.
  HK_MATMUL_DEPTH = 256, HK_MATMUL_BLOCK = 96, HK_PACKED_B_BYTES = 4 << 10, HK_PACKED_B_STRIP = 128,
  // Between packed rows of a, so that they do not lie on the same places of the cache.
  HK_PACKED_GAP = 64,
  // The least bytes of a row of a that is packed, and the most of a row of b that is read as it lies.
  HK_LONG_ROW = 1 << 10, HK_SHORT_ROW_OF_B = 512,
  // Rows of partials that wait, at most, and their bytes.
  HK_WAITING_ROWS = 4 * HK_MATMUL_BLOCK, HK_WAITING_BYTES = 2 << 10,
};

// How many partials wait to be combined at once, at most, where there are so many terms: one for each bit of the last chunk's
// number, and its own.
HK_INLINE int hk_partials_waiting(int64_t terms) {
  const uint64_t last = terms > HK_CHUNK ? (uint64_t)(terms - 1) / HK_CHUNK : 0;
  return last ? 65 - __builtin_clzll(last) : 1;
}

HK_INLINE int hk_is_short_b(const hk_product *x, int64_t size) {
  return !(x->transposed & HK_TRANSPOSED_B) && x->columns * size <= HK_SHORT_ROW_OF_B;
}

HK_INLINE int hk_is_packed_a(const hk_product *x, int64_t size) {
  return (x->transposed & HK_TRANSPOSED_A ? x->rows : x->inner) * size >= HK_LONG_ROW;
}

HK_INLINE int64_t hk_matmul_terms(const hk_product *x) { return x->inner < HK_MATMUL_DEPTH ? x->inner : HK_MATMUL_DEPTH; }

// The bytes of what is packed of b; of a short one only what its columns leave beside whole strips.
HK_INLINE int64_t hk_packed_b_bytes(const hk_product *x, int64_t size) {
  const int64_t row = (x->columns * size + HK_PACKED_B_STRIP - 1) / HK_PACKED_B_STRIP * HK_PACKED_B_STRIP;
  const int64_t most = hk_is_short_b(x, size) ? HK_PACKED_B_STRIP : HK_PACKED_B_BYTES;
  return hk_matmul_terms(x) * (row < most ? row : most);
}

// The bytes of what is packed of so many rows of a: whole groups of them, of which no level has more than 24.
HK_INLINE int64_t hk_packed_a_bytes(const hk_product *x, int64_t rows, int64_t size) {
  if (!hk_is_packed_a(x, size)) return 0;
  const int64_t whole = rows < HK_MATMUL_BLOCK ? (rows + 23) / 24 * 24 : HK_MATMUL_BLOCK;
  return (whole * (hk_matmul_terms(x) * size + HK_PACKED_GAP) + 63) / 64 * 64;
}

#endif
