// libffi as Hillock uses it: the types are reached by functions, because Swift takes no address of a C global.
#ifndef HK_CFFI_SHIM_H
#define HK_CFFI_SHIM_H

#include <ffi.h>
#include <stddef.h>

enum hk_ffi_kind {
  HK_FFI_VOID, HK_FFI_POINTER, HK_FFI_INT, HK_FFI_FLOAT, HK_FFI_DOUBLE, HK_FFI_I32, HK_FFI_I64, HK_FFI_U32, HK_FFI_U64, HK_FFI_U8,
  HK_FFI_I8, HK_FFI_I16, HK_FFI_U16
};

static inline ffi_type *hk_ffi_type(enum hk_ffi_kind kind) {
  switch (kind) {
    case HK_FFI_POINTER: return &ffi_type_pointer;
    case HK_FFI_INT: return &ffi_type_sint;
    case HK_FFI_FLOAT: return &ffi_type_float;
    case HK_FFI_DOUBLE: return &ffi_type_double;
    case HK_FFI_I32: return &ffi_type_sint32;
    case HK_FFI_I64: return &ffi_type_sint64;
    case HK_FFI_U32: return &ffi_type_uint32;
    case HK_FFI_U64: return &ffi_type_uint64;
    case HK_FFI_U8: return &ffi_type_uint8;
    case HK_FFI_I8: return &ffi_type_sint8;
    case HK_FFI_I16: return &ffi_type_sint16;
    case HK_FFI_U16: return &ffi_type_uint16;
    default: return &ffi_type_void;
  }
}

// Whether the signature is one that the platform can call. `arguments` must live as long as `interface`.
static inline int hk_ffi_prepare(ffi_cif *interface, unsigned count, ffi_type *result, ffi_type **arguments) {
  return ffi_prep_cif(interface, FFI_DEFAULT_ABI, count, result, arguments) == FFI_OK;
}

static inline void hk_ffi_call(ffi_cif *interface, const void *function, void *result, void **arguments) {
  ffi_call(interface, FFI_FN(function), result, arguments);
}

#endif
