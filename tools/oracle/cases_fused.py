"""Programs of many operations: what users write, and what fusion must not change by a bit.

The expectation is made node by node with every function correctly rounded, so a result may be off by what
Spec/numerics.md allows each function; a cancellation after it makes more ulp of that, hence the absolute bounds.
"""

import numpy as np

from cases_elementwise import random
from graph import Case
from numerics import DTYPES, FLOATS

PERIOD = 173
COUNT = 4096 * 2 + 77
NEAR = {"f32": "within 16 ulp or 1e-6", "f64": "within 16 ulp or 1e-14"}


def inputs(name, dtype, period=PERIOD, scale=2.0):
    return (random(f"{name} {dtype}").standard_normal(period) * scale).astype(DTYPES[dtype])


def gelu(g, x):
    s = np.sqrt(2 / np.pi)
    return x * (0.5 * (1.0 + g.op("tanh", s * (x + 0.044715 * (x * g.op("square", x))))))


def gelu_cases():
    for dtype in FLOATS:
        for name, array, period in [
            ("", np.resize(inputs("gelu", dtype), COUNT), PERIOD),
            (", a few elements", inputs("gelu few", dtype, 5), None),
            (", special values", np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30, 1e-30], dtype=DTYPES[dtype]), None),
        ]:
            g = Case(f"gelu {dtype}{name}", period=period)
            g.result(gelu(g, g.argument(array)), NEAR[dtype])
            yield g
    g = Case("gelu of a transposed matrix", note="The input is read through strides.")
    x = g.argument(inputs("gelu matrix", "f32", 35).reshape(5, 7))
    g.result(gelu(g, g.transpose(x, [1, 0])), NEAR["f32"])
    yield g


def logistic_step(g, X, y, w):
    u = g.dot((1.0 / (1.0 + g.op("exp", -y * g.dot(X, w))) - 1.0) * y, X)
    return w - u


def logistic_cases():
    for dtype in FLOATS:
        rows = 61
        points = (random(f"points {dtype}").random((rows, 10))).astype(DTYPES[dtype])
        labels = (random(f"labels {dtype}").random(rows)).astype(DTYPES[dtype])
        for count in [7, 4100]:
            g = Case(f"logistic regression step {dtype}, {count} points", period=610 if count > rows else None,
                     note="The Variable is read, and stored at the end; the points are read once.")
            X = g.argument(np.resize(points, (count, 10)) if count > rows else points[:count])
            y = g.argument(np.resize(labels, count) if count > rows else labels[:count])
            w = g.variable("w", (2.0 * np.ones(10) - 1.3).astype(DTYPES[dtype]))
            g.store(w, logistic_step(g, X, y, w), "within 64 ulp" if count < 100 else "within 2000 ulp")
            yield g


def neuron_cases():
    for dtype in FLOATS:
        g = Case(f"LIF step {dtype}", period=PERIOD, note="V' = (-(V - V_rest) + I) / tau by Euler; spike, reset, refractory time.")
        n, d = COUNT, DTYPES[dtype]
        V0 = np.resize((random(f"V {dtype}").random(PERIOD) * 12 - 62).astype(d), n)
        last0 = np.resize((random(f"last {dtype}").random(PERIOD) * 10).astype(d), n)
        current = g.argument(np.resize((random(f"I {dtype}").random(PERIOD) * 40).astype(d), n))
        t = g.argument(d(12.5))
        V, last = g.variable("V", V0), g.variable("t_last_spike", last0)
        refractory = g.op("le", t - last, g.constant(d(5.0)))
        stepped = V + (-(V - -60.0) + current) / 20.0 * 0.1
        held = g.op("select", refractory, V, stepped)
        spike = g.op("ge", held, g.constant(d(-50.0)))
        g.result(spike)
        g.store(V, g.op("select", spike, g.constant(d(-60.0)), held)).store(last, g.op("select", spike, t, last))
        yield g

        g = Case(f"Hodgkin-Huxley gates {dtype}", period=PERIOD, note="alpha and beta of m, h and n; the gates' derivatives.")
        V = g.argument(np.resize((random(f"HH {dtype}").random(PERIOD) * 120 - 90).astype(d), n))
        gates = [g.argument(np.resize(random(f"gate {name} {dtype}").random(PERIOD).astype(d), n)) for name in "mhn"]
        exp = lambda x: g.op("exp", x)
        # (V + 40 and V + 55 stay away from 0 in this input: the singular form is meant)
        rates = [
            (0.1 * (V + 40.0) / (1.0 - exp(-(V + 40.0) / 10.0)), 4.0 * exp(-(V + 65.0) / 18.0)),
            (0.07 * exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + exp(-(V + 35.0) / 10.0))),
            (0.01 * (V + 55.0) / (1.0 - exp(-(V + 55.0) / 10.0)), 0.125 * exp(-(V + 65.0) / 80.0)),
        ]
        for gate, (alpha, beta) in zip(gates, rates):
            g.result(alpha * (1.0 - gate) - beta * gate, {"f32": "within 64 ulp or 2e-5", "f64": "within 64 ulp or 4e-14"}[dtype])
        yield g


def network_cases():
    for dtype in FLOATS:
        d = DTYPES[dtype]
        g = Case(f"softmax over rows {dtype}", note="A reduction, its consumer, another reduction and its consumer.")
        x = g.argument(inputs("softmax", dtype, 60, 3).reshape(5, 12))
        e = g.op("exp", x - g.reshape(g.reduce("max", x, [1]), [5, 1]))
        g.result(e / g.reshape(g.reduce("sum", e, [1]), [5, 1]), {"f32": "within 12 ulp", "f64": "within 12 ulp"}[dtype])
        yield g

        g = Case(f"softmax over columns {dtype}")
        x = g.argument(inputs("softmax columns", dtype, 60, 3).reshape(12, 5))
        e = g.op("exp", x - g.reduce("max", x, [0]))
        g.result(e / g.reduce("sum", e, [0]), "within 12 ulp")
        yield g

        g = Case(f"layer normalisation {dtype}", note="No transcendental function: every bit is determined.")
        x = g.argument(inputs("layer norm", dtype, 7 * 33).reshape(7, 33))
        scale, shift = g.argument(inputs("scale", dtype, 33)), g.argument(inputs("shift", dtype, 33))
        n = g.constant(d(33))
        mean = g.reshape(g.reduce("sum", x, [1]) / n, [7, 1])
        centred = x - mean
        variance = g.reshape(g.reduce("sum", g.op("square", centred), [1]) / n, [7, 1])
        g.result(centred * g.op("rsqrt", variance + 1e-5) * scale + shift)
        yield g

        g = Case(f"two dense layers {dtype}")
        x = g.argument(inputs("mlp x", dtype, 6 * 8).reshape(6, 8))
        w1, b1 = g.argument(inputs("mlp w1", dtype, 8 * 16, 0.5).reshape(8, 16)), g.argument(inputs("mlp b1", dtype, 16))
        w2 = g.argument(inputs("mlp w2", dtype, 16 * 3, 0.5).reshape(16, 3))
        hidden = g.op("max", g.dot(x, w1) + b1, g.constant(d(0)))
        g.result(g.dot(hidden, w2))
        yield g

        g = Case(f"mean squared error and its gradient {dtype}", note="One pass makes an elementwise result and two sums.")
        a, b = g.argument(inputs("mse a", dtype, 5000 // 8)), g.argument(inputs("mse b", dtype, 5000 // 8))
        difference = a - b
        g.result(g.reduce("sum", g.op("square", difference), [0]) / float(5000 // 8)).result(difference * 2.0)
        g.result(g.reduce("max", g.op("abs", difference), [0]))
        yield g

        g = Case(f"exponential synapse onto a matrix {dtype}", note="Decay, spikes through weights, and a Variable each.")
        s = g.variable("g", inputs("synapse", dtype, 9))
        spikes = g.argument((random(f"spikes {dtype}").random(14) < 0.4))
        weights = g.argument(inputs("weights", dtype, 14 * 9).reshape(14, 9))
        arrived = g.dot(g.convert(spikes, dtype), weights)
        g.store(s, s * d(np.exp(-0.1 / 5)) + arrived).result(arrived)
        yield g

        g = Case(f"normal numbers by Box and Muller {dtype}", note="Random bits, logarithm, cosine.")
        key = g.argument(np.array([7, 42], np.uint32))
        bits = g.random_bits(key, "u32", [2, 300])
        uniform = (g.convert(g.op("shr", bits, g.constant(np.uint32(8))), dtype) + 0.5) * 2.0**-24
        u, v = (g.reshape(g.slice(uniform, [row, 0], [1, 1], [1, 300]), [300]) for row in (0, 1))
        g.result(g.op("sqrt", g.op("log", u) * -2.0) * g.op("cos", v * (2 * np.pi)), {"f32": "within 32 ulp or 1e-6", "f64": "within 32 ulp or 1e-14"}[dtype])
        yield g

        g = Case(f"outer sum and its reductions {dtype}", note="Broadcast along both axes, reduced over either.")
        a, b = g.argument(inputs("outer a", dtype, 90)), g.argument(inputs("outer b", dtype, 70))
        outer = g.reshape(a, [90, 1]) * g.reshape(b, [1, 70]) + g.reshape(a, [90, 1])
        g.result(g.reduce("sum", outer, [1])).result(g.reduce("sum", outer, [0])).result(g.reduce("max", outer, [0, 1]))
        yield g

        g = Case(f"a long chain {dtype}", period=PERIOD, note="Sixty operations in one kernel: more values than registers.")
        x = g.argument(np.resize(inputs("chain", dtype), COUNT))
        parts = [x * float(k) + float(k * k) for k in range(1, 16)]
        total = parts[0]
        for part in parts[1:]:
            total = g.op("max", total * 0.5, part) - g.op("min", part, x)
        g.result(total)
        yield g


def groups():
    return [
        ("gelu", list(gelu_cases())), ("logistic", list(logistic_cases())), ("neurons", list(neuron_cases())),
        ("networks", list(network_cases())),
    ]
