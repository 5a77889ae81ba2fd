"""Dtypes of one and two bytes: conversion, arithmetic that rounds once, promotion, and what moves and combines their elements.

Integers are computed by NumPy in the narrow dtype itself. Floats are computed in float32 and rounded by NumPy and ml_dtypes; where NumPy
has arithmetic of its own (float16), both are held against each other here.
"""

import math
from fractions import Fraction

import numpy as np

import numerics
from cases_elementwise import random
from graph import Case, ErrorCase
from numerics import ALL, DTYPES, NARROW

FLOATS, INTEGERS = ["f16", "bf16"], ["i8", "i16", "u8", "u16"]
WIDE = {"f16": "f32", "bf16": "f32", "i8": "i32", "i16": "i32", "u8": "u32", "u16": "u32"}
# Digits of the significand, the leading one among them, the exponent of the smallest subnormal, and the first power that is too large.
FORMATS = {"f16": (11, -24, 16), "bf16": (8, -133, 128), "f32": (24, -149, 128), "f64": (53, -1074, 1024)}
# From https://docs.jax.dev/en/latest/jep/9407-type-promotion.html; `f` stands for its weak float, which is f32 where nothing else decides.
EDGES = {
    "bool": ["i8", "u8"], "u8": ["i16", "u16"], "u16": ["i32", "u32"], "u32": ["i64", "u64"], "u64": ["f"], "i8": ["i16"],
    "i16": ["i32"], "i32": ["i64"], "i64": ["f"], "f": ["f16", "bf16"], "f16": ["f32"], "bf16": ["f32"], "f32": ["f64"], "f64": [],
}


def above(name):
    found = [name]
    for other in found:
        found += [edge for edge in EDGES[other] if edge not in found]
    return found


def promote(a, b):
    """The least dtype above both."""
    common = [name for name in above(a) if name in above(b)]
    least = next(name for name in common if all(other in above(name) for other in common))
    return "f32" if least == "f" else least


def rounded(value, name):
    """A rational as a float of this dtype: to the nearest, halves to even."""
    digits, smallest, end = FORMATS[name]
    if value == 0:
        return 0.0
    magnitude = abs(value)
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    exponent -= Fraction(2) ** exponent > magnitude
    quantum = max(exponent - digits + 1, smallest)
    steps = round(magnitude / Fraction(2) ** quantum)
    result = math.inf if steps.bit_length() + quantum > end else math.ldexp(steps, quantum)
    return -result if value < 0 else result


def converted(array, name):
    if np.dtype(DTYPES[name]) == array.dtype:
        return array
    return numerics.by_value(lambda values: _converted(values, name))(array)


def _converted(array, name):
    to, out = DTYPES[name], np.empty(array.shape, DTYPES[name])
    is_float = array.dtype.kind == "f" or array.dtype == DTYPES["bf16"]
    for i in np.ndindex(array.shape):
        value = float(array[i]) if is_float else int(array[i])
        if name == "bool":
            out[i] = value != 0
        elif name in FORMATS:
            if is_float and (not math.isfinite(value) or value == 0):
                out[i] = to(value)
            else:
                with np.errstate(over="ignore"):
                    out[i] = to(rounded(Fraction(value), name))
        else:
            low, high = int(np.iinfo(to).min), int(np.iinfo(to).max)
            if is_float:
                number = 0 if math.isnan(value) else high + 1 if value == math.inf else low - 1 if value == -math.inf else math.trunc(value)
                out[i] = min(max(number, low), high)
            else:
                out[i] = (value - low) % (high - low + 1) + low
    return out


class NarrowCase(Case):
    """A case whose operands may be narrow. Where none is, it is a case like others."""

    def convert(self, x, dtype):
        return x if x.dtype == dtype else self._value(converted(x.array, dtype), ("convert",), [x])

    def op(self, name, *operands):
        values = operands[1:] if name == "select" else operands
        if not any(v.dtype in NARROW for v in values):
            return super().op(name, *operands)
        arrays, dtype = [v.array for v in operands], values[0].dtype
        for value in values[1:]:
            dtype = promote(dtype, value.dtype)
        arrays = [a if name == "select" and i == 0 else converted(a, dtype) for i, a in enumerate(np.broadcast_arrays(*arrays))]
        return self._value(evaluated(name, arrays, dtype), ("op", name), operands)

    def reduce(self, kind, x, axes):
        if x.dtype not in NARROW:
            return super().reduce(kind, x, axes)
        wide = converted(x.array, WIDE[x.dtype])
        with np.errstate(all="ignore"):
            result = numerics.reduce(kind, wide, sorted(axes))
        if kind not in ("any", "all") and not (x.dtype in INTEGERS and kind in ("sum", "product")):
            result = converted(result, x.dtype)
        return self._value(result, ("reduce", kind, sorted(axes)), [x])

    def dot(self, a, b, batch=0):
        if a.dtype not in NARROW:
            return super().dot(a, b, batch)
        with np.errstate(all="ignore"):
            result = numerics.dot(converted(a.array, WIDE[a.dtype]), converted(b.array, WIDE[b.dtype]), batch)
        return self._value(converted(result, a.dtype), ("dot", batch) if batch else ("dot",), [a, b])

    def scan(self, kind, x, axis, reverse=False, exclusive=False):
        if x.dtype not in NARROW:
            return super().scan(kind, x, axis, reverse, exclusive)
        with np.errstate(all="ignore"):
            result = numerics.scan(kind, converted(x.array, WIDE[x.dtype]), axis, reverse, exclusive)
        if not (x.dtype in INTEGERS and kind in ("sum", "product")):
            result = converted(result, x.dtype)
        return self._value(result, ("scan", kind, axis, reverse, exclusive), [x])

    def arg_reduce(self, kind, x, axis):
        if x.dtype not in NARROW:
            return super().arg_reduce(kind, x, axis)
        return self._value(numerics.arg_reduce(kind, converted(x.array, WIDE[x.dtype]), axis), ("argreduce", kind, axis), [x])

    def scatter(self, base, indices, updates, kind="set", batch=0, axis=0):
        if base.dtype not in NARROW:
            return super().scatter(base, indices, updates, kind, batch, axis)
        dtype = base.dtype if kind == "set" else WIDE[base.dtype]
        with np.errstate(all="ignore"):
            result = numerics.scatter(
                converted(base.array, dtype), indices.array, converted(updates.array, dtype), kind, batch, axis)
        return self._value(converted(result, base.dtype), ("scatter", kind, batch, axis), [base, self.convert(indices, "i64"), updates])


def evaluated(name, arrays, dtype):
    """An operation at a narrow or a wide dtype."""
    with np.errstate(all="ignore"):
        if dtype not in FLOATS:
            if name == "ipow":
                wide = numerics.ELEMENTWISE[name](*[a.astype(np.int64) for a in arrays])
                return converted(wide, dtype)
            return np.asarray(numerics.ELEMENTWISE[name](*arrays))
        wide = numerics.ELEMENTWISE[name](*[a if a.dtype == np.bool_ else a.astype(np.float32) for a in arrays])
        result = wide if wide.dtype == np.bool_ else converted(wide, dtype)
        if dtype == "f16" and name in NATIVE:
            own = NATIVE[name](*arrays)
            assert ((own == result) | (np.isnan(own) & np.isnan(result))).all(), name
    return result


NATIVE = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "sqrt": np.sqrt, "floordiv": np.floor_divide,
    "mod": np.mod, "floor": np.floor, "neg": np.negative, "abs": np.abs,
}


def specials(dtype):
    if dtype in INTEGERS:
        limits = np.iinfo(DTYPES[dtype])
        values = [0, 1, 2, 3, 7, 100, limits.max, limits.max - 1, limits.max // 2 + 1, limits.min, limits.min + 1]
        return np.array(values + ([-1, -2, -7, -100] if limits.min < 0 else [200]), DTYPES[dtype])
    digits, smallest, end = FORMATS[dtype]
    largest = math.ldexp(2**digits - 1, end - digits)
    # Ties and their neighbours come of products and quotients of these.
    values = [
        0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, math.inf, -math.inf, math.nan, largest, -largest, math.ldexp(1, smallest),
        -math.ldexp(3, smallest), math.ldexp(1, smallest + digits - 1), 1 + math.ldexp(1, 1 - digits), 0.1, 1 / 3, 100.0, -700.0,
    ]
    return np.array(values).astype(DTYPES[dtype])


def scattered(dtype, count, rng):
    if dtype in INTEGERS:
        limits = np.iinfo(DTYPES[dtype])
        return rng.integers(limits.min, limits.max, count, endpoint=True).astype(DTYPES[dtype])
    exponents = rng.integers(-12, 12, count)
    return np.ldexp(rng.standard_normal(count), exponents).astype(DTYPES[dtype])


def moderate(name, dtype, shape):
    rng = random(name)
    if dtype in INTEGERS:
        return rng.integers(0 if dtype[0] == "u" else -9, 10, shape).astype(DTYPES[dtype])
    return rng.standard_normal(shape).astype(DTYPES[dtype])


def conversion_cases():
    for source in NARROW:
        rng = random(f"narrow {source}")
        # Of the bytes all there are.
        values = np.arange(256, dtype=np.uint8).view(DTYPES[source]) if source in ("i8", "u8") else np.concatenate(
            [specials(source), scattered(source, 200, rng)])
        g = NarrowCase(f"convert from {source}")
        x = g.argument(values)
        for target in ALL + list(NARROW):
            if target != source:
                g.result(g.convert(x, target))
        yield g
    for source in ALL:
        g = NarrowCase(f"convert from {source} to narrow dtypes", note="Ties, and what two roundings would make of their neighbours.")
        x = g.argument(edges(source))
        for target in NARROW:
            g.result(g.convert(x, target))
        yield g


def edges(source):
    if source == "bool":
        return np.array([False, True])
    if source in ("f32", "f64"):
        values = [0.0, -0.0, math.nan, math.inf, -math.inf, 1e-300, -1e300, 127.5, 128.0, -128.9, -129.0, 255.9, 256.0, -0.9, 32767.9,
                  65535.9, -32769.0]
        for name in FLOATS:
            digits, smallest, end = FORMATS[name]
            starts = [1.0, math.ldexp(1 + 2 ** (1 - digits), 3), math.ldexp(2**digits - 1, end - digits), math.ldexp(1, smallest),
                      math.ldexp(3, smallest), math.ldexp(2 ** (digits - 1) - 1, smallest), math.ldexp(1, smallest + digits - 1)]
            for start in starts:
                step = math.ldexp(1, max(math.frexp(start)[1] - digits, smallest))
                tie = start + step / 2
                for value in (tie, math.nextafter(tie, 0), math.nextafter(tie, math.inf), tie * (1 + 2.0**-30), start + step / 4):
                    values += [value, -value]
        with np.errstate(over="ignore"):
            return np.array(values).astype(DTYPES[source])
    limits = np.iinfo(DTYPES[source])
    values = {0, 1, 127, 128, 129, 255, 256, 257, 32767, 32768, 65535, 65536, 2049, 2050, 2051, 65504, 65519, 65520, 65521, limits.max,
              limits.max - 1, limits.min}
    # Halfway between two bf16s, and one beside it: beyond 2^53 a double does not tell these apart.
    for power in (8, 12, 24, 30, 40, 53, 54, 62, 63):
        for odd in (0, 1):
            tie = 2**power + odd * 2 ** (power - 7) + 2 ** (power - 8)
            values |= {tie, tie - 1, tie + 1}
    values |= {-value for value in values}
    return np.array(sorted(v for v in values if limits.min <= v <= limits.max), DTYPES[source])


OPS = {
    1: ["neg", "abs", "sign", "square", "not", "floor", "round", "sqrt", "reciprocal", "isnan", "isfinite", "signbit", "logb"],
    2: ["add", "sub", "mul", "div", "floordiv", "mod", "min", "max", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "xor", "shl", "shr",
        "ipow", "copysign"],
    3: ["fma", "select"],
}
OF_FLOATS = {"floor", "round", "sqrt", "reciprocal", "isnan", "isfinite", "signbit", "logb", "div", "fma", "copysign"}
OF_INTEGERS = {"not", "and", "or", "xor", "shl", "shr", "ipow"}


def elementwise_cases():
    for dtype in NARROW:
        some = specials(dtype)
        a, b = [m.ravel() for m in np.meshgrid(some, some)]
        rng = random(f"narrow elementwise {dtype}")
        a, b, c = (np.concatenate([x, scattered(dtype, 100, rng)]) for x in (a, b, np.roll(a, 17)))
        for arity, names in OPS.items():
            g = NarrowCase(f"operations of {arity} operand{'s' if arity > 1 else ''} at {dtype}")
            x = [g.argument(v) for v in (a, b, c)[:arity]]
            for name in names:
                if name in (OF_FLOATS if dtype in INTEGERS else OF_INTEGERS) or dtype[0] == "u" and name in ("neg", "abs", "sign"):
                    continue
                g.result(g.op(name, g.op("lt", x[0], x[1]), *x[1:]) if name == "select" else g.op(name, *x))
            yield g
    for dtype in FLOATS:
        g = NarrowCase(f"functions at {dtype}", note="Computed in f32 and rounded; where that lies near a tie, one step to either side.")
        x = g.argument(moderate(f"functions {dtype}", dtype, [300]))
        for name, exact in [("exp", np.exp), ("tanh", np.tanh), ("sin", np.sin), ("log1p", lambda v: np.log1p(np.abs(v)))]:
            y = g.op("abs", x) if name == "log1p" else x
            wide = exact(y.array.astype(np.float64))
            g.result(g._value(converted(wide, dtype), ("op", name), [y]), "within 1 ulp")
        yield g


def promotion_cases():
    names = ALL + list(NARROW)
    for a in NARROW:
        g = NarrowCase(f"{a} meets every dtype")
        x = g.argument(np.array([1, 3, 100]).astype(DTYPES[a]))
        for b in names:
            y = g.argument(np.array([1, 0, 1]).astype(DTYPES[b]))
            g.result(g.op("add", x, y)).result(g.op("lt", y, x))
        yield g
    g = NarrowCase("a number takes the narrow dtype beside it", note="0.1 is rounded to it before it is added.")
    for dtype in FLOATS:
        x = g.argument(np.array([1, 3, 100], np.float32).astype(DTYPES[dtype]))
        g.result(g.op("mul", x, g.constant(np.array(0.1).astype(DTYPES[dtype]))))
    yield g


def moving_cases():
    for dtype in NARROW:
        g = NarrowCase(f"shapes and slices at {dtype}")
        x = g.argument(moderate(f"moving {dtype}", dtype, [6, 7]))
        patch = g.argument(moderate(f"patch {dtype}", dtype, [3, 3]))
        g.result(g.transpose(x, [1, 0])).result(g.reshape(x, [2, 21])).result(g.broadcast(x, [2, 6, 7]))
        g.result(g.slice(x, [5, 6], [-1, -2], [6, 4])).result(g.reshape(g.transpose(x, [1, 0]), [42]))
        g.result(g.update(x, patch, [4, 0], [-2, 3])).result(g.concatenate([x, x], 1))
        g.result(g.pad(x, g.constant(np.array(2).astype(DTYPES[dtype])), [1, -2], [2, 3], [1, 0]))
        yield g

        g = NarrowCase(f"a large transpose at {dtype}", period=101, note="Through panels, and summed so that the expectation is short.")
        big = g.argument(np.resize(moderate(f"panel {dtype}", dtype, [101]), [300, 250]))
        small = g.transpose(big, [1, 0])
        g.result(g.reduce("max", g.op("add", small, g.slice(small, [0, 299], [1, -1], [250, 300])), [0]))
        yield g

        g = NarrowCase(f"indices at {dtype}")
        x, rows = g.argument(moderate(f"indexed {dtype}", dtype, [40])), g.argument(moderate(f"rows {dtype}", dtype, [9, 5]))
        at = g.argument(np.array([0, -1, 39, 50, -60, 3, 3, 17, 17, 17], np.int32))
        few = g.argument(np.array([8, 0, 8, -2], np.int64))
        g.result(g.gather(x, at)).result(g.gather(rows, few)).result(g.gather(rows, few, axis=1))
        updates, wide = g.argument(moderate(f"updates {dtype}", dtype, [10])), g.argument(moderate(f"more {dtype}", dtype, [4, 5]))
        for kind in ("set", "add", "multiply", "min", "max"):
            g.result(g.scatter(x, at, updates, kind)).result(g.scatter(rows, few, wide, kind))
        starts = g.argument(np.array([7, 3], np.int64))
        g.result(g.dynamic_slice(rows, starts, [4, 3]))
        g.result(g.dynamic_update(rows, g.slice(wide, [0, 0], [1, 1], [4, 3]), starts))
        yield g


def combining_cases():
    for dtype in NARROW:
        g = NarrowCase(f"reductions at {dtype}", period=997, note="Summed wide and rounded once; sums and products of integers stay wide.")
        x = g.argument(moderate(f"reduced {dtype}", dtype, [7, 11]))
        for kind in ("sum", "product", "max", "min", "any", "all"):
            for axes in ([0], [1], [0, 1]):
                g.result(g.reduce(kind, x, axes))
        long = g.argument(np.resize(scattered(dtype, 997, random(f"long {dtype}")), [5000]))
        for kind in ("sum", "max", "min"):
            g.result(g.reduce(kind, long, [0]))
        for kind in ("max", "min"):
            g.result(g.arg_reduce(kind, x, 0)).result(g.arg_reduce(kind, x, 1))
        yield g

        g = NarrowCase(f"products at {dtype}")
        a, b = g.argument(moderate(f"left {dtype}", dtype, [6, 9])), g.argument(moderate(f"right {dtype}", dtype, [9, 4]))
        v, w = g.argument(moderate(f"vector {dtype}", dtype, [9])), g.argument(moderate(f"weights {dtype}", dtype, [6]))
        g.result(g.dot(a, b)).result(g.dot(a, v)).result(g.dot(w, a)).result(g.dot(v, v))
        yield g

        g = NarrowCase(f"scans at {dtype}")
        x = g.argument(moderate(f"scanned {dtype}", dtype, [3, 40]))
        for kind in ("sum", "max", "min"):
            g.result(g.scan(kind, x, 1)).result(g.scan(kind, x, 0, reverse=True)).result(g.scan(kind, x, 1, exclusive=True))
        yield g


def chain_cases():
    for dtype in FLOATS:
        g = NarrowCase(f"each operation of a chain rounds at {dtype}", note="Fused or alone, with a result that others read in between.")
        x, y = g.argument(moderate(f"chain {dtype}", dtype, [700])), g.argument(moderate(f"other {dtype}", dtype, [700]))
        a = g.op("add", g.op("mul", x, y), y)
        b = g.op("sub", g.op("div", a, g.op("add", g.op("abs", x), y)), x)
        g.result(a).result(b).result(g.op("max", g.op("square", b), x))
        yield g

        g = NarrowCase(f"a loop carries {dtype}")
        x, decay = g.argument(moderate(f"carried {dtype}", dtype, [70])), g.argument(np.array(0.9).astype(DTYPES[dtype]))

        def step(c, i, state, factor):
            moved = c.op("mul", state, c.broadcast(factor, [70]))
            return [c.op("add", moved, state), moved]

        for value in g.loop(step, 12, [x], captured=[decay]):
            g.result(value)
        yield g
    for dtype in NARROW:
        g = NarrowCase(f"a Variable of {dtype}")
        v, x = g.variable("v", moderate(f"variable {dtype}", dtype, [33])), g.argument(moderate(f"step {dtype}", dtype, [33]))
        g.store(v, g.op("add", g.op("mul", v, x), x)).result(v)
        yield g

    g = NarrowCase("a loop counts in bytes", note="They wrap.")
    x = g.argument(np.array([250, 0, 100], np.uint8))

    def count(c, i, state):
        return [c.op("add", state, c.constant(np.array(7, np.uint8)))]

    for value in g.loop(count, 100, [x]):
        g.result(value)
    yield g


def refused_cases():
    def graph(name, lines, code, containing):
        return ErrorCase(name, "hillock graph 1\n" + lines, code, containing)

    yield graph("the neighbour of a half", "%0 = argument 0 : f16[3]\n%1 = nextafter %0, %0\nreturn %1", "dtype", "asType(.f32)")
    yield graph("halves sorted by a graph", "%0 = argument 0 : bf16[3]\n%1 = sort %0 axis 0\nreturn", "dtype", "asType(.f32)")
    yield graph("the negative of bytes without a sign", "%0 = argument 0 : u8[3]\n%1 = neg %0\nreturn %1", "dtype", "u8")
    yield graph("bits of halves", "%0 = argument 0 : f16[3]\n%1 = xor %0, %0\nreturn %1", "dtype", "xor")
    yield graph("random bits of two bytes", "%0 = argument 0 : u32[2]\n%1 = randombits %0 : u16[4]\nreturn %1", "argument", "u16")
    yield graph("a byte that is none", "%0 = constant u8[1] {256}\nreturn %0", "format", "u8")
    yield graph("a half that is too large", "%0 = constant f16[1] {65520}\nreturn %0", "format", "f16")
    yield graph("a sum that is declared narrow", "%0 = argument 0 : i8[3]\n%1 = reduce.sum %0 : i8[]\nreturn %1", "format", "i32")


def groups():
    return [
        (name, list(cases()))
        for name, cases in [
            ("conversion", conversion_cases), ("elementwise", elementwise_cases), ("promotion", promotion_cases), ("moving", moving_cases),
            ("combining", combining_cases), ("chains", chain_cases), ("refused", refused_cases),
        ]
    ]
