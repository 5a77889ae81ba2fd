// Elements as unsigned numbers of the same order: the keys of sorts and of selections.
#pragma once
#include "level.h"

#include <string.h>

// The dtypes with the type of their keys.
#define EACH_SHORT_KEY(M) M(f32, uint32_t) M(i32, uint32_t) M(u32, uint32_t) M(bool, uint32_t)
#define EACH_LONG_KEY(M) M(f64, uint64_t) M(i64, uint64_t) M(u64, uint64_t)
#define EACH_KEY(M) EACH_SHORT_KEY(M) EACH_LONG_KEY(M)

// Keys of the same order as the elements, and elements again. Zeros are equal; NaN comes after all numbers, in descending order too.
HK_INLINE uint32_t key_bool(hk_bool x) { return x; }
HK_INLINE uint32_t key_u32(hk_u32 x) { return x; }
HK_INLINE uint32_t key_i32(hk_i32 x) { return (uint32_t)x ^ 1u << 31; }
HK_INLINE uint64_t key_u64(hk_u64 x) { return x; }
HK_INLINE uint64_t key_i64(hk_i64 x) { return (uint64_t)x ^ 1ull << 63; }
HK_INLINE hk_bool element_bool(uint32_t key) { return (hk_bool)key; }
HK_INLINE hk_u32 element_u32(uint32_t key) { return key; }
HK_INLINE hk_i32 element_i32(uint32_t key) { return (hk_i32)(key ^ 1u << 31); }
HK_INLINE hk_u64 element_u64(uint64_t key) { return key; }
HK_INLINE hk_i64 element_i64(uint64_t key) { return (hk_i64)(key ^ 1ull << 63); }
#define FLOAT_KEY(T, U) \
  HK_INLINE U key_##T(hk_##T x) { \
    const U sign = (U)1 << (8 * sizeof(U) - 1); \
    const hk_##T value = x == 0 ? 0 : x; \
    U bits; \
    memcpy(&bits, &value, sizeof bits); \
    return bits & sign ? ~bits : bits | sign; \
  } \
  HK_INLINE hk_##T element_##T(U key) { \
    const U sign = (U)1 << (8 * sizeof(U) - 1), bits = key & sign ? key ^ sign : ~key; \
    hk_##T x; \
    memcpy(&x, &bits, sizeof x); \
    return x; \
  }
FLOAT_KEY(f32, uint32_t)
FLOAT_KEY(f64, uint64_t)
#define KEY_OR_NAN(T, U, x, flip) ((x) != (x) ? ~(U)0 : key_##T(x) ^ (flip))

HK_INLINE int64_t hk_key_bytes(int dtype) {
  switch (dtype) {
    case HK_f64: case HK_i64: case HK_u64: return 8;
    case HK_bool: return 1;
    default: return 4;
  }
}
// What turns the order of keys around: all bits of a key, of which a bool has one.
HK_INLINE uint64_t hk_key_flip(int dtype, int descending) { return !descending ? 0 : dtype == HK_bool ? 1 : ~0ull; }
