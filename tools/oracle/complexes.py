"""Cases of functions of complex numbers for the tests of Hillock, written to Tests/HillockTests/Oracle/complex.json.

Values at finite numbers are mpmath's, at zeros, infinities and NaN NumPy's, which follows C's Annex G (`pip install numpy mpmath`).

    python3 tools/oracle/complexes.py
"""

import json
import pathlib

import mpmath
import numpy as np

FILE = pathlib.Path(__file__).parents[2] / "Tests/HillockTests/Oracle/complex.json"
FUNCTIONS = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "arcsin": mpmath.asin, "arccos": mpmath.acos,
    "arctan": mpmath.atan, "arcsinh": mpmath.asinh, "arccosh": mpmath.acosh, "arctanh": mpmath.atanh, "expm1": mpmath.expm1,
    "log1p": mpmath.log1p, "log2": lambda z: mpmath.log(z, 2), "log10": mpmath.log10, "sign": mpmath.sign,
}
# NumPy's own formulas of these give NaN for infinities (log1p, expm1), or are not C's.
SPECIAL = [name for name in FUNCTIONS if name not in ("expm1", "log1p", "log2", "log10", "sign")]


def array(x):
    x = np.asarray(x, np.float64)
    return {"dtype": "f64", "shape": list(x.shape), "bits": [str(v) for v in x.ravel().view(np.uint64)]}


def exact(function, z):
    with mpmath.workdps(60):
        w = mpmath.mpc(function(mpmath.mpc(z.real, z.imag)))
        return complex(w.real, w.imag)


def main():
    rng = np.random.default_rng(16)
    # Of every size and in every direction, near the axes and the unit circle; floats of both kinds. Nothing lies on a cut.
    sizes = np.concatenate([2.0 ** rng.uniform(-30, 3, 60), 1 + 2.0 ** rng.uniform(-12, -2, 30)])
    angles = rng.uniform(-np.pi, np.pi, sizes.size)
    angles[::3] = np.round(angles[::3] / (np.pi / 4)) * (np.pi / 4) + 2.0 ** rng.uniform(-20, -4, angles[::3].size)
    points = (sizes * np.exp(1j * angles)).astype(np.complex64)
    cases = []
    for name, function in FUNCTIONS.items():
        values = np.array([exact(function, complex(z)) for z in points])
        cases.append({"name": name, "kind": "points", "inputs": [array(points.real), array(points.imag)],
                      "results": [array(values.real), array(values.imag)]})
    parts = np.array([0.0, -0.0, 0.75, -0.75, 3.0, -3.0, np.inf, -np.inf, np.nan])
    x, y = (grid.ravel() for grid in np.meshgrid(parts, parts))
    z = np.empty(x.size, np.complex128)
    z.real, z.imag = x, y
    with np.errstate(all="ignore"):
        for name in SPECIAL:
            values = getattr(np, name)(z)
            cases.append({"name": name, "kind": "special", "inputs": [array(x), array(y)],
                          "results": [array(values.real), array(values.imag)]})
    FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(f"{len(cases)} cases, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
