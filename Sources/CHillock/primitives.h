// The primitive vector operations (HillockIR.Primitive) on scalars: the alphabet of the generated bodies. Every one is
// branch-free and without errno, so that a loop over it vectorises. Spec/numerics.md is the normative text.
#ifndef HK_PRIMITIVES_H
#define HK_PRIMITIVES_H

#include "types.h"

// The unsigned dtype of the same size: integer arithmetic wraps.
#define HK_UNSIGNED_f32 hk_u32
#define HK_UNSIGNED_f64 hk_u64
#define HK_UNSIGNED_i32 hk_u32
#define HK_UNSIGNED_u32 hk_u32
#define HK_UNSIGNED_i64 hk_u64
#define HK_UNSIGNED_u64 hk_u64

#define HK_WRAPPING(T, U, name, operator) \
  HK_INLINE hk_##T hk_##name##_##T(hk_##T a, hk_##T b) { return (hk_##T)((U)a operator (U)b); }
#define HK_DIRECT(T, name, operator) \
  HK_INLINE hk_##T hk_##name##_##T(hk_##T a, hk_##T b) { return a operator b; }
#define HK_COMPARISON(T, name, operator) \
  HK_INLINE hk_bool hk_##name##_##T(hk_##T a, hk_##T b) { return a operator b; }

#define HK_ANY_DTYPE(T) \
  HK_COMPARISON(T, lt, <) \
  HK_COMPARISON(T, le, <=) \
  HK_COMPARISON(T, eq, ==) \
  HK_COMPARISON(T, ne, !=) \
  HK_INLINE hk_##T hk_select_##T(hk_bool c, hk_##T a, hk_##T b) { return c ? a : b; } \
  /* As minps and maxps do it: the second operand where either is NaN. */ \
  HK_INLINE hk_##T hk_min_##T(hk_##T a, hk_##T b) { return a < b ? a : b; } \
  HK_INLINE hk_##T hk_max_##T(hk_##T a, hk_##T b) { return a > b ? a : b; }
HK_EACH_DTYPE(HK_ANY_DTYPE)

#define HK_FLOATING(T) \
  HK_DIRECT(T, add, +) \
  HK_DIRECT(T, sub, -) \
  HK_DIRECT(T, mul, *) \
  HK_DIRECT(T, div, /) \
  HK_INLINE hk_##T hk_rem_##T(hk_##T a, hk_##T b) { return __builtin_elementwise_fmod(a, b); } \
  HK_INLINE hk_##T hk_fma_##T(hk_##T a, hk_##T b, hk_##T c) { return __builtin_elementwise_fma(a, b, c); } \
  HK_INLINE hk_##T hk_sqrt_##T(hk_##T a) { return __builtin_elementwise_sqrt(a); } \
  HK_INLINE hk_##T hk_abs_##T(hk_##T a) { return __builtin_elementwise_abs(a); } \
  HK_INLINE hk_##T hk_neg_##T(hk_##T a) { return -a; } \
  HK_INLINE hk_##T hk_floor_##T(hk_##T a) { return __builtin_elementwise_floor(a); } \
  HK_INLINE hk_##T hk_ceil_##T(hk_##T a) { return __builtin_elementwise_ceil(a); } \
  HK_INLINE hk_##T hk_trunc_##T(hk_##T a) { return __builtin_elementwise_trunc(a); } \
  HK_INLINE hk_##T hk_rint_##T(hk_##T a) { return __builtin_elementwise_roundeven(a); }
HK_EACH_FLOAT(HK_FLOATING)

#define HK_INTEGER(T) \
  HK_WRAPPING(T, HK_UNSIGNED_##T, add, +) \
  HK_WRAPPING(T, HK_UNSIGNED_##T, sub, -) \
  HK_WRAPPING(T, HK_UNSIGNED_##T, mul, *) \
  HK_DIRECT(T, and, &) \
  HK_DIRECT(T, or, |) \
  HK_DIRECT(T, xor, ^) \
  HK_INLINE hk_##T hk_not_##T(hk_##T a) { return ~a; } \
  HK_INLINE hk_##T hk_neg_##T(hk_##T a) { return (hk_##T)(0 - (HK_UNSIGNED_##T)a); } \
  HK_INLINE hk_##T hk_abs_##T(hk_##T a) { return a < 0 ? hk_neg_##T(a) : a; } \
  /* A negative count is, read as unsigned, beyond the width. */ \
  HK_INLINE hk_##T hk_shl_##T(hk_##T a, hk_##T b) { \
    const HK_UNSIGNED_##T width = 8 * sizeof a, count = (HK_UNSIGNED_##T)b; \
    return count < width ? (hk_##T)((HK_UNSIGNED_##T)a << (count & (width - 1))) : 0; \
  }
HK_EACH_INTEGER(HK_INTEGER)

#define HK_SHIFT_RIGHT_SIGNED(T) \
  HK_INLINE hk_##T hk_shr_##T(hk_##T a, hk_##T b) { \
    const HK_UNSIGNED_##T width = 8 * sizeof a, count = (HK_UNSIGNED_##T)b; \
    return a >> (count < width ? count : width - 1); \
  }
#define HK_SHIFT_RIGHT_UNSIGNED(T) \
  HK_INLINE hk_##T hk_shr_##T(hk_##T a, hk_##T b) { \
    const hk_##T width = 8 * sizeof a; \
    return b < width ? a >> (b & (width - 1)) : 0; \
  }
HK_SHIFT_RIGHT_SIGNED(i32) HK_SHIFT_RIGHT_SIGNED(i64) HK_SHIFT_RIGHT_UNSIGNED(u32) HK_SHIFT_RIGHT_UNSIGNED(u64)

// A zero divisor is replaced, so that the division is never trapped; -1 too where it would overflow.
#define HK_DIVISION_SIGNED(T) \
  HK_INLINE hk_##T hk_floorDiv_##T(hk_##T a, hk_##T b) { \
    const hk_##T divisor = b == 0 || b == -1 ? 1 : b, quotient = a / divisor, remainder = a - quotient * divisor; \
    const hk_##T floored = quotient - (remainder != 0 && (remainder < 0) != (divisor < 0)); \
    return b == 0 ? 0 : b == -1 ? hk_neg_##T(a) : floored; \
  } \
  HK_INLINE hk_##T hk_floorMod_##T(hk_##T a, hk_##T b) { \
    const hk_##T divisor = b == 0 || b == -1 ? 1 : b, remainder = a % divisor; \
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder; \
  }
#define HK_DIVISION_UNSIGNED(T) \
  HK_INLINE hk_##T hk_floorDiv_##T(hk_##T a, hk_##T b) { return b == 0 ? 0 : a / (b == 0 ? 1 : b); } \
  HK_INLINE hk_##T hk_floorMod_##T(hk_##T a, hk_##T b) { return b == 0 ? 0 : a % (b == 0 ? 1 : b); }
HK_DIVISION_SIGNED(i32) HK_DIVISION_SIGNED(i64) HK_DIVISION_UNSIGNED(u32) HK_DIVISION_UNSIGNED(u64)

#define HK_BITCAST(from, to) \
  HK_INLINE hk_##to hk_bitcast_##from##_##to(hk_##from a) { \
    hk_##to b; \
    __builtin_memcpy(&b, &a, sizeof b); \
    return b; \
  }
HK_BITCAST(f32, u32) HK_BITCAST(f32, i32) HK_BITCAST(u32, f32) HK_BITCAST(i32, f32) HK_BITCAST(u32, i32) HK_BITCAST(i32, u32)
HK_BITCAST(f64, u64) HK_BITCAST(f64, i64) HK_BITCAST(u64, f64) HK_BITCAST(i64, f64) HK_BITCAST(u64, i64) HK_BITCAST(i64, u64)

// a · 2^b in two steps, the first of them exact, by 2^⌊b/2⌋ and the rest; k holds b plus twice the exponent's bias.
#define HK_SCALE(T, U, digits) \
  HK_INLINE hk_##T hk_scale_##T(hk_##T a, hk_##T b, hk_##U k) { \
    const hk_##U half = k >> 1; \
    (void)b; \
    return (a * hk_bitcast_##U##_##T(half << digits)) * hk_bitcast_##U##_##T((k - half) << digits); \
  }
HK_SCALE(f32, u32, 23) HK_SCALE(f64, u64, 52)

HK_DIRECT(bool, and, &)
HK_DIRECT(bool, or, |)
HK_DIRECT(bool, xor, ^)
HK_INLINE hk_bool hk_not_bool(hk_bool a) { return a ^ 1; }

// Conversions of the value. Between integers: modulo 2^width. From bool: 0 or 1. To bool: a != 0, true for NaN.
#define HK_CONVERT_PLAIN(from, to) \
  HK_INLINE hk_##to hk_convert_##from##_##to(hk_##from a) { return (hk_##to)a; }
#define HK_CONVERT_TO_BOOL(from) \
  HK_INLINE hk_bool hk_convert_##from##_bool(hk_##from a) { return a != 0; }
// From float to integer: truncates, saturates, NaN gives 0. `low` and `end` are exact: the least value of the integer, and
// one past its greatest.
#define HK_CONVERT_SATURATING(from, to, low, end, least, greatest) \
  HK_INLINE hk_##to hk_convert_##from##_##to(hk_##from a) { \
    const hk_bool inside = (a > (low)) & (a < (end)); \
    const hk_##to value = (hk_##to)(inside ? a : 0); \
    return a >= (end) ? greatest : a <= (low) ? least : value; \
  }
#define HK_CONVERT_FROM_FLOAT(from) \
  HK_CONVERT_SATURATING(from, i32, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX) \
  HK_CONVERT_SATURATING(from, i64, -0x1p63f, 0x1p63f, INT64_MIN, INT64_MAX) \
  HK_CONVERT_SATURATING(from, u32, 0.0f, 0x1p32f, 0, UINT32_MAX) \
  HK_CONVERT_SATURATING(from, u64, 0.0f, 0x1p64f, 0, UINT64_MAX) \
  HK_CONVERT_PLAIN(from, f32) HK_CONVERT_PLAIN(from, f64) HK_CONVERT_TO_BOOL(from)
#define HK_CONVERT_FROM_INTEGER(from) \
  HK_CONVERT_PLAIN(from, i32) HK_CONVERT_PLAIN(from, i64) HK_CONVERT_PLAIN(from, u32) HK_CONVERT_PLAIN(from, u64) \
  HK_CONVERT_PLAIN(from, f32) HK_CONVERT_PLAIN(from, f64) HK_CONVERT_TO_BOOL(from)
// Narrow integers: the low bits, and back.
#define HK_CONVERT_NARROW(narrow, wide) HK_CONVERT_PLAIN(narrow, wide) HK_CONVERT_PLAIN(wide, narrow)
HK_CONVERT_NARROW(i8, i32) HK_CONVERT_NARROW(i16, i32) HK_CONVERT_NARROW(u8, u32) HK_CONVERT_NARROW(u16, u32)

// Narrow floats, in integers: the same bits on every processor. Rounded to the nearest, halves to even.
HK_INLINE hk_f32 hk_convert_bf16_f32(hk_bf16 a) { return hk_bitcast_u32_f32((hk_u32)a << 16); }
HK_INLINE hk_bf16 hk_convert_f32_bf16(hk_f32 a) {
  const hk_u32 bits = hk_bitcast_f32_u32(a), rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (hk_bf16)((bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : rounded);
}
HK_INLINE hk_f32 hk_convert_f16_f32(hk_f16 a) {
  const hk_u32 magnitude = (hk_u32)(a & 0x7fff) << 13, sign = (hk_u32)(a & 0x8000) << 16;
  // The exponent's bias is 127 instead of 15; infinity and NaN have the greatest exponent.
  const hk_u32 number = magnitude + (112u << 23) + (magnitude >= 0x7c00u << 13 ? 112u << 23 : 0);
  // A subnormal number lacks the leading 1: it is put before the digits, and taken away.
  const hk_u32 subnormal = hk_bitcast_f32_u32(hk_bitcast_u32_f32(magnitude + (113u << 23)) - 0x1p-14f);
  return hk_bitcast_u32_f32((magnitude < 0x0400u << 13 ? subnormal : number) | sign);
}
HK_INLINE hk_f16 hk_convert_f32_f16(hk_f32 a) {
  const hk_u32 bits = hk_bitcast_f32_u32(a), magnitude = bits & 0x7fffffff, sign = bits >> 16 & 0x8000;
  const hk_u32 number = (magnitude - (112u << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
  // Beside 1/2 the last digit of a sum is that of subnormal f16s.
  const hk_u32 subnormal = hk_bitcast_f32_u32(hk_bitcast_u32_f32(magnitude) + 0.5f) - hk_bitcast_f32_u32(0.5f);
  const hk_u32 finite = magnitude < 0x38800000 ? subnormal : number;
  // From 2^16 on infinity; what lies between it and the greatest number is rounded up to it.
  return (hk_f16)((magnitude > 0x7f800000 ? 0x7e00 : magnitude >= 0x47800000 ? 0x7c00 : finite) | sign);
}
// A double as an f32 whose last digit is odd where the rest is not 0. Rounded on to fewer digits, it gives what the double would.
HK_INLINE hk_f32 hk_odd_f32(hk_f64 a) {
  const hk_f32 nearest = (hk_f32)a;
  const hk_f64 magnitude = __builtin_fabs(a), found = __builtin_fabs((hk_f64)nearest);
  const hk_u32 bits = hk_bitcast_f32_u32(nearest);
  const hk_u32 step = (hk_u32)(found < magnitude) - (hk_u32)(found > magnitude);
  return hk_bitcast_u32_f32(bits & 1 ? bits : bits + step);
}
HK_INLINE hk_f16 hk_convert_f64_f16(hk_f64 a) { return hk_convert_f32_f16(hk_odd_f32(a)); }
HK_INLINE hk_bf16 hk_convert_f64_bf16(hk_f64 a) { return hk_convert_f32_bf16(hk_odd_f32(a)); }

HK_EACH_FLOAT(HK_CONVERT_FROM_FLOAT)
HK_EACH_INTEGER(HK_CONVERT_FROM_INTEGER)
HK_CONVERT_FROM_INTEGER(bool)

#endif
