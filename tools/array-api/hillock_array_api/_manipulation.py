"""Shapes, joins, what is taken, and products."""
import operator

from ._array import Array, one, several


def _list(value):
    return list(value) if isinstance(value, (tuple, list)) else [value]


def broadcast_arrays(*arrays):
    shape = list(broadcast_shapes(*[array.shape for array in arrays]))
    return [one("broadcast", array, shape=shape) for array in arrays]


def broadcast_shapes(*shapes):
    from ._creation import zeros
    from . import _dtypes as dt
    return several("broadcastArrays", *[zeros(shape, dtype=dt.bool) for shape in shapes])[0].shape


def broadcast_to(x, /, shape):
    return one("broadcast", x, shape=list(shape))


def concat(arrays, /, *, axis=0):
    if axis is None:
        arrays, axis = [one("reshaped", array, shape=[-1]) for array in arrays], 0
    return one("concatenate", *arrays, axis=axis)


def expand_dims(x, /, axis):
    return one("expandingDims", x, axis=axis)


def flip(x, /, *, axis=None):
    return one("flipped", x, axes=None if axis is None else _list(axis))


def moveaxis(x, source, destination, /):
    return one("movingAxes", x, axes=_list(source), otherAxes=_list(destination))


def permute_dims(x, /, axes):
    return one("transposed", x, axes=list(axes))


def repeat(x, repeats, /, *, axis=None):
    if isinstance(repeats, Array):
        return one("repeated", x, counts=repeats.elements(), axis=axis)
    return one("repeated", x, count=repeats, axis=axis)


def reshape(x, /, shape, *, copy=None):
    return one("reshaped", x, shape=list(shape))


def roll(x, /, shift, *, axis=None):
    if axis is None:
        return one("rolled", x, counts=_list(shift))
    axes, counts = _list(axis), _list(shift)
    return one("rolled", x, axes=axes, counts=counts * len(axes) if len(counts) == 1 else counts)


def squeeze(x, /, axis):
    return one("squeezed", x, axes=_list(axis))


def stack(arrays, /, *, axis=0):
    return one("stack", *arrays, axis=axis)


def tile(x, repetitions, /):
    return one("tiled", x, counts=list(repetitions))


def unstack(x, /, *, axis=0):
    if x.dtype.kind == "complex floating":
        moved = one("movingAxes", x, axes=[axis], otherAxes=[0])
        return tuple(moved[i] for i in range(moved.shape[0]))
    return tuple(several("unstack", x, axis=axis))


def take(x, indices, /, *, axis=None):
    return one("take", x, indices, axis=0 if axis is None else axis)


def take_along_axis(x, indices, /, *, axis=-1):
    return one("takeAlong", x, indices, axis=axis)


def matmul(x1, x2, /):
    return one("matmul", x1, x2)


def matrix_transpose(x, /):
    return one("mT", x)


def tensordot(x1, x2, /, *, axes=2):
    if isinstance(axes, int):
        return one("tensordot", x1, x2, count=axes)
    return one("tensordot", x1, x2, axes=list(axes[0]), otherAxes=list(axes[1]))


def vecdot(x1, x2, /, *, axis=-1):
    return one("vecdot", x1, x2, axis=axis)
