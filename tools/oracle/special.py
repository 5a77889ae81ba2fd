#!/usr/bin/env python3
"""Writes the polynomials of the special functions: Sources/Hillock/Mathematics/SpecialCoefficients.swift.

    python3 tools/oracle/special.py        needs mpmath

Each is the interpolation at Chebyshev's points of an interval, in a variable that runs from -1 to 1 there, in powers of it.
"""
import pathlib

from mpmath import mp, mpf

mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Hillock" / "Mathematics" / "SpecialCoefficients.swift"


def fit(f, degree):
    """The powers of t, lowest first, of the polynomial through f at Chebyshev's points, and its largest relative error."""
    n = degree + 1
    points = [mp.cos(mp.pi * (2 * j + 1) / (2 * n)) for j in range(n)]
    values = [f(t) for t in points]
    chebyshev = [
        (2 if k else 1) * mp.fsum(v * mp.cos(mp.pi * k * (2 * j + 1) / (2 * n)) for j, v in enumerate(values)) / n
        for k in range(n)]
    low, high, powers = [mpf(1)], [mpf(0), mpf(1)], [mpf(0)] * n
    for c in chebyshev:
        for i, p in enumerate(low):
            powers[i] += c * p
        low, high = high, [a - b for a, b in zip([0] + [2 * p for p in high], low + [0, 0])]
    rounded = [mpf(float(p)) for p in powers]
    probes = [mpf(2 * i) / 400 - 1 for i in range(401)]
    error = max(abs(mp.polyval(rounded[::-1], t) / f(t) - 1) for t in probes if f(t) != 0)
    return [float(p) for p in powers], float(error)


def erfcx(t):
    """(1 + 2x) e^(x²) erfc x for t = (x - 15/4) / (x + 15/4), as Shepherd and Laframboise (Math. Comp. 36, 1981) do."""
    if t == 1:
        return 2 / mp.sqrt(mp.pi)
    x = mpf(15) / 4 * (1 + t) / (1 - t)
    if x > 1000:
        return (1 + 2 * x) / (x * mp.sqrt(mp.pi)) * (1 - 1 / (2 * x**2) + 3 / (4 * x**4))
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def erfinv(low, high, root):
    """erfinv(x) / x as a function of w = -log(1 - x²), or of √w (Giles, GPU Computing Gems 2, 2011)."""
    def f(t):
        w = low + (high - low) * (t + 1) / 2
        w = w * w if root else w
        if w == 0:
            return mp.sqrt(mp.pi) / 2
        c = mp.exp(-w)
        if w < 1:
            x = mp.sqrt(-mp.expm1(-w))
            return mp.erfinv(x) / x
        # From the complement, which is not lost: erfc y = 1 - x.
        x = mp.sqrt(1 - c)
        complement = c / (1 + x)
        y = mp.sqrt(w)
        for _ in range(60):
            step = (mp.erfc(y) - complement) * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
            y += step / (1 - y * step)
            if abs(step) < mpf(10) ** -50:
                break
        return y / x
    return f


def gamma_part(t):
    return mp.gamma((t + 3) / 2)


def log_gamma_part(t):
    """log Γ(x) / ((x - 1)(x - 2)) on [1, 2]."""
    x = (t + 3) / 2
    if x == 1:
        return mp.euler
    if x == 2:
        return 1 - mp.euler
    return mp.loggamma(x) / ((x - 1) * (x - 2))


def asinh_part(t):
    """(asinh(x) / x - 1) / x² in 8x² - 1."""
    z = (t + 1) / 8
    if z == 0:
        return -mpf(1) / 6
    x = mp.sqrt(z)
    return (mp.asinh(x) / x - 1) / z


def bessel(order, is_large):
    def f(t):
        if not is_large:
            x = 4 * (t + 1)
            if x == 0:
                return mpf(1) if order == 0 else mpf(1) / 2
            return mp.exp(-x) * mp.besseli(order, x) / (x if order else 1)
        if t == -1:
            return 1 / mp.sqrt(2 * mp.pi)
        x = 16 / (t + 1)
        return mp.sqrt(x) * mp.exp(-x) * mp.besseli(order, x)
    return f


def temme():
    """The coefficients of Temme's expansion of the incomplete gamma functions (DLMF 8.12.10-12): for each k, those of c_k(eta) in powers
    of eta, as far as they count where |eta| <= 0.35 and a >= 20."""
    orders, length = 12, 50
    # mu as a series in eta, from mu mu' = eta (1 + mu).
    alpha = [mpf(0), mpf(1)]
    for n in range(2, length + 2):
        alpha.append((alpha[n - 1] - mp.fsum(i * alpha[i] * alpha[n + 1 - i] for i in range(2, n))) / (n + 1))
    # eta / mu
    beta = [mpf(1)]
    for n in range(1, length + 1):
        beta.append(-mp.fsum(alpha[i + 1] * beta[n - i] for i in range(1, n + 1)))
    # Stirling's coefficients, from the exponential of the series of log Gamma.
    logs = {2 * k - 1: mp.bernoulli(2 * k) / (2 * k * (2 * k - 1)) for k in range(1, orders)}
    g = [mpf(1)]
    for n in range(1, orders):
        g.append(mp.fsum(j * logs.get(j, 0) * g[n - j] for j in range(1, n + 1)) / n)
    rows, c = [], beta[1:]
    for k in range(orders):
        if k:
            # c' / eta + (-1)^k g_k / mu, whose poles cancel.
            c = [(n + 2) * c[n + 2] + (-1) ** k * g[k] * beta[n + 1] for n in range(len(c) - 2)]
        sizes = [abs(v) * mpf("0.35") ** n / mpf(20) ** k for n, v in enumerate(c)]
        count = max([n + 1 for n, v in enumerate(sizes) if v > mpf(2) ** -57], default=0)
        if count:
            rows.append(c[:count])
    return rows


FITS = [
    ("erfcx", "(1 + 2x) e^(x²) erfc x in (x - 15/4) / (x + 15/4).", erfcx, 30),
    ("erfinvCentre", "erfinv(x) / x in w/3 - 1 for w = -log(1 - x²) up to 6.", erfinv(mpf(0), mpf(6), False), 24),
    ("erfinvMiddle", "The same in √w, from √6 to 4.", erfinv(mp.sqrt(6), mpf(4), True), 23),
    ("erfinvTail", "The same in √w, from 4 to 6.1.", erfinv(mpf(4), mpf("6.1"), True), 22),
    ("asinh", "(asinh(x) / x - 1) / x² in 8x² - 1 for x up to 1/2.", asinh_part, 13),
    ("gamma", "Γ(x) in 2x - 3 for x from 1 to 2.", gamma_part, 21),
    ("logGamma", "log Γ(x) / ((x - 1)(x - 2)) in 2x - 3 for x from 1 to 2.", log_gamma_part, 21),
    ("i0Small", "e⁻ˣ I₀(x) in x/4 - 1 for x up to 8.", bessel(0, False), 32),
    ("i0Large", "√x e⁻ˣ I₀(x) in 16/x - 1 for x from 8 on.", bessel(0, True), 26),
    ("i1Small", "e⁻ˣ I₁(x) / x in x/4 - 1 for x up to 8.", bessel(1, False), 34),
    ("i1Large", "√x e⁻ˣ I₁(x) in 16/x - 1 for x from 8 on.", bessel(1, True), 26),
]


def main():
    lines = ["// Written by tools/oracle/special.py; edit that.", "// swift-format-ignore-file", "",
             "/// Polynomials of the special functions, lowest power first.", "enum SpecialCoefficients {"]
    for name, words, f, degree in FITS:
        powers, error = fit(f, degree)
        print(f"{name}: degree {degree}, relative error {error:.1e}, powers up to {max(map(abs, powers)):.1e}")
        lines += [f"  /// {words}", f"  static let {name}: [Double] = ["]
        texts = [p.hex() for p in powers]
        lines += ["    " + ", ".join(texts[i:i + 4]) + "," for i in range(0, len(texts), 4)]
        lines += ["  ]"]
    # Stirling's series: B₂ₖ / (2k (2k - 1)), of log Γ; and that of its derivative, B₂ₖ / 2k.
    b = [mp.bernoulli(2 * k) for k in range(1, 13)]
    for name, words, values in [
        ("stirling", "B₂ₖ / (2k (2k - 1)) from k = 1 on, of Stirling's series.", [b[k - 1] / (2 * k * (2 * k - 1)) for k in range(1, 10)]),
        ("digamma", "B₂ₖ / 2k from k = 1 on, of the series of ψ.", [b[k - 1] / (2 * k) for k in range(1, 10)]),
        ("zeta", "B₂ₖ / (2k)! from k = 1 on, of Euler's and Maclaurin's sum.", [b[k - 1] / mp.factorial(2 * k) for k in range(1, 13)]),
    ]:
        texts = [float(v).hex() for v in values]
        lines += [f"  /// {words}", f"  static let {name}: [Double] = ["]
        lines += ["    " + ", ".join(texts[i:i + 4]) + "," for i in range(0, len(texts), 4)]
        lines += ["  ]"]
    lines += ["  /// cₖ(η) of Temme's expansion of the incomplete gamma functions, in powers of η, for k = 0, 1, ….", "  static let temme: [[Double]] = ["]
    for row in temme():
        lines += ["    [" + ", ".join(float(v).hex() for v in row) + "],"]
    lines += ["  ]"]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(lines + ["}", ""]))


if __name__ == "__main__":
    main()
