"""Calls of host functions: when they are made, how often, with what, and runs that end because one fails."""

import numpy as np

from cases_elementwise import random
from graph import Case, ErrorCase
from numerics import DTYPES


def host_cases():
    for dtype in DTYPES:
        g = Case(f"reversed {dtype}")
        x = g.argument((random(f"calls {dtype}").standard_normal((3, 5)) * 4).astype(DTYPES[dtype]))
        first, = g.call("reverse", x)
        g.result(first)
        second, third = g.call("reverse", first, g.op("select", g.convert(x, "bool"), first, x))
        g.result(second)
        g.result(third)
        yield g

    g = Case("calls in the order of the program", note="What is called, and with what, shows in the digest; a tap gives nothing and is made.")
    x = g.argument(np.array([1.5, np.nan, -0.0], np.float32))
    g.call("tap", x)
    n, = g.call("count")
    d, = g.call("digest", x, n)
    g.call("tap", d)
    g.result(g.call("digest")[0])
    g.result(g.call("count", x)[0])
    g.result(d)
    yield g

    g = Case("calls that look alike are all made")
    x = g.argument(np.int32(7))
    for _ in range(3):
        g.result(g.call("count", x)[0])
    yield g

    g = Case("a call between kernels", note="What it takes and gives are arrays of the program's own.", period=61)
    x = g.argument(np.resize(random("between").standard_normal(61).astype(np.float32), 9000))
    y, = g.call("reverse", g.op("mul", x, x))
    g.result(g.op("add", y, x))
    g.result(g.op("max", y, g.call("reverse", y)[0]))
    yield g

    g = Case("Variables and a call")
    v = g.variable("v", np.arange(6, dtype=np.float64))
    r, = g.call("reverse", g.op("add", v, v))
    g.store(v, g.op("sub", r, v))
    g.result(g.call("digest", r)[0])
    yield g


def control_cases():
    g = Case("a call in each step of a loop")

    def step(c, i, total, x):
        n, = c.call("count", x)
        y, = c.call("reverse", x)
        return [c.op("add", total, c.op("mul", n, i)), y, n]

    x = g.argument(np.arange(5, dtype=np.float32))
    for value in g.loop(step, 6, [g.argument(np.int64(0)), x]):
        g.result(value)
    g.result(g.call("digest")[0])
    yield g

    g = Case("a reversed loop of calls, in a loop")

    def inner(c, i, d):
        return [c.call("digest", i, d)[0], i]

    def outer(c, i, d):
        d, order = c.loop(inner, 3, [d], reverse=True)
        return [d, order]

    for value in g.loop(outer, 2, [g.argument(np.uint64(1))]):
        g.result(value)
    yield g

    g = Case("calls in a while loop's condition and body")

    def condition(c, k, x):
        n, = c.call("count")
        return [c.op("lt", n, c.constant(np.int64(8)))]

    def body(c, k, x):
        y, = c.call("reverse", x)
        return [c.op("add", k, c.constant(np.int32(1))), c.op("add", y, x)]

    for value in g.while_loop(condition, body, [g.argument(np.int32(0)), g.argument(np.arange(4, dtype=np.float32))]):
        g.result(value)
    g.result(g.call("count")[0])
    yield g

    for selector in (0, 1):
        g = Case(f"only the calls of the branch that is taken, {selector}")

        def calls(c, x):
            c.call("tap", x)
            return [c.call("reverse", x)[0]]

        def computes(c, x):
            return [c.op("neg", x)]

        x = g.argument(np.arange(3, dtype=np.float32))
        for value in g.branch(g.argument(np.int32(selector)), [calls, computes], [x]):
            g.result(value)
        g.result(g.call("digest")[0])
        yield g


FAILING = """
hillock graph 1
function 0 "fail" (bool[], f32[4]) to (f32[4])
region 0 {
  %i = argument 0 : i64[]
  %x = argument 1 : f32[4]
  %b = eq %i, 2
  %c = call %b, %x function 0
  %y = element %c position 0
  %z = add %y, 1
  return %z
}
%v = constant f32[4] {1, 2, 3, 4}
%l = loop %v region 0 trips 5 carried 1 sliced 0
%r = element %l position 0
return %r
"""


def error_cases():
    yield ErrorCase("a call that fails in the third step", FAILING, "call", "call 3 is meant to fail")
    yield ErrorCase(
        "a function that nobody knows", 'hillock graph 1\nfunction 0 "nobody" () to (f32[])\n%c = call function 0\n%x = element %c position 0\nreturn %x',
        "call", "none is bound")
    yield ErrorCase(
        "a function of other types", 'hillock graph 1\nfunction 0 "count" () to (f32[])\n%c = call function 0\n%x = element %c position 0\nreturn %x',
        "call", "count gives one i64[]")


def groups():
    return [("host", list(host_cases())), ("control", list(control_cases())), ("errors", list(error_cases()))]
