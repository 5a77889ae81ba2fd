#!/usr/bin/env python3
"""Writes Tests/CHillockTests/Oracle/accuracy.txt: values of the transcendental functions in 60 digits, and their special
values by C's rules, as NumPy and libm give them. Needs mpmath and NumPy. accuracy.py [ROOT]

A line: op, dtype, operands' bits, the result as two doubles (the second is what the first lacks), all in hexadecimal.
"""
import ctypes
import struct
import sys

import mpmath as mp
import numpy as np

from exact import FUNCTIONS

mp.mp.dps = 60
random = np.random.default_rng(20240607)
COUNT = 60

# NumPy takes the square root where the exponent is 1/2, which differs from C's pow at -0 and -infinity.
c_pow = ctypes.CDLL("libm.so.6").pow
c_pow.restype, c_pow.argtypes = ctypes.c_double, [ctypes.c_double] * 2



def rexprel(x):
    """x / (e^x - 1) with its limits at 0 and infinity."""
    return type(x)(1) if x == 0 else type(x)(0) if x == np.inf else x / np.expm1(x)


# NumPy's or libm's functions, for the special values.
special_functions = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(0, x), "sinh": np.sinh, "cosh": np.cosh, "atan": np.arctan, "asin": np.arcsin,
    "acos": np.arccos, "atan2": np.arctan2, "pow": lambda x, y: c_pow(x, y), "hypot": np.hypot, "rexprel": rexprel,
}
# Where faults have been, and what is likely to go wrong: subnormals, huge numbers, and steps between cases.
hard = {
    "expm1": ["tiny", (0.34, 0.36), (0.4, 0.42)], "sinh": ["tiny", (0.34, 0.45), (18, 19)], "tan": ["tiny", "log", "huge", (0.96, 1), (-0.79, -0.78)],
    "exprel": ["tiny", "huge"], "rexprel": ["tiny", "huge"], "atan": ["tiny", "huge", (0.41, 0.46), (2.3, 2.5)],
    "asin": ["tiny", (0.5, 0.54), (0.83, 0.84)], "sin": ["tiny", "log", "huge"], "cos": ["log", "huge"], "tanh": ["tiny"], "log1p": ["tiny"], "erf": ["tiny"],
}
# The floats and doubles nearest to multiples of pi/2 (J.-M. Muller, "Elementary Functions", 2006, 11.3), and neighbours of theirs.
nearest = {"f32": 16367173.0 * 2.0**72, "f64": 6381956970095103.0 * 2.0**797}
# Ranges (f32's; doubles stretch those that end at overflow); "log" draws magnitudes of every size.
ranges = {
    "exp": [(-103, 88.7), (-1, 1)], "exp2": [(-149, 127.9), (-1, 1)], "expm1": [(-20, 88.7), (-1, 1), (-1e-3, 1e-3)],
    "log": ["log", (0.5, 2), (0.99, 1.01)], "log2": ["log", (0.5, 2), (0.99, 1.01)], "log10": ["log", (0.5, 2)],
    "log1p": ["log", (-0.99, 1), (-0.01, 0.01)], "sin": [(-1, 1), (-10, 10), (-1e5, 1e5)],
    "cos": [(-1, 1), (-10, 10), (-1e5, 1e5)], "tan": [(-1, 1), (-10, 10), (-1e5, 1e5)],
    "tanh": [(-9.5, 9.5), (-1, 1), (-0.01, 0.01)], "sigmoid": [(-103, 20), (-2, 2)], "softplus": [(-103, 20), (-2, 2)],
    "sinh": [(-89, 89), (-1, 1)], "cosh": [(-89, 89), (-1, 1)], "atan": ["log", (-1, 1), (-10, 10)],
    "asin": [(-1, 1)], "acos": [(-1, 1)], "exprel": [(-88, 93), (-1, 1)], "erf": [(-4, 4), (-1, 1)],
    "atan2": [(-2, 2)], "hypot": [(-2, 2)], "rexprel": [(-88, 93), (-1, 1), (-1e3, 0)],
    "rsqrt": ["log"],
}
overflowing = {"exp", "exp2", "expm1", "sigmoid", "softplus", "sinh", "cosh", "exprel", "rexprel"}


def bits(x, dtype):
    return struct.pack(">f" if dtype == "f32" else ">d", float(x)).hex()


def two_doubles(value):
    if mp.isnan(value) or mp.isinf(value):
        return bits(float(value), "f64"), bits(0, "f64")
    high = float(value)
    return bits(high, "f64"), bits(0 if np.isinf(high) else float(value - mp.mpf(high)), "f64")


def samples(name, dtype):
    kind = np.float32 if dtype == "f32" else np.float64
    for r in ranges.get(name, []) + hard.get(name, []):
        if r == "log":
            yield np.exp(random.uniform(*((-103, 88) if dtype == "f32" else (-740, 709)), COUNT)).astype(kind)
        elif r in ("tiny", "huge"):
            least, most = (-149, 128) if dtype == "f32" else (-1074, 1024)
            low, high = (least, least + 60) if r == "tiny" else (most - 60, most)
            with np.errstate(under="ignore"):
                x = (random.uniform(1, 2, COUNT) * np.exp2(random.integers(low, high, COUNT).astype(float))).astype(kind)
            # exprel and rexprel of huge positive numbers are infinite and 0: special values.
            yield -x if r == "huge" else x * random.choice([-1, 1], COUNT).astype(kind)
        else:
            stretch = 8 - 0.03 if dtype == "f64" and name in overflowing and abs(r[0]) > 80 else 1
            yield random.uniform(r[0] * min(stretch, 7), r[1] * stretch, COUNT).astype(kind)


lines = []
old = np.seterr(all="ignore")
for name, exact in FUNCTIONS.items():
    special = special_functions.get(name)
    for dtype, kind in (("f32", np.float32), ("f64", np.float64)):
        pairs = []
        if name == "pow":
            size = 88 if dtype == "f32" else 700
            x = np.exp(random.uniform(-3, 3, 3 * COUNT))
            pairs = list(zip(x.astype(kind), (random.uniform(-1, 1, 3 * COUNT) * size / np.abs(np.log(x)).clip(0.5)).astype(kind)))
        for column in samples(name, dtype):
            pairs += list(zip(column, random.permutation(column))) if name in ("atan2", "hypot") else [(x,) for x in column]
        if name in ("sin", "cos", "tan"):
            at = kind(nearest[dtype])
            pairs += [(kind(s) * x,) for s in (1, -1, 2) for x in (np.nextafter(at, kind(0)), at, np.nextafter(at, kind(np.inf)))]
        for operands in pairs:
            value = exact(*[mp.mpf(float(x)) for x in operands])
            lines.append(" ".join([name, dtype, *[bits(x, dtype) for x in operands], *two_doubles(value)]))
        if special is None:
            continue
        info = np.finfo(kind)
        edge = [0, 1, 0.5, 2, 3, 2.5, np.inf, np.nan, info.max, info.tiny, info.smallest_subnormal]
        edge = [kind(x) for x in edge] + [-kind(x) for x in edge]
        for operands in [(x, y) for x in edge for y in edge] if name in ("pow", "atan2", "hypot") else [(x,) for x in edge]:
            value = special(*operands)
            # Only values that are the same in every correct library: the others are a matter of accuracy.
            if np.isnan(value) or np.isinf(value) or value == 0 or value == 1:
                rounded = name in ("exp", "exp2", "cosh", "pow", "sigmoid", "log1p", "tanh") and value == 1
                if not rounded:
                    lines.append(" ".join([name, dtype, *[bits(x, dtype) for x in operands], bits(value, "f64"), bits(0, "f64")]))
np.seterr(**old)
root = sys.argv[1] if len(sys.argv) > 1 else "."
with open(f"{root}/Tests/CHillockTests/Oracle/accuracy.txt", "w") as file:
    file.write("\n".join(lines) + "\n")
