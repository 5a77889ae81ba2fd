"""The standard's functions of elements, by Hillock's names."""
from ._array import Array, one, operand, pair

UNARY = {
    "abs": "abs", "acos": "acos", "acosh": "acosh", "asin": "asin", "asinh": "asinh", "atan": "atan", "atanh": "atanh",
    "bitwise_invert": ".!", "ceil": "ceil", "cos": "cos", "cosh": "cosh", "exp": "exp", "expm1": "expm1",
    "floor": "floor", "isfinite": "isFinite", "isinf": "isInfinite", "isnan": "isNaN", "log": "log", "log1p": "log1p",
    "log2": "log2", "log10": "log10", "logical_not": ".!", "negative": "negative", "reciprocal": "reciprocal",
    "round": "round", "sign": "sign", "signbit": "signbit", "sin": "sin", "sinh": "sinh", "square": "square",
    "sqrt": "sqrt", "tan": "tan", "tanh": "tanh", "trunc": "trunc",
}
BINARY = {
    "add": "+", "atan2": "atan2", "bitwise_and": ".&", "bitwise_left_shift": "<<", "bitwise_or": ".|",
    "bitwise_right_shift": ">>", "bitwise_xor": ".^", "copysign": "copysign", "divide": "/", "equal": ".==",
    "floor_divide": "floorDivide", "greater": ".>", "greater_equal": ".>=", "hypot": "hypot", "less": ".<",
    "less_equal": ".<=", "logaddexp": "logaddexp", "logical_and": ".&", "logical_or": ".|", "logical_xor": ".^",
    "maximum": "maximum", "minimum": "minimum", "multiply": "*", "nextafter": "nextafter", "not_equal": ".!=",
    "pow": "**", "remainder": "%", "subtract": "-",
}
__all__ = [*UNARY, *BINARY, "positive", "conj", "real", "imag", "clip", "where"]


def _unary(python, hillock):
    def function(x, /):
        return one(hillock, x)
    function.__name__ = python
    return function


def _binary(python, hillock):
    def function(x1, x2, /):
        return pair(hillock, x1, x2)
    function.__name__ = python
    return function


for _python, _hillock in UNARY.items():
    globals()[_python] = _unary(_python, _hillock)
for _python, _hillock in BINARY.items():
    globals()[_python] = _binary(_python, _hillock)


def positive(x, /):
    return Array(x._handle)


def conj(x, /):
    return one("conjugate", x) if x.dtype.kind == "complex floating" else Array(x._handle)


def real(x, /):
    return one("real", x) if x.dtype.kind == "complex floating" else Array(x._handle)


def imag(x, /):
    return one("imaginary", x)


def clip(x, /, min=None, max=None):
    result = Array(x._handle)
    if min is not None and max is not None:
        result = one("clip", x, operand(min, x.dtype), operand(max, x.dtype))
    elif min is not None:
        result = one("maximum", x, operand(min, x.dtype))
    elif max is not None:
        result = one("minimum", x, operand(max, x.dtype))
    return result


def where(condition, x1, x2, /):
    a = x1 if isinstance(x1, Array) else operand(x1, x2.dtype)
    b = x2 if isinstance(x2, Array) else operand(x2, x1.dtype)
    return one("select", condition, a, b)
