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

// HillockIR.DType's raw values.
enum { HK_f32 = 0, HK_f64, HK_i32, HK_i64, HK_u32, HK_u64, HK_bool, HK_DTYPES };
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

#endif
