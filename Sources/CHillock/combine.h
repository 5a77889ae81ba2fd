// How two terms of a reduction meet, and what an empty lane holds.
#ifndef HK_COMBINE_H
#define HK_COMBINE_H

#include "primitives.h"

#define HK_IDENTITY_sum(T) ((hk_##T)0)
#define HK_IDENTITY_product(T) ((hk_##T)1)
#define HK_IDENTITY_any(T) ((hk_##T)0)
#define HK_IDENTITY_all(T) ((hk_##T)1)
#define HK_IDENTITY_max(T) HK_LEAST_##T
#define HK_IDENTITY_min(T) HK_GREATEST_##T
#define HK_LEAST_f32 (-__builtin_inff())
#define HK_LEAST_f64 (-__builtin_inf())
#define HK_LEAST_i32 INT32_MIN
#define HK_LEAST_i64 INT64_MIN
#define HK_LEAST_u32 0
#define HK_LEAST_u64 0
#define HK_LEAST_bool 0
#define HK_GREATEST_f32 __builtin_inff()
#define HK_GREATEST_f64 __builtin_inf()
#define HK_GREATEST_i32 INT32_MAX
#define HK_GREATEST_i64 INT64_MAX
#define HK_GREATEST_u32 UINT32_MAX
#define HK_GREATEST_u64 UINT64_MAX
#define HK_GREATEST_bool 1

// M(kind, dtype) for each pair that exists.
#define HK_EACH_REDUCTION(M) \
  M(sum, f32) M(sum, f64) M(sum, i32) M(sum, i64) M(sum, u32) M(sum, u64) \
  M(max, f32) M(max, f64) M(max, i32) M(max, i64) M(max, u32) M(max, u64) M(max, bool) \
  M(min, f32) M(min, f64) M(min, i32) M(min, i64) M(min, u32) M(min, u64) M(min, bool) \
  M(product, f32) M(product, f64) M(product, i32) M(product, i64) M(product, u32) M(product, u64) \
  M(any, bool) M(all, bool)

// The accumulator, then the new term. Each also works on vectors of the dtype, lane by lane. Integers accumulate in the
// unsigned dtype of the same size, so that they wrap; HK_CARRIER names the dtype in which an accumulator is held.
#define HK_COMBINE_sum(T, a, b) ((a) + (b))
#define HK_COMBINE_product(T, a, b) ((a) * (b))
#define HK_COMBINE_any(T, a, b) ((a) | (b))
#define HK_COMBINE_all(T, a, b) ((a) & (b))
// A NaN wins, whichever operand it is: an accumulator that is NaN stays, and a comparison with a NaN term is false.
#define HK_COMBINE_max(T, a, b) (HK_IS_NAN_##T(a) ? (a) : (a) > (b) ? (a) : (b))
#define HK_COMBINE_min(T, a, b) (HK_IS_NAN_##T(a) ? (a) : (a) < (b) ? (a) : (b))
#define HK_IS_NAN_f32(a) ((a) != (a))
#define HK_IS_NAN_f64(a) ((a) != (a))
#define HK_IS_NAN_i32(a) 0
#define HK_IS_NAN_i64(a) 0
#define HK_IS_NAN_u32(a) 0
#define HK_IS_NAN_u64(a) 0
#define HK_IS_NAN_bool(a) 0
// acc + a * b: one rounding for floats, modulo 2^width for integers.
#define HK_FUSED_f32(a, b, acc) __builtin_elementwise_fma(a, b, acc)
#define HK_FUSED_f64(a, b, acc) __builtin_elementwise_fma(a, b, acc)
#define HK_FUSED_i32(a, b, acc) ((a) * (b) + (acc))
#define HK_FUSED_i64(a, b, acc) ((a) * (b) + (acc))
#define HK_FUSED_u32(a, b, acc) ((a) * (b) + (acc))
#define HK_FUSED_u64(a, b, acc) ((a) * (b) + (acc))

#define HK_CARRIER_sum(T) HK_WRAPPED_##T
#define HK_CARRIER_product(T) HK_WRAPPED_##T
#define HK_CARRIER_max(T) T
#define HK_CARRIER_min(T) T
#define HK_CARRIER_any(T) T
#define HK_CARRIER_all(T) T
#define HK_WRAPPED_f32 f32
#define HK_WRAPPED_f64 f64
#define HK_WRAPPED_i32 u32
#define HK_WRAPPED_i64 u64
#define HK_WRAPPED_u32 u32
#define HK_WRAPPED_u64 u64

#define HK_PASTE_(a, b) a##b
#define HK_PASTE(a, b) HK_PASTE_(a, b)
// The type of an accumulator of (kind, dtype).
#define HK_ACCUMULATOR(kind, T) HK_PASTE(hk_, HK_CARRIER_##kind(T))

#endif
