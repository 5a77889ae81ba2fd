#!/usr/bin/env python3
"""Writes what the composed functions of arrays are expected to give: Tests/HillockTests/Oracle/special.json and arrays.json.

    python3 tools/oracle/arrays.py        needs numpy and mpmath

Special functions come from mpmath in 60 digits, rounded once; the rest is NumPy's.
"""
import json
import pathlib
import warnings

import mpmath as m
import numpy as np

from library import OUT, array

m.mp.dps = 60
warnings.simplefilter("ignore")
INF, NAN = float("inf"), float("nan")


def exact(f):
    """The function of floats; a pole or no value in mpmath's domain is NaN."""
    def value(*x):
        try:
            y = f(*[m.mpf(float(v)) for v in x])
            return NAN if isinstance(y, m.mpc) or y is None else y
        except (ValueError, ZeroDivisionError, OverflowError):
            return NAN
    return value


def logaddexp(a, b):
    return m.log(m.exp(a) + m.exp(b)) if abs(a - b) < 5000 else max(a, b)


def igamma_zeta(s, q):
    return m.zeta(s, q) if s > 1 and q > 0 else NAN


def digamma(x):
    return NAN if x < 0 and x == int(x) else m.digamma(x)


def erfinv(x):
    return m.erfinv(x) if abs(x) < 1 else (m.sign(x) * m.inf if abs(x) == 1 else NAN)


SPREAD = [1e-300, 1e-20, 1e-8, 1e-3, 0.03, 0.1, 0.24, 0.26, 0.49, 0.5, 0.51, 0.75, 0.99, 1.0, 1.01, 1.46163, 1.5, 1.99, 2.0, 2.5, 3.7,
          5.0, 7.9, 8.1, 9.99, 10.0, 12.5, 26.0, 33.3, 60.0, 100.5, 170.2, 1e3, 1e5, 1e10, 1e100]
BOTH = SPREAD + [-x for x in SPREAD]
INSIDE = [0.0, 1e-300, 1e-10, 1e-3, 0.1, 0.3, 0.45, 0.499, 0.5, 0.501, 0.7, 0.9, 0.99, 0.9975, 0.999, 0.9999999, 1 - 2**-24, 1 - 2**-50, 1 - 2**-53]
INSIDE = INSIDE + [-x for x in INSIDE]

# name: (function, points, ulps in f64, ulps in f32, absolute error besides, in units of 2^-52 or 2^-23)
SPECIAL = {
    "cbrt": (lambda x: m.sign(x) * m.cbrt(abs(x)), BOTH + [5e-324, 1e-310, 1.7e308], 1, 1, 0),
    "asinh": (m.asinh, BOTH, 3, 3, 0),
    "acosh": (lambda x: m.acosh(x) if x >= 1 else NAN, [1.0, 1 + 2**-52, 1 + 1e-7] + SPREAD, 3, 3, 0),
    "atanh": (m.atanh, INSIDE, 3, 3, 0),
    "sinc": (lambda x: m.sinpi(x) / (m.pi * x) if x else m.mpf(1), [x for x in BOTH if abs(x) < 1e6] + [3.0, 4.0, 17.25], 3, 3, 1),
    "erfc": (m.erfc, [x for x in BOTH if x < 26.5] + [26.2, 9.3, 5.9], 5, 1, 0),
    "erfinv": (erfinv, INSIDE, 3, 1, 0),
    "normalCDF": (m.ncdf, [x for x in BOTH if x > -37] + [-36.5, -20.3], 6, 1, 0),
    "lgamma": (lambda x: m.re(m.loggamma(x)) if not (x <= 0 and x == int(x)) else m.inf, [x for x in BOTH if abs(x) < 1e99], 6, 1, 8),
    "gamma": (lambda x: m.gamma(x) if not (x < 0 and x == int(x)) else NAN, [x for x in BOTH if 1e-300 < abs(x) and x < 171 and x > -150] + [-127.404, -77.77, -33.01], 6, 1, 0),
    "digamma": (digamma, [x for x in BOTH if 1e-300 < abs(x) < 1e99], 6, 1, 16),
    "trigamma": (lambda x: m.psi(1, x) if not (x <= 0 and x == int(x)) else m.inf, [x for x in BOTH if 1e-100 < abs(x) < 1e6], 12, 1, 4),
    "i0": (lambda x: m.besseli(0, x), [x for x in BOTH if abs(x) < 700], 5, 1, 0),
    "i0e": (lambda x: m.besseli(0, x) * m.exp(-abs(x)), [x for x in BOTH if abs(x) < 1e5], 4, 1, 0),
    "i1": (lambda x: m.besseli(1, x), [x for x in BOTH if abs(x) < 700], 5, 1, 0),
    "i1e": (lambda x: m.besseli(1, x) * m.exp(-abs(x)), [x for x in BOTH if abs(x) < 1e5], 5, 1, 0),
}
BINARY = {
    "logaddexp": (logaddexp, [(0, 0), (1000, 1000), (-3, 5), (5, -3), (1, -1e10), (1e-9, -1e-9), (-2000, -2001), (30, 0)], 3, 3, 1),
    "logaddexp2": (lambda a, b: m.log(m.power(2, a) + m.power(2, b), 2), [(0, 0), (1000, 1000), (-3, 5), (5, -3), (1, -1e3), (30, 0)], 3, 3, 1),
    "zeta": (igamma_zeta, [(2, 1), (1.5, 1), (3, 0.2), (20, 3), (1.0001, 1), (7.5, 100), (2, 1e4), (50, 1), (2, 1e-3)], 6, 1, 0),
    "betaln": (lambda a, b: m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b), [(1, 1), (2, 3), (0.5, 0.5), (1e-3, 20), (15, 20), (1e4, 1e5), (1, 1e10), (9.5, 1e3), (200, 0.1)], 10, 1, 8),
}
# Every form of the incomplete gamma functions, and the borders between them.
GAMMA_PAIRS = [(0.5, 2), (3, 2), (1, 1), (1e-3, 0.3), (0.01, 1e-5), (0.2, 0.9), (0.9, 1.05), (1, 1.1), (1.1, 1.1), (2.5, 30), (9.5, 9),
               (9.5, 700), (19.5, 21), (20, 26.5), (20, 20), (20, 14.1), (25, 19), (25, 10), (50, 52), (100, 129), (100, 60), (100, 1),
               (150, 300), (199, 120), (201, 120), (1e3, 1.05e3), (1e3, 600), (1e4, 1e4), (0.7, 40), (5, 1e-3), (1e-30, 1), (2, 1e-10), (3, 1e5), (150, 1e5)]
SLOPE_PAIRS = [(0.5, 2), (3, 2), (2, 3), (1, 1), (1e-3, 0.3), (0.2, 0.9), (0.01, 1.5), (2.5, 30), (9.5, 9), (20, 20), (25, 10), (50, 52), (5, 40),
               (100, 129), (100, 60), (150, 300), (300, 200), (0, 0.5), (0, 3)]


def lower(a, x):
    return m.gammainc(a, 0, x, regularized=True)


def slope_of_lower(a, x):
    """In a; at 0 it is -E₁(x)."""
    return m.diff(lambda t: lower(t, x), a) if a else -m.expint(1, x)


BINARY |= {
    "igamma": (lower, GAMMA_PAIRS, 20, 1, 0),
    "igammac": (lambda a, x: m.gammainc(a, x, m.inf, regularized=True), GAMMA_PAIRS, 20, 1, 0),
    "slope of igamma in a": (slope_of_lower, SLOPE_PAIRS, 100, 1, 0),
    "slope of igammac in a": (lambda a, x: -slope_of_lower(a, x), SLOPE_PAIRS, 100, 1, 0),
}


def rounded(values, dtype):
    if dtype is np.float64:
        return np.array([float(v) for v in values], np.float64)
    # Through 60 digits, not through double.
    def single(v):
        v = m.mpf(v)
        if not m.isfinite(v):
            return np.float32(float(v))
        near = np.float32(float(v))
        best = min([near, np.nextafter(near, np.float32(INF)), np.nextafter(near, np.float32(-INF))],
                   key=lambda c: abs(m.mpf(float(c)) - v) if np.isfinite(c) else m.inf)
        return best if np.isfinite(near) else near
    return np.array([single(v) for v in values], np.float32)


def special():
    cases = []
    for name, (f, points, wide, narrow, absolute) in (SPECIAL | BINARY).items():
        rows = [p if isinstance(p, tuple) else (p,) for p in points]
        for dtype, ulps in [(np.float64, wide), (np.float32, narrow)]:
            columns = [np.array(c).astype(dtype) for c in zip(*rows)]
            keep = np.all([np.isfinite(c) for c in columns], axis=0)
            columns = [c[keep] for c in columns]
            expected = rounded([exact(f)(*x) for x in zip(*columns)], dtype)
            cases.append({"name": name, "inputs": [array(c) for c in columns], "expected": array(expected), "ulps": ulps,
                          "absolute": absolute * 2.0 ** (-52 if dtype is np.float64 else -23)})
    return cases


def arrays():
    rng = np.random.default_rng(15)
    f32, f64, i32 = np.float32, np.float64, np.int32
    x = rng.standard_normal((3, 5)).astype(f32)
    gaps = x.copy()
    gaps[0, 1] = gaps[2, 0] = gaps[2, 4] = np.nan
    lost = gaps.copy()
    lost[1] = np.nan
    n = rng.integers(-9, 9, (4, 3)).astype(i32)
    v, w = rng.standard_normal(9).astype(f64), rng.standard_normal(4).astype(f64)
    mask = x > -0.3
    cube = rng.standard_normal((2, 3, 4)).astype(f32)
    cases = []

    def add(name, inputs, expected, tolerance=0.0):
        expected = np.asarray(expected)
        if expected.dtype.name not in ("float32", "float64", "int32", "int64", "bool"):
            expected = expected.astype(np.int64)
        cases.append({"name": name, "inputs": [array(np.asarray(i)) for i in inputs], "expected": array(expected), "tolerance": tolerance})

    close = 2e-6
    # Reductions under a mask and with a first value.
    add("sum where", [x, mask], np.sum(x, axis=1, where=mask), close)
    add("sum initial", [n], np.sum(n, axis=0, initial=7).astype(i32))
    add("prod where", [x, mask], np.prod(x, axis=0, where=mask), close)
    add("max where", [x, mask], np.max(x, axis=1, where=mask, initial=-5))
    add("min where", [x, mask], np.min(x, axis=0, where=mask, initial=5))
    add("any where", [x, mask], np.any(x < -1, axis=1, where=mask))
    add("all where", [x, mask], np.all(x > 0, axis=0, where=mask))
    add("mean where", [x, mask], np.mean(x, axis=1, where=mask), close)
    add("variance where", [x, mask], np.var(x, axis=1, where=mask, ddof=1), close)
    add("std where", [x, mask], np.std(x, where=mask), close)
    for name, f in [("nanSum", np.nansum), ("nanProd", np.nanprod), ("nanMean", np.nanmean), ("nanMax", np.nanmax), ("nanMin", np.nanmin),
                    ("nanVariance", np.nanvar), ("nanStd", np.nanstd), ("nanMedian", np.nanmedian)]:
        add(name, [gaps], f(gaps), close)
        add(name + " rows", [lost], f(lost, axis=1), close)
    add("nanArgmax", [gaps], np.nanargmax(gaps, axis=1))
    add("nanArgmin", [gaps], np.nanargmin(gaps, axis=0))
    add("nanCumsum", [gaps], np.nancumsum(gaps, axis=1), close)
    add("nanCumprod", [gaps], np.nancumprod(gaps), close)
    add("nanQuantile", [gaps], np.nanquantile(gaps, 0.3, axis=1), close)
    methods = {"invertedCDF": "inverted_cdf", "averagedInvertedCDF": "averaged_inverted_cdf", "closestObservation": "closest_observation",
               "interpolatedInvertedCDF": "interpolated_inverted_cdf", "hazen": "hazen", "weibull": "weibull", "linear": "linear",
               "medianUnbiased": "median_unbiased", "normalUnbiased": "normal_unbiased", "lower": "lower", "higher": "higher",
               "midpoint": "midpoint", "nearest": "nearest"}
    quantiles = [0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.625, 0.75, 0.9, 1]
    for ours, theirs in methods.items():
        add(f"quantile {ours}", [v], np.quantile(v, quantiles, method=theirs), 1e-14)
        add(f"quantile {ours} of eight", [v[:8]], np.quantile(v[:8], quantiles, method=theirs), 1e-14)
    add("percentile rows", [x], np.percentile(x, [10, 60], axis=1).astype(f32), close)
    add("countNonzero", [n], np.count_nonzero(n, axis=1))
    add("ptp", [n], np.ptp(n, axis=0))
    add("average", [x, np.arange(5, dtype=f32)], np.average(x, axis=1, weights=np.arange(5)).astype(f32), close)
    for order, name in [(2, "2"), (1, "1"), (np.inf, "inf"), (-np.inf, "-inf"), (0, "0"), (3, "3")]:
        add(f"vectorNorm {name}", [x], np.linalg.norm(x, ord=order, axis=1).astype(f32), close)
    add("cov", [x], np.cov(x).astype(f32), close)
    add("corrcoef", [x], np.corrcoef(x).astype(f32), close)
    add("diff", [n], np.diff(n, axis=0))
    add("diff twice", [v], np.diff(v, n=2, prepend=0, append=1), 1e-14)
    add("gradient", [v], np.gradient(v), 1e-14)
    add("gradient rows", [x], np.gradient(x, 0.5, axis=0).astype(f32), close)
    places = np.cumsum(np.abs(v) + 0.1)
    add("gradient at", [v, places], np.gradient(v, places), 1e-13)
    add("trapezoid", [v], np.trapezoid(v, dx=0.5), 1e-14)
    add("trapezoid at", [v, places], np.trapezoid(v, places), 1e-14)
    # Shapes.
    add("hstack", [n, n], np.hstack([n, n])); add("vstack", [v, v], np.vstack([v, v])); add("dstack", [n, n], np.dstack([n, n]))
    add("columnStack", [v, v], np.column_stack([v, v]))
    for i in range(3):
        add(f"arraySplit {i}", [v], np.array_split(v, 3)[i] if i != 3 else v)
        add(f"split at {i}", [v], np.split(v, [2, -3])[i])
    add("unstack", [n], n[:, 1])
    add("rolled", [n], np.roll(n, 2)); add("rolled axis", [n], np.roll(n, -1, axis=0)); add("rolled axes", [cube], np.roll(cube, (1, -2), axis=(0, 2)))
    add("flipped", [cube], np.flip(cube)); add("flipped axis", [cube], np.flip(cube, 1))
    for k in range(-1, 4):
        add(f"rotated90 {k}", [cube], np.rot90(cube, k, (2, 0)))
    add("movingAxis", [cube], np.moveaxis(cube, 0, -1)); add("movingAxes", [cube], np.moveaxis(cube, [0, 2], [1, 0]))
    add("repeated", [n], np.repeat(n, 2)); add("repeated axis", [n], np.repeat(n, 3, axis=1)); add("repeated list", [n], np.repeat(n, [1, 0, 2, 1], axis=0))
    add("tiled", [n], np.tile(n, 2)); add("tiled more", [n], np.tile(n, (2, 1, 3)))
    add("delete", [n], np.delete(n, [1, -1], axis=0)); add("insert", [n], np.insert(n, 1, 5, axis=1)); add("append", [n], np.append(n, n, axis=1))
    add("tri", [], np.tri(3, 4, 1, dtype=f32)); add("tril", [cube], np.tril(cube, -1)); add("triu", [cube], np.triu(cube, 1))
    add("diagonal", [cube], np.diagonal(cube, 1, 1, 2)); add("diagonal below", [n], np.diagonal(n, -2)); add("trace", [n], np.trace(n).astype(i32))
    add("diag", [v], np.diag(v)); add("diag off", [w], np.diag(w, -2)); add("diag of matrix", [n], np.diag(n, 1))
    filled = n[:3].copy(); np.fill_diagonal(filled, 7); add("fillDiagonal", [n[:3]], filled)
    add("vander", [n[0]], np.vander(n[0], 4).astype(i32)); add("vander up", [n[0]], np.vander(n[0], increasing=True).astype(i32))
    add("trilIndices", [], np.tril_indices(3, 1)[1]); add("triuIndices", [], np.triu_indices(3, 1, 4)[0])
    for i in range(2):
        add(f"meshgrid {i}", [v, w], np.meshgrid(v, w)[i]); add(f"meshgrid ij {i}", [v, w], np.meshgrid(v, w, indexing="ij")[i])
    index = np.array([[0, 3], [-1, 2]], i32)
    add("take", [n, index], np.take(n, index, axis=0)); add("take wrap", [v, np.array([9, -10, 20], i32)], np.take(v, [9, -10, 20], mode="wrap"))
    put = x.copy(); np.put_along_axis(put, np.array([[1], [0], [4]]), f32(9), 1)
    add("puttingAlong", [x, np.array([[1], [0], [4]], i32)], put)
    add("choose", [np.array([1, 0, 1], i32), v[:3], w[:3]], np.choose([1, 0, 1], [v[:3], w[:3]]))
    add("select", [x], np.select([x < -0.5, x > 0.5], [x * 0 - 1, x * 0 + 1], 0).astype(f32))
    add("nonzero", [n], np.nonzero(n)[1]); add("argwhere", [n], np.argwhere(n)); add("extract", [mask, x], np.extract(mask, x))
    add("compress", [n], np.compress([True, False, True], n, axis=1))
    repeats = rng.integers(0, 5, (3, 6)).astype(f32); repeats[1, 2] = repeats[2, 2] = np.nan
    u = np.unique(repeats, return_index=True, return_inverse=True, return_counts=True)
    for i, name in enumerate(["values", "indices", "inverse", "counts"]):
        add(f"unique {name}", [repeats], u[i])
    few = np.array([1, -3, 8, 4], i32)
    add("isin", [n, few], np.isin(n, few)); add("intersect1d", [n, few], np.intersect1d(n, few)); add("union1d", [n, few], np.union1d(n, few))
    add("setdiff1d", [n, few], np.setdiff1d(n, few)); add("setxor1d", [n, few], np.setxor1d(n, few))
    edges = np.array([-1.0, -0.2, 0.4, 1.5])
    add("digitize", [v, edges], np.digitize(v, edges)); add("digitize right", [edges, edges], np.digitize(edges, edges, right=True))
    small = rng.integers(0, 6, 12).astype(i32)
    add("bincount", [small], np.bincount(small)); add("bincount weights", [small, places.tolist() + [1.0, 2, 3]], np.bincount(small, places.tolist() + [1.0, 2, 3], 8), 1e-13)
    add("histogram", [v], np.histogram(v, 4)[0]); add("histogram edges", [v], np.histogram(v, 4)[1], 1e-14)
    add("histogram range", [v], np.histogram(v, 5, (-1, 1))[0]); add("histogram density", [v, edges], np.histogram(v, edges, density=True)[0], 1e-13)
    add("histogram2d", [v, places], np.histogram2d(v, places, (3, 4))[0].astype(np.int64))
    ids = np.array([0, 2, 2, 0], i32)
    add("segmentSum", [n, ids], np.stack([n[0] + n[3], n[0] * 0, n[1] + n[2]])); add("segmentMax", [w, ids], [max(w[0], w[3]), -np.inf, max(w[1], w[2])])
    add("segmentMin", [w, ids], [min(w[0], w[3]), np.inf, min(w[1], w[2])]); add("segmentProd", [w, ids], [w[0] * w[3], 1, w[1] * w[2]])
    add("segmentMean", [w, ids], [(w[0] + w[3]) / 2, np.nan, (w[1] + w[2]) / 2], 1e-15)
    points = np.array([-9.0, places[0], 0.5, 1.7, places[-1], 99, np.nan])
    add("interp", [points, places, v], np.interp(points, places, v), 1e-14); add("interp ends", [points, places, v], np.interp(points, places, v, -1, 1), 1e-14)
    for mode in ["full", "same", "valid"]:
        add(f"convolve {mode}", [v, w], np.convolve(v, w, mode), 1e-14); add(f"convolve short {mode}", [w, v], np.convolve(w, v, mode), 1e-14)
        add(f"correlate {mode}", [v, w], np.correlate(v, w, mode), 1e-14); add(f"correlate short {mode}", [w, v], np.correlate(w, v, mode), 1e-14)
        add(f"correlate even {mode}", [v[:8], v[1:9]], np.correlate(v[:8], v[1:9], mode), 1e-14)
    long = rng.standard_normal(50)
    add("convolve long", [np.arange(60.0), long], np.convolve(np.arange(60.0), long), 1e-10)
    add("polyval", [w, x.astype(f64)], np.polyval(w, x.astype(f64)), 1e-13); add("polyfit", [places, v], np.polyfit(places, v, 3), 1e-9)
    # Products.
    add("outer", [n, n[0]], np.outer(n, n[0])); add("inner", [n, n], np.inner(n, n)); add("vdot", [n, n], np.vdot(n, n).astype(i32))
    add("vecdot", [n, n[0]], np.vecdot(n, n[0])); add("kron", [n, n[:2]], np.kron(n, n[:2])); add("kron 1", [n[0], n], np.kron(n[0], n))
    add("cross", [n, n[1]], np.cross(n, n[1]))
    square = rng.integers(-5, 5, (3, 3)).astype(i32)
    for text, operands in [("ij,jk->ik", (n, square)), ("ij,kj", (n, square)), ("ii", (square,)), ("ii->i", (square,)), ("ij->ji", (n,)), ("ij->", (n,)),
                           ("i,j->ij", (n[0], n[1])), ("ij,ij->ij", (n, n)), ("ij,ij->i", (n, n)), ("ij,jk,kl->il", (n, square, square)),
                           ("...j,jk->...k", (n, square)), ("...i,...i", (n, n)), ("ab,ab,ab->b", (n, n, n)), ("iij->j", (np.stack([square] * 3, 2),)),
                           ("bij,bjk->bik", (np.stack([square] * 2), np.stack([square] * 2))), ("ba", (n,)), ("ij,jk,jl->ikl", (n, square, square)),
                           ("i...->...", (n,)), ("i,->i", (n[0], np.array(3, i32)))]:
        add(f"einsum {text}", operands, np.einsum(text, *operands).astype(i32))
    # Elements.
    a, b = rng.integers(-60, 60, 20).astype(i32), rng.integers(-60, 60, 20).astype(i32)
    a[:3], b[:3] = [0, 7, 0], [0, 0, -5]
    add("gcd", [a, b], np.gcd(a, b)); add("lcm", [a, b], np.lcm(a, b)); add("bitCount", [np.abs(a)], np.bitwise_count(np.abs(a)).astype(i32))
    wide = np.array([0, 1, -1, 2**62 + 5, -(2**63), 12345678901], np.int64)
    add("bitCount of 64", [wide], np.array([bin(int(k) & (2**64 - 1)).count("1") for k in wide], np.int64))
    add("leadingZeros", [wide], np.array([64 - (int(k) & (2**64 - 1)).bit_length() for k in wide], np.int64))
    odd = np.array([7.5, -7.5, 0.0, -0.0, np.inf, 3.0, np.nan, 5e-324, -1e308]); by = np.array([2.0, 2, 3, 3, 2, np.inf, 1, 1, 3])
    add("fmod", [odd, by], np.fmod(odd, by)); add("fmod integers", [a, np.where(b == 0, 1, b)], np.fmod(a, np.where(b == 0, 1, b)))
    add("heaviside", [odd], np.heaviside(odd, 0.5)); add("nanToNum", [odd], np.nan_to_num(odd)); add("deg2rad", [v], np.deg2rad(v), 1e-15); add("rad2deg", [v], np.rad2deg(v), 1e-13)
    add("frexp", [odd[odd == odd]], np.frexp(odd[odd == odd])[0]); add("frexp exponent", [odd[odd == odd]], np.where(np.isfinite(odd[odd == odd]), np.frexp(odd[odd == odd])[1], 0).astype(i32))
    add("modf", [odd], np.modf(odd)[0]); add("floatPower", [np.array([2, 4], i32), np.array([-1, 3], i32)], np.float_power([2, 4], [-1, 3]))
    add("isClose", [odd, odd + 1e-9], np.isclose(odd, odd + 1e-9)); add("isClose NaN", [odd, odd], np.isclose(odd, odd, equal_nan=True))
    return cases


def main():
    for name, cases in [("special", special()), ("arrays", arrays())]:
        (OUT / f"{name}.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
        print(f"{name}: {len(cases)} cases")


if __name__ == "__main__":
    main()
