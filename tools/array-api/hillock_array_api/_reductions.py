"""Reductions, scans, order, search and sets."""
from collections import namedtuple

from ._array import Array, one, operand, several
from ._creation import astype


def _axes(axis):
    return None if axis is None else list(axis) if isinstance(axis, tuple) else [axis]


def _at(dtype, name, x, **attributes):
    """The function of the elements at a dtype, with results of it: Hillock counts sums of small integers in larger ones."""
    if dtype is None:
        return one(name, x, **attributes)
    result = one(name, astype(x, dtype), **attributes)
    return result if result.dtype is dtype else astype(result, dtype)


def sum(x, /, *, axis=None, dtype=None, keepdims=False):
    return _at(dtype, "sum", x, axes=_axes(axis), keepDims=keepdims)


def prod(x, /, *, axis=None, dtype=None, keepdims=False):
    return _at(dtype, "prod", x, axes=_axes(axis), keepDims=keepdims)


def max(x, /, *, axis=None, keepdims=False):
    return one("max", x, axes=_axes(axis), keepDims=keepdims)


def min(x, /, *, axis=None, keepdims=False):
    return one("min", x, axes=_axes(axis), keepDims=keepdims)


def mean(x, /, *, axis=None, keepdims=False):
    return one("mean", x, axes=_axes(axis), keepDims=keepdims)


def var(x, /, *, axis=None, correction=0.0, keepdims=False):
    return one("variance", x, axes=_axes(axis), ddof=float(correction), keepDims=keepdims)


def std(x, /, *, axis=None, correction=0.0, keepdims=False):
    return one("std", x, axes=_axes(axis), ddof=float(correction), keepDims=keepdims)


def any(x, /, *, axis=None, keepdims=False):
    return one("any", x, axes=_axes(axis), keepDims=keepdims)


def all(x, /, *, axis=None, keepdims=False):
    return one("all", x, axes=_axes(axis), keepDims=keepdims)


def count_nonzero(x, /, *, axis=None, keepdims=False):
    return one("countNonzero", x, axes=_axes(axis), keepDims=keepdims)


def argmax(x, /, *, axis=None, keepdims=False):
    return one("argmax", x, axis=axis, keepDims=keepdims)


def argmin(x, /, *, axis=None, keepdims=False):
    return one("argmin", x, axis=axis, keepDims=keepdims)


def _cumulative(name, x, axis, dtype, include_initial):
    if axis is None and x.ndim > 1:
        raise ValueError("an axis must be given")
    axis = 0 if axis is None else axis
    result = _at(dtype, name, x, axis=axis)
    if not include_initial:
        return result
    shape = list(x.shape)
    shape[axis] = 1
    first = one("broadcast", operand(0 if name == "cumsum" else 1, result.dtype), shape=shape)
    if first.dtype is not result.dtype:
        first = astype(first, result.dtype)
    return one("concatenate", first, result, axis=axis)


def cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False):
    return _cumulative("cumsum", x, axis, dtype, include_initial)


def cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False):
    return _cumulative("cumprod", x, axis, dtype, include_initial)


def diff(x, /, *, axis=-1, n=1, prepend=None, append=None):
    ends = [a for a in (prepend, append) if a is not None]
    order = ("prepend" if prepend is not None else "") + ("append" if append is not None else "")
    return one("diff", x, *ends, axis=axis, count=n, order=order)


def sort(x, /, *, axis=-1, descending=False, stable=True):
    return one("sorted", x, axis=axis, flag=descending)


def argsort(x, /, *, axis=-1, descending=False, stable=True):
    return one("argsort", x, axis=axis, flag=descending)


def searchsorted(x1, x2, /, *, side="left", sorter=None):
    return one("searchsorted", x1 if sorter is None else one("take", x1, sorter), x2, flag=side == "right")


def nonzero(x, /):
    return tuple(several("nonzero", x))


_All = namedtuple("UniqueAll", "values indices inverse_indices counts")
_Counts = namedtuple("UniqueCounts", "values counts")
_Inverse = namedtuple("UniqueInverse", "values inverse_indices")


def unique_all(x, /):
    return _All(*several("unique", x))


def unique_counts(x, /):
    found = unique_all(x)
    return _Counts(found.values, found.counts)


def unique_inverse(x, /):
    found = unique_all(x)
    return _Inverse(found.values, found.inverse_indices)


def unique_values(x, /):
    return unique_all(x).values


def isin(x1, x2, /, *, invert=False):
    return one("isin", x1, x2, flag=invert)
