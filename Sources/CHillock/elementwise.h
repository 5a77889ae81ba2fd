// The loops around the generated bodies: one for each form, that is for each mask of scalar operands.
#include "generated/bodies.h"

#define HK_SIGNATURE int64_t n, void *dp, const void *ap, const void *bp, const void *cp

#define HK_LOOP(name, R, A, B, C, expression) \
  static void name(HK_SIGNATURE) { \
    hk_##R *d = dp; \
    const hk_##A *a = ap; \
    const hk_##B *b = bp; \
    const hk_##C *c = cp; \
    (void)a, (void)b, (void)c; \
    HK_VECTORIZE \
    for (int64_t i = 0; i < n; i++) d[i] = expression; \
  }
// A scalar operand is read once: stores to d could overwrite it otherwise, as far as the compiler knows.
#define HK_LOOP_SCALAR(name, R, A, B, C, S, p, expression) \
  static void name(HK_SIGNATURE) { \
    hk_##R *d = dp; \
    const hk_##A *a = ap; \
    const hk_##B *b = bp; \
    const hk_##C *c = cp; \
    const hk_##S s = *p; \
    (void)a, (void)b, (void)c; \
    HK_VECTORIZE \
    for (int64_t i = 0; i < n; i++) d[i] = expression; \
  }

#define HK_LOOPS_1(op, T, R, A) HK_LOOP(op##_##T##_0, R, A, A, A, hk_op_##op##_##T(a[i]))
#define HK_LOOPS_2(op, T, R, A, B) \
  HK_LOOP(op##_##T##_0, R, A, B, B, hk_op_##op##_##T(a[i], b[i])) \
  HK_LOOP_SCALAR(op##_##T##_1, R, A, B, B, A, a, hk_op_##op##_##T(s, b[i])) \
  HK_LOOP_SCALAR(op##_##T##_2, R, A, B, B, B, b, hk_op_##op##_##T(a[i], s))
#define HK_LOOPS_3(op, T, R, A, B, C) \
  HK_LOOP(op##_##T##_0, R, A, B, C, hk_op_##op##_##T(a[i], b[i], c[i])) \
  HK_LOOP_SCALAR(op##_##T##_2, R, A, B, C, B, b, hk_op_##op##_##T(a[i], s, c[i])) \
  HK_LOOP_SCALAR(op##_##T##_4, R, A, B, C, C, c, hk_op_##op##_##T(a[i], b[i], s)) \
  static void op##_##T##_6(HK_SIGNATURE) { \
    hk_##R *d = dp; \
    const hk_##A *a = ap; \
    const hk_##B s = *(const hk_##B *)bp; \
    const hk_##C t = *(const hk_##C *)cp; \
    HK_VECTORIZE \
    for (int64_t i = 0; i < n; i++) d[i] = hk_op_##op##_##T(a[i], s, t); \
  }

// An op with a rare case. Where a tile has none, it is a loop as any other.
#define HK_LOOPS_RARE(op, T, R, A) \
  static void rare_##op##_##T(int64_t n, void *dp, const void *ap) { \
    hk_##R *d = dp; \
    const hk_##A *a = ap; \
    for (int64_t i = 0; i < n; i++) { \
      if (hk_is_rare_##op##_##T(a[i])) d[i] = hk_rare_##op##_##T(a[i]); \
    } \
  } \
  HK_LOOP(common_##op##_##T, R, A, A, A, hk_op_##op##_##T(a[i])) \
  static void op##_##T##_0(HK_SIGNATURE) { \
    hk_##R *d = dp; \
    const hk_##A *a = ap; \
    HK_UNSIGNED_##T any = 0; \
    HK_VECTORIZE \
    for (int64_t i = 0; i < n; i++) any |= hk_is_rare_##op##_##T(a[i]); \
    if (!any) { \
      common_##op##_##T(n, dp, ap, bp, cp); \
      return; \
    } \
    for (int64_t i = 0; i < n; i++) d[i] = hk_is_rare_##op##_##T(a[i]) ? hk_rare_##op##_##T(a[i]) : hk_op_##op##_##T(a[i]); \
  }

#define HK_FORMS_1(op, T) {[0] = op##_##T##_0}
#define HK_FORMS_2(op, T) {[0] = op##_##T##_0, [1] = op##_##T##_1, [2] = op##_##T##_2}
#define HK_FORMS_3(op, T) {[0] = op##_##T##_0, [2] = op##_##T##_2, [4] = op##_##T##_4, [6] = op##_##T##_6}

#include "generated/loops.h"

#define HK_CONVERSION(from, to) \
  static void convert_##from##_##to(HK_SIGNATURE) { \
    hk_##to *d = dp; \
    const hk_##from *a = ap; \
    (void)bp, (void)cp; \
    HK_VECTORIZE \
    for (int64_t i = 0; i < n; i++) d[i] = hk_convert_##from##_##to(a[i]); \
  }
#define HK_CONVERSIONS(from) \
  HK_CONVERSION(from, f32) HK_CONVERSION(from, f64) HK_CONVERSION(from, i32) HK_CONVERSION(from, i64) \
  HK_CONVERSION(from, u32) HK_CONVERSION(from, u64) HK_CONVERSION(from, bool)
HK_EACH_DTYPE(HK_CONVERSIONS)

#define HK_CONVERSION_ROW(from) \
  {convert_##from##_f32, convert_##from##_f64, convert_##from##_i32, convert_##from##_i64, \
   convert_##from##_u32, convert_##from##_u64, convert_##from##_bool},
#define HK_NARROW_CONVERSIONS(narrow, wide) HK_CONVERSION(narrow, wide) HK_CONVERSION(wide, narrow)
HK_EACH_NARROW(HK_NARROW_CONVERSIONS)
HK_CONVERSION(f64, f16)
HK_CONVERSION(f64, bf16)
#define HK_NARROW_ENTRIES(narrow, wide) \
  [HK_##narrow][HK_##wide] = convert_##narrow##_##wide, [HK_##wide][HK_##narrow] = convert_##wide##_##narrow,
static hk_tile_fn convert_table[HK_DTYPES][HK_DTYPES] = {
  HK_EACH_DTYPE(HK_CONVERSION_ROW)
  HK_EACH_NARROW(HK_NARROW_ENTRIES)
  [HK_f64][HK_f16] = convert_f64_f16,
  [HK_f64][HK_bf16] = convert_f64_bf16,
};
