// The C types of the dtypes, named after them, and the lists of dtypes that the tables are built from.
#ifndef HK_TYPES_H
#define HK_TYPES_H

#include "chillock.h"

// No implicit contraction: an fma is always written as one (Spec/numerics.md).
#pragma STDC FP_CONTRACT OFF

typedef float hk_f32;
typedef double hk_f64;
typedef int32_t hk_i32;
typedef int64_t hk_i64;
typedef uint32_t hk_u32;
typedef uint64_t hk_u64;
typedef uint8_t hk_bool;
// Narrow dtypes. Kernels convert, copy and move their elements; they compute in f32, i32 and u32.
typedef uint16_t hk_f16;
typedef uint16_t hk_bf16;
typedef int8_t hk_i8;
typedef int16_t hk_i16;
typedef uint8_t hk_u8;
typedef uint16_t hk_u16;

// HillockIR.DType's raw values.
enum { HK_f32 = 0, HK_f64, HK_i32, HK_i64, HK_u32, HK_u64, HK_bool, HK_f16, HK_bf16, HK_i8, HK_i16, HK_u8, HK_u16, HK_DTYPES };
// HillockIR.ReduceKind's raw values.
enum { HK_sum = 0, HK_max, HK_min, HK_product, HK_any, HK_all, HK_KINDS };
// HillockIR.ScanKind's raw values.
enum { HK_scan_sum = 0, HK_scan_product, HK_scan_max, HK_scan_min, HK_scan_logaddexp, HK_SCAN_KINDS };

// Lanes of a reduction along contiguous elements, lanes of one over rows, and terms in a chunk (HillockBytecode.Kernel).
enum { HK_LANES = 64, HK_ROW_LANES = 4, HK_CHUNK = 4096 };

#define HK_INLINE static inline __attribute__((always_inline, unused))
// A function for cases that are rare: never part of a loop's code.
#define HK_RARE static __attribute__((noinline, cold, unused))
#define HK_STRING(x) #x
#define HK_PRAGMA(x) _Pragma(HK_STRING(x))
// The iterations of the next loop touch disjoint elements, or exactly the same one (d == a): the vectoriser's own check of
// the pointers would send the second case to a scalar loop.
#define HK_VECTORIZE HK_PRAGMA(clang loop vectorize(assume_safety) interleave(enable))

#define HK_EACH_FLOAT(M) M(f32) M(f64)
#define HK_EACH_INTEGER(M) M(i32) M(i64) M(u32) M(u64)
#define HK_EACH_NUMBER(M) HK_EACH_FLOAT(M) HK_EACH_INTEGER(M)
#define HK_EACH_DTYPE(M) HK_EACH_NUMBER(M) M(bool)
// Narrow integers and floats, with the dtype that they are computed in.
#define HK_EACH_NARROW(M) M(f16, f32) M(bf16, f32) M(i8, i32) M(i16, i32) M(u8, u32) M(u16, u32)

#endif
