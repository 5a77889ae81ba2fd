// libtcc as Hillock uses it. What changed between its versions is levelled here.
#ifndef HK_CTCC_SHIM_H
#define HK_CTCC_SHIM_H

#include <libtcc.h>
#include <stddef.h>

// Up to 2023 tcc_relocate took the memory to place the code in (NULL: give the size). Since 2024 it has no such argument:
// the state owns the pages and sets their protection, so the state has to live as long as the code.
#ifdef TCC_RELOCATE_AUTO
enum { HK_TCC_STATE_OWNS_CODE = 0 };
static inline int hk_tcc_relocate(TCCState *state, void *memory) { return tcc_relocate(state, memory); }
#else
enum { HK_TCC_STATE_OWNS_CODE = 1 };
static inline int hk_tcc_relocate(TCCState *state, void *memory) {
  (void)memory;
  return tcc_relocate(state);
}
#endif

// The type of the callback changed from a pointer to a function type.
static inline void hk_tcc_on_message(TCCState *state, void *context, void (*callback)(void *, const char *)) {
  tcc_set_error_func(state, context, callback);
}

#endif
