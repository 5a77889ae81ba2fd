"""Hillock as a namespace of the Python array API standard, to run the standard's tests on it.

Every function is a call of one of Hillock's, by its Swift name; nothing is computed here.
"""
import math as _math

from ._dtypes import (
    bool, complex64, complex128, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64,
)
from ._creation import (
    arange, asarray, astype, can_cast, empty, empty_like, eye, finfo, full, full_like, iinfo, isdtype, linspace, meshgrid,
    ones, ones_like, result_type, tril, triu, zeros, zeros_like,
)
from ._elementwise import *  # noqa: F401, F403
from ._reductions import (
    all, any, argmax, argmin, argsort, count_nonzero, cumulative_prod, cumulative_sum, diff, isin, max, mean, min, nonzero,
    prod, searchsorted, sort, std, sum, unique_all, unique_counts, unique_inverse, unique_values, var,
)
from ._manipulation import (
    broadcast_arrays, broadcast_shapes, broadcast_to, concat, expand_dims, flip, matmul, matrix_transpose, moveaxis,
    permute_dims, repeat, reshape, roll, squeeze, stack, take, take_along_axis, tensordot, tile, unstack, vecdot,
)
from ._info import __array_namespace_info__
from ._library import HillockError
from . import fft, linalg

__array_api_version__ = "2024.12"
e, inf, nan, pi, newaxis = _math.e, _math.inf, _math.nan, _math.pi, None
