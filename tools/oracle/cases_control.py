"""Loops and branches: carried, sliced and stacked values, what may be interchanged with its positions and what may not."""

import numpy as np

from cases_elementwise import random
from graph import Case
from numerics import DTYPES, FLOATS


def numbers(name, dtype, shape, scale=1.0):
    return (random(f"control {name} {dtype}").standard_normal(shape) * scale).astype(DTYPES[dtype])


def loop_cases():
    for dtype in FLOATS:
        d = DTYPES[dtype]
        g = Case(f"decay with inputs {dtype}", note="Carried, sliced and stacked; the stack has the value before each step.")

        def decay(c, i, v, x):
            return [v * 0.5 + x, v]

        for value in g.loop(decay, 20, [g.argument(numbers("v", dtype, 7))], [g.argument(numbers("x", dtype, (20, 7)))]):
            g.result(value)
        yield g

        g = Case(f"reversed {dtype}", note="The index runs down; rows are taken and stacked at the index.")

        def running(c, i, total, x):
            new = total + x * c.convert(i, dtype)
            return [new, new]

        for value in g.loop(running, 9, [g.argument(d(0))], [g.argument(numbers("r", dtype, 9))], reverse=True):
            g.result(value)
        yield g

        g = Case(f"many elements, elementwise {dtype}", period=61, note="Over a chunk of positions; nothing crosses them.")

        def logistic_map(c, i, x, r):
            return [r * x * (1.0 - x)]

        x = np.resize((random(f"map {dtype}").random(61)).astype(d), 4200)
        r = g.argument(d(3.7))
        g.result(g.loop(lambda c, i, x, r: logistic_map(c, i, x, c.broadcast(r, x.shape)), 50, [g.argument(x)], captured=[r])[0])
        yield g

        g = Case(f"a sum in every step {dtype}", period=61, note="Each step needs all positions of the one before.")

        def centre(c, i, x):
            mean = c.reduce("sum", x, [0]) / float(4200)
            return [(x - mean) * 1.25, mean]

        for value in g.loop(centre, 6, [g.argument(np.resize(numbers("centre", dtype, 61), 4200))]):
            g.result(value)
        yield g

        g = Case(f"a product in every step {dtype}", note="A recurrent network without its squashing function.")

        def recurrent(c, i, h, x, w):
            new = c.op("max", c.dot(h, w) + x, c.constant(d(-1)))
            return [new, c.reduce("max", new, [0])]

        values = g.loop(
            recurrent, 12, [g.argument(numbers("h", dtype, 8))], [g.argument(numbers("xs", dtype, (12, 8)))],
            [g.argument(numbers("w", dtype, (8, 8), 0.4))])
        for value in values:
            g.result(value)
        yield g

        g = Case(f"LIF over 60 steps {dtype}", note="Two Variables are carried in and stored; the spikes are counted.")
        V = g.variable("V", (random(f"loop V {dtype}").random(33) * 12 - 62).astype(d))
        last = g.variable("t_last_spike", np.full(33, -100, d))
        current = g.argument((random(f"loop I {dtype}").random(33) * 40).astype(d))

        def lif(c, i, V, last, spikes, current):
            t = c.broadcast(c.convert(i, dtype) * 0.1, V.shape)
            held = c.op("select", c.op("le", t - last, c.constant(d(5))), V, V + (-(V + 60.0) + current) / 20.0 * 0.1)
            spike = c.op("ge", held, c.constant(d(-50)))
            return [
                c.op("select", spike, c.constant(d(-60)), held), c.op("select", spike, t, last),
                spikes + c.convert(spike, "i32"), c.reduce("sum", spike, [0])]

        v, t, spikes, counts = g.loop(lif, 60, [V, last, g.constant(np.zeros(33, np.int32))], captured=[current])
        g.store(V, v).store(last, t).result(spikes).result(counts)
        yield g

    g = Case("no trips", note="Carried values come out as they went in; stacks are empty.")

    def never(c, i, x, row):
        return [x * 2.0, row]

    for value in g.loop(never, 0, [g.argument(np.float32([1, 2, 3]))], [g.argument(np.zeros((0, 2), np.float32))]):
        g.result(value)
    yield g

    g = Case("one trip")
    for value in g.loop(lambda c, i, x: [x + 1.0, c.op("square", x)], 1, [g.argument(np.float32([1, 2, 3]))]):
        g.result(value)
    yield g

    g = Case("nothing carried", note="A map: rows in, rows out, the index as a number.")
    xs = g.argument(np.arange(12, dtype=np.int32).reshape(4, 3))
    for value in g.loop(lambda c, i, x: [c.op("mul", x, x), i], 4, [], [xs]):
        g.result(value)
    yield g

    g = Case("carried values change places")
    a, b = g.argument(np.float32([1, 2])), g.argument(np.float32([10, 20]))
    for value in g.loop(lambda c, i, a, b: [b, a], 3, [a, b]):
        g.result(value)
    yield g

    g = Case("carried values in a ring, one of them unchanged", note="Fibonacci and a constant passenger.")
    a, b, k = (g.argument(np.int64(v)) for v in (0, 1, 7))
    for value in g.loop(lambda c, i, a, b, k: [b, c.op("add", a, b), k, c.op("mul", a, k)], 50, [a, b, k]):
        g.result(value)
    yield g

    g = Case("an element of the state replaced in every step", note="v[i] = i², through a mask of the index.")

    def put(c, i, v):
        here = c.op("eq", c.iota("i64", [6], 0), i)
        return [c.op("select", here, c.op("mul", i, i), v)]

    g.result(g.loop(put, 6, [g.argument(np.zeros(6, np.int64))])[0])
    yield g

    g = Case("gather and scatter by the index")

    def move(c, i, v, source):
        at = c.reshape(i, [1])
        return [c.scatter(v, at, c.gather(source, c.op("sub", c.constant(np.array([4], np.int64)), at)))]

    g.result(g.loop(move, 5, [g.argument(np.zeros(5, np.float32))], captured=[g.argument(np.float32([1, 2, 3, 4, 5]))])[0])
    yield g

    g = Case("random numbers in a loop", note="The key is carried: each step's first block is the next key.")

    def draw(c, i, key):
        words = c.random_bits(key, "u32", [6])
        return [c.slice(words, [0], [1], [2]), c.slice(words, [2], [1], [4])]

    for value in g.loop(draw, 5, [g.argument(np.array([1, 2], np.uint32))]):
        g.result(value)
    yield g

    g = Case("a loop in a loop", note="Four outer steps of three inner ones; the inner loop sees the outer index.")

    def inner(c, j, x, i):
        return [x + c.convert(c.op("add", c.op("mul", i, c.constant(np.int64(10))), j), "f32")]

    def outer(c, i, x):
        after = c.loop(inner, 3, [x], captured=[i])[0]
        return [after * 0.5, after]

    for value in g.loop(outer, 4, [g.argument(np.float32([1, 2]))]):
        g.result(value)
    yield g

    g = Case("two loops one after the other", note="The second takes what the first stacked.")
    first = g.loop(lambda c, i, x: [x + 1.0, x], 5, [g.argument(np.float32([0, 10]))])
    second = g.loop(lambda c, i, x, row: [x + row], 5, [first[0]], [first[1]])
    g.result(second[0]).result(first[1])
    yield g


def while_cases():
    g = Case("Newton's square root until it stays", note="As many steps as it takes.")

    def changes(c, x, before, a):
        return [c.op("ne", x, before)]

    def newton(c, x, before, a):
        return [(x + a / x) * 0.5, x]

    start = [g.argument(np.float64(1)), g.constant(np.float64(0))]
    for value in g.while_loop(changes, newton, start, [g.argument(np.float64(2))]):
        g.result(value)
    yield g

    g = Case("a condition that is false at once")
    x = g.argument(np.float32([1, 2]))
    n = g.argument(np.int32(5))

    def below(c, n, x):
        return [c.op("lt", n, c.constant(np.int32(5)))]

    def step(c, n, x):
        return [c.op("add", n, c.constant(np.int32(1))), x * 2.0]

    for value in g.while_loop(below, step, [n, x]):
        g.result(value)
    yield g

    g = Case("Collatz", note="Steps to one, by select on a bit.")

    def above_one(c, n, steps):
        return [c.op("gt", n, c.constant(np.int64(1)))]

    def collatz(c, n, steps):
        one = c.constant(np.int64(1))
        odd = c.op("eq", c.op("and", n, one), one)
        even = c.op("shr", n, one)
        return [c.op("select", odd, c.op("add", c.op("mul", n, c.constant(np.int64(3))), one), even), c.op("add", steps, one)]

    for value in g.while_loop(above_one, collatz, [g.argument(np.int64(27)), g.constant(np.int64(0))]):
        g.result(value)
    yield g

    g = Case("until the sum is large", note="The condition reduces what the body has made.")

    def small(c, x, limit):
        return [c.op("lt", c.reduce("sum", x, [0]), limit)]

    g.result(g.while_loop(small, lambda c, x, limit: [x * 1.5], [g.argument(np.float32([1, 2, 3]))], [g.argument(np.float32(100))])[0])
    yield g


def branch_cases():
    def twice(c, x, y):
        return [x * 2.0, y]

    def swapped(c, x, y):
        return [y, x]

    def total(c, x, y):
        return [c.broadcast(c.reduce("sum", x, [0]), x.shape), x + y]

    for selector in [0, 1, 2, 3, -1]:
        g = Case(f"a branch of three, selector {selector}", note="Beyond the ends the nearest.")
        x, y = g.argument(np.float32([1, 2, 3])), g.argument(np.float32([4, 5, 6]))
        for value in g.branch(g.argument(np.int32(selector)), [twice, swapped, total], [x, y]):
            g.result(value)
        yield g

    g = Case("a branch in a loop", note="Even steps add, odd steps multiply; the selector is made in the loop.")

    def step(c, i, x):
        parity = c.convert(c.op("and", i, c.constant(np.int64(1))), "i32")
        return c.branch(parity, [lambda c, x: [x + 1.0], lambda c, x: [x * 1.5]], [x])

    g.result(g.loop(step, 9, [g.argument(np.float32([0, 1]))])[0])
    yield g

    g = Case("a branch that is stored", note="The Variable keeps its value where the selector is 0.")
    for_name = g.variable("v", np.float32([1, 2]))
    g.store(for_name, g.branch(g.argument(np.int32(0)), [lambda c, v: [v], lambda c, v: [v * 0.0]], [for_name])[0])
    yield g


def groups():
    return [("loops", list(loop_cases())), ("while", list(while_cases())), ("branches", list(branch_cases()))]
