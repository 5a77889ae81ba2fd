// Chains: a value goes from one elementwise op to the next in registers, as many vectors of it as there is room for, while a loop
// for each op would load and store it. An interpreter inside the interpreter: its cost is a jump for each link of each block.
#include "vectors.h"
#include "generated/links.h"

// How a vector wider than a register is passed to a function does not matter where every function is inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

// The primitives on vectors.
#define HK_CHAIN_VECTOR(T, name, bytes) \
  typedef hk_##T hk_##T##name HK_VECTOR(T, (bytes) / sizeof(hk_##T)); \
  HK_FLOATING(T##name)
#define HK_CHAIN_VECTORS(T) \
  HK_CHAIN_VECTOR(T, block, HK_CHAIN_REGISTERS * HK_REGISTER_BYTES) \
  HK_CHAIN_VECTOR(T, part, 4 * HK_REGISTER_BYTES) \
  HK_CHAIN_VECTOR(T, vector, HK_REGISTER_BYTES) \
  HK_CHAIN_VECTOR(T, least, 16)
HK_EACH_FLOAT(HK_CHAIN_VECTORS)

#define HK_LINK_CASE(code, first, second, expression) \
  case code: { \
    const V v0 = first, v1 = second; \
    (void)v1; \
    r = expression; \
    break; \
  }
// A link of one operand, and one of two in its forms: which of them comes along the chain, and whether the other is a scalar.
#define HK_LINK_1(op, expression) HK_LINK_CASE(HK_LINK(op, HK_LINK_FIRST), r, r, expression)
#define HK_LINK_2(op, expression) \
  HK_LINK_CASE(HK_LINK(op, HK_LINK_FIRST), r, *(const V *)(p + i), expression) \
  HK_LINK_CASE(HK_LINK(op, HK_LINK_FIRST | HK_LINK_SCALAR), r, (V)*p, expression) \
  HK_LINK_CASE(HK_LINK(op, 0), *(const V *)(p + i), r, expression) \
  HK_LINK_CASE(HK_LINK(op, HK_LINK_SCALAR), (V)*p, r, expression)

#define HK_CHAIN_ROUNDS(T, name) \
  { \
    typedef hk_##T##name V; \
    for (; i + (int64_t)(sizeof(V) / sizeof(hk_##T)) <= n; i += sizeof(V) / sizeof(hk_##T)) { \
      V r = *(const V *)((const hk_##T *)table[links->slot] + i); \
      for (const hk_link *link = links + 1; link < end; link++) { \
        hk_##T *p = table[link->slot]; \
        switch (link->code) { \
          case HK_LINK_STORE: *(V *)(p + i) = r; break; \
          case HK_LINK_PREFETCH: \
            prefetch_lines((const char *)(p + i) + HK_PREFETCH_DISTANCE, sizeof(V) / 64, 0, 1); \
            break; \
          HK_LINKS_1(HK_LINK_1, T##name) \
          HK_LINKS_2(HK_LINK_2, T##name) \
        } \
      } \
    } \
  }
#define HK_CHAIN(T) \
  static void chain_##T(int64_t n, void *const *table, const hk_link *links, int64_t count) { \
    const hk_link *const end = links + count; \
    int64_t i = 0; \
    HK_CHAIN_ROUNDS(T, block) \
    HK_CHAIN_ROUNDS(T, part) \
    HK_CHAIN_ROUNDS(T, vector) \
    HK_CHAIN_ROUNDS(T, least) \
    HK_CHAIN_ROUNDS(T, ) \
  }
HK_EACH_FLOAT(HK_CHAIN)

static hk_chain_fn chain_table[HK_DTYPES] = {[HK_f32] = chain_f32, [HK_f64] = chain_f64};

#pragma clang diagnostic pop
