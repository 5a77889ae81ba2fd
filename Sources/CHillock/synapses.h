// Connections by rows: spikes to their targets, and the products that go with them (chillock.h says what each does).

// The synapses of a row; starts that do not ascend, or lie beyond the synapses, are clamped.
HK_INLINE int64_t synapse_start(const hk_synapses *s, int64_t at) {
  const int64_t start = s->starts[at];
  return start < 0 ? 0 : start > s->count ? s->count : start;
}

HK_INLINE int64_t synapse_end(const hk_synapses *s, int64_t row, int64_t start) {
  const int64_t end = synapse_start(s, row + 1);
  return end < start ? start : end;
}

// Which of 64 bytes are not 0.
#if defined(__x86_64__) && HK_REGISTER_BYTES == 64
HK_INLINE uint64_t set_bytes(const uint8_t *bytes) {
  const __m512i all = _mm512_loadu_si512(bytes);
  return _mm512_test_epi8_mask(all, all);
}
#elif defined(__x86_64__) && HK_REGISTER_BYTES == 32
HK_INLINE uint64_t set_bytes(const uint8_t *bytes) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)bytes), zero);
  const __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(bytes + 32)), zero);
  return ~((uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32);
}
#else
HK_INLINE uint64_t set_bytes(const uint8_t *bytes) {
  uint64_t words[8], any = 0, set = 0;
  __builtin_memcpy(words, bytes, 64);
  for (int i = 0; i < 8; i++) any |= words[i];
  if (any == 0) return 0;
  for (int i = 0; i < 64; i++) set |= (uint64_t)(bytes[i] != 0) << i;
  return set;
}
#endif

// The synapses of these rows; none where they are not stored.
HK_INLINE int64_t synapses_of(const hk_synapses *s, const int32_t *rows, int64_t count) {
  int64_t all = 0;
  for (int64_t i = 0; s && i < count; i++) {
    const int64_t start = synapse_start(s, rows[i]);
    all += synapse_end(s, rows[i], start) - start;
  }
  return all;
}

static int64_t sending_bool(int64_t first, int64_t last, const void *values, const hk_synapses *s, int32_t *rows, int64_t *work) {
  const uint8_t *bytes = values;
  int64_t count = 0, i = first;
  for (; i + 64 <= last; i += 64)
    for (uint64_t set = set_bytes(bytes + i); set != 0; set &= set - 1) rows[count++] = (int32_t)(i + __builtin_ctzll(set));
  for (; i < last; i++)
    if (bytes[i]) rows[count++] = (int32_t)i;
  *work += synapses_of(s, rows, count);
  return count;
}

#define HK_SENDING(T) \
  static int64_t sending_##T( \
      int64_t first, int64_t last, const void *values, const hk_synapses *s, int32_t *rows, int64_t *work) { \
    const hk_##T *v = values; \
    int64_t count = 0; \
    for (int64_t i = first; i < last; i++) \
      if (v[i] != 0) rows[count++] = (int32_t)i; \
    *work += synapses_of(s, rows, count); \
    return count; \
  }
HK_EACH_FLOAT(HK_SENDING)

static hk_sending_fn sending_table[HK_DTYPES] = {[HK_f32] = sending_f32, [HK_f64] = sending_f64, [HK_bool] = sending_bool};

// Whether targets never descend.
HK_INLINE int targets_ascend(const int32_t *targets, int64_t count) {
  int32_t descends = 0;
  for (int64_t k = 1; k < count; k++) descends |= targets[k] < targets[k - 1];
  return !descends;
}

// The first of ascending targets that is not below the limit.
HK_INLINE int64_t first_target(const int32_t *targets, int64_t count, int64_t limit) {
  int64_t low = 0;
  while (count > 0) {
    const int64_t half = count / 2;
    if (targets[low + half] < limit) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

// Asks for what the next row needs: its synapses lie anywhere in memory.
HK_INLINE void prefetch_synapses(const hk_synapses *s, int64_t row, int64_t element_size) {
  const int64_t start = synapse_start(s, row);
  for (int64_t line = 0; line < 4; line++) {
    __builtin_prefetch((const char *)(s->targets + start) + 64 * line);
    if (!s->is_uniform) __builtin_prefetch((const char *)s->weights + start * element_size + 64 * line);
    if (s->delay_size) __builtin_prefetch((const char *)s->delays + start * s->delay_size + 64 * line);
  }
}

// The delay of a synapse, from elements of this size. A negative i32 is beyond all slots.
HK_INLINE uint32_t delay_at(const void *delays, int64_t k, int32_t size) {
  switch (size) {
    case 0: return 0;
    case 1: return ((const uint8_t *)delays)[k];
    case 2: return ((const uint16_t *)delays)[k];
    default: return ((const uint32_t *)delays)[k];
  }
}

#define HK_DELIVER(T) \
  HK_INLINE void deliver_row_##T( \
      const hk_synapses *s, int64_t from, int64_t to, hk_##T value, int64_t lower, int64_t upper, hk_##T *ring, int is_uniform, \
      int delay_size) { \
    const int32_t *targets = s->targets; \
    const void *delays = s->delays; \
    const hk_##T *weights = s->weights; \
    const uint32_t low = (uint32_t)lower, width = (uint32_t)(upper - lower); \
    const uint32_t slots = (uint32_t)s->slots, slot = (uint32_t)s->slot; \
    const hk_##T all = is_uniform ? hk_op_mul_##T(value, weights[0]) : 0; \
    hk_##T *now = ring + s->slot * s->post; \
    for (int64_t k = from; k < to; k++) { \
      const uint32_t target = (uint32_t)targets[k], delay = delay_at(delays, k, delay_size); \
      if ((target - low >= width) | (delay >= slots)) continue; \
      const uint32_t later = slot + delay, arrival = later - (later >= slots ? slots : 0); \
      hk_##T *place = (delay_size ? ring + arrival * s->post : now) + target; \
      *place = hk_op_add_##T(*place, is_uniform ? all : hk_op_mul_##T(value, weights[k])); \
    } \
  } \
  HK_INLINE void deliver_rows_##T( \
      const hk_synapses *s, int64_t count, const int32_t *rows, const hk_##T *values, int64_t lower, int64_t upper, hk_##T *ring, \
      int is_uniform, int delay_size) { \
    const int is_whole = lower == 0 && upper == s->post; \
    for (int64_t i = 0; i < count; i++) { \
      const int64_t row = rows[i]; \
      int64_t from = synapse_start(s, row), to = synapse_end(s, row, from); \
      if (i + 1 < count) prefetch_synapses(s, rows[i + 1], sizeof(hk_##T)); \
      if (!is_whole && targets_ascend(s->targets + from, to - from)) { \
        const int32_t *targets = s->targets + from; \
        const int64_t first = first_target(targets, to - from, lower), last = first_target(targets, to - from, upper); \
        to = from + last; \
        from += first; \
      } \
      deliver_row_##T(s, from, to, values ? values[row] : 1, lower, upper, ring, is_uniform, delay_size); \
    } \
  } \
  HK_INLINE void deliver_delayed_##T( \
      const hk_synapses *s, int64_t count, const int32_t *rows, const hk_##T *values, int64_t lower, int64_t upper, \
      hk_##T *ring, int is_uniform) { \
    switch (s->delay_size) { \
      case 0: return deliver_rows_##T(s, count, rows, values, lower, upper, ring, is_uniform, 0); \
      case 1: return deliver_rows_##T(s, count, rows, values, lower, upper, ring, is_uniform, 1); \
      case 2: return deliver_rows_##T(s, count, rows, values, lower, upper, ring, is_uniform, 2); \
      default: return deliver_rows_##T(s, count, rows, values, lower, upper, ring, is_uniform, 4); \
    } \
  } \
  static void deliver_##T( \
      const hk_synapses *s, int64_t count, const int32_t *rows, const void *values, int64_t lower, int64_t upper, void *ring) { \
    if (s->is_uniform) \
      deliver_delayed_##T(s, count, rows, values, lower, upper, ring, 1); \
    else \
      deliver_delayed_##T(s, count, rows, values, lower, upper, ring, 0); \
  }
HK_EACH_FLOAT(HK_DELIVER)

static hk_deliver_fn deliver_table[HK_DTYPES] = {[HK_f32] = deliver_f32, [HK_f64] = deliver_f64};

// Where a synapse leads, or -1 where the ring has no such place.
HK_INLINE int64_t synapse_place(const hk_synapses *s, int64_t k) {
  const int64_t target = s->targets[k];
  if (target < 0 || target >= s->post) return -1;
  const int64_t delay = delay_at(s->delays, k, s->delay_size), slot = s->slot + delay;
  return delay >= s->slots ? -1 : (slot - (slot >= s->slots ? s->slots : 0)) * s->post + target;
}

// Terms of a row join the lane of their place in the row modulo 8; lanes are folded by halves. A lane begins at +0 and so is never
// -0: that of a synapse that leads nowhere, +0, changes nothing.
#define HK_FOLD_EIGHT(T) \
  HK_INLINE hk_##T fold_eight_##T(hk_##T *lanes) { \
    for (int64_t half = 4; half > 0; half /= 2) \
      for (int64_t j = 0; j < half; j++) lanes[j] = hk_op_add_##T(lanes[j], lanes[j + half]); \
    return lanes[0]; \
  }
HK_EACH_FLOAT(HK_FOLD_EIGHT)

#define HK_ROW_PRODUCTS(T) \
  static void row_products_##T(const hk_synapses *s, int64_t first, int64_t last, void *dp, const void *rp) { \
    const hk_##T *ring = rp, *weights = s->weights; \
    hk_##T *d = dp; \
    for (int64_t row = first; row < last; row++) { \
      const int64_t from = synapse_start(s, row), to = synapse_end(s, row, from); \
      hk_##T lanes[8] = {0}; \
      for (int64_t k = from; k < to; k += 8) \
        for (int64_t j = 0; j < (to - k < 8 ? to - k : 8); j++) { \
          const int64_t place = synapse_place(s, k + j); \
          if (place >= 0) lanes[j] = hk_op_add_##T(lanes[j], hk_op_mul_##T(weights[s->is_uniform ? 0 : k + j], ring[place])); \
        } \
      d[row] = fold_eight_##T(lanes); \
    } \
  }
HK_EACH_FLOAT(HK_ROW_PRODUCTS)

static hk_row_products_fn row_products_table[HK_DTYPES] = {[HK_f32] = row_products_f32, [HK_f64] = row_products_f64};

// The last row that starts at k or before.
HK_INLINE int64_t row_of_synapse(const hk_synapses *s, int64_t k) {
  int64_t low = 0, count = s->pre;
  while (count > 0) {
    const int64_t half = count / 2;
    if (s->starts[low + half] <= k) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low - 1;
}

#define HK_SYNAPSE_PRODUCTS(T) \
  static void synapse_products_##T( \
      const hk_synapses *s, int64_t first, int64_t last, const void *values, int is_bool, void *dp, const void *rp) { \
    const hk_##T *ring = rp; \
    hk_##T *d = dp; \
    int64_t row = row_of_synapse(s, first); \
    for (int64_t k = first; k < last; k++) { \
      while (row + 1 < s->pre && s->starts[row + 1] <= k) row++; \
      d[k] = 0; \
      if (row < 0 || k >= s->starts[row + 1]) continue; \
      const hk_##T value = is_bool ? ((const uint8_t *)values)[row] != 0 : ((const hk_##T *)values)[row]; \
      const int64_t place = value != 0 ? synapse_place(s, k) : -1; \
      if (place >= 0) d[k] = hk_op_mul_##T(value, ring[place]); \
    } \
  }
HK_EACH_FLOAT(HK_SYNAPSE_PRODUCTS)

static hk_synapse_products_fn synapse_products_table[HK_DTYPES] = {
  [HK_f32] = synapse_products_f32, [HK_f64] = synapse_products_f64};
