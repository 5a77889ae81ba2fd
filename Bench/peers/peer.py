"""The other side of a comparison: JAX, and NumPy and PyTorch where they have the function. Reads one JSON command a line, answers with one JSON object
a line:

    {"do": "prepare", "suite": "gelu", "case": "100000"}  ->  {"peers": ["jax 0.10.2"]}
    {"do": "round", "peer": 0, "count": 20}               ->  {"us": [41.2, ...]}
    {"do": "answer"}                                      ->  {"answer": [0.693, ...]}, of the suite `gradients`
    {"do": "answer", "peer": 1}                           ->  {"answer": [[1000, 0.2, ...], ...]}, of the suite `numpy`
    {"do": "first"}                                       ->  {"us": 81000.0}, the same
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

import numpy_rows


def gelu(x):
    s = jnp.sqrt(2 / jnp.pi)
    cdf = 0.5 * (1.0 + jnp.tanh(s * (x + 0.044715 * (x**3))))
    return x * cdf


def logistic_step(w, X, y):
    u = jnp.dot((1.0 / (1.0 + jnp.exp(-y * jnp.dot(X, w))) - 1.0) * y, X)
    return w - u


def uniform(*shape):
    return jnp.asarray(numpy_uniform(*shape))


def numpy_uniform(*shape):
    return np.random.default_rng(1).random(shape, dtype=np.float32)


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


def hh(steps, V, m, h, n, current, g_Na=120.0, g_K=36.0, g_L=0.3, dt=0.1):
    """The steps of HillockDynamics' HH, dt 0.1."""

    def gate(x, alpha, beta):
        steady = alpha / (alpha + beta)
        return steady + (x - steady) * jnp.exp(-dt * (alpha + beta))

    def step(i, state):
        V, m, h, n, _ = state
        gNa, n2 = g_Na * m * m * m * h, n * n
        gK = g_K * (n2 * n2)
        g = gNa + gK + g_L
        V_inf = (gNa * 50.0 + gK * -77.0 + g_L * -54.387 + current) / g
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


def np_softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def np_layernorm(x):
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + np.float32(1e-5))


def np_add_at(x):
    d = np.zeros(4000, np.float32)
    np.add.at(d, NP_PLACES % 4000, x.ravel())
    return d


NP_PLACES = np.asarray(PLACES)
NP_RANDOM = np.random.default_rng(1)
# What JAX alone spells otherwise; the rest is the same expression.
NUMPY = ARRAYS | {
    "softmax": np_softmax,
    "layernorm": np_layernorm,
    "matmul": lambda x: np.dot(x, x),
    "matvec": lambda x: np.dot(x, x[0]),
    "vecmat": lambda x: np.dot(x[0], x),
    "gather": lambda x: x[(np.arange(16384) * 7919) % 16384],
    "gather-elements": lambda x: x.ravel()[NP_PLACES],
    "add-at": np_add_at,
    "window": lambda x: x[(start := int(x[0, 0] * 1000)) : start + 1024, 512 : 512 + 1024].copy(),
    "pad": lambda x: np.pad(x, 3, constant_values=1.5),
    "sort-rows": lambda x: np.sort(x),
    "sort-columns": lambda x: np.sort(x, axis=0),
    "sort-long": lambda x: np.sort(x),
    "argsort-long": lambda x: np.argsort(x, stable=True),
    "normal": lambda x: NP_RANDOM.standard_normal((1000, 1000), dtype=np.float32) + x[0],
}


def prepare_arrays(case):
    """The case is `NAME ROWSxCOLUMNS`."""
    name, size = case.split(" ")
    x = numpy_uniform(*(int(part) for part in size.split("x")))
    f, arguments = jax.jit(ARRAYS[name]), [jnp.asarray(x)]
    if name == "normal":
        arguments.append(jax.random.key(1))
    f(*arguments).block_until_ready()
    return [timed(lambda: f(*arguments).block_until_ready()), timed(lambda: NUMPY[name](x))]


def kmeans(xp, one_hot):
    def step(x, c):
        nearest = ((c * c).sum(axis=1) - 2 * xp.dot(x, c.T)).argmin(axis=1)
        mine = one_hot(nearest, c.shape[0])
        return xp.dot(mine.T, x) / xp.maximum(mine.sum(axis=0), 1)[:, None]

    return step


def power(steps):
    def run(a, v):
        def step(_, v):
            v = jnp.dot(a, v)
            return v / jnp.sqrt(jnp.dot(v, v))

        return jax.lax.fori_loop(0, steps, step, v)

    return run


def np_power(steps):
    def run(a, v):
        for _ in range(steps):
            v = np.dot(a, v)
            v = v / np.sqrt(np.dot(v, v))
        return v

    return run


def decay(steps, isWhile):
    def run(x):
        body = lambda x: x * np.float32(0.5) + np.float32(0.25)
        if isWhile:
            # The values are below 1 + steps, and come nearer by half each time: so it ends after as many steps.
            return jax.lax.while_loop(lambda s: jnp.any(s[1] < steps), lambda s: (body(s[0]), s[1] + 1), (x, jnp.zeros_like(x)))[0]
        return jax.lax.fori_loop(0, steps, lambda _, x: body(x), x)

    return run


def izhikevich(steps):
    """Euler steps of 0.5 ms with a dense matrix of weights, as in RowsSuite."""

    def run(w, v, u):
        def step(_, state):
            v, u, spikes = state
            current = 5.0 + jnp.dot(w, spikes)
            v1 = v + 0.5 * (0.04 * v * v + 5.0 * v + 140.0 - u + current)
            u1 = u + 0.5 * (0.02 * (0.2 * v - u))
            fires = v1 >= 30.0
            return jnp.where(fires, -65.0, v1), jnp.where(fires, u1 + 8.0, u1), fires.astype(jnp.float32)

        return jax.lax.fori_loop(0, steps, step, (v, u, jnp.zeros_like(v)))

    return run


def np_one_hot(places, count):
    return (places[:, None] == np.arange(count)).astype(np.float32)


def prepare_rows(case):
    """The case is `NAME SIZE`, the size AxB…; shapes as in RowsSuite."""
    name, size = case.split(" ")
    n = [int(part) for part in size.split("x")]
    jaxed = lambda f, *arguments: (
        jax.block_until_ready(f(*arguments)),
        timed(lambda: jax.block_until_ready(f(*arguments))),
    )[1]
    if name == "kmeans":
        x, c = numpy_uniform(n[0], n[1]), numpy_uniform(n[2], n[1])
        return [jaxed(jax.jit(kmeans(jnp, jax.nn.one_hot)), jnp.asarray(x), jnp.asarray(c)),
                timed(lambda: kmeans(np, np_one_hot)(x, c))]
    if name == "power":
        a, v = numpy_uniform(n[0], n[0]), np.ones(n[0], np.float32)
        return [jaxed(jax.jit(power(n[1])), jnp.asarray(a), jnp.asarray(v)), timed(lambda: np_power(n[1])(a, v))]
    if name in ("product", "product-ta", "product-tb"):
        a = numpy_uniform(n[1], n[0]).T if name == "product-ta" else numpy_uniform(n[0], n[1])
        b = numpy_uniform(n[2], n[1]).T if name == "product-tb" else numpy_uniform(n[1], n[2])
        product = {"product": lambda a, b: jnp.dot(a, b), "product-ta": lambda a, b: jnp.dot(a.T, b),
                   "product-tb": lambda a, b: jnp.dot(a, b.T)}[name]
        left, right = (a.T if name == "product-ta" else a), (b.T if name == "product-tb" else b)
        return [jaxed(jax.jit(product), jnp.asarray(left), jnp.asarray(right)), timed(lambda: np.dot(a, b))]
    if name in ("while-any", "for"):
        x = uniform(n[0])
        return [jaxed(jax.jit(decay(n[1], name == "while-any")), x)]
    if name == "izhikevich":
        w = uniform(n[0], n[0]) * 0.5
        v = jnp.linspace(-70, -50, n[0], dtype=jnp.float32)
        return [jaxed(jax.jit(izhikevich(n[1])), w, v, 0.2 * v)]
    return []


def pattern(shape, scale=1.0, start=0):
    """Numbers between -scale / 2 and scale / 2 that both sides can make."""
    places = np.arange(int(np.prod(shape)), dtype=np.int64)
    return jnp.asarray((((places * 7919 + start * 104729) % 10007) / 10007 - 0.5).reshape(shape) * scale, jnp.float32)


def norm(tree):
    return float(np.sqrt(sum(float(np.square(np.asarray(leaf, np.float64)).sum()) for leaf in jax.tree.leaves(tree))))


def perceptron_weights(sizes):
    pairs = list(zip(sizes, sizes[1:]))
    return [part for i, (a, b) in enumerate(pairs) for part in (pattern((a, b), 2 / a**0.5, i), jnp.zeros(b))]


def perceptron(weights, x, label):
    """The mean cross entropy of rectified layers."""
    for W, b in zip(weights[0:-2:2], weights[1:-2:2]):
        x = jax.nn.relu(x @ W + b)
    logits = x @ weights[-2] + weights[-1]
    own = jnp.take_along_axis(logits, label[..., None], -1)[..., 0]
    return (jax.nn.logsumexp(logits, -1) - own).mean()


def adam(weights, means, squares, t, gradients, rate=0.001):
    t = t + 1
    means = [0.9 * m + 0.1 * g for m, g in zip(means, gradients)]
    squares = [0.999 * v + 0.001 * g * g for v, g in zip(squares, gradients)]
    a, b = rate / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
    return [w - a * m / (jnp.sqrt(v) * b + 1e-8) for w, m, v in zip(weights, means, squares)], means, squares, t


@jax.custom_jvp
def spike(x):
    return (x >= 0).astype(x.dtype)


@spike.defjvp
def spike_jvp(primals, tangents):
    (x,), (dx,) = primals, tangents
    return spike(x), 0.5 / (1 + (jnp.pi / 2 * x) ** 2) * dx


LABELS = jnp.arange(128, dtype=jnp.int32) % 10


def gradient_gelu(count):
    f = lambda x: gelu(x).sum()
    return jax.grad(f), (pattern(count, 8.0),), lambda g, x: [float(f(x)), norm(g)]


def logistic_loss(w, X, y):
    return jax.nn.softplus(-y * jnp.dot(X, w)).sum()


def gradient_logistic(count):
    X, y = pattern((count, 10), 2.0), jnp.sign(pattern(count, 2.0, 1))
    step = lambda w, X, y: (w - 1e-7 * jax.grad(logistic_loss)(w, X, y), X, y)
    return step, (jnp.zeros(10) + 0.1, X, y), lambda out, w, *_: [norm((out[0] - w) * 1e7)]


def gradient_perceptron():
    weights, x = perceptron_weights([784, 512, 512, 10]), pattern((128, 784), 2.0)

    def step(weights, means, squares, t, x):
        loss, gradients = jax.value_and_grad(perceptron)(weights, x, LABELS)
        return (*adam(weights, means, squares, t, gradients), x)

    zeros = [jnp.zeros_like(w) for w in weights]
    arguments = (weights, zeros, zeros, jnp.float32(0), x)
    # After one step the means are a tenth of the gradients.
    return step, arguments, lambda out, *_: [float(perceptron(weights, x, LABELS)), 10 * norm(out[1])]


def gradient_recurrent():
    weights = [pattern((10, 100), 0.6), pattern((100, 100), 0.3, 1), jnp.zeros(100)]
    xs, goal = pattern((100, 64, 10), 2.0, 2), pattern((64, 100), 1.0, 3)

    def loss(weights, xs, goal):
        W, U, b = weights
        h, _ = jax.lax.scan(lambda h, x: (jnp.tanh(x + h @ U), None), jnp.zeros((64, 100)), xs @ W + b)
        return jnp.square(h - goal).mean()

    def step(weights, xs, goal):
        return [w - 0.01 * g for w, g in zip(weights, jax.grad(loss)(weights, xs, goal))], xs, goal

    return step, (weights, xs, goal), lambda out, *_: [
        float(loss(weights, xs, goal)), norm([(a - b) * 100 for a, b in zip(weights, out[0])])]


def gradient_surrogate():
    W, xs = pattern((100, 100), 0.05) + 0.005, pattern((1000, 100), 1.0, 1) + 0.5

    def loss(W, xs):
        def step(state, current):
            v, count = state
            charged = 0.95 * v + current
            fired = spike(charged - 1)
            return (charged - fired, count + fired), None

        (_, count), _ = jax.lax.scan(step, (jnp.zeros(100), jnp.zeros(100)), xs @ W)
        return jnp.square(count / 1000 - 0.1).mean()

    step = lambda W, xs: (W - 0.001 * jax.grad(loss)(W, xs), xs)
    return step, (W, xs), lambda out, *_: [float(loss(W, xs)), norm((W - out[0]) * 1000)]


def gradient_hh():
    full = lambda value: jnp.full(1000, value, jnp.float32)
    current = jnp.linspace(0, 40, 1000, dtype=jnp.float32)

    def loss(g):
        start = (full(-65), full(0.0529), full(0.5961), full(0.3177))
        V = hh(1000, *start, current, *g, dt=0.01)[0]
        return jnp.square(V + 65).mean()

    g = [full(120), full(36), full(0.3)]
    return jax.grad(loss), (g,), lambda out, g: [float(loss(g)), *[norm(part) for part in out]]


def gradient_hessian():
    weights, x = perceptron_weights([784, 512, 512, 10]), pattern((128, 784), 2.0)
    along = [pattern(w.shape, 0.1, 7) for w in weights]
    slope = jax.grad(lambda weights: perceptron(weights, x, LABELS))
    return lambda w, v: jax.jvp(slope, (w,), (v,))[1], (weights, along), lambda out, *_: [norm(out)]


def gradient_samples():
    weights, x = perceptron_weights([784, 128, 10]), pattern((128, 784), 2.0)
    each = jax.vmap(jax.grad(perceptron), in_axes=(None, 0, 0))
    return lambda w, x: each(w, x, LABELS), (weights, x), lambda out, *_: [norm(out)]


GRADIENTS = {"gelu": gradient_gelu, "logistic": gradient_logistic, "perceptron": gradient_perceptron,
             "recurrent": gradient_recurrent, "surrogate": gradient_surrogate, "hh": gradient_hh,
             "hessian": gradient_hessian, "samples": gradient_samples}


def prepare_gradients(case):
    """The case is `NAME` or `NAME SIZE`. A step of training gives its own arguments; what else is computed, has the same each time."""
    name, *size = case.split(" ")
    if name not in GRADIENTS:
        return None
    function, arguments, answer = GRADIENTS[name](*(int(part) for part in size))
    f = jax.jit(function)
    state = [arguments]
    result = jax.block_until_ready(f(*arguments))
    trains = isinstance(result, tuple) and len(result) == len(arguments)

    def run():
        out = jax.block_until_ready(f(*state[0]))
        if trains:
            state[0] = out

    def first():
        jax.clear_caches()
        fresh = jax.jit(lambda *arguments: function(*arguments))
        start = time.perf_counter_ns()
        jax.block_until_ready(fresh(*arguments))
        return (time.perf_counter_ns() - start) / 1000

    once = timed(run)
    once.answer = lambda: answer(f(*arguments), *arguments)
    once.first = first
    return once


SUITES = {"gelu": prepare_gelu, "logistic": prepare_logistic, "loops": prepare_loops, "calls": prepare_calls,
          "compile": prepare_compile, "arrays": prepare_arrays, "rows": prepare_rows,
          "gradients": prepare_gradients}


def main():
    peers = []
    names = [f"jax {jax.__version__}", f"numpy {np.__version__}"]
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "prepare":
            peers = []
            if command["suite"] == "numpy":
                prepared = numpy_rows.prepare(command, timed)
                peers, answer = list(prepared.values()), {"peers": list(prepared)}
            else:
                prepare = SUITES.get(command["suite"])
                peers = prepare(command["case"]) if prepare else []
                # Suites of JAX alone give one function.
                peers = peers if isinstance(peers, list) else [peers] if peers else []
                answer = {"peers": names[: len(peers)]}
        elif command["do"] == "round":
            answer = {"us": [peers[command["peer"]]() for _ in range(command["count"])]}
        elif command["do"] == "answer":
            answer = {"answer": peers[command.get("peer", 0)].answer()}
        elif command["do"] == "first":
            answer = {"us": peers[0].first()}
        else:
            peers, answer = [], {}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
