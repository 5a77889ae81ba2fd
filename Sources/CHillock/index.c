// Kernels about positions, the same at every level: strided reads and indices.
#include "types.h"

#include <string.h>

enum { MAXIMUM_RANK = 16 };

// A run along the innermost axis.
#define HK_GATHER(T) \
  static void gather_##T(int64_t n, T *d, const T *base, int64_t stride) { \
    if (stride == 0) { \
      for (int64_t i = 0; i < n; i++) d[i] = *base; \
    } else { \
      for (int64_t i = 0; i < n; i++) d[i] = base[i * stride]; \
    } \
  }
HK_GATHER(uint8_t) HK_GATHER(uint16_t) HK_GATHER(uint32_t) HK_GATHER(uint64_t)

static void gather(int64_t n, char *d, const char *base, int64_t stride, int64_t size) {
  if (stride == 1) {
    memcpy(d, base, (size_t)(n * size));
  } else if (size == 8) {
    gather_uint64_t(n, (uint64_t *)d, (const uint64_t *)base, stride);
  } else if (size == 4) {
    gather_uint32_t(n, (uint32_t *)d, (const uint32_t *)base, stride);
  } else if (size == 2) {
    gather_uint16_t(n, (uint16_t *)d, (const uint16_t *)base, stride);
  } else {
    gather_uint8_t(n, (uint8_t *)d, (const uint8_t *)base, stride);
  }
}

void hk_load_strided(int64_t n, void *dp, const void *base, int64_t first, int64_t rank, const int64_t *dims,
                     const int64_t *strides, int64_t element_size) {
  char *d = dp;
  if (n <= 0) return;
  if (rank <= 0 || rank > MAXIMUM_RANK) {
    gather(n, d, base, 0, element_size);
    return;
  }
  int64_t index[MAXIMUM_RANK], offset = 0, rest = first;
  for (int64_t axis = rank - 1; axis >= 0; axis--) {
    index[axis] = rest % dims[axis];
    rest /= dims[axis];
    offset += index[axis] * strides[axis];
  }
  const int64_t inner = rank - 1;
  while (n > 0) {
    const int64_t left = dims[inner] - index[inner], count = n < left ? n : left;
    gather(count, d, (const char *)base + offset * element_size, strides[inner], element_size);
    d += count * element_size;
    n -= count;
    if (n == 0) return;
    // On to the start of the next run: the innermost index is back at 0, with a carry to the left.
    offset -= index[inner] * strides[inner];
    index[inner] = 0;
    for (int64_t axis = inner - 1; axis >= 0; axis--) {
      offset += strides[axis];
      if (++index[axis] < dims[axis]) break;
      offset -= dims[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}

// Runs of positions: the index stays for `inner` of them, then goes up by one, and starts again at `extent`.
#define HK_IOTA(T) \
  static void iota_##T(int64_t n, hk_##T *d, int64_t first, int64_t inner, int64_t extent) { \
    int64_t value = first / inner % extent, left = inner - first % inner; \
    if (inner == 1) { \
      for (int64_t i = 0; i < n;) { \
        const int64_t run = n - i < extent - value ? n - i : extent - value; \
        for (int64_t j = 0; j < run; j++) d[i + j] = (hk_##T)(value + j); \
        i += run; \
        value = 0; \
      } \
      return; \
    } \
    for (int64_t i = 0; i < n;) { \
      const int64_t run = n - i < left ? n - i : left; \
      for (int64_t j = 0; j < run; j++) d[i + j] = (hk_##T)value; \
      i += run; \
      left = inner; \
      if (++value == extent) value = 0; \
    } \
  }
HK_EACH_NUMBER(HK_IOTA)

void hk_iota(int64_t n, void *d, int dtype, int64_t first, int64_t inner, int64_t extent) {
  if (n <= 0 || inner <= 0 || extent <= 0) return;
  switch (dtype) {
#define HK_IOTA_CASE(T) \
  case HK_##T: \
    iota_##T(n, d, first, inner, extent); \
    return;
    HK_EACH_NUMBER(HK_IOTA_CASE)
    case HK_bool:
      for (int64_t i = 0; i < n; i++) ((hk_bool *)d)[i] = (first + i) / inner % extent != 0;
      return;
  }
}
