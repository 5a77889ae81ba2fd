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


def prepare_compile(case):
    """The first call of a function never seen before, result included."""
    x = uniform(100_000)
    x.block_until_ready()

    def once():
        jax.clear_caches()
        f = jax.jit(lambda x: gelu(x))
        start = time.perf_counter_ns()
        f(x).block_until_ready()
        return (time.perf_counter_ns() - start) / 1000

    return once


SUITES = {"gelu": prepare_gelu, "logistic": prepare_logistic, "calls": prepare_calls, "compile": prepare_compile}


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
