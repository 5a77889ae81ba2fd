"""Arrays from numbers, from shapes, and of other dtypes."""
import enum
import struct

from . import _dtypes as dt
from ._array import Array, one, operand, several
from ._library import make, promote


def _shape(shape):
    return [int(extent) for extent in shape] if isinstance(shape, (tuple, list)) else [int(shape)]


def _checked(device):
    if device not in (None, "cpu"):
        raise ValueError(f"no device {device}")


def _typed(array, dtype):
    return array if dtype is None or array.dtype is dtype else astype(array, dtype)


def _filled(name, shape, dtype):
    dtype = dtype or dt.float32
    array = one(name, shape=_shape(shape), dtype=dtype.short if dtype.kind != "complex floating" else "f32")
    return _typed(array, dtype)


def _flat(values, shape, depth, found):
    if not isinstance(values, (list, tuple)):
        found.append(values.elements()[0] if isinstance(values, Array) and not values.ndim else values)
        return
    if len(shape) == depth:
        shape.append(len(values))
    for value in values:
        _flat(value, shape, depth + 1, found)


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    _checked(device)
    if isinstance(obj, Array):
        if dtype is not None and dtype is not obj.dtype:
            return astype(obj, dtype)
        return obj if copy is False else Array(obj._handle)
    shape, values = [], []
    _flat(obj, shape, 0, values)
    values = [value.value if isinstance(value, enum.Enum) else value for value in values]
    dtype = dtype or _default(values)
    # Of a number that is too large struct makes no infinity, but Hillock does.
    wide = {dt.float32: dt.float64, dt.complex64: dt.complex128}.get(dtype)
    if wide:
        return astype(asarray(obj, dtype=wide), dtype)
    if dtype.kind == "complex floating":
        data = b"".join(struct.pack("=" + dtype.form, value.real, value.imag) for value in map(complex, values))
    else:
        kind = {"bool": bool, "real floating": float}.get(dtype.kind, int)
        data = struct.pack(f"={len(values)}{dtype.form}", *map(kind, values))
    return Array(make(data, shape, dtype.code))


def _default(values):
    if any(isinstance(value, complex) for value in values):
        return dt.complex64
    if any(isinstance(value, float) for value in values) or not values:
        return dt.float32
    if all(isinstance(value, bool) for value in values):
        return dt.bool
    low, high = min(values), max(values)
    return dt.int32 if -2 ** 31 <= low and high < 2 ** 31 else dt.int64 if high < 2 ** 63 else dt.uint64


def astype(x, dtype, /, *, copy=True, device=None):
    _checked(device)
    if dtype.kind != "complex floating":
        return one("asType", x, dtype=dtype.short)
    if x.dtype.kind == "complex floating":
        return one("asType", x, dtype=dtype.short)
    return one("+", one("asType", x, dtype=dtype.short), operand(0j, dtype))


def arange(start, /, stop=None, step=1, *, dtype=None, device=None):
    _checked(device)
    start, stop = (0, start) if stop is None else (start, stop)
    whole = all(isinstance(value, int) for value in (start, stop, step))
    if dtype is None:
        dtype = (dt.int64 if max(abs(start), abs(stop)) >= 2 ** 31 else dt.int32) if whole else dt.float32
    return one("arange", start=start, stop=stop, step=step, flag=whole, dtype=dtype.short)


def linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True):
    _checked(device)
    is_complex = isinstance(start, complex) or isinstance(stop, complex)
    dtype = dtype or (dt.complex64 if is_complex else dt.float32)
    if dtype.kind == "complex floating":
        start, stop, part = complex(start), complex(stop), dt.float64 if dtype is dt.complex128 else dt.float32
        real, imaginary = [
            linspace(a, b, num, dtype=part, endpoint=endpoint)
            for a, b in ((start.real, stop.real), (start.imag, stop.imag))]
        return one("complex", real, imaginary)
    if endpoint:
        return one("linspace", start=start, stop=stop, count=num, dtype=dtype.short)
    return one("linspace", start=start, stop=stop, count=num + 1, dtype=dtype.short)[:num]


def eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None):
    _checked(device)
    dtype = dtype or dt.float32
    columns = n_rows if n_cols is None else n_cols
    if k == 0:
        return _typed(one("eye", count=n_rows, shape=[columns], dtype=dtype.short if dtype.code < 100 else "f32"), dtype)
    k = max(-2 ** 31, min(k, 2 ** 31))
    return one("tril", one("triu", _filled("ones", [n_rows, columns], dtype), k=k), k=k)


def full(shape, fill_value, *, dtype=None, device=None):
    _checked(device)
    value = asarray(fill_value, dtype=dtype)
    return one("broadcast", value, shape=_shape(shape))


def zeros(shape, *, dtype=None, device=None):
    _checked(device)
    return _filled("zeros", shape, dtype)


def ones(shape, *, dtype=None, device=None):
    _checked(device)
    return _filled("ones", shape, dtype)


def empty(shape, *, dtype=None, device=None):
    _checked(device)
    return _filled("zeros", shape, dtype)


def full_like(x, /, fill_value, *, dtype=None, device=None):
    return full(x.shape, fill_value, dtype=dtype or x.dtype, device=device)


def zeros_like(x, /, *, dtype=None, device=None):
    return zeros(x.shape, dtype=dtype or x.dtype, device=device)


def ones_like(x, /, *, dtype=None, device=None):
    return ones(x.shape, dtype=dtype or x.dtype, device=device)


def empty_like(x, /, *, dtype=None, device=None):
    return zeros_like(x, dtype=dtype, device=device)


def tril(x, /, *, k=0):
    return one("tril", x, k=k)


def triu(x, /, *, k=0):
    return one("triu", x, k=k)


def meshgrid(*arrays, indexing="xy"):
    return several("meshgrid", *arrays, flag=indexing == "ij")


def result_type(*arrays_and_dtypes):
    dtypes = [x.dtype if isinstance(x, Array) else x for x in arrays_and_dtypes if isinstance(x, (Array, dt.DType))]
    parts = {100: 0, 101: 1}
    code = dtypes[0].code
    for dtype in dtypes[1:]:
        either = code >= 100 or dtype.code >= 100
        code = promote(parts.get(code, code), parts.get(dtype.code, dtype.code))
        if either:
            code = {0: 100, 1: 101}[code]
    for number in arrays_and_dtypes:
        if not isinstance(number, (Array, dt.DType)):
            array = zeros(0, dtype=dt.BY_CODE[code])
            code = one("select", zeros(0, dtype=dt.bool), array, operand(number, array.dtype)).dtype.code
    return dt.BY_CODE[code]


def can_cast(from_, to, /):
    return result_type(from_, to) is to


def isdtype(dtype, kind):
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return any(dtype is k if isinstance(k, dt.DType) else dt.is_kind(dtype, k) for k in kinds)


class _Limits:
    def __init__(self, **values):
        self.__dict__.update(values)


def finfo(type, /):
    dtype = type.dtype if isinstance(type, Array) else type
    if dtype.short == "f64":
        return _Limits(
            bits=64, eps=2.0 ** -52, max=(2 - 2.0 ** -52) * 2.0 ** 1023, min=-(2 - 2.0 ** -52) * 2.0 ** 1023,
            smallest_normal=2.0 ** -1022, dtype=dt.float64)
    return _Limits(
        bits=32, eps=2.0 ** -23, max=(2 - 2.0 ** -23) * 2.0 ** 127, min=-(2 - 2.0 ** -23) * 2.0 ** 127,
        smallest_normal=2.0 ** -126, dtype=dt.float32)


def iinfo(type, /):
    dtype = type.dtype if isinstance(type, Array) else type
    bits = 8 * dtype.size
    if dtype.kind == "signed integer":
        return _Limits(bits=bits, min=-2 ** (bits - 1), max=2 ** (bits - 1) - 1, dtype=dtype)
    return _Limits(bits=bits, min=0, max=2 ** bits - 1, dtype=dtype)
