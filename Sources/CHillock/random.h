// Threefry-2x32 with 20 rounds: J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

HK_INLINE hk_u32 rotate_left(hk_u32 x, int count) { return x << count | x >> (32 - count); }

// One block: the counter words in, the random words out.
HK_INLINE void threefry(hk_u32 k0, hk_u32 k1, hk_u32 *x0, hk_u32 *x1) {
  const hk_u32 key[3] = {k0, k1, k0 ^ k1 ^ 0x1BD11BDA};
  static const int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  hk_u32 a = *x0 + key[0], b = *x1 + key[1];
#pragma clang loop unroll(full)
  for (int round = 0; round < 20; round++) {
    a += b;
    b = rotate_left(b, rotations[round % 8]) ^ a;
    if (round % 4 == 3) {
      const int injection = round / 4 + 1;
      a += key[injection % 3];
      b += key[(injection + 1) % 3] + (hk_u32)injection;
    }
  }
  *x0 = a;
  *x1 = b;
}

static void random_bits(int64_t n, void *dp, int dtype, const uint32_t *key, int64_t first) {
  const hk_u32 k0 = key[0], k1 = key[1];
  if (dtype == HK_u32) {
    hk_u32 *d = dp;
    HK_VECTORIZE
    for (int64_t i = 0; i < n; i++) {
      const hk_u64 counter = (hk_u64)first + (hk_u64)i;
      hk_u32 a = (hk_u32)counter, b = (hk_u32)(counter >> 32);
      threefry(k0, k1, &a, &b);
      d[i] = a;
    }
  } else if (dtype == HK_u64) {
    hk_u64 *d = dp;
    HK_VECTORIZE
    for (int64_t i = 0; i < n; i++) {
      const hk_u64 counter = (hk_u64)first + (hk_u64)i;
      hk_u32 a = (hk_u32)counter, b = (hk_u32)(counter >> 32);
      threefry(k0, k1, &a, &b);
      d[i] = (hk_u64)b << 32 | a;
    }
  }
}
