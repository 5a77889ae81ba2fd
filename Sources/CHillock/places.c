// Where bools hold, four at a time: the places of four are written as a whole, and those that hold come first. The next ones are
// written over the others. So nothing is decided by the values, and it takes as long for any of them.
#include "level.h"

#include <string.h>

// For four bits the places of those that are set.
static const int64_t set_bits[16][4] = {
  {0}, {0}, {1}, {0, 1}, {2}, {0, 2}, {1, 2}, {0, 1, 2}, {3}, {0, 3}, {1, 3}, {0, 1, 3}, {2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3},
};

int64_t hk_count_true(int64_t n, const uint8_t *a) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) count += a[i];
  return count;
}

void hk_places(int64_t first, int64_t last, const uint8_t *a, int64_t room, int64_t *d) {
  int64_t i = first, at = 0;
  for (; i + 4 <= last && at + 4 <= room; i += 4) {
    uint32_t four;
    memcpy(&four, a + i, sizeof four);
    // The bits of the four bytes, and their number, gather in the highest ones.
    const int64_t *bits = set_bits[(four * 0x10204080u) >> 28];
    HK_PRAGMA(clang loop unroll(full))
    for (int j = 0; j < 4; j++) d[at + j] = i + bits[j];
    at += (four * 0x01010101u) >> 24;
  }
  for (; i < last && at < room; i++) {
    d[at] = i;
    at += a[i];
  }
}
