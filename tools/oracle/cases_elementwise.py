"""Every elementwise op at every dtype it takes, over its special values and random ones, and in each scalar form."""

import pathlib
import re
import zlib

import numpy as np

from graph import Case
from numerics import ALL, DTYPES, FLOATS, INTEGERS, NUMBERS, TRANSCENDENTAL

SIGNED = FLOATS + ["i32", "i64"]
BITWISE = INTEGERS + ["bool"]

# name: (operands, dtypes). Written beside the op table on purpose: `hillock-conformance --coverage` compares the two.
OPS = {name: (2, NUMBERS) for name in ["add", "sub", "mul", "floordiv", "mod", "min", "max"]}
OPS |= {name: (2, ALL) for name in ["lt", "le", "gt", "ge", "eq", "ne"]}
OPS |= {name: (2, BITWISE) for name in ["and", "or", "xor"]}
OPS |= {name: (2, INTEGERS) for name in ["shl", "shr", "ipow"]}
OPS |= {name: (1, SIGNED) for name in ["neg", "abs", "sign"]}
OPS |= {name: (1, FLOATS) for name in [
    "sqrt", "rsqrt", "reciprocal", "isnan", "isfinite", "isinf", "floor", "ceil", "trunc", "round", "signbit", "logb"]}
OPS |= {name: (2, FLOATS) for name in ["copysign", "nextafter", "ldexp"]}
OPS |= {"div": (2, FLOATS), "square": (1, NUMBERS), "stopgradient": (1, NUMBERS), "fma": (3, FLOATS), "customslope": (3, FLOATS), "select": (3, ALL), "not": (1, BITWISE)}

def _accuracy():
    """The bounds of the reference page, in units of the last place of the exact value, for f32 and f64."""
    page = (pathlib.Path(__file__).parents[2] / "Spec/reference/elementwise.md").read_text()
    rows = re.findall(r"^\| \d+ \| `(\w+)` .* \| ([\d.]+), ([\d.]+) \|$", page, re.MULTILINE)
    return {name: (float(f32), float(f64)) for name, f32, f64 in rows if name in TRANSCENDENTAL}


ACCURACY = _accuracy()
assert ACCURACY.keys() == TRANSCENDENTAL.keys()


def tolerance_of(name, dtype):
    """The expectation is the exact value rounded, so a result may be half a unit further from it."""
    if name not in ACCURACY:
        return "exact"
    return f"within {int(ACCURACY[name][dtype == 'f64'] + 0.5)} ulp"


OPS |= {name: (2 if name in ("pow", "atan2", "hypot") else 1, FLOATS) for name in ACCURACY}

# Positions in a case: a little more than a chunk, so that several workers share it and the last tile is ragged.
COUNT = 4096 + 3 * 64 + 13


def random(name):
    """A generator whose seed is the name: the cases never change."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def specials(dtype, few=False):
    d = DTYPES[dtype]
    if dtype == "bool":
        return np.array([False, True])
    if dtype in FLOATS:
        info = np.finfo(d)
        values = [0.0, -0.0, 1, -1, 0.5, -2.5, 3, np.inf, -np.inf, np.nan, info.max, -info.max, info.tiny, info.smallest_subnormal]
        if not few:
            values += [
                -0.5, 1.5, 2, 2.5, -3, 0.1, -0.7, 10, -10, 100, -100, 1e-3, -1e-3, 1e-8, -1e-8, 1e10, -1e10, np.pi, -np.pi / 2,
                np.log(2), -info.tiny, -info.smallest_subnormal, info.tiny * 0.75, info.eps, 1 + info.eps, 1 - info.epsneg,
                -1 + info.epsneg, 8388607.5, 4503599627370495.5, 1e-30, 1e30]
        with np.errstate(over="ignore"):
            return np.array(values).astype(d)
    info = np.iinfo(d)
    values = [0, 1, 2, 3, 7, info.max, info.max - 1, info.max // 2 + 1]
    if info.min < 0:
        values += [-1, -2, -7, info.min, info.min + 1]
    if not few:
        values += [5, 10, 31, 32, 63, 64, 1000, 123456789, info.max // 3]
    return np.array(values, dtype=d)


def scattered(dtype, count, rng):
    """Random values over the whole range: floats of every exponent, integers of every length."""
    d = DTYPES[dtype]
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool)
    if dtype in FLOATS:
        span = 30 if dtype == "f32" else 200
        return (rng.standard_normal(count) * 2.0 ** rng.integers(-span, span, count)).astype(d)
    bits = rng.integers(0, 2**63, count, dtype=np.uint64) * 2 + rng.integers(0, 2, count, dtype=np.uint64)
    lengths = rng.integers(0, np.dtype(d).itemsize * 8, count).astype(np.uint64)
    return (bits >> (np.uint64(64) - np.uint64(1) - lengths)).astype(d)


def moderate(dtype, count, rng):
    """Random values where functions are interesting."""
    return (rng.standard_normal(count) * 3).astype(DTYPES[dtype])


def operand_sets(name, arity, dtype, rng):
    """The operands, of equal length: special values (each with each, for two operands), then random ones."""
    if arity == 1:
        own = [specials(dtype), scattered(dtype, 40, rng)]
        if dtype in FLOATS:
            own.append(moderate(dtype, 60, rng))
        return [np.concatenate(own)]
    if name in ("shl", "shr"):
        width = np.dtype(DTYPES[dtype]).itemsize * 8
        counts = [0, 1, 2, 7, width - 1, width, width + 1, 1000] + ([-1, -width] if dtype[0] == "i" else [])
        a, b = np.meshgrid(specials(dtype, few=True), np.array(counts).astype(DTYPES[dtype]))
        return [a.ravel(), b.ravel()]
    few = specials(dtype, few=True)
    if arity == 2:
        a, b = np.meshgrid(few, few)
        random_part = 40 if dtype != "bool" else 3
        sets = [[a.ravel(), scattered(dtype, random_part, rng)], [b.ravel(), scattered(dtype, random_part, rng)]]
        if name in ("floordiv", "mod") and dtype in FLOATS:
            # Quotients that round to an integer: 1 // 0.1 is 9.
            d = DTYPES[dtype]
            sets[0].append((np.arange(-60, 60) * 0.1).astype(d))
            sets[1].append(np.resize(np.array([0.1, -0.1, 0.3, 0.7, -1, 1]).astype(d), 120))
        if name == "ldexp":
            # To subnormals and up from them, by exponents of every size.
            d, span = DTYPES[dtype], 290 if dtype == "f32" else 2120
            sets[0].append(scattered(dtype, 120, rng))
            sets[1].append(rng.integers(-span, span, 120).astype(d))
        return [np.concatenate(columns) for columns in sets]
    count = 149
    if name == "select":
        condition = rng.integers(0, 2, count).astype(bool)
        a = np.concatenate([specials(dtype), scattered(dtype, count, rng)])[:count]
        return [condition, a, scattered(dtype, count, rng)]
    picks = [few[rng.integers(0, len(few), count)] for _ in range(3)]
    near = moderate(dtype, count, rng)
    return [np.where(rng.integers(0, 2, count) == 0, p, np.roll(near, i)) for i, p in enumerate(picks)]


def cycled(values):
    return np.resize(values, COUNT)


def case(name, arity, dtype):
    rng = random(f"{name} {dtype}")
    operands = operand_sets(name, arity, dtype, rng)
    period = len(operands[0])
    tolerance = tolerance_of(name, dtype)
    g = Case(f"{name} {dtype}", period=period)
    values = [g.argument(cycled(o)) for o in operands]
    g.result(g.op(name, *values), tolerance)
    # One operand a scalar, another a constant: the forms the tile kernels distinguish.
    if arity == 2:
        scalar = g.argument(operands[1][len(operands[1]) // 3])
        g.result(g.op(name, values[0], scalar), tolerance)
        constant = g.constant(np.array(operands[0][-1]))
        g.result(g.op(name, constant, values[1]), tolerance)
    if arity == 3:
        scalar = g.argument(operands[1][5])
        g.result(g.op(name, values[0], scalar, values[2]), tolerance)
        g.result(g.op(name, values[0], values[1], scalar), tolerance)
    return g


def groups():
    for name, (arity, dtypes) in OPS.items():
        yield name, [case(name, arity, dtype) for dtype in dtypes]
