// Changes of weights at spikes: rule is [a, low, high, power]; kind: HillockIR.AdaptKind's raw value.
#define HK_ADAPT(T) \
  HK_INLINE void adapt_rows_##T( \
      const hk_synapses *s, int64_t count, const int32_t *rows, const hk_##T *values, int kind, const hk_##T *rule, \
      const hk_##T *trace, const int32_t *places, int64_t lower, int64_t upper, hk_##T *weights, int has_power) { \
    const hk_##T a = rule[0], low = rule[1], high = rule[2], power = rule[3]; \
    for (int64_t i = 0; i < count; i++) { \
      int64_t from = synapse_start(s, rows[i]), to = synapse_end(s, rows[i], from); \
      if (i + 1 < count) prefetch_synapses(s, rows[i + 1], 0); \
      if (!places) { \
        from = from < lower ? lower : from; \
        to = to > upper ? upper : to; \
      } \
      const hk_##T sent = hk_op_mul_##T(a, values ? values[rows[i]] : 1); \
      for (int64_t k = from; k < to; k++) { \
        const int64_t target = s->targets[k], place = places ? places[k] : k; \
        if ((target < 0) | (target >= s->post) | (place < lower) | (place >= upper)) continue; \
        const hk_##T w = weights[place]; \
        hk_##T change = hk_op_mul_##T(sent, trace[target]); \
        if (kind) { \
          const hk_##T distance = kind == 1 ? hk_op_sub_##T(high, w) : hk_op_sub_##T(w, low); \
          change = hk_op_mul_##T(change, has_power ? hk_op_pow_##T(distance, power) : distance); \
        } \
        weights[place] = hk_op_min_##T(hk_op_max_##T(hk_op_add_##T(w, change), low), high); \
      } \
    } \
  } \
  static void adapt_##T( \
      const hk_synapses *s, int64_t count, const int32_t *rows, const void *values, int kind, const void *rp, const void *trace, \
      const int32_t *places, int64_t lower, int64_t upper, void *weights) { \
    const hk_##T *rule = rp; \
    if (kind == 0) \
      adapt_rows_##T(s, count, rows, values, 0, rule, trace, places, lower, upper, weights, 0); \
    else if (rule[3] == 1) \
      adapt_rows_##T(s, count, rows, values, kind, rule, trace, places, lower, upper, weights, 0); \
    else \
      adapt_rows_##T(s, count, rows, values, kind, rule, trace, places, lower, upper, weights, 1); \
  }
HK_EACH_FLOAT(HK_ADAPT)

static hk_adapt_fn adapt_table[HK_DTYPES] = {[HK_f32] = adapt_f32, [HK_f64] = adapt_f64};
