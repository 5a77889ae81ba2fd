#!/usr/bin/env python3
"""Fits the polynomials of Sources/HillockIR/Numerics and writes Coefficients.swift: polynomials.py [ROOT].

Each is the minimax polynomial of the relative error of the function it serves (Remez exchange in 60 digits), rounded once
to the dtype. The largest relative error before rounding is in the comment beside it. The bits of 2/π are there too. Needs mpmath.
"""
import struct
import sys

from mpmath import asin, atan, cos, cosh, erf, erfc, expm1, log, log1p, lu_solve, matrix, mp, mpf, pi, sin, sinh, sqrt

mp.dps = 60


def f32(x):
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def minimax(target, weight, degree, low, high):
    """Coefficients of p with |weight(x) (p(x) - target(x))| smallest at its largest, and that largest value."""
    low, high = mpf(low), mpf(high)
    count = degree + 2
    nodes = [(low + high) / 2 - (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / 1200) for i in range(1201)]
    grid = [x for x in grid if abs(x) > mpf(10) ** -20]
    values = [(x, target(x), weight(x)) for x in grid]
    for _ in range(12):
        rows, right = [], []
        for i, x in enumerate(nodes):
            if abs(x) < mpf(10) ** -20:
                x = mpf(10) ** -12
            rows.append([x**j for j in range(degree + 1)] + [(-1) ** i / weight(x)])
            right.append(target(x))
        solution = lu_solve(matrix(rows), matrix(right))
        coefficients = [solution[j] for j in range(degree + 1)]
        errors = [(w * (horner(coefficients, x) - t), x) for x, t, w in values]
        # The largest error of each run of one sign; the strongest `count` adjacent ones are the next nodes.
        runs, current = [], errors[0]
        for e in errors[1:]:
            if (e[0] > 0) == (current[0] > 0):
                current = max(current, e, key=lambda v: abs(v[0]))
            else:
                runs.append(current)
                current = e
        runs.append(current)
        while len(runs) > count:
            runs.pop(0 if abs(runs[0][0]) < abs(runs[-1][0]) else -1)
        if len(runs) < count:
            break
        nodes = [x for _, x in runs]
        sizes = [abs(e) for e, _ in runs]
        if max(sizes) / min(sizes) < mpf("1.01"):
            break
    return coefficients, max(abs(e) for e, _ in errors)


def horner(coefficients, x):
    value = mpf(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def log_core(x):
    """(log(1 + x) - x + x^2/2) / x^3"""
    if abs(x) < mpf(10) ** -8:
        return mpf(1) / 3 - x / 4
    return (log1p(x) - x + x * x / 2) / x**3


def atanh_series(z):
    """(atanh(s) / s - 1) / z for z = s^2."""
    if abs(z) < mpf(10) ** -15:
        return mpf(1) / 3 + z / 5
    s = sqrt(z)
    return (log((1 + s) / (1 - s)) / 2 / s - 1) / z


half_ln2 = log(2) / 2 * mpf("1.0001")
quarter = pi / 4 * mpf("1.02")
fits = []


def fit(name, comment, degrees, target, weight, low, high):
    for dtype, degree in zip(("f32", "f64"), degrees):
        if degree is not None:
            coefficients, error = minimax(target, weight, degree, low, high)
            fits.append((name, dtype, comment, coefficients, error))


tiny = mpf(10) ** -20
fit("exp", "(eʳ - 1 - r) / r² on ±ln 2 / 2", (4, 9), lambda r: (expm1(r) - r) / r**2, lambda r: r * r / abs(expm1(r)), -half_ln2, half_ln2)
fit("exp2", "(2ʳ - 1) / r on ±1/2", (5, 10), lambda r: expm1(r * log(2)) / r, lambda r: abs(r) / 2**r, -0.5001, 0.5001)
fit("log", "(log(1 + f) - f + f²/2) / f³ on ±1/3", (7, None), log_core, lambda f: abs(f**3 / log1p(f)), mpf(-1) / 3, mpf(1) / 3)
fit("atanh", "(artanh(√z) / √z - 1) / z on 0…0.04", (2, 7), atanh_series, lambda z: z, tiny, mpf("0.0401"))
fit("atanhTail", "((artanh(√z) / √z - 1) / z - 1/3) / z on 0…0.04", (2, 6), lambda z: (atanh_series(z) - mpf(1) / 3) / z, lambda z: z * z, mpf(10)**-6, mpf("0.0401"))
fit("sin", "(sin(√z) / √z - 1) / z on 0…(π/4)²", (2, 5), lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, mpf(10)**-9, quarter**2)
fit("cos", "(cos(√z) - 1 + z/2) / z² on 0…(π/4)²", (2, 5), lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z * z, mpf(10)**-6, quarter**2)
fit("atan", "(arctan(√z) / √z - 1) / z on 0…(√2 - 1)²", (4, 10), lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, mpf(10)**-9, (sqrt(2) - 1)**2 * mpf("1.001"))
fit("asin", "(arcsin(√z) / √z - 1) / z on 0…1/4", (5, 12), lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, mpf(10)**-9, mpf("0.2501"))
fit("sinh", "(sinh(√z) / √z - 1) / z on 0…(ln 2 / 2)²", (2, 4), lambda z: (sinh(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z, mpf(10)**-9, half_ln2**2)
fit("cosh", "(cosh(√z) - 1) / z on 0…(ln 2 / 2)²", (2, 4), lambda z: (cosh(sqrt(z)) - 1) / z, lambda z: z, mpf(10)**-9, half_ln2**2)
first = 2 / sqrt(pi)
for dtype, degree, high in (("f32", 9, "3.93"), ("f64", 23, "5.94")):
    coefficients, error = minimax(lambda a: (log(erfc(a)) / a + first) / a, lambda a: a * a * erfc(a) / erf(a), degree, 0, high)
    fits.append(("erf", dtype, f"(log(erfc(x)) / x + 2/√π) / x on 0…{high}, to the relative error of erf", coefficients, error))

lines = [
    "// Written by tools/oracle/polynomials.py. Do not edit.", "",
    "/// Minimax polynomials in ascending order, fitted to the relative error of the function each serves.",
    "enum Coefficients {",
]
for name, dtype, comment, coefficients, error in fits:
    print(name, dtype, mp.nstr(error, 3), file=sys.stderr)
    if comment:
        lines.append(f"  /// {comment}; relative error {mp.nstr(error, 2)}.")
    lines.append(f"  static let {name}{dtype.upper()}: [Double] = [")
    for c in coefficients:
        value = float(f32(c)) if dtype == "f32" else float(c)
        lines.append(f"    {value.hex()},")
    lines.append("  ]")
# 64 bits a word, the highest first: as many as the exponents of doubles reach.
lines.append("  /// The bits of 2/π.")
lines.append("  static let twoOverPi: [UInt64] = [")
mp.prec = 1400
bits = int(2 / pi * mpf(2) ** (64 * 19))
lines += [f"    0x{bits >> 64 * (18 - i) & 2**64 - 1:019_x}," for i in range(19)]
lines += ["  ]", "}"]
root = sys.argv[1] if len(sys.argv) > 1 else "."
with open(f"{root}/Sources/HillockIR/Numerics/Coefficients.swift", "w") as file:
    file.write("\n".join(lines) + "\n")
