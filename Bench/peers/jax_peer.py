"""The JAX side of a comparison. Reads one JSON command a line, answers with one JSON object a line:

    {"do": "prepare", "suite": "gelu", "case": "100000"}  ->  {"peer": "jax 0.10.2"}
    {"do": "round", "count": 20}                          ->  {"us": [41.2, ...]}
    {"do": "drop"}                                        ->  {}

A round times `count` repetitions, each to the end of the computation, and is measured here, so the pipe costs nothing.
"""

import json
import os
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np


def gelu(x):
    s = jnp.sqrt(2 / jnp.pi)
    cdf = 0.5 * (1.0 + jnp.tanh(s * (x + 0.044715 * (x**3))))
    return x * cdf


def logistic_step(w, X, y):
    u = jnp.dot((1.0 / (1.0 + jnp.exp(-y * jnp.dot(X, w))) - 1.0) * y, X)
    return w - u


def uniform(*shape):
    return jnp.asarray(np.random.default_rng(1).random(shape, dtype=np.float32))


def timed(run):
    def once():
        start = time.perf_counter_ns()
        run()
        return (time.perf_counter_ns() - start) / 1000

    return once


def prepare_gelu(case):
    f, x = jax.jit(gelu), uniform(int(case))
    f(x).block_until_ready()
    return timed(lambda: f(x).block_until_ready())


def prepare_logistic(case):
    """The case is `POINTSxFEATURESxSTEPS`; the time is that of all steps."""
    count, dimension, steps = (int(part) for part in case.split("x"))
    f, X, y = jax.jit(logistic_step), uniform(count, dimension), uniform(count)
    start = 2.0 * jnp.ones(dimension, jnp.float32) - 1.3
    f(start, X, y).block_until_ready()

    def run():
        w = start
        for _ in range(steps):
            w = f(w, X, y)
        w.block_until_ready()

    return timed(run)


def prepare_calls(case):
    """One element, the mean of a thousand calls in a row."""
    f, x = jax.jit(lambda x: x + 1), uniform(1)
    f(x).block_until_ready()

    def once():
        start = time.perf_counter_ns()
        for _ in range(1000):
            f(x).block_until_ready()
        return (time.perf_counter_ns() - start) / 1e6

    return once


def lif(steps, V, held, current):
    """The steps of HillockDynamics' LIF: V_rest 0, V_reset -5, V_th 20, R 1, tau 10, tau_ref 1, dt 0.1."""
    decay = np.float32(np.exp(-0.1 / 10))

    def step(i, state):
        V, held, _ = state
        V_inf = 0.0 + 1.0 * current
        new = jnp.where(held == 0, V_inf + (V - V_inf) * decay, V)
        fires = (held == 0) & (new >= 20.0)
        return jnp.where(fires, -5.0, new), jnp.where(fires, 10, jnp.maximum(held - 1, 0)), fires

    return jax.lax.fori_loop(0, steps, step, (V, held, jnp.zeros(V.shape, bool)))


def exprel(x):
    return jnp.where(jnp.abs(x) < 1e-4, 1 + x / 2, jnp.expm1(x) / jnp.where(x == 0, 1, x))


def hh(steps, V, m, h, n, current):
    """The steps of HillockDynamics' HH, dt 0.1."""
    dt = 0.1

    def gate(x, alpha, beta):
        steady = alpha / (alpha + beta)
        return steady + (x - steady) * jnp.exp(-dt * (alpha + beta))

    def step(i, state):
        V, m, h, n, _ = state
        gNa, n2 = 120.0 * m * m * m * h, n * n
        gK = 36.0 * (n2 * n2)
        g = gNa + gK + 0.3
        V_inf = (gNa * 50.0 + gK * -77.0 + 0.3 * -54.387 + current) / g
        new = V_inf + (V - V_inf) * jnp.exp(-dt * g)
        m = gate(m, 1 / exprel((V + 40) / -10), 4 * jnp.exp((V + 65) / -18))
        h = gate(h, 0.07 * jnp.exp((V + 65) / -20), 1 / (1 + jnp.exp((V + 35) / -10)))
        n = gate(n, 0.1 / exprel((V + 55) / -10), 0.125 * jnp.exp((V + 65) / -80))
        return new, m, h, n, (V < 20.0) & (new >= 20.0)

    return jax.lax.fori_loop(0, steps, step, (V, m, h, n, jnp.zeros(V.shape, bool)))


def noisy_lif(steps, key, V, current):
    """The steps of NoisyLIF in the loops suite, dt 0.1."""
    dt = 0.1

    def step(i, state):
        key, V, _ = state
        key, own = jax.random.split(key)
        new = V + (current - V) * (dt / 10) + jax.random.normal(own, V.shape) * dt**0.5
        fires = new >= 20.0
        return key, jnp.where(fires, -5.0, new), fires

    return jax.lax.fori_loop(0, steps, step, (key, V, jnp.zeros(V.shape, bool)))


def neurons(model, count):
    """The function and its arguments."""
    full = lambda value: jnp.full(count, value, jnp.float32)
    current = jnp.linspace(0, 40, count, dtype=jnp.float32)
    if model == "lif":
        return lif, (full(0), jnp.zeros(count, jnp.int32), current)
    if model == "noisy-lif":
        return noisy_lif, (jax.random.key(1), full(0), current)
    return hh, (full(-65), full(0.0529), full(0.5961), full(0.3177), current)


def prepare_loops(case):
    """The case is `MODEL NEURONSxSTEPS`; the time is that of all steps."""
    model, size = case.split(" ")
    count, steps = (int(part) for part in size.split("x"))
    function, arguments = neurons(model, count)
    f = jax.jit(function, static_argnums=0)
    jax.block_until_ready(f(steps, *arguments))
    return timed(lambda: jax.block_until_ready(f(steps, *arguments)))


def prepare_compile(case):
    """The first call of a function never seen before, result included."""
    if case == "hh":
        _, arguments = neurons("hh", 100)
        fresh = lambda: jax.jit(lambda *state: hh(10, *state))
    else:
        arguments = (uniform(100_000),)
        fresh = lambda: jax.jit(lambda x: gelu(x))
    jax.block_until_ready(arguments)

    def once():
        jax.clear_caches()
        f = fresh()
        start = time.perf_counter_ns()
        jax.block_until_ready(f(*arguments))
        return (time.perf_counter_ns() - start) / 1000

    return once


def softmax(x):
    e = jnp.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def layernorm(x):
    centred = x - x.mean(axis=1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.square(centred).mean(axis=1, keepdims=True) + 1e-5)


# Where elements are taken and added.
PLACES = jnp.asarray((np.arange(1_000_000, dtype=np.int64) * 7919 % 1_000_000).astype(np.int32))

ARRAYS = {
    "softmax": softmax,
    "layernorm": layernorm,
    "sum": lambda x: x.sum(),
    "sum-rows": lambda x: x.sum(axis=1),
    "sum-columns": lambda x: x.sum(axis=0),
    "sum-columns-scaled": lambda x: (x * 2).sum(axis=0),
    "variance-columns": lambda x: x.var(axis=0),
    "extent-columns": lambda x: x.max(axis=0) - x.min(axis=0),
    "variance": lambda x: x.var(),
    "outer": lambda x: x[0][:, None] * x[1],
    "symmetric": lambda x: x + x.T,
    "matmul": lambda x: jnp.dot(x, x),
    "matvec": lambda x: jnp.dot(x, x[0]),
    "vecmat": lambda x: jnp.dot(x[0], x),
    "gather": lambda x: x[(jnp.arange(16384) * 7919) % 16384],
    "gather-elements": lambda x: x.ravel()[PLACES],
    "add-at": lambda x: jnp.zeros(4000).at[PLACES % 4000].add(x.ravel()),
    "window": lambda x: jax.lax.dynamic_slice(x, ((x[0, 0] * 1000).astype(int), 512), (1024, 1024)),
    "pad": lambda x: jnp.pad(x, 3, constant_values=1.5),
    "min-short": lambda x: x.min(axis=1),
    "squares-short": lambda x: (x * x).sum(axis=1),
    "argmin-short": lambda x: x.argmin(axis=1),
    "argmax-rows": lambda x: x.argmax(axis=1),
    "argmax-columns": lambda x: x.argmax(axis=0),
    "argmax-long": lambda x: x.argmax(),
    "cumsum-rows": lambda x: x.cumsum(axis=1),
    "cumsum-columns": lambda x: x.cumsum(axis=0),
    "cumsum-long": lambda x: x.cumsum(),
    "sort-rows": lambda x: jnp.sort(x),
    "sort-columns": lambda x: jnp.sort(x, axis=0),
    "sort-long": lambda x: jnp.sort(x),
    "argsort-long": lambda x: jnp.argsort(x),
    "normal": lambda x, key: jax.random.normal(key, (1000, 1000)) + x[0],
}


def prepare_arrays(case):
    """The case is `NAME ROWSxCOLUMNS`."""
    name, size = case.split(" ")
    f, arguments = jax.jit(ARRAYS[name]), [uniform(*(int(part) for part in size.split("x")))]
    if name == "normal":
        arguments.append(jax.random.key(1))
    f(*arguments).block_until_ready()
    return timed(lambda: f(*arguments).block_until_ready())


SUITES = {"gelu": prepare_gelu, "logistic": prepare_logistic, "loops": prepare_loops, "calls": prepare_calls,
          "compile": prepare_compile, "arrays": prepare_arrays}


def main():
    once = None
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "prepare":
            once = None
            prepare = SUITES.get(command["suite"])
            once = prepare(command["case"]) if prepare else None
            answer = {"peer": f"jax {jax.__version__}" if once else None}
        elif command["do"] == "round":
            answer = {"us": [once() for _ in range(command["count"])]}
        else:
            once, answer = None, {}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
