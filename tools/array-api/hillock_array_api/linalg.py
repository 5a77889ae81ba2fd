"""The extension `linalg`."""
from collections import namedtuple

from ._array import one, several
from ._manipulation import matmul, matrix_transpose, tensordot, vecdot
from ._reductions import _at

__all__ = [
    "cholesky", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power",
    "matrix_rank", "matrix_transpose", "outer", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensordot", "trace",
    "vecdot", "vector_norm",
]

_Eigh = namedtuple("EighResult", "eigenvalues eigenvectors")
_QR = namedtuple("QRResult", "Q R")
_Slogdet = namedtuple("SlogdetResult", "sign logabsdet")
_SVD = namedtuple("SVDResult", "U S Vh")


def cholesky(x, /, *, upper=False):
    lower = one("linalg.cholesky", x)
    if not upper:
        return lower
    turned = one("mT", lower)
    return one("conjugate", turned) if x.dtype.kind == "complex floating" else turned


def cross(x1, x2, /, *, axis=-1):
    return one("cross", x1, x2, axis=axis)


def det(x, /):
    return one("linalg.det", x)


def diagonal(x, /, *, offset=0):
    return one("diagonal", x, k=offset)


def eigh(x, /):
    return _Eigh(*several("linalg.eigh", x))


def eigvalsh(x, /):
    return one("linalg.eigvalsh", x)


def inv(x, /):
    return one("linalg.inverse", x)


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    return one("linalg.matrixNorm", x, order=str(ord), keepDims=keepdims)


def matrix_power(x, n, /):
    return one("linalg.matrixPower", x, count=n)


def _tolerance(rtol):
    """Hillock takes one number for all matrices."""
    return None if rtol is None else float(rtol)


def matrix_rank(x, /, *, rtol=None):
    return one("linalg.matrixRank", x, start=_tolerance(rtol))


def outer(x1, x2, /):
    return one("outer", x1, x2)


def pinv(x, /, *, rtol=None):
    return one("linalg.pinv", x, start=_tolerance(rtol))


def qr(x, /, *, mode="reduced"):
    return _QR(*several("linalg.qr", x, flag=mode == "complete"))


def slogdet(x, /):
    return _Slogdet(*several("linalg.slogdet", x))


def solve(x1, x2, /):
    return one("linalg.solve", x1, x2)


def svd(x, /, *, full_matrices=True):
    return _SVD(*several("linalg.svd", x, flag=full_matrices))


def svdvals(x, /):
    return one("linalg.svdvals", x)


def trace(x, /, *, offset=0, dtype=None):
    return _at(dtype, "linalg.trace", x, k=offset)


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    axes = None if axis is None else list(axis) if isinstance(axis, tuple) else [axis]
    return one("linalg.vectorNorm", x, axes=axes, order=str(float(ord)), keepDims=keepdims)
