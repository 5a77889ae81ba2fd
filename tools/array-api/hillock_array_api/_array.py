"""The array object of the standard."""
import enum
import math
import operator
import struct

from . import _dtypes as dt
from ._library import Handle, call, make, scalar


class Array:
    def __init__(self, handle):
        self._handle = handle

    # What it is.
    dtype = property(lambda self: dt.BY_CODE[self._handle.dtype])
    shape = property(lambda self: self._handle.shape)
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))
    device = property(lambda self: "cpu")

    @property
    def T(self):
        if self.ndim != 2:
            raise ValueError("T is for arrays of two axes")
        return one("T", self)

    @property
    def mT(self):
        if self.ndim < 2:
            raise ValueError("mT is for arrays of two axes or more")
        return one("mT", self)

    def elements(self):
        """The elements in row-major order, as Python's numbers."""
        dtype, count = self.dtype, self.size
        values = struct.unpack(f"={count * len(dtype.form)}{dtype.form[0]}", self._handle.read(count * dtype.size))
        if dtype.kind == "complex floating":
            return [complex(re, im) for re, im in zip(values[::2], values[1::2])]
        return list(values)

    def __repr__(self):
        return f"Array({self.elements()}, shape={self.shape}, dtype={self.dtype})"

    def _item(self):
        if self.size != 1:
            raise TypeError(f"an array of shape {self.shape} is no number")
        return self.elements()[0]

    def __bool__(self):
        return bool(self._item())

    def __int__(self):
        return int(self._item())

    def __float__(self):
        return float(self._item())

    def __complex__(self):
        return complex(self._item())

    def __index__(self):
        if self.ndim or not dt.is_kind(self.dtype, "integral"):
            raise TypeError(f"an array of shape {self.shape} and dtype {self.dtype} is no index")
        return self._item()

    def __len__(self):
        if not self.ndim:
            raise TypeError("an array without axes has no length")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    __hash__ = None

    def __array_namespace__(self, /, *, api_version=None):
        import hillock_array_api
        return hillock_array_api

    def to_device(self, device, /, *, stream=None):
        if device != "cpu":
            raise ValueError(f"no device {device}")
        return self

    # Indices.
    def __getitem__(self, key, /):
        if isinstance(key, Array) and key.dtype is dt.bool:
            rest = self.shape[key.ndim:]
            if key.shape != self.shape[:key.ndim]:
                raise IndexError(f"a mask of shape {key.shape} for an array of shape {self.shape}")
            if not rest:
                return one("extract", self, key)
            places = one("nonzero", one("reshaped", key, shape=[key.size]))
            rows = one("reshaped", self, shape=[key.size, *rest])
            return one("take", rows, places, axis=0)
        indices, arrays = self._indices(key)
        return one("[]", self, *arrays, indices=indices)

    def __setitem__(self, key, value, /):
        value = operand(value, self.dtype)
        if isinstance(key, Array) and key.dtype is dt.bool:
            self._handle = one("at.set(mask)", self, value, key)._handle
        else:
            indices, arrays = self._indices(key, first=2)
            self._handle = one("at.set", self, value, *arrays, indices=indices)._handle

    def _indices(self, key, first=1):
        """The indices as Hillock's, and the index arrays, which are operands from a position on."""
        keys = list(key) if isinstance(key, tuple) else [key]
        consumed = sum(k is not None and k is not Ellipsis for k in keys)
        if Ellipsis in [k for k in keys if not isinstance(k, Array)]:
            place = [i for i, k in enumerate(keys) if k is Ellipsis][0]
            keys[place:place + 1] = [slice(None)] * (self.ndim - consumed)
        indices, arrays = [], []
        for k in keys:
            if k is None:
                indices.append({"isNew": True})
            elif isinstance(k, slice):
                bounds = {"from": k.start, "to": k.stop, "by": k.step}
                indices.append({name: operator.index(b) for name, b in bounds.items() if b is not None})
            elif isinstance(k, Array) and k.ndim:
                indices.append({"array": first + len(arrays)})
                arrays.append(k)
            else:
                indices.append({"element": operator.index(k)})
        return indices, arrays


def one(name, *arrays, **attributes):
    """The one result of a function of Hillock."""
    return Array(call(name, [a if isinstance(a, Handle) else a._handle for a in arrays], **attributes)[0])


def several(name, *arrays, **attributes):
    return [Array(handle) for handle in call(name, [a._handle for a in arrays], **attributes)]


def operand(value, dtype):
    """An array, or a Python number beside an array of a dtype: a number without a dtype, as Swift's literals are."""
    if isinstance(value, Array):
        return value
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, complex) or dtype.kind == "complex floating":
        value = complex(value)
        number = Array(make(struct.pack("=dd", value.real, value.imag), (), 101))
        return number if dtype in (dt.float64, dt.complex128) else one("asType", number, dtype="f32")
    if isinstance(value, bool):
        return Array(scalar(0, int(value)))
    if isinstance(value, int):
        return Array(scalar(1 if value < 2 ** 63 else 2, value % 2 ** 64))
    if isinstance(value, float):
        return Array(scalar(3, struct.unpack("=Q", struct.pack("=d", value))[0]))
    raise TypeError(f"{type(value).__name__} is no number")


def pair(name, a, b):
    """An operator of two arrays, of which one may be a Python number."""
    if isinstance(a, Array):
        return one(name, a, operand(b, a.dtype))
    return one(name, operand(a, b.dtype), b)


def _operator(name):
    return lambda self, other, /: pair(name, self, other) if isinstance(other, (Array, int, float, complex)) else NotImplemented


def _reflected(name):
    return lambda self, other, /: pair(name, other, self) if isinstance(other, (Array, int, float, complex)) else NotImplemented


OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "floorDivide", "mod": "%", "pow": "**",
    "and": ".&", "or": ".|", "xor": ".^", "lshift": "<<", "rshift": ">>", "matmul": "matmul",
}
for _python, _hillock in OPERATORS.items():
    setattr(Array, f"__{_python}__", _operator(_hillock))
    setattr(Array, f"__r{_python}__", _reflected(_hillock))
    def _inplace(self, other, /, _hillock=_hillock):
        self._handle = pair(_hillock, self, other)._handle
        return self
    setattr(Array, f"__i{_python}__", _inplace)
for _python, _hillock in {"eq": ".==", "ne": ".!=", "lt": ".<", "le": ".<=", "gt": ".>", "ge": ".>="}.items():
    setattr(Array, f"__{_python}__", _operator(_hillock))
for _python, _hillock in {"neg": "negative", "invert": ".!", "abs": "abs"}.items():
    setattr(Array, f"__{_python}__", lambda self, /, _hillock=_hillock: one(_hillock, self))
Array.__pos__ = lambda self, /: self
for _name, _value in vars(Array).items():
    if callable(_value) and _name.startswith("__") and hasattr(_value, "__name__"):
        _value.__name__ = _name
