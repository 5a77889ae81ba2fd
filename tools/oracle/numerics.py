"""What each operation means, written with NumPy, mpmath and exact rationals: the oracle of the conformance cases.

Nothing here is taken from the library. Spec/numerics.md is the text that both follow.
"""

import math
from fractions import Fraction

import ml_dtypes
import mpmath
import numpy as np

DTYPES = {
    "f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64,
    "u32": np.uint32, "u64": np.uint64, "bool": np.bool_,
}
FLOATS, SIGNED, UNSIGNED = ["f32", "f64"], ["i32", "i64"], ["u32", "u64"]
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS
ALL = NUMBERS + ["bool"]

# The dtypes of one or two bytes, whose cases are in cases_narrow.py.
NARROW = {
    "f16": np.float16, "bf16": ml_dtypes.bfloat16, "i8": np.int8, "i16": np.int16, "u8": np.uint8, "u16": np.uint16,
}
DTYPES |= NARROW

mpmath.mp.prec = 300


def name_of(dtype):
    return next(name for name, d in DTYPES.items() if np.dtype(d) == np.dtype(dtype))


# Rounding of exact values

def round_to(value, dtype):
    """A rational or an mpf rounded once, to nearest even, subnormals included."""
    digits, smallest = (24, -149) if dtype == np.float32 else (53, -1074)
    if isinstance(value, mpmath.mpf):
        if not mpmath.isfinite(value):
            return dtype(float(value))
        sign, mantissa, exponent, _ = value._mpf_
        # (a tiny value becomes no rational of a million digits: it is below half of the smallest subnormal)
        if mantissa and exponent + mantissa.bit_length() < smallest - 2:
            return dtype(-0.0 if sign else 0.0)
        if exponent + mantissa.bit_length() > 1030:
            return dtype(-math.inf if sign else math.inf)
        value = Fraction(-mantissa if sign else mantissa) * (Fraction(2) ** exponent)
    if value == 0:
        return dtype(0)
    magnitude = abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if Fraction(2) ** exponent > magnitude:
        exponent -= 1
    quantum = max(exponent - digits + 1, smallest)
    steps = round(magnitude / Fraction(2) ** quantum)
    if steps.bit_length() + quantum > (128 if dtype == np.float32 else 1024):
        result = math.inf
    else:
        result = math.ldexp(steps, quantum)
    return dtype(-result if value < 0 else result)


def by_value(function):
    """An elementwise function that is slow: of many positions with the same bits only one is computed."""

    def apply(*operands):
        operands = np.broadcast_arrays(*operands)
        if operands[0].size < 64:
            return function(*operands)
        columns = [np.ascontiguousarray(o).reshape(-1) for o in operands]
        bits = np.concatenate([c.view(np.uint8).reshape(len(c), -1) for c in columns], axis=1)
        _, first, inverse = np.unique(bits, axis=0, return_index=True, return_inverse=True)
        return function(*[c[first] for c in columns])[inverse.reshape(-1)].reshape(operands[0].shape)

    return apply


@by_value
def fma(a, b, c):
    """a · b + c with one rounding."""
    dtype = a.dtype.type
    if not np.issubdtype(dtype, np.floating):
        return a * b + c
    plain = a * b + c  # right where a special value decides: nan, inf, signed zeros
    out = np.empty(a.shape, dtype)
    for i in np.ndindex(a.shape):
        x, y, z = float(a[i]), float(b[i]), float(c[i])
        if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
            # an overflow of a · b alone is none of fma's: only true specials may be taken from `plain`
            out[i] = plain[i] if not (math.isfinite(x) and math.isfinite(y)) else dtype(z)
            continue
        exact = Fraction(x) * Fraction(y) + Fraction(z)
        if exact == 0:
            both_negative = math.copysign(1, x) * math.copysign(1, y) < 0 and math.copysign(1, z) < 0
            product_zero = x == 0 or y == 0
            out[i] = dtype(-0.0) if product_zero and z == 0 and both_negative else dtype(0)
        else:
            out[i] = round_to(exact, dtype)
    return out


# Elementwise

def _transcendental(exact, special):
    """`exact` on finite numbers in mpmath, rounded once; `special` (NumPy, double) decides infinities, nans and poles."""

    def apply(*operands):
        dtype = operands[0].dtype.type
        out = np.empty(operands[0].shape, dtype)
        for i in np.ndindex(out.shape):
            xs = [float(o[i]) for o in operands]
            s = special(*xs)
            if s is not None:
                out[i] = dtype(s)
            else:
                out[i] = round_to(exact(*[mpmath.mpf(x) for x in xs]), dtype)
        return out

    return by_value(apply)


def _at(specials):
    """Special results of a function of one argument: nan stays nan; `specials` maps 'inf', '-inf', 0."""

    def decide(x):
        if math.isnan(x):
            return x
        if math.isinf(x):
            return specials["inf" if x > 0 else "-inf"]
        if x == 0 and "0" in specials:
            value = specials["0"]
            return math.copysign(value, x) if value in (0, math.inf) else value
        return None

    return decide


def _domain(decide, inside, outside=math.nan):
    return lambda x: decide(x) if math.isnan(x) or math.isinf(x) or inside(x) else outside


def _pow_special(x, y):
    # C's pow, Annex F
    if y == 0 or x == 1:
        return 1.0
    if math.isnan(x) or math.isnan(y):
        return math.nan
    odd = float(y).is_integer() and abs(y) < 2**53 and int(y) % 2 == 1
    if math.isinf(y):
        if abs(x) == 1:
            return 1.0
        return math.inf if (abs(x) > 1) == (y > 0) else 0.0
    if x == 0 or math.isinf(x):
        large = (x == 0) == (y < 0)
        negative = math.copysign(1, x) < 0 and odd
        value = math.inf if large else 0.0
        return -value if negative else value
    if x < 0 and not float(y).is_integer():
        return math.nan
    return None


def _pow(x, y):
    return mpmath.power(x, int(y)) if y == int(y) and abs(y) < 4096 else (
        mpmath.power(abs(x), y) * (-1 if x < 0 and int(y) % 2 == 1 else 1))


def _atan2_special(y, x):
    # (a multiple of pi/4 in double is within half an ulp of the exact one)
    if any(v == 0 or math.isinf(v) or math.isnan(v) for v in (x, y)):
        return math.atan2(y, x)
    return None


def _hypot_special(x, y):
    if math.isinf(x) or math.isinf(y):
        return math.inf
    return math.nan if math.isnan(x) or math.isnan(y) else None


inf, nan = math.inf, math.nan
TRANSCENDENTAL = {
    "exp": _transcendental(mpmath.exp, _at({"inf": inf, "-inf": 0.0})),
    "exp2": _transcendental(lambda x: mpmath.power(2, x), _at({"inf": inf, "-inf": 0.0})),
    "expm1": _transcendental(mpmath.expm1, _at({"inf": inf, "-inf": -1.0, "0": 0.0})),
    "log": _transcendental(mpmath.log, _domain(_at({"inf": inf, "-inf": math.nan}), lambda x: x > 0)),
    "log2": _transcendental(lambda x: mpmath.log(x, 2), _domain(_at({"inf": inf, "-inf": math.nan}), lambda x: x > 0)),
    "log10": _transcendental(mpmath.log10, _domain(_at({"inf": inf, "-inf": math.nan}), lambda x: x > 0)),
    "log1p": _transcendental(mpmath.log1p, _domain(_at({"inf": inf, "-inf": math.nan, "0": 0.0}), lambda x: x > -1)),
    "tanh": _transcendental(mpmath.tanh, _at({"inf": 1.0, "-inf": -1.0, "0": 0.0})),
    "sigmoid": _transcendental(lambda x: 1 / (1 + mpmath.exp(-x)), _at({"inf": 1.0, "-inf": 0.0})),
    "sin": _transcendental(mpmath.sin, _at({"inf": nan, "-inf": nan, "0": 0.0})),
    "cos": _transcendental(mpmath.cos, _at({"inf": nan, "-inf": nan})),
    "tan": _transcendental(mpmath.tan, _at({"inf": nan, "-inf": nan, "0": 0.0})),
    "sinh": _transcendental(mpmath.sinh, _at({"inf": inf, "-inf": -inf, "0": 0.0})),
    "cosh": _transcendental(mpmath.cosh, _at({"inf": inf, "-inf": inf})),
    "asin": _transcendental(mpmath.asin, _domain(_at({"inf": math.nan, "-inf": math.nan, "0": 0.0}), lambda x: abs(x) <= 1)),
    "acos": _transcendental(mpmath.acos, _domain(_at({"inf": math.nan, "-inf": math.nan}), lambda x: abs(x) <= 1)),
    "atan": _transcendental(mpmath.atan, _at({"inf": math.pi / 2, "-inf": -math.pi / 2, "0": 0.0})),
    "erf": _transcendental(mpmath.erf, _at({"inf": 1.0, "-inf": -1.0, "0": 0.0})),
    # (e^x - 1) / x, 1 at 0
    "exprel": _transcendental(lambda x: mpmath.expm1(x) / x if x != 0 else mpmath.mpf(1), _at({"inf": inf, "-inf": 0.0})),
    "rexprel": _transcendental(lambda x: x / mpmath.expm1(x) if x != 0 else mpmath.mpf(1), _at({"inf": 0.0, "-inf": inf})),
    "softplus": _transcendental(lambda x: mpmath.log1p(mpmath.exp(x)), _at({"inf": inf, "-inf": 0.0})),
    "pow": _transcendental(_pow, _pow_special),
    "atan2": _transcendental(mpmath.atan2, _atan2_special),
    "hypot": _transcendental(mpmath.hypot, _hypot_special),
}


def _with_pole(function, pole):
    return lambda x: np.where(x == pole, x.dtype.type(-math.inf), function(x))


TRANSCENDENTAL |= {name: _with_pole(TRANSCENDENTAL[name], 0) for name in ("log", "log2", "log10")}
TRANSCENDENTAL["log1p"] = _with_pole(TRANSCENDENTAL["log1p"], -1)


def _floor_divide(a, b):
    if np.issubdtype(a.dtype, np.floating):
        return np.floor_divide(a, b)
    safe = np.where(b == 0, 1, b).astype(b.dtype)
    return np.where(b == 0, 0, np.floor_divide(a, safe)).astype(a.dtype)


def _modulo(a, b):
    if np.issubdtype(a.dtype, np.floating):
        return np.mod(a, b)
    safe = np.where(b == 0, 1, b).astype(b.dtype)
    return np.where(b == 0, 0, np.mod(a, safe)).astype(a.dtype)


def _smaller(a, b):
    chosen = np.where(a < b, a, b)
    return np.where(a != a, a, chosen) if np.issubdtype(a.dtype, np.floating) else chosen


def _larger(a, b):
    chosen = np.where(a > b, a, b)
    return np.where(a != a, a, chosen) if np.issubdtype(a.dtype, np.floating) else chosen


def _sign(x):
    return np.where(x > 0, x.dtype.type(1), np.where(x < 0, x.dtype.type(-1), x))


def _shift(a, b, left):
    """Counts of the width or more, and negative ones, shift everything out."""
    a, b = np.broadcast_arrays(a, b)
    width = a.dtype.itemsize * 8
    out = np.empty(a.shape, a.dtype)
    for i in np.ndindex(a.shape):
        x, n = int(a[i]), int(b[i])
        if not 0 <= n < width:
            n = width
        shifted = x << n if left else x >> n
        out[i] = np.array(shifted & (2**width - 1), dtype=f"u{a.dtype.itemsize}").view(a.dtype)
    return out


ONE = lambda x: x.dtype.type(1)

def _integer_power(a, b):
    """Python's own powers of integers, modulo 2^width; for a negative exponent the whole part of the fraction."""
    width = a.dtype.itemsize * 8

    def power(x, n):
        if n < 0:
            return (x if n % 2 else 1) if abs(x) == 1 else 0
        return pow(x, n, 1 << width)

    a, b = np.broadcast_arrays(a, b)
    words = [power(int(x), int(n)) % (1 << width) for x, n in zip(a.ravel(), b.ravel())]
    return np.array(words, np.uint32 if width == 32 else np.uint64).view(a.dtype).reshape(a.shape)


def _positive_nan(b):
    """NaN counts as positive."""
    return np.where(np.isnan(b), b.dtype.type(1), b)


def _ldexp(a, n):
    """n is rounded to an integer, halves to even; NaN stays."""
    whole = np.clip(np.rint(np.where(np.isnan(n), 0, n)), -10000, 10000).astype(np.int32)
    return np.where(np.isnan(n), n, np.ldexp(a, whole))


def _exponent(x):
    exponent = (np.frexp(x)[1] - 1).astype(x.dtype)
    return np.where(x == 0, x.dtype.type(-np.inf), np.where(np.isfinite(x), exponent, np.abs(x)))


ELEMENTWISE = {
    "copysign": lambda a, b: np.copysign(a, _positive_nan(b)), "nextafter": np.nextafter,
    "signbit": lambda a: np.signbit(_positive_nan(a)), "ldexp": _ldexp, "logb": _exponent,
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "floordiv": _floor_divide, "mod": _modulo, "min": _smaller, "max": _larger,
    "neg": lambda a: -a, "abs": np.abs, "sign": _sign, "square": lambda a: a * a, "sqrt": np.sqrt,
    "rsqrt": lambda a: ONE(a) / np.sqrt(a), "reciprocal": lambda a: ONE(a) / a, "fma": fma,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    "isnan": np.isnan, "isfinite": np.isfinite, "isinf": np.isinf, "select": np.where,
    "and": lambda a, b: a & b, "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b, "not": lambda a: ~a,
    "ipow": _integer_power, "stopgradient": lambda a: a, "customslope": lambda value, x, slope: value,
    "shl": lambda a, b: _shift(a, b, True), "shr": lambda a, b: _shift(a, b, False),
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "round": np.rint,
} | TRANSCENDENTAL


def convert(x, name):
    """Float to integer truncates, saturates, and takes nan to 0; to bool: x ≠ 0."""
    to = DTYPES[name]
    if to == np.bool_:
        return x != 0
    if np.issubdtype(x.dtype, np.floating) and np.issubdtype(to, np.integer):
        limits = np.iinfo(to)
        out = np.empty(x.shape, to)
        for i in np.ndindex(x.shape):
            v = float(x[i])
            if math.isnan(v):
                out[i] = 0
            elif math.isinf(v):
                out[i] = limits.max if v > 0 else limits.min
            else:
                out[i] = min(max(math.trunc(v), limits.min), limits.max)
        return out
    return x.astype(to)


# Reductions: the tree of Spec/numerics.md

CHUNK = 4096
COMBINE = {
    "sum": lambda a, b: a + b, "product": lambda a, b: a * b, "max": _larger, "min": _smaller,
    "any": lambda a, b: a | b, "all": lambda a, b: a & b,
}


def identity(kind, dtype):
    if kind in ("max", "min"):
        if np.issubdtype(dtype, np.floating):
            return dtype(-math.inf if kind == "max" else math.inf)
        limits = np.iinfo(dtype)
        return dtype(limits.min if kind == "max" else limits.max)
    return dtype({"sum": 0, "product": 1, "any": False, "all": True}[kind])


def _fold(lanes, combine):
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = combine(lanes[:half], lanes[half:])
    return lanes[0]


def _combine_partials(partials, combine):
    while len(partials) > 1:
        pairs = [combine(partials[i], partials[i + 1]) for i in range(0, len(partials) - 1, 2)]
        partials = pairs + ([partials[-1]] if len(partials) % 2 else [])
    return partials[0]


def tree(kind, terms, lane_count):
    """Reduces the first axis of `terms`; term i of a chunk goes to lane i mod lane_count."""
    combine, start = COMBINE[kind], identity(kind, terms.dtype.type)
    return _tree(len(terms), terms.shape[1:], terms.dtype, start, lane_count, combine,
                 lambda lanes, first, last: combine(lanes, terms[first:last]))


def _tree(count, shape, dtype, start, lane_count, combine, accumulate):
    if count == 0:
        return np.full(shape, start, dtype)
    partials = []
    for chunk in range(0, count, CHUNK):
        lanes = np.full((lane_count,) + shape, start, dtype)
        end = min(chunk + CHUNK, count)
        for first in range(chunk, end, lane_count):
            last = min(first + lane_count, end)
            lanes[: last - first] = accumulate(lanes[: last - first], first, last)
        partials.append(_fold(lanes, combine))
    return _combine_partials(partials, combine)


def _fma_terms(a, b, lane_count):
    """The sum over the first axis of a · b, accumulated by fma."""
    a, b = np.broadcast_arrays(a, b)
    dtype = a.dtype.type
    return _tree(len(a), a.shape[1:], a.dtype, dtype(0), lane_count, COMBINE["sum"],
                 lambda lanes, first, last: fma(a[first:last], b[first:last], lanes))


def reduce(kind, x, axes):
    if kind in ("any", "all"):
        x = x != 0
    elif x.dtype == np.bool_:
        x = x.astype(np.int32)
    kept = [a for a in range(x.ndim) if a not in axes]
    inner = math.prod(x.shape[a] for a in kept if a > max(axes, default=-1))
    terms = np.transpose(x, list(axes) + kept)
    terms = terms.reshape((math.prod(x.shape[a] for a in axes),) + tuple(x.shape[a] for a in kept))
    return np.asarray(tree(kind, terms, 64 if inner == 1 else 4))


def dot(a, b, batch=0):
    """a[batch…, rows…, k] · b[batch…, k, columns…]: each product of the batch as it is alone."""
    lots, rows, inner, columns = a.shape[:batch], a.shape[batch:-1], a.shape[-1], b.shape[batch + 1:]
    if batch == 0 and len(rows) < 2 and len(columns) < 2:
        return _product(a, b)
    left = [math.prod(rows), inner] if rows else [inner]
    right = [inner, math.prod(columns)] if columns else [inner]
    out = np.zeros(lots + rows + columns, a.dtype)
    for at in np.ndindex(lots):
        out[at] = _product(a[at].reshape(left), b[at].reshape(right)).reshape(rows + columns)
    return out


def _product(a, b):
    if a.ndim == 1 and b.ndim == 1:
        return np.asarray(_fma_terms(a, b, 64))
    if b.ndim == 1:
        return np.stack([_fma_terms(row, b, 64) for row in a]) if len(a) else np.zeros((0,), a.dtype)
    if a.ndim == 1:
        return _fma_terms(a[:, None], b, 4)
    return np.stack([_fma_terms(row[:, None], b, 1) for row in a]) if len(a) else np.zeros((0, b.shape[1]), a.dtype)


# Lines along an axis

SCAN_BLOCK = 16


def _logaddexp(a, b):
    distance = np.where(a == b, a.dtype.type(0), a - b)
    return np.where(a > b, a, b) + ELEMENTWISE["softplus"](np.where(distance < 0, distance, -distance))


SCANS = {kind: COMBINE[kind] for kind in ("sum", "product", "max", "min")} | {"logaddexp": _logaddexp}


def _scan_chunk(kind, terms, block):
    """All prefixes of a chunk: blocks by doubling distances, each after what the blocks before have come to."""
    combine, out = SCANS[kind], []
    start = terms.dtype.type(-math.inf) if kind == "logaddexp" else identity(kind, terms.dtype.type)
    carry = np.full(terms.shape[1:], start, terms.dtype)
    for first in range(0, len(terms), block):
        v = terms[first:first + block].copy()
        distance = 1
        while distance < block:
            v = np.concatenate([v[:distance], combine(v[:-distance], v[distance:])]) if distance < len(v) else v
            distance *= 2
        v = combine(np.broadcast_to(carry, v.shape), v)
        carry = v[-1]
        out.append(v)
    return np.concatenate(out)


def scan(kind, x, axis, reverse=False, exclusive=False):
    """Prefix scans: the order of Spec/numerics.md."""
    terms = np.moveaxis(x, axis, 0)
    terms = terms[::-1] if reverse else terms
    contiguous = math.prod(x.shape[axis + 1:]) == 1
    start = x.dtype.type(-math.inf) if kind == "logaddexp" else identity(kind, x.dtype.type)
    before, out = None, [np.zeros((0,) + terms.shape[1:], x.dtype)]
    for first in range(0, len(terms), CHUNK):
        own = _scan_chunk(kind, terms[first:first + CHUNK], SCAN_BLOCK if contiguous else 1)
        out.append(own if before is None else SCANS[kind](np.broadcast_to(before, own.shape), own))
        before = out[-1][-1]
    result = np.concatenate(out)
    if exclusive and len(result):
        result = np.concatenate([np.full((1,) + result.shape[1:], start, x.dtype), result[:-1]])
    return np.ascontiguousarray(np.moveaxis(result[::-1] if reverse else result, 0, axis))


def arg_reduce(kind, x, axis):
    return np.asarray({"max": np.argmax, "min": np.argmin}[kind](x, axis=axis)).astype(np.int64)


def sort(arrays, axis, descending=False):
    """Stable, NaN last in either direction."""
    keys = arrays[0]
    if descending:
        keys = -keys if np.issubdtype(keys.dtype, np.floating) else ~keys
    order = np.argsort(keys, axis=axis, kind="stable")
    return [np.take_along_axis(a, order, axis) for a in arrays]


def top_k(x, k, axis):
    """The first of a descending sort, and where they stand."""
    places = np.broadcast_to(np.arange(x.shape[axis]).reshape([-1 if a == axis else 1 for a in range(x.ndim)]), x.shape)
    return [np.take(a, np.arange(k), axis) for a in sort([x, places.astype(np.int64)], axis, True)]


def places(mask, size):
    """Of each line, filled up with -1."""
    out = np.full(mask.shape[:-1] + (size,), -1, np.int64)
    for line in np.ndindex(mask.shape[:-1]):
        found = np.flatnonzero(mask[line])[:size]
        out[line][: len(found)] = found
    return out


def search(lines, values, right=False, batch=0):
    out = np.zeros(values.shape, np.int64)
    for b in np.ndindex(values.shape[:batch]):
        out[b] = np.searchsorted(lines[b], values[b], "right" if right else "left")
    return out


# Indices and random bits

def _positions(indices, n):
    """Negative indices count from the end."""
    return np.where(indices < 0, indices + n, indices)


def gather(source, indices, batch=0, axis=0):
    """np.take along the axis for each index of the first `batch` axes, which source and indices share; beyond the ends clamped."""
    n = source.shape[axis]
    out = np.zeros(source.shape[:axis] + indices.shape[batch:] + source.shape[axis + 1:], source.dtype)
    for b in np.ndindex(source.shape[:batch]):
        if indices[b].size:
            out[b] = np.take(source[b], np.clip(_positions(indices[b], n), 0, n - 1), axis=axis - batch)
    return out


# What a scatter makes of an element and an update; bools: min is and, max is or.
SCATTER = {
    "set": lambda old, new: new, "add": ELEMENTWISE["add"], "multiply": ELEMENTWISE["mul"],
    "min": lambda old, new: old & new if old.dtype == np.bool_ else _smaller(old, new),
    "max": lambda old, new: old | new if old.dtype == np.bool_ else _larger(old, new),
}
UFUNC = {"add": np.add, "multiply": np.multiply, "min": np.minimum, "max": np.maximum}


def scatter(base, indices, updates, kind="set", batch=0, axis=0):
    """One update after the other; beyond the ends dropped."""
    out, n = base.copy(), base.shape[axis]
    for b in np.ndindex(base.shape[:batch]):
        # The axis first, so that one index is one row of what lies around it.
        rows = np.moveaxis(out[b], axis - batch, 0)
        count = indices.ndim - batch
        given = np.moveaxis(updates[b], range(axis - batch, axis - batch + count), range(count))
        at = _positions(indices[b], n)
        before = rows.copy()
        for i in np.ndindex(at.shape):
            if 0 <= at[i] < n:
                rows[at[i]] = SCATTER[kind](rows[at[i]], given[i])
        if kind in UFUNC:  # NumPy's own way to do the same, for what it has a rule for
            inside = (at >= 0) & (at < n)
            UFUNC[kind].at(before, at[inside], given[inside])
            assert np.array_equal(before, rows, equal_nan=rows.dtype.kind == "f")
    return out


def _synapses(ring, slot, starts, targets, delays):
    """The synapses of each row in order: (row, synapse, its place in the ring, or None where the ring has no such place)."""
    slots, post = ring.shape
    for row in range(len(starts) - 1):
        first = min(max(int(starts[row]), 0), len(targets))
        for k in range(first, max(first, min(max(int(starts[row + 1]), 0), len(targets)))):
            delay = 0 if delays is None else int(delays[k])
            there = 0 <= targets[k] < post and 0 <= delay < slots
            yield row, k, ((int(slot) + delay) % slots, int(targets[k])) if there else None


def _slots(ring):
    """A ring without an axis of slots has one."""
    return ring if ring.ndim == 2 else ring[np.newaxis]


def deliver(ring, rows, slot, starts, targets, weights, delays=None):
    """Spikes along synapses, one addition after the other."""
    shape, ring = ring.shape, _slots(ring)
    out = ring.copy()
    for row, k, place in _synapses(ring, slot, starts, targets, delays):
        if rows[row] != 0 and place is not None:
            weight = weights[k if len(weights) == len(targets) else 0]
            out[place] += weight if rows.dtype == np.bool_ else rows[row] * weight
    return out.reshape(shape)


def row_products(ring, slot, starts, targets, weights, delays=None):
    """A row's terms in eight lanes, by their place in the row, folded by halves."""
    ring = _slots(ring)
    lanes = np.zeros((len(starts) - 1, 8), ring.dtype)
    first = np.clip(starts[:-1], 0, len(targets))
    for row, k, place in _synapses(ring, slot, starts, targets, delays):
        if place is not None:
            lanes[row, (k - first[row]) % 8] += weights[k if len(weights) == len(targets) else 0] * ring[place]
    for half in (4, 2, 1):
        lanes = lanes[:, :half] + lanes[:, half:]
    return lanes[:, 0]


def synapse_products(ring, rows, slot, starts, targets, delays=None):
    ring = _slots(ring)
    out = np.zeros(len(targets), ring.dtype)
    for row, k, place in _synapses(ring, slot, starts, targets, delays):
        if rows[row] != 0 and place is not None:
            out[k] = ring.dtype.type(rows[row]) * ring[place]
    return out


def adapt(weights, rows, trace, starts, targets, rule, places=None, kind="add"):
    """One weight after the other: w + a * distance^power * row * trace, between the bounds."""
    out = weights.copy()
    a, low, high, power = rule
    for row, k, place in _synapses(np.zeros((1, len(trace)), weights.dtype), 0, starts, targets, None):
        p = k if places is None else int(places[k])
        if rows[row] == 0 or place is None or not 0 <= p < len(weights):
            continue
        change = (a if rows.dtype == np.bool_ else a * rows[row]) * trace[targets[k]]
        if kind != "add":
            distance = high - out[p] if kind == "up" else out[p] - low
            change = change * (distance if power == 1 else distance**power)
        out[p] = _smaller(_larger(out[p] + change, low), high)
    return out


def drawn(row, key, probability, columns, hollow):
    """The columns of a random row: gaps with a geometric distribution, in chunks of 2^16."""
    found = []
    if probability <= 0:
        return found
    with np.errstate(divide="ignore"):
        rate = 1 / np.log1p(-np.float64(probability))
    for chunk in range(-(-columns // 65536)):
        counter, place, width = row << 32 | chunk << 17, 0.0, min(columns - chunk * 65536, 65536)
        while True:
            low, high = threefry2x32((int(key[0]), int(key[1])), (counter & 0xFFFFFFFF, counter >> 32))
            place += np.floor(np.log(((low | high << 32) >> 11) * 2.0**-53 + 2.0**-53) * rate)
            counter += 1
            if not place < width:
                break
            column = chunk * 65536 + int(place)
            if not (hollow and column == row):
                found.append(column)
            place += 1
    return found


def deliver_drawn(ring, rows, slot, key, probability, weight, hollow=False):
    out = ring.copy()
    for row in range(len(rows)):
        if rows[row] != 0:
            for column in drawn(row, key, probability, ring.shape[1], hollow):
                out[int(slot) % len(ring), column] += weight[0] if rows.dtype == np.bool_ else rows[row] * weight[0]
    return out


def drawn_products(ring, slot, key, probability, weight, hollow=False, rows=0):
    lanes = np.zeros((rows, 8), ring.dtype)
    for row in range(rows):
        for position, column in enumerate(drawn(row, key, probability, ring.shape[1], hollow)):
            lanes[row, position % 8] += weight[0] * ring[int(slot) % len(ring), column]
    for half in (4, 2, 1):
        lanes = lanes[:, :half] + lanes[:, half:]
    return lanes[:, 0]


def by_lanes(function, operands, lanes):
    """The function for each lane: operands with a 1 have one of their own along a leading axis."""
    if not lanes:
        return function(*operands)
    return np.stack([function(*[o[lane] if own else o for o, own in zip(operands, lanes)]) for lane in range(len(operands[0]))])


def _windows(shape, starts, sizes, batch):
    """For each batch index the slices of its window, shifted until it fits (StableHLO, dynamic_slice)."""
    for b in np.ndindex(shape[:batch]):
        first = [min(max(int(s), 0), n - size) for s, n, size in zip(starts[b], shape[batch:], sizes)]
        yield b, tuple(slice(f, f + size) for f, size in zip(first, sizes))


def dynamic_slice(source, starts, sizes, batch=0):
    out = np.zeros(source.shape[:batch] + tuple(sizes), source.dtype)
    for b, window in _windows(source.shape, starts, sizes, batch):
        out[b] = source[b + window]
    return out


def dynamic_update(base, update, starts, batch=0):
    out = base.copy()
    for b, window in _windows(base.shape, starts, update.shape[batch:], batch):
        out[b + window] = update[b]
    return out


def _two_products(a, b):
    """a * b as the rounded product and what it was rounded by (Dekker)."""
    def halves(x):
        high = x * 134217729.0
        high = high - (high - x)
        return high, x - high

    product = a * b
    (a1, a2), (b1, b2) = halves(a), halves(b)
    return [product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2]


def fft(re, im):
    """The discrete Fourier transform of the last axis by its sum, exact before it is rounded: roots of twice a double's precision,
    exact products, and exact sums."""
    n = re.shape[-1]
    with mpmath.workdps(40):
        angles = [2 * mpmath.pi * j / n for j in range(n)]
        exact = [[mpmath.cos(x) for x in angles], [mpmath.sin(x) for x in angles]]
        high = np.array([[float(x) for x in row] for row in exact])
        low = np.array([[float(x - float(x)) for x in row] for row in exact])
    out = np.zeros((2,) + re.shape)
    for line in np.ndindex(re.shape[:-1]):
        r, i = re[line].astype(np.float64), im[line].astype(np.float64)
        terms = np.flatnonzero((r != 0) | (i != 0))
        r, i = r[terms], i[terms]
        for k in range(n):
            place = terms * k % n
            (c, s), (cl, sl) = high[:, place], low[:, place]
            out[0][line][k] = math.fsum(np.concatenate(_two_products(r, c) + _two_products(i, s) + [r * cl, i * sl]))
            out[1][line][k] = math.fsum(np.concatenate(_two_products(i, c) + _two_products(-r, s) + [i * cl, -r * sl]))
    return out[0].astype(re.dtype), out[1].astype(re.dtype)


def pad(x, value, low, high, interior):
    """StableHLO's pad: elements of the value between, then around; negative edges cut."""
    for axis in range(x.ndim):
        n = x.shape[axis]
        spread = np.full(x.shape[:axis] + (n + max(n - 1, 0) * interior[axis],) + x.shape[axis + 1:], value, x.dtype)
        spread[(slice(None),) * axis + (slice(None, None, interior[axis] + 1),)] = x
        widths = [(max(low[axis], 0), max(high[axis], 0)) if a == axis else (0, 0) for a in range(x.ndim)]
        spread = np.pad(spread, widths, constant_values=value)
        end = spread.shape[axis] + min(high[axis], 0)
        x = spread[(slice(None),) * axis + (slice(max(-low[axis], 0), end),)]
    return x.copy()


def threefry2x32(key, counter):
    """Threefry-2x32, 20 rounds (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011)."""
    mask = 0xFFFFFFFF
    ks = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA]
    rotations = [13, 15, 26, 6, 17, 29, 16, 24]
    x0, x1 = (counter[0] + ks[0]) & mask, (counter[1] + ks[1]) & mask
    for r in range(20):
        x0 = (x0 + x1) & mask
        n = rotations[r % 8]
        x1 = ((x1 << n | x1 >> (32 - n)) & mask) ^ x0
        if r % 4 == 3:
            s = r // 4 + 1
            x0, x1 = (x0 + ks[s % 3]) & mask, (x1 + ks[(s + 1) % 3] + s) & mask
    return x0, x1


# The known answers of the authors' test suite (Random123, kat_vectors).
assert threefry2x32((0, 0), (0, 0)) == (0x6B200159, 0x99BA4EFE)
assert threefry2x32((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 2) == (0x1CB996FC, 0xBB002BE7)
assert threefry2x32((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3)) == (0xC4923A9C, 0x483DF7A0)


def _fractions(key, element):
    """Uniform in (0, 1], one after the other."""
    for number in range(1 << 24):
        low, high = threefry2x32((int(key[0]), int(key[1])), (element & 0xFFFFFFFF, (element >> 32) | number << 8))
        yield (((low | high << 32) >> 11) + 1) * 2.0**-53


def _by_inversion(u, start, ratio, most):
    k, term, total = 0, start, start
    while u > total and k < most:
        k += 1
        term *= ratio(k)
        total += term
    return k


def poisson(mean, key, element):
    """Inversion, and from 10 on transformed rejection (Hoermann 1993, algorithm PTRS)."""
    draws, mean = _fractions(key, element), float(mean)
    if not mean > 0:
        return 0
    if mean >= 2**31 - 1:
        return 2**31 - 1
    if mean < 10:
        return _by_inversion(next(draws), math.exp(-mean), lambda k: mean / k, 200)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a, inverse, limit = -0.059 + 0.02483 * b, 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = next(draws) - 0.5, next(draws)
        edge = 0.5 - abs(u)
        k = math.floor((2 * a / edge + b) * u + mean + 0.43) if edge > 0 else -1
        if edge >= 0.07 and v <= limit:
            return min(k, 2**31 - 1)
        if k < 0 or (edge < 0.013 and v > edge):
            continue
        if math.log(v * inverse / (a / (edge * edge) + b)) <= -mean + k * math.log(mean) - math.lgamma(k + 1):
            return min(k, 2**31 - 1)


def binomial(chance, key, tries, element):
    """Inversion, and from a mean of 10 on transformed rejection (Hoermann 1993, algorithm BTRS)."""
    draws, chance, n = _fractions(key, element), float(chance), min(int(tries), 2**31 - 1)
    if not chance > 0 or n <= 0:
        return 0
    if chance >= 1:
        return n
    p = 1 - chance if chance > 0.5 else chance
    q, odds = 1 - p, p / (1 - p)
    if n * p < 10:
        k = _by_inversion(next(draws), math.exp(n * math.log1p(-p)), lambda k: odds * (n - k + 1) / k, min(n, 200))
    else:
        spread = math.sqrt(n * p * q)
        b = 1.15 + 2.53 * spread
        a, limit, alpha, mode = -0.0873 + 0.0248 * b + 0.01 * p, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * spread, math.floor((n + 1) * p)
        # The logarithm of what the k-th chance is to the largest.
        chances = lambda k: math.lgamma(mode + 1) + math.lgamma(n - mode + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        while True:
            u, v = next(draws) - 0.5, next(draws)
            edge = 0.5 - abs(u)
            k = math.floor((2 * a / edge + b) * u + n * p + 0.5) if edge > 0 else -1
            if edge >= 0.07 and v <= limit:
                break
            if 0 <= k <= n and math.log(v * alpha / (a / (edge * edge) + b)) <= chances(k) + (k - mode) * math.log(odds):
                break
    return n - k if chance > 0.5 else k


def random_counts(kind, means, key, tries=None, first=0):
    out = np.zeros(means.shape, np.int32)
    for number, place in enumerate(np.ndindex(means.shape)):
        element = first + number
        out[place] = poisson(means[place], key, element) if kind == "poisson" else binomial(means[place], key, tries[place], element)
    return out


def random_bits(key, name, shape, first=0):
    blocks = range(first, first + math.prod(shape))
    words = [threefry2x32((int(key[0]), int(key[1])), (i & 0xFFFFFFFF, i >> 32)) for i in blocks]
    values = [w[0] if name == "u32" else w[0] | w[1] << 32 for w in words]
    return np.array(values, dtype=DTYPES[name]).reshape(shape)
