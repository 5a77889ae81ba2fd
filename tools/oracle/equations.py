"""Exact propagators with 60 digits, written to Tests/HillockDynamicsTests/Oracle/propagators.json.

The transfers are integrals, and the exponentials those of the matrices: nothing is shared with the closed forms of the library.
Needs mpmath (requirements.txt).
"""

import json
import pathlib

from mpmath import exp, expm, matrix, mp, mpf, quad

mp.dps = 60


def transfer(dt, tau1, tau2):
    return quad(lambda s: exp(-s / tau1 - (dt - s) / tau2), [0, dt])


def double_transfer(dt, tau1, tau2):
    return quad(lambda s: s * exp(-s / tau1 - (dt - s) / tau2), [0, dt])


def transfers():
    for dt in (0.1, 1.0, 8.0):
        pairs = [(2.0, 10.0), (10.0, 2.0), (0.5, 0.51), (10.0, 10.0), (1.0, 100.0), (100.0, 1.0), (0.3, 0.3)]
        pairs += [(10.0, 10.0 + 10.0**-k) for k in (1, 2, 4, 6, 8, 10, 12)]
        pairs += [(10.0 + 10.0**-k, 10.0) for k in (1, 4, 7, 10)]
        for tau1, tau2 in pairs:
            a, b, c = mpf(dt), mpf(tau1), mpf(tau2)
            yield {
                "dt": dt,
                "tau1": tau1,
                "tau2": tau2,
                "transfer": float(transfer(a, b, c)),
                "double": float(double_transfer(a, b, c)),
            }


def exponentials():
    systems = [
        [[-0.1]],
        [[0.0, 1.0], [-1.0, -0.5]],
        [[-0.1, 0.004], [0.0, -0.5]],
        [[-0.1, 0.004, 0.0], [0.0, -0.5, 1.0], [0.0, 0.0, -0.5]],
        [[-0.1, 0.004], [0.0, -0.1000000001]],
        [[-100.0, 100.0], [0.01, -0.01]],
        [[0.0, 0.0], [0.0, 0.0]],
    ]
    for rows in systems:
        for dt in (1e-6, 0.1, 5.0):
            size = len(rows)
            block = matrix(2 * size, 2 * size)
            for i in range(size):
                for j in range(size):
                    block[i, j] = mpf(rows[i][j]) * mpf(dt)
                block[i, size + i] = mpf(dt)
            whole = expm(block)
            yield {
                "matrix": rows,
                "dt": dt,
                "state": [[float(whole[i, j]) for j in range(size)] for i in range(size)],
                "input": [[float(whole[i, size + j]) for j in range(size)] for i in range(size)],
            }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parents[2] / "Tests/HillockDynamicsTests/Oracle/propagators.json"
    path.write_text(json.dumps({"transfers": list(transfers()), "exponentials": list(exponentials())}, indent=1) + "\n")
