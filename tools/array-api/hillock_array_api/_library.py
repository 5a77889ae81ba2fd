"""The C functions of Hillock's dynamic library: handles in, handles out."""
import ctypes
import json
import os

_library = ctypes.CDLL(os.environ["HILLOCK_ARRAY_API_LIBRARY"])
_pointer, _text, _size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_ssize_t
for _name, _result, *_arguments in [
    ("make", _pointer, _pointer, _size, _size, _pointer, ctypes.c_int32),
    ("scalar", _pointer, ctypes.c_int32, ctypes.c_uint64),
    ("release", None, _pointer),
    ("error", _size, _pointer, _pointer, _size),
    ("dtype", ctypes.c_int32, _pointer),
    ("rank", _size, _pointer),
    ("shape", None, _pointer, _pointer),
    ("read", ctypes.c_int32, _pointer, _pointer, _size),
    ("promote", ctypes.c_int32, ctypes.c_int32, ctypes.c_int32),
    ("call", _size, _text, _pointer, _size, _text, _pointer, _size),
]:
    _function = getattr(_library, "hillock_" + _name)
    _function.restype, _function.argtypes = _result, _arguments


class HillockError(ValueError):
    """What the array carries that a function gave. The standard asks for a ValueError where an argument does not fit."""


class HillockIndexError(HillockError, IndexError):
    """An axis or an index that an array does not have."""


class Handle:
    """An array of Hillock."""

    __slots__ = ("pointer",)

    def __init__(self, pointer):
        self.pointer = pointer
        length = _library.hillock_error(pointer, None, 0)
        if length:
            text = ctypes.create_string_buffer(length)
            _library.hillock_error(pointer, text, length)
            message = text.raw.decode()
            raise (HillockIndexError if message.startswith("index error") else HillockError)(message)

    def __del__(self):
        if self.pointer:
            _library.hillock_release(self.pointer)

    @property
    def dtype(self):
        return _library.hillock_dtype(self.pointer)

    @property
    def shape(self):
        rank = _library.hillock_rank(self.pointer)
        extents = (ctypes.c_int64 * rank)()
        _library.hillock_shape(self.pointer, extents)
        return tuple(extents)

    def read(self, size):
        data = ctypes.create_string_buffer(max(size, 1))
        if _library.hillock_read(self.pointer, data, size):
            raise HillockError("the elements cannot be read")
        return data.raw[:size]


def make(data, shape, dtype):
    extents = (ctypes.c_int64 * len(shape))(*shape)
    return Handle(_library.hillock_make(data, len(data), len(shape), extents, dtype))


def scalar(kind, bits):
    return Handle(_library.hillock_scalar(kind, bits))


def promote(a, b):
    return _library.hillock_promote(a, b)


def call(name, handles, **attributes):
    """The results of a function of Hillock, by its name there."""
    pointers = (_pointer * len(handles))(*[handle.pointer for handle in handles])
    results = (_pointer * 1024)()
    given = {key: value for key, value in attributes.items() if value is not None}
    count = _library.hillock_call(name.encode(), pointers, len(handles), json.dumps(given).encode(), results, len(results))
    return [Handle(results[i]) for i in range(count)]
