#!/usr/bin/env python3
"""Writes the conformance cases of derivatives and lanes: python3 tools/oracle/transformations.py [FOLDER]

The expectations are JAX's, in f64. It needs an environment of its own, since JAX is nothing that the other cases need:

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install 'jax==0.10.2' mpmath
    /tmp/oracle/bin/python tools/oracle/transformations.py

A program is written with the helpers of graph.py, and run by JAX node by node (`run`): what a node does is said here once more, in
jax.numpy. Then JAX takes the derivative. The cases are the same on every machine and in every run.
"""

import os
import shutil
import sys

os.environ["JAX_PLATFORMS"] = "cpu"
import jax  # noqa: E402

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from graph import Case, type_text  # noqa: E402

UNARY = {
    # name: (function, points)
    "neg": (lambda x: -x, "any"), "abs": (jnp.abs, "any"), "square": (jnp.square, "any"), "sqrt": (jnp.sqrt, "positive"),
    "rsqrt": (jax.lax.rsqrt, "positive"), "reciprocal": (lambda x: 1 / x, "nonzero"), "exp": (jnp.exp, "any"),
    "exp2": (jnp.exp2, "any"), "expm1": (jnp.expm1, "any"), "log": (jnp.log, "positive"), "log1p": (jnp.log1p, "positive"),
    "log2": (jnp.log2, "positive"), "log10": (jnp.log10, "positive"), "sin": (jnp.sin, "any"), "cos": (jnp.cos, "any"),
    "tan": (jnp.tan, "unit"), "asin": (jnp.arcsin, "unit"), "acos": (jnp.arccos, "unit"), "atan": (jnp.arctan, "any"),
    "sinh": (jnp.sinh, "any"), "cosh": (jnp.cosh, "any"), "tanh": (jnp.tanh, "any"), "sigmoid": (jax.nn.sigmoid, "any"),
    "softplus": (jax.nn.softplus, "any"), "erf": (jax.scipy.special.erf, "any"), "sign": (jnp.sign, "any"),
    "floor": (jnp.floor, "any"), "ceil": (jnp.ceil, "any"), "trunc": (jnp.trunc, "any"), "round": (jnp.round, "any"),
}
BINARY = {
    "add": (jnp.add, "any", "any"), "sub": (jnp.subtract, "any", "any"), "mul": (jnp.multiply, "any", "any"),
    "div": (jnp.divide, "any", "nonzero"), "max": (jnp.maximum, "any", "any"), "min": (jnp.minimum, "any", "any"),
    "pow": (jnp.power, "positive", "any"), "atan2": (jnp.arctan2, "any", "nonzero"),
    # (The second derivative of jnp.hypot is wrong where it broadcasts.)
    "hypot": (lambda x, y: jnp.sqrt(x * x + y * y), "nonzero", "nonzero"),
    "mod": (jnp.mod, "any", "nonzero"), "floordiv": (jnp.floor_divide, "any", "nonzero"),
}
OTHERS = {
    "fma": lambda a, b, c: a * b + c, "select": jnp.where, "lt": jnp.less, "le": jnp.less_equal, "gt": jnp.greater,
    "ge": jnp.greater_equal, "eq": jnp.equal, "and": jnp.logical_and, "not": jnp.logical_not,
    "stopgradient": jax.lax.stop_gradient,
}
ELEMENTWISE = {**{k: v[0] for k, v in UNARY.items()}, **{k: v[0] for k, v in BINARY.items()}, **OTHERS}


class Program(Case):
    """A case whose elementwise operations are JAX's."""

    def op(self, name, *operands, floating=False):
        condition, values = ([operands[0]], operands[1:]) if name == "select" else ([], operands)
        shape = list(np.broadcast_shapes(*[v.array.shape for v in operands]))
        ready = [self.broadcast(v, shape) for v in condition + list(values)]
        return self._value(np.asarray(ELEMENTWISE[name](*[r.array for r in ready])), ("op", name), ready)

    def _region(self, build, arrays):
        inner = Program(build.__name__, calls=self.calls)
        for value in build(inner, *[inner.argument(a) for a in arrays]):
            inner.result(value)
        self.regions.append(inner)
        return len(self.regions) - 1

    def _run(self, build, arrays):
        inner = Program(build.__name__, calls=self.calls)
        return [value.array for value in build(inner, *[inner.argument(a) for a in arrays])]


# What a program computes, in JAX.


def run(case, arguments):
    values = []
    for operation, operands, value in case.nodes:
        values.append(node(case, operation, [values[o.index] for o in operands], value, arguments, operands))
    return [values[value.index] for value, _ in case.results]


def wrapped_indices(indices, extent):
    return jnp.where(indices < 0, indices + extent, indices)


def take(source, indices, axis):
    return jnp.take(source, jnp.clip(wrapped_indices(indices, source.shape[axis]), 0, source.shape[axis] - 1), axis=axis)


def put(base, indices, updates, kind, axis):
    at = (slice(None),) * axis + (jnp.where(indices < -base.shape[axis], base.shape[axis], wrapped_indices(indices, base.shape[axis])),)
    return getattr(base.at[at], {"set": "set", "add": "add"}[kind])(updates, mode="drop")


def batched(function, batch):
    for _ in range(batch):
        function = jax.vmap(function)
    return function


def scan(kind, x, axis, reverse, exclusive):
    function = {
        "sum": jax.lax.cumsum, "product": jax.lax.cumprod, "max": jax.lax.cummax, "min": jax.lax.cummin,
        "logaddexp": jax.lax.cumlogsumexp,
    }[kind]
    assert not exclusive
    return function(x, axis=axis, reverse=reverse)


def node(case, operation, x, value, arguments, operands):
    kind, rest = operation[0], operation[1:]
    shape = tuple(value.array.shape)
    if kind == "argument":
        return arguments[rest[0]]
    if kind == "constant":
        return jnp.asarray(case.constants[rest[0]])
    if kind == "op":
        return ELEMENTWISE[rest[0]](*x)
    if kind == "convert":
        return x[0].astype(value.array.dtype)
    if kind == "broadcast":
        return jnp.broadcast_to(x[0], shape)
    if kind == "reshape":
        return x[0].reshape(shape)
    if kind == "transpose":
        return jnp.transpose(x[0], rest[0])
    if kind == "slice":
        return x[0][case._region_of(x[0].shape, *rest, shape)]
    if kind == "update":
        return x[0].at[case._region_of(x[0].shape, *rest, x[1].shape)].set(x[1])
    if kind == "concatenate":
        return jnp.concatenate(x, rest[0])
    if kind == "reduce":
        return {"sum": jnp.sum, "max": jnp.max, "min": jnp.min, "product": jnp.prod}[rest[0]](x[0], axis=tuple(rest[1]))
    if kind == "dot":
        return batched(lambda a, b: jnp.tensordot(a, b, 1), rest[0] if rest else 0)(*x)
    if kind == "iota":
        return jnp.asarray(value.array)
    if kind == "gather":
        batch, axis = rest
        return batched(lambda a, i: take(a, i, axis - batch), batch)(*x)
    if kind == "scatter":
        name, batch, axis = rest
        return batched(lambda a, i, u: put(a, i, u, name, axis - batch), batch)(*x)
    if kind == "dynamicslice":
        sizes, batch = rest
        return batched(lambda a, s: jax.lax.dynamic_slice(a, [s[i] for i in range(a.ndim)], sizes), batch)(*x)
    if kind == "dynamicupdate":
        return batched(lambda a, u, s: jax.lax.dynamic_update_slice(a, u, [s[i] for i in range(a.ndim)]), rest[0])(*x)
    if kind == "pad":
        return jax.lax.pad(x[0], x[1], list(zip(*rest)))
    if kind == "scan":
        return scan(rest[0], x[0], *rest[1:])
    if kind == "sort":
        assert not rest[1]
        return list(jax.lax.sort(tuple(x), dimension=rest[0], num_keys=1, is_stable=True))
    if kind == "element":
        return x[0][rest[0]]
    if kind == "loop":
        region, trips, carried, sliced, reverse = rest
        inner, captured = case.regions[region], x[carried + sliced:]

        def step(state, rows):
            results = run(inner, [rows[0], *state, *rows[1:], *captured])
            return tuple(results[:carried]), tuple(results[carried:])

        state, stacks = jax.lax.scan(
            step, tuple(x[:carried]), (jnp.arange(trips), *x[carried:carried + sliced]), length=trips, reverse=reverse)
        return [*state, *stacks]
    if kind == "while":
        # JAX has no reverse mode of it: as many steps as it takes here.
        condition, body, carried = rest
        concrete = [o.array for o in operands]
        state, held = list(x[:carried]), x[carried:]
        known, known_held = concrete[:carried], concrete[carried:]
        while run(case.regions[condition], [*known, *known_held])[0]:
            known = run(case.regions[body], [*known, *known_held])
            state = run(case.regions[body], [*state, *held])
        return state
    if kind == "branch":
        return jax.lax.switch(jnp.clip(x[0], 0, len(rest[0]) - 1), [lambda *a, r=r: run(case.regions[r], a) for r in rest[0]], *x[1:])
    raise AssertionError(kind)


# The cases of a program.


class Derived:
    """A program under transformations, with what goes in and what must come out."""

    def __init__(self, name, program, transformations, arguments, results):
        self.name, self.program, self.transformations = name, program, transformations
        self.arguments, self.results = [np.asarray(a) for a in arguments], [np.asarray(r) for r in results]

    def text(self):
        lines = [f"case {self.name}", "program", self.program.program().rstrip("\n"), "end"]
        lines += [f"transform {t}" for t in self.transformations]
        for i, array in enumerate(self.arguments):
            lines.append(f"argument {i} {type_text(array)} =\n  {self.program.values(array)}")
        for i, array in enumerate(self.results):
            tolerance = "exact"
            if array.dtype.kind == "f":
                finite = np.abs(array[np.isfinite(array)])
                tolerance = f"within 64 ulp or {max(1.0, finite.max() if finite.size else 0) * 2e-13:.3g}"
            lines.append(f"result {i} {type_text(array)} {tolerance} =\n  {self.program.values(array)}")
        return "\n".join(lines) + "\n"


def random(name):
    return np.random.default_rng([ord(c) for c in name])


def floats(arrays):
    return [i for i, a in enumerate(arrays) if np.asarray(a).dtype.kind == "f"]


def derived(name, build, arguments, second=True, jacobian=False):
    """jvp, vjp, the second derivative, and the Jacobian by lanes, of build(case, arguments…) -> results."""
    arguments = [np.asarray(a) for a in arguments]
    case = Program(name)
    for value in build(case, *[case.argument(a) for a in arguments]):
        case.result(value)
    places = floats(arguments)

    def function(*active):
        given = list(arguments)
        for place, array in zip(places, active):
            given[place] = array
        return tuple(run(case, [jnp.asarray(a) for a in given]))

    active = tuple(jnp.asarray(arguments[p]) for p in places)
    draws = random(name)
    tangents = tuple(draws.uniform(-1, 1, a.shape) for a in active)
    values = function(*active)
    # (The program of graph.py says the values by NumPy; JAX must agree before its derivatives count.)
    for (value, _), found in zip(case.results, values):
        np.testing.assert_allclose(value.array, found, rtol=1e-12, atol=1e-12)
    named = ",".join(map(str, places))
    smooth = [i for i, v in enumerate(values) if v.dtype.kind == "f"]

    def only(results):
        return tuple(results[i] for i in smooth)

    first = lambda *a: only(function(*a))
    _, changes = jax.jvp(first, active, tuple(map(jnp.asarray, tangents)))
    cases = [Derived(f"{name}, jvp", case, [f"jvp {named}"], [*arguments, *tangents], [*values, *changes])]
    cotangents = tuple(draws.uniform(-1, 1, values[i].shape) for i in smooth)
    _, pull = jax.vjp(first, *active)
    cases.append(
        Derived(f"{name}, vjp", case, [f"vjp {named}"], [*arguments, *cotangents], [*values, *pull(tuple(map(jnp.asarray, cotangents)))]))
    if second:
        # The tangent of what vjp gives, along the arguments.
        def back(*a):
            return tuple(jax.vjp(first, *a)[1](tuple(map(jnp.asarray, cotangents))))

        gradients, seconds = jax.jvp(back, active, tuple(map(jnp.asarray, tangents)))
        cases.append(
            Derived(
                f"{name}, jvp of vjp", case, [f"vjp {named}", f"jvp {named}"], [*arguments, *cotangents, *tangents],
                [*values, *gradients, *changes, *seconds]))
        forward = lambda *a: jax.jvp(first, a, tuple(map(jnp.asarray, tangents)))[1]
        _, pull = jax.vjp(forward, *active)
        # vjp of the linear part alone: cotangents of the tangents.
        given = tuple(map(jnp.asarray, cotangents))
        cases.append(
            Derived(
                f"{name}, vjp of linearize", case, [f"linearize {named}", f"vjp {named}"], [*arguments, *tangents, *cotangents],
                [*changes, *pull(given)]))
    if jacobian:
        (result,), (x,) = values, active
        lanes = result.size
        unit = np.eye(lanes).reshape((lanes,) + result.shape)
        rows = np.asarray(jax.jacrev(lambda x: first(x)[0])(x)).reshape((lanes,) + x.shape)
        shared = ",".join("-" for _ in arguments)
        cases.append(
            Derived(
                f"{name}, Jacobian", case, [f"vjp {named}", f"vmap {shared},0 lanes {lanes}"], [*arguments, unit],
                [np.broadcast_to(result, (lanes,) + result.shape), rows]))
    return cases


def points(kind, name, shape=12):
    draws = random(name + kind)
    if kind == "any":
        return draws.uniform(-3, 3, shape)
    if kind == "positive":
        return draws.uniform(0.2, 4, shape)
    if kind == "unit":
        return draws.uniform(-0.9, 0.9, shape)
    return draws.uniform(0.3, 3, shape) * draws.choice([-1.0, 1.0], shape)


def elementwise_cases():
    for name, (_, kind) in UNARY.items():
        yield from derived(name, lambda c, x: [c.op(name, x)], [points(kind, name)])
    for name, (_, *kinds) in BINARY.items():
        yield from derived(name, lambda c, x, y: [c.op(name, x, y)], [points(k, name + str(i)) for i, k in enumerate(kinds)])
        yield from derived(
            f"{name} of a row and a number", lambda c, x, y: [c.op(name, x, y)],
            [points(kinds[0], name, (2, 3)), points(kinds[1], name, (3,))])
    x, y, z = (points("any", n) for n in "xyz")
    yield from derived("fma", lambda c, x, y, z: [c.op("fma", x, y, z)], [x, y, z])
    yield from derived(
        "select", lambda c, x, y: [c.op("select", c.op("lt", x, y), c.op("sin", x), c.op("mul", x, y))], [x, y])
    yield from derived("stopgradient", lambda c, x, y: [c.op("mul", c.op("stopgradient", x), c.op("mul", x, y))], [x, y])


def composed_cases():
    gelu = lambda c, x: [x * 0.5 * (c.op("tanh", (x + x * x * x * 0.044715) * 0.7978845608028654) + 1.0)]
    yield from derived("gelu", gelu, [points("any", "gelu")])

    def softmax(c, x):
        e = c.op("exp", x - c.op("stopgradient", c.broadcast(c.reshape(c.reduce("max", x, [1]), [x.shape[0], 1]), x.shape)))
        return [e / c.broadcast(c.reshape(c.reduce("sum", e, [1]), [x.shape[0], 1]), x.shape)]

    yield from derived("softmax", softmax, [points("any", "softmax", (2, 4))], jacobian=True)

    def norm(c, x):
        mean = c.broadcast(c.reshape(c.reduce("sum", x, [1]), [3, 1]), [3, 5]) / 5.0
        centred = x - mean
        variance = c.broadcast(c.reshape(c.reduce("sum", centred * centred, [1]), [3, 1]), [3, 5]) / 5.0
        return [centred / c.op("sqrt", variance + 1e-5)]

    yield from derived("layer normalisation", norm, [points("any", "norm", (3, 5))])

    def perceptron(c, x, w, b, v):
        return [c.reduce("sum", c.op("square", c.dot(c.op("tanh", c.dot(x, w) + b), v)), [0, 1])]

    yield from derived(
        "perceptron", perceptron,
        [points("any", "mx", (4, 3)), points("unit", "mw", (3, 5)), points("unit", "mb", (5,)), points("unit", "mv", (5, 2))])

    def rosenbrock(c, x):
        a, b = c.slice(x, [0], [1], [4]), c.slice(x, [1], [1], [4])
        return [c.reduce("sum", c.op("square", b - a * a) * 100.0 + c.op("square", 1.0 - a), [0])]

    yield from derived("Rosenbrock", rosenbrock, [points("any", "rosenbrock", (5,))])

    def logsumexp(c, x):
        return [c.op("log", c.reduce("sum", c.op("exp", x), [0]))]

    yield from derived("log of a sum of exponentials", logsumexp, [points("any", "lse", (6,))])
    yield from derived("x to the x", lambda c, x: [c.op("pow", x, x)], [points("positive", "xx")])
    yield from derived("a polynomial", lambda c, x: [((x * 2.0 + 1.0) * x - 3.0) * x + 0.5], [points("any", "poly")], jacobian=True)
    yield from derived(
        "cross entropy",
        lambda c, x, y: [c.reduce("sum", c.op("softplus", x) - x * y, [0])], [points("any", "ce"), points("unit", "ce labels")])


def structural_cases():
    x, m, t = points("any", "s", (5,)), points("any", "m", (3, 4)), points("any", "t", (2, 3, 4))
    sin = lambda c, v: c.op("sin", v)
    for kind in ("sum", "max", "min", "product"):
        for axes in ([0], [1], [0, 2], [0, 1, 2]):
            yield from derived(f"reduce {kind} {axes}", lambda c, v: [c.reduce(kind, sin(c, v), axes)], [t])
    yield from derived("broadcast", lambda c, v: [sin(c, c.broadcast(v, [3, 2, 5]))], [x])
    yield from derived("broadcast of axes of one", lambda c, v: [sin(c, c.broadcast(v, [2, 3, 4]))], [points("any", "b", (1, 3, 1))])
    yield from derived("reshape", lambda c, v: [sin(c, c.reshape(v, [2, 6]))], [m], jacobian=True)
    yield from derived("transpose", lambda c, v: [sin(c, c.transpose(v, [2, 0, 1]))], [t])
    yield from derived("slice", lambda c, v: [sin(c, c.slice(v, [2, 0], [-1, 2], [3, 2]))], [m], jacobian=True)
    yield from derived("update", lambda c, v, u: [sin(c, c.update(v, c.op("exp", u), [0, 1], [2, 2]))], [m, points("any", "u", (2, 2))])
    yield from derived("concatenate", lambda c, v, u: [sin(c, c.concatenate([v, u, v], 0))], [x, points("any", "u3", (3,))])
    yield from derived("concatenate axis 1", lambda c, v, u: [sin(c, c.concatenate([v, u], 1))], [m, points("any", "u4", (3, 2))])
    yield from derived("pad", lambda c, v: [sin(c, c.pad(v, c.constant(np.float64(0.5)), [1, -1], [2, 0], [1, 0]))], [m])
    yield from derived("pad with an argument", lambda c, v, p: [sin(c, c.pad(v, p, [1], [2], [0]))], [x, np.float64(0.3)])
    for a, b, batch in [
        ((5,), (5,), 0), ((3, 5), (5,), 0), ((5,), (5, 3), 0), ((2, 5), (5, 3), 0), ((2, 3, 5), (5, 4), 0), ((2, 5), (2, 5), 1),
        ((2, 3, 5), (2, 5), 1), ((2, 5), (2, 5, 3), 1), ((2, 3, 5), (2, 5, 4), 1), ((2, 2, 5), (2, 2, 5), 2), ((3, 5), (5, 2, 2), 0),
    ]:
        yield from derived(
            f"dot {list(a)} {list(b)} batch {batch}", lambda c, v, u: [sin(c, c.dot(v, u, batch))],
            [points("any", f"a{a}", a), points("any", f"b{b}", b)])
    places = np.array([[0, 2], [-1, 9]])
    yield from derived("gather", lambda c, v, i: [sin(c, c.gather(v, i))], [m, places])
    yield from derived("gather axis 1", lambda c, v, i: [sin(c, c.gather(v, i, axis=1))], [m, np.array([3, 3, 0])])
    yield from derived(
        "gather in a batch", lambda c, v, i: [sin(c, c.gather(v, i, 1, 1))], [m, np.array([[0, 1], [3, 3], [2, 0]])])
    yield from derived(
        "scatter", lambda c, v, i, u: [sin(c, c.scatter(v, i, u))], [m, np.array([2, 0]), points("any", "us", (2, 4))])
    yield from derived(
        "scatter beyond the end", lambda c, v, i, u: [sin(c, c.scatter(v, i, u))], [x, np.array([9, 0, -9]), points("any", "us1", (3,))])
    yield from derived(
        "scatter add", lambda c, v, i, u: [sin(c, c.scatter(v, i, u, "add"))], [x, np.array([2, 0, 2, 7]), points("any", "ua", (4,))])
    yield from derived(
        "scatter add in a batch", lambda c, v, i, u: [sin(c, c.scatter(v, i, u, "add", 1, 1))],
        [m, np.array([[0, 0], [3, 1], [2, 2]]), points("any", "ub", (3, 2))])
    for starts in ([1, 2], [2, 3]):
        yield from derived(
            f"dynamic slice at {starts}", lambda c, v, s: [sin(c, c.dynamic_slice(v, s, [2, 2]))], [m, np.array(starts)])
        yield from derived(
            f"dynamic update at {starts}", lambda c, v, u, s: [sin(c, c.dynamic_update(v, u, s))],
            [m, points("any", "du", (2, 2)), np.array(starts)])
    for kind in ("sum", "product", "max", "min", "logaddexp"):
        for reverse in (False, True):
            yield from derived(
                f"scan {kind}{' reversed' if reverse else ''}", lambda c, v: [sin(c, c.scan(kind, v, 1, reverse))], [m])
    yield from derived("scan product with zeros", lambda c, v: [c.scan("product", v, 0)], [np.array([2.0, 0, 3, 0, 5])], second=False)
    yield from derived("product with a zero", lambda c, v: [c.reduce("product", v, [0])], [np.array([2.0, 0, 3, 5])])
    yield from derived("product with two zeros", lambda c, v: [c.reduce("product", v, [0])], [np.array([2.0, 0, 3, 0])])
    yield from derived("sort", lambda c, v: [sin(c, c.sort([v], 0)[0])], [m])
    yield from derived("sort with a payload", lambda c, v, p: [sin(c, e) for e in c.sort([v, p], 1)], [m, points("any", "p", (3, 4))])


def kink_cases():
    """Where a function has no slope, and JAX chooses the one of Spec/transformations.md."""
    one = lambda name, x: derived(f"{name} at {x}", lambda c, v: [c.op(name, v)], [np.array([float(x)])], second=False)
    two = lambda name, x, y: derived(
        f"{name} at {x}, {y}", lambda c, v, w: [c.op(name, v, w)], [np.array([float(x)]), np.array([float(y)])], second=False)
    for x in (0.0, -0.0):
        yield from one("abs", x)
        yield from one("sign", x)
    for name in ("floor", "ceil", "trunc", "round"):
        for x in (1.0, -2.0, 0.5):
            yield from one(name, x)
    yield from one("sqrt", 0.0)
    for name in ("max", "min"):
        for x, y in ((2, 2), (0.0, -0.0), (1, 2), (-1, -3)):
            yield from two(name, x, y)
    # (At 0, 0 the slope is 0 here, and NaN in JAX.)
    for x, y in ((0, 1), (0, 2), (0, 3), (-2, 2), (-2, 3), (3, 0), (2, -1), (0, 0.5), (1, 5)):
        yield from derived(
            f"pow at {x}, {y} in the base", lambda c, v, w: [c.op("pow", v, c.op("stopgradient", w))],
            [np.array([float(x)]), np.array([float(y)])], second=False)
    for x, y in ((0, 2), (0, 1), (3, 0), (1, 5)):
        yield from derived(
            f"pow at {x}, {y} in the exponent", lambda c, v, w: [c.op("pow", c.op("stopgradient", v), w)],
            [np.array([float(x)]), np.array([float(y)])], second=False)
    for x, y in ((7, 3), (-7, 3), (7, -3), (6, 3)):
        yield from two("mod", x, y)
    for array in ([1, 3, 3, 2], [3, 3, 3], [0.0, -0.0]):
        a = np.array(array, np.float64)
        for kind in ("max", "min"):
            yield from derived(f"reduce {kind} of {array}", lambda c, v: [c.reduce(kind, v, [0])], [a], second=False)
    yield from derived("sort of equal elements", lambda c, v: [c.sort([v], 0)[0]], [np.array([2.0, 1, 2, 1])], second=False)


def control_cases():
    x, w = points("unit", "cx", (4,)), np.float64(0.7)
    for trips in (0, 1, 3, 8):
        for reverse in (False, True):
            word = " reversed" if reverse else ""

            def power(c, i, v, w):
                return [c.op("sin", v * c.broadcast(w, v.shape))]

            yield from derived(
                f"a loop of {trips} steps{word}", lambda c, v, w: c.loop(power, trips, [v], captured=[w], reverse=reverse), [x, w])

            def filtered(c, i, v, row, w):
                next = c.op("tanh", v * c.broadcast(w, v.shape) + row * c.broadcast(c.convert(i, "f64"), v.shape))
                return [next, next * row]

            if trips:
                yield from derived(
                    f"a loop of {trips} steps with rows and outputs{word}",
                    lambda c, v, r, w: c.loop(filtered, trips, [v], [r], [w], reverse), [x, points("any", f"rows{trips}", (trips, 4)), w])

    def outer(c, i, v, w):
        def inner(c, j, v, w):
            return [c.op("sin", v * c.broadcast(w, v.shape) + c.broadcast(c.convert(j, "f64"), v.shape))]

        return [c.loop(inner, 3, [v], captured=[w])[0] * 0.9]

    yield from derived("a loop in a loop", lambda c, v, w: c.loop(outer, 4, [v], captured=[w]), [x, w])

    def recurrent(c, i, h, u, w):
        next = c.op("tanh", c.dot(w, h) + u)
        return [next, c.reduce("sum", next * next, [0])]

    yield from derived(
        "a recurrent network", lambda c, h, u, w: [c.reduce("sum", c.loop(recurrent, 6, [h], [u], [w])[1], [0])],
        [x, points("unit", "ru", (6, 4)), points("unit", "rw", (4, 4))])
    unread = lambda c, i, v, u: [c.op("sin", v), u * 2.0]
    yield from derived("a carried value that does not matter", lambda c, v, u: [c.loop(unread, 3, [v, u])[0]], [x, x])
    started = lambda c, i, s, v: [s + v]
    yield from derived(
        "a sum that starts from a constant", lambda c, v: c.loop(started, 6, [c.constant(np.zeros(4))], captured=[v]), [x])
    for selector in (0, 1, 2):
        branches = [lambda c, a, b: [a * b], lambda c, a, b: [c.op("exp", a)], lambda c, a, b: [c.op("sqrt", a)]]
        yield from derived(
            f"branch {selector}", lambda c, s, a, b: c.branch(s, branches, [a, b]), [np.int32(selector), points("positive", "br"), points("any", "bs")])
    for limit in (0.1, 5.0, 300.0):
        condition = lambda c, n, v, w, m: [c.op("lt", c.reduce("sum", v, [0]), m)]
        body = lambda c, n, v, w, m: [n + np.int32(1), v * c.broadcast(w, v.shape) + c.op("sin", v)]
        yield from derived(
            f"a while loop up to {limit}",
            lambda c, v, w: [c.while_loop(condition, body, [c.constant(np.int32(0)), v], [w, c.constant(np.float64(limit))])[1]],
            [np.array([0.5, 0.25, 0.125]), np.float64(1.3)])

    def newton(c, i, x, a):
        return [(x + a / x) * 0.5]

    yield from derived("Newton's steps for a root", lambda c, a: c.loop(newton, 6, [a], captured=[a]), [points("positive", "newton")])


def write(folder, name, cases):
    os.makedirs(folder, exist_ok=True)
    cases = list(cases)
    with open(os.path.join(folder, name + ".case"), "w", encoding="utf-8") as file:
        file.write("hillock cases 1\n# Generated by tools/oracle/transformations.py. Do not edit.\n")
        for case in cases:
            file.write("\n" + case.text())
    return len(cases)


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Spec", "conformance", "transformations")
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(root)
    shutil.rmtree(folder, ignore_errors=True)
    total = 0
    for name, cases in [
        ("elementwise", elementwise_cases()), ("composed", composed_cases()), ("structural", structural_cases()),
        ("kinks", kink_cases()), ("control", control_cases()),
    ]:
        count = write(folder, name, cases)
        print(f"{name}: {count} cases", flush=True)
        total += count
    print(f"{total} cases in {folder}")


if __name__ == "__main__":
    main()
