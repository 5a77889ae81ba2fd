"""Reference solutions for the neuron models, in double, written to Tests/HillockDynamicsTests/Oracle/hh.json.

The Hodgkin-Huxley equations are solved twice, by methods that share nothing: the exponential Euler scheme of the library,
and the classical Runge-Kutta method at a fine step, whose spike times do not depend on the scheme.
"""

import json
import pathlib

import numpy as np

CURRENTS = np.array([0.0, 5.0, 7.0, 10.0, 20.0])


def rates(V):
    def ratio(u):
        """u / (1 - exp(-u)), 1 at 0."""
        return np.where(np.abs(u) < 1e-8, 1 + u / 2, u / -np.expm1(-np.where(u == 0, 1, u)))

    return {
        "m": (ratio((V + 40) / 10), 4 * np.exp(-(V + 65) / 18)),
        "h": (0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))),
        "n": (0.1 * ratio((V + 55) / 10), 0.125 * np.exp(-(V + 65) / 80)),
    }


def conductances(m, h, n):
    return 120 * m**3 * h, 36 * n**4, 0.3


def start():
    V = np.full(len(CURRENTS), -65.0)
    gates = [a / (a + b) for a, b in rates(V).values()]
    return [V, *gates]


def exponential_euler(dt, steps):
    V, m, h, n = start()
    trace = []
    for _ in range(steps):
        gNa, gK, gL = conductances(m, h, n)
        g = gNa + gK + gL
        V_inf = (gNa * 50 + gK * -77 + gL * -54.387 + CURRENTS) / g
        gates = []
        for x, (a, b) in zip((m, h, n), rates(V).values()):
            gates.append(a / (a + b) + (x - a / (a + b)) * np.exp(-dt * (a + b)))
        V = V_inf + (V - V_inf) * np.exp(-dt * g)
        m, h, n = gates
        trace.append(V)
    return np.array(trace)


def runge_kutta_spikes(dt, steps):
    def derivative(y):
        V, m, h, n = y
        gNa, gK, gL = conductances(m, h, n)
        result = [-gNa * (V - 50) - gK * (V + 77) - gL * (V + 54.387) + CURRENTS]
        for x, (a, b) in zip((m, h, n), rates(V).values()):
            result.append(a * (1 - x) - b * x)
        return np.array(result)

    y = np.array(start())
    spikes = [[] for _ in CURRENTS]
    for step in range(steps):
        k1 = derivative(y)
        k2 = derivative(y + dt / 2 * k1)
        k3 = derivative(y + dt / 2 * k2)
        k4 = derivative(y + dt * k3)
        new = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        for i in np.nonzero((y[0] < 20) & (new[0] >= 20))[0]:
            spikes[i].append((step + (20 - y[0][i]) / (new[0][i] - y[0][i])) * dt)
        y = new
    return spikes


if __name__ == "__main__":
    trace = exponential_euler(0.01, 5000)
    path = pathlib.Path(__file__).parents[2] / "Tests/HillockDynamicsTests/Oracle/hh.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({
        "currents": CURRENTS.tolist(),
        "every": 100,
        "V": trace[99::100].round(6).tolist(),
        "spikes": [[round(t, 4) for t in times] for times in runge_kutta_spikes(0.002, 25000)],
    }) + "\n")
