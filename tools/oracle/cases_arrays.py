"""Every array op at every dtype that it takes: ranks 0 to 4, operands that lie otherwise, bodies of loops and branches, special
values, and extents beside those of a vector, of a unit of work and of a chunk.

A `Work` says how an op's operands look at a rank, and what is done with them; the kinds of cases below are the same for all.
"""

import itertools

import numpy as np

import cases_elementwise
import cases_narrow
from cases_elementwise import random
from cases_layouts import numbered, some
from cases_narrow import NarrowCase
from numerics import ALL, DTYPES, NARROW, NUMBERS

EVERY = ALL + list(NARROW)
EVERY_NUMBER = NUMBERS + list(NARROW)
FLOATING = ("f32", "f64", "f16", "bf16")
SHAPES = {0: [], 1: [7], 2: [3, 5], 3: [2, 3, 5], 4: [3, 1, 2, 3]}


def data(seed, dtype, shape, kind="any"):
    """Of any kind: special values and others, whose bits are moved. Moderate: what sums and products are made of."""
    rng, d, count = random(f"{seed} {dtype} {shape} {kind}"), DTYPES[dtype], int(np.prod(shape, dtype=int))
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if kind == "moderate":
        if dtype in FLOATING:
            return (rng.standard_normal(shape) * 2).astype(np.float32).astype(d)
        return rng.integers(0 if dtype[0] == "u" else -9, 10, shape).astype(d)
    special = (cases_narrow if dtype in NARROW else cases_elementwise).specials(dtype)
    plain = rng.integers(0, 50, count) / (4 if dtype in FLOATING else 1)
    return np.where(rng.integers(0, 3, count) == 0, rng.choice(special, count), plain.astype(d)).reshape(shape)


# The same array, lying otherwise in memory or made before it is read.


def reversed_axes(g, a):
    n = a.ndim
    return g.slice(g.argument(a[(slice(None, None, -1),) * n]), [e - 1 for e in a.shape], [-1] * n, list(a.shape))


def stepped(g, a):
    wide = np.zeros([2 * e + 1 for e in a.shape], a.dtype)
    wide[(slice(1, None, 2),) * a.ndim] = a
    return g.slice(g.argument(wide), [1] * a.ndim, [2] * a.ndim, list(a.shape))


def cut_out(g, a):
    wide = np.pad(a, 1, mode="edge") if a.size else a
    return g.slice(g.argument(wide), [1] * a.ndim, [1] * a.ndim, list(a.shape)) if a.size else g.argument(a)


def made(g, a):
    """Made by the kernel before, out of two arrays of which neither is it."""
    mask = np.resize([True, False, False, True, True], a.size).reshape(a.shape)
    other = np.flip(a)
    return g.op("select", g.argument(mask), g.argument(np.where(mask, a, other)), g.argument(np.where(mask, other, a)))


LAYOUTS = {
    "transposed": lambda g, a: g.transpose(g.argument(np.ascontiguousarray(a.T)), list(range(a.ndim))[::-1]),
    "reversed": reversed_axes,
    "stepped": stepped,
    "cut out": cut_out,
    "made before": made,
    "reshaped": lambda g, a: g.reshape(g.argument(a.reshape(-1)), list(a.shape)),
    "a Variable": lambda g, a: g.variable(f"v{len(g.variables)}", a),
    "a constant": lambda g, a: g.constant(a),
}


class Work:
    """operands(seed, dtype, shape) -> arrays; ways(g, values) -> what can be done with them: functions that give a value or several,
    with the tolerance where it is not exact. What an op takes beside them (indices, starts) is made in `ways`."""

    def __init__(self, name, dtypes, operands, ways, lowest=0):
        self.name, self.dtypes, self.operands, self.ways, self.lowest = name, dtypes, operands, ways, lowest

    def results(self, g, values, number, count):
        """So many of the ways, others for each number."""
        found = []
        for way in some(self.ways(g, values), number, count):
            way, tolerance = way if isinstance(way, tuple) else (way, "exact")
            given = way()
            found += [(value, tolerance) for value in (given if isinstance(given, list) else [given])]
        return found


def one(kind="any"):
    return lambda seed, dtype, shape: [data(seed, dtype, shape, kind)]


def two(seed, dtype, shape, kind="any"):
    return [data(f"{seed} first", dtype, shape, kind), data(f"{seed} second", dtype, shape, kind)]


def rank(x):
    return len(x.shape)


def count_of(shape):
    return int(np.prod(shape, dtype=int))


# Reductions, scans, order


def rarely(seed, dtype, shape):
    """Zeros among others, for any and all."""
    return [np.where(random(f"{seed} {dtype}").random(shape) < 0.4, DTYPES[dtype](0), data(seed, dtype, shape, "moderate"))]


def reductions(kind):
    def way(g, x, axes):
        # Of axes that are no neighbours the order of the terms is not said to the bit.
        apart = any(b - a > 1 for a, b in zip(axes, axes[1:])) and kind in ("sum", "product") and x.dtype in FLOATING
        loose = "within 4 ulp or 1e-14" if x.dtype == "f64" else "within 4 ulp or 1e-5"
        return lambda: g.reduce(kind, x, axes), loose if apart else "exact"

    def ways(g, values):
        (x,) = values
        # All axes first, then single ones: where there is time for a few, these.
        sets = [list(s) for k in range(rank(x) + 1) for s in itertools.combinations(range(rank(x)), k)]
        return [way(g, x, axes) for axes in sets[-1:] + sets[1:-1] + sets[:1]]

    return ways


def scans(kind):
    flags = [(False, False), (True, False), (False, True), (True, True)]
    return lambda g, values: [
        lambda axis=axis, f=f: g.scan(kind, values[0], axis, *f) for f in flags for axis in range(rank(values[0]))
    ]


def argreductions(kind):
    return lambda g, values: [lambda axis=axis: g.arg_reduce(kind, values[0], axis) for axis in range(rank(values[0]))]


def sorts(descending):
    return lambda g, values: [
        lambda axis=axis: g.sort([values[0], g.iota("i32", values[0].shape, axis)], axis, descending)
        for axis in range(rank(values[0]))
    ]


def selections(g, values):
    (x,) = values
    return [lambda axis=axis: g.top_k(x, x.array.shape[axis] // 2, axis) for axis in range(rank(x))]


def places(g, values):
    return [lambda size=size: g.places(values[0], size) for size in (2, 9)]


def searches(g, values):
    # The same line in each step of a loop.
    line = g.constant(np.sort(data("a line to search", values[0].dtype, [7], "any")))
    return [lambda right=right: g.search(line, values[0], right) for right in (False, True)]


def transforms(g, values):
    # A few roundings of the line's norm, which is below 20.
    tolerance = "within 4 ulp or " + {"f32": "5e-6", "f64": "1e-14"}[values[0].dtype]
    return [(lambda: g.fft(*values), tolerance), (lambda: g.fft(*values[::-1]), tolerance)]


# Products


def factors(seed, dtype, shape):
    n = (shape or [1])[-1]
    shapes = {"left": shape, "vector": [n], "matrix": [n, 3], "block": [n, 2, 3], "batch": [(shape or [1])[0], n, 2]}
    return [data(f"{seed} {name}", dtype, s, "moderate") for name, s in shapes.items()]


def products(g, values):
    a, vector, matrix, block, batch = values
    found = [lambda: g.dot(a, vector), lambda: g.dot(a, matrix), lambda: g.dot(a, block)][: None if rank(a) < 4 else 2]
    if rank(a) > 1:
        found += [lambda: g.dot(a, batch, 1), lambda: g.dot(vector, g.transpose(a, [rank(a) - 1, *range(rank(a) - 1)]))]
    return found


# Indices

INDEX_DTYPES = ["i64", "i32", "u8", "i16", "u64", "i8", "u32", "u16"]


def indices(g, seed, extent, shape):
    """Some beyond the ends, or counted from them; of every dtype that an index may have."""
    rng = random(f"indices {seed} {extent} {shape}")
    dtype = INDEX_DTYPES[rng.integers(len(INDEX_DTYPES))]
    return g.constant(rng.integers(0 if dtype[0] == "u" else -extent - 2, extent + 3, shape).astype(DTYPES[dtype]))


def gathers(g, values):
    (x,) = values
    seed = f"{x.dtype} {rank(x)}"
    plain = [
        lambda axis=axis: g.gather(x, indices(g, f"{seed} {axis}", x.shape[axis], [2, 2] if axis % 2 else [4]), 0, axis)
        for axis in range(rank(x))
    ]
    batched = [
        lambda axis=axis: g.gather(x, indices(g, f"{seed} batch", x.shape[axis], [x.shape[0], 2]), 1, axis)
        for axis in range(1, rank(x))
    ]
    return plain + batched


def base_and_updates(kind):
    return lambda seed, dtype, shape: [
        data(f"{seed} base", dtype, shape, kind),
        data(f"{seed} updates", dtype, [4, *shape], kind),
    ]


def scatters(kind):
    def way(g, x, updates, axis):
        shape = x.shape[:axis] + [4] + x.shape[axis + 1 :]
        line = g.reshape(updates, [count_of(updates.shape)])
        given = g.reshape(g.slice(line, [0], [1], [count_of(shape)]), shape)
        return g.scatter(x, indices(g, f"{kind} {x.dtype} {axis}", x.shape[axis], [4]), given, kind, 0, axis)

    return lambda g, values: [lambda axis=axis: way(g, *values, axis) for axis in range(rank(values[0]))]


def starts_of(g, x):
    return g.constant(random(f"starts {x.dtype} {x.shape}").integers(-2, 4, [rank(x)]))


def windows(x):
    return [[max(n - cut, 0) for n in x.shape] for cut in (1, 0, 2)]


def dynamic_slices(g, values):
    (x,) = values
    return [lambda sizes=sizes: g.dynamic_slice(x, starts_of(g, x), sizes) for sizes in windows(x)]


def dynamic_updates(g, values):
    x, y = values
    return [
        lambda sizes=sizes: g.dynamic_update(x, g.slice(y, [0] * rank(x), [1] * rank(x), sizes), starts_of(g, x))
        for sizes in windows(x)
    ]


# What moves elements


def pads(g, values):
    (x,) = values

    def way(*edges):
        low, high, interior = ([e if axis % 2 == 0 else other for axis in range(rank(x))] for e, other in zip(edges, (0, 1, 0)))
        return g.pad(x, g.constant(data("fill", x.dtype, [])), low, high, interior)

    return [lambda edges=edges: way(*edges) for edges in [(1, 2, 0), (-1, 1, 1), (0, -1, 0), (2, 0, 2)]]


def concatenations(g, values):
    x, y = values
    return [lambda axis=axis: g.concatenate([x, y, x], axis) for axis in range(rank(x))]


def slices(g, values):
    (x,) = values
    n, shape = rank(x), x.shape
    return [
        lambda: g.slice(x, [e - 1 for e in shape], [-1] * n, shape),
        lambda: g.slice(x, [0] * n, [2] * n, [-(-e // 2) for e in shape]),
        lambda: g.slice(x, [min(1, e - 1) for e in shape], [1] * n, [max(e - 1, 1) for e in shape]),
        lambda: g.slice(x, [e - 1 for e in shape], [-2] * n, [-(-e // 2) for e in shape]),
    ]


def updates(g, values):
    x, y = values
    n, shape = rank(x), x.shape
    part = lambda sizes: g.slice(y, [0] * n, [1] * n, sizes)
    return [
        lambda: g.update(x, part([-(-e // 2) for e in shape]), [0] * n, [2] * n),
        lambda: g.update(x, y, [e - 1 for e in shape], [-1] * n),
        lambda: g.update(x, part([1] * n), [e - 1 for e in shape], [1] * n),
    ]


def transposes(g, values):
    (x,) = values
    return [lambda p=p: g.transpose(x, list(p)) for p in list(itertools.permutations(range(rank(x))))[::-1]]


def reshapes(g, values):
    (x,) = values
    n = count_of(x.shape)
    return [lambda shape=shape: g.reshape(x, shape) for shape in [[n], [1, n, 1], [n, 1], [1, *x.shape], x.shape[::-1]]]


def broadcasts(g, values):
    (x,) = values

    def way(axis):
        row = g.slice(
            x,
            [min(1, e - 1) if a == axis else 0 for a, e in enumerate(x.shape)],
            [1] * rank(x),
            [1 if a == axis else e for a, e in enumerate(x.shape)],
        )
        return g.broadcast(row, [3 if a == axis else e for a, e in enumerate(x.shape)])

    return [lambda: g.broadcast(x, [2, *x.shape])] + [lambda axis=axis: way(axis) for axis in range(rank(x))]


def works():
    for kind in ["sum", "product", "max", "min"]:
        yield Work(f"reduce.{kind}", EVERY_NUMBER, one("moderate"), reductions(kind))
    for kind in ["any", "all"]:
        yield Work(f"reduce.{kind}", EVERY, rarely, reductions(kind))
    for kind in ["max", "min"]:
        yield Work(f"argreduce.{kind}", EVERY, one(), argreductions(kind), lowest=1)
    for kind in ["sum", "product", "max", "min"]:
        dtypes = EVERY_NUMBER + (["bool"] if kind in ("sum", "product") else [])
        yield Work(f"scan.{kind}", dtypes, one("moderate"), scans(kind), lowest=1)
    for descending in [False, True]:
        yield Work(f"sort{' descending' if descending else ''}", ALL, one(), sorts(descending), lowest=1)
    yield Work("topk", ALL, one(), selections, lowest=1)
    yield Work("places", ["bool"], one(), places, lowest=1)
    yield Work("search", [d for d in ALL if d != "bool"], one(), searches)
    yield Work("fft", ["f32", "f64"], lambda *where: two(*where, "moderate"), transforms, lowest=1)
    yield Work("dot", EVERY_NUMBER, factors, products, lowest=1)
    yield Work("gather", EVERY, one(), gathers, lowest=1)
    for kind in ["set", "add", "multiply", "min", "max"]:
        dtypes = EVERY if kind in ("set", "min", "max") else EVERY_NUMBER
        yield Work(f"scatter.{kind}", dtypes, base_and_updates("any" if kind == "set" else "moderate"), scatters(kind), lowest=1)
    yield Work("dynamicslice", EVERY, one(), dynamic_slices)
    yield Work("dynamicupdate", EVERY, two, dynamic_updates)
    yield Work("pad", EVERY, one(), pads)
    yield Work("concatenate", EVERY, two, concatenations, lowest=1)
    yield Work("slice", EVERY, one(), slices)
    yield Work("update", EVERY, two, updates)
    yield Work("transpose", EVERY, one(), transposes)
    yield Work("reshape", EVERY, one(), reshapes)
    yield Work("broadcast", EVERY, one(), broadcasts)


def conversions():
    for target in EVERY:
        way = lambda g, values, target=target: [lambda: g.convert(values[0], target)]
        yield Work(f"convert to {target}", [d for d in EVERY if d != target], one(), way)


# The kinds of cases


def ranks(work, dtype, number):
    g = NarrowCase(f"{work.name} {dtype}, ranks {work.lowest} to 4")
    for shape in list(SHAPES.values())[work.lowest :]:
        arrays = work.operands(f"{work.name} ranks", dtype, shape)
        for value, tolerance in work.results(g, [g.argument(a) for a in arrays], number, 2):
            g.result(value, tolerance)
    return g


def views(work, dtype, number):
    chosen = some(LAYOUTS.items(), number, 2)
    g = NarrowCase(f"{work.name} {dtype} of operands that are " + ", ".join(title for title, _ in chosen))
    for turn, (_, lay) in enumerate(chosen, number):
        arrays = work.operands(f"{work.name} views {turn}", dtype, [[3, 4], [2, 2, 3]][turn % 2])
        for value, tolerance in work.results(g, [lay(g, a) for a in arrays], turn, 2):
            g.result(value, tolerance)
    return g


def bodies(work, dtype, number):
    in_loop = number % 2 == 0
    g = NarrowCase(
        f"{work.name} {dtype} in a "
        + ("loop, of the rows of each step" if in_loop else "branch, and reversed in the one beside it")
    )
    steps = [work.operands(f"{work.name} step {i}", dtype, [2, 3]) for i in range(3)]
    tolerances = []

    def results(c, values):
        found = work.results(c, values, number, 2)
        tolerances[:] = [tolerance for _, tolerance in found]
        return [value for value, _ in found]

    def turned(c, *values):
        return results(c, [c.slice(v, [n - 1 for n in v.shape], [-1] * rank(v), v.shape) for v in values])

    if in_loop:
        stacks = [g.argument(np.stack(column)) for column in zip(*steps)]
        values = g.loop(lambda c, i, *rows: results(c, rows), 3, [], stacks)
    else:
        values = g.branch(
            g.argument(np.int32(number // 2 % 2)), [lambda c, *v: results(c, v), turned], [g.argument(a) for a in steps[0]]
        )
    for value, tolerance in zip(values, tolerances):
        g.result(value, tolerance)
    return g


def extremes(work, dtype, number):
    """What combines elements, of the greatest and least numbers, infinities, NaN, both zeros and subnormals."""
    g = NarrowCase(
        f"{work.name} {dtype} of special values",
        note="Integers wrap; what overflows, meets infinities or NaN, or is -0, by the order of the terms.",
    )
    for turn, shape in enumerate([[5, 6], [2, 3, 4]], number):
        arrays = [data(f"{work.name} extremes {i}", dtype, a.shape) for i, a in enumerate(work.operands("", dtype, shape))]
        for value, tolerance in work.results(g, [g.argument(a) for a in arrays], turn, 3):
            g.result(value, tolerance)
    return g


EXTENTS = [1, 63, 64, 65, 4095, 4096, 4097]
PERIOD = 61


def lengths(work, dtype, number):
    chosen = some([[n] for n in EXTENTS] + [[n, 3] for n in EXTENTS], number, 4)
    g = NarrowCase(
        f"{work.name} {dtype} of " + ", ".join("by".join(map(str, shape)) for shape in chosen),
        period=PERIOD,
        note="Of long results every so many elements.",
    )
    for turn, shape in enumerate(chosen, number):
        (line,) = work.operands(f"{work.name} lengths {len(shape)}", dtype, [PERIOD])
        for value, tolerance in work.results(g, [g.argument(np.resize(line, shape))], turn, 1):
            if value.array.size > 200:
                first, *rest = value.shape
                value = g.slice(value, [first - 1] + [0] * len(rest), [-(first // 16)] + [1] * len(rest), [16, *rest])
            g.result(value, tolerance)
    return g


def iota_cases():
    for dtype in EVERY_NUMBER:
        g = NarrowCase(
            f"iota {dtype}, ranks 1 to 4",
            note="Along every axis, and beside the extents of tiles and chunks; narrow integers wrap.",
        )
        for shape in list(SHAPES.values())[1:]:
            for axis in range(len(shape)):
                g.result(g.iota(dtype, shape, axis))
        for n in EXTENTS:
            g.result(g.slice(g.iota(dtype, [n], 0), [n - 1], [-max(n // 9, 1)], [min(n, 9)]))
        yield g


def random_cases():
    for dtype in ["u32", "u64"]:
        for n, shape in SHAPES.items():
            g = NarrowCase(
                f"randombits {dtype} of rank {n}",
                note="A key that is given, one that is made, one in a Variable; blocks from 0 and from 2^32 - 2 on.",
            )
            key = np.array([7 + n, 2**32 - 1 - n], np.uint32)
            for k in [g.argument(key), made(g, key), g.variable("key", key)]:
                g.result(g.random_bits(k, dtype, shape)).result(g.random_bits(k, dtype, shape, first=2**32 - 2))
            yield g
        g = NarrowCase(f"randombits {dtype} in a loop", note="A key of its own in each step.")
        keys = g.argument(np.arange(6, dtype=np.uint32).reshape(3, 2))
        g.result(g.loop(lambda c, i, key: [c.random_bits(key, dtype, [2, 3])], 3, [], [keys])[0])
        yield g


def of_all(kind, found):
    return [kind(work, dtype, number) for work in found for number, dtype in numbered(work.name, work.dtypes)]


def groups():
    for kind in (ranks, views, bodies):
        yield kind.__name__, of_all(kind, works())
    yield "lengths", of_all(lengths, [w for w in works() if w.name.split(".")[0] in ("reduce", "scan", "argreduce")])
    combining = [w for w in works() if w.name.split(".")[0] in ("reduce", "scan", "dot", "scatter") and w.name != "scatter.set"]
    yield "extremes", of_all(extremes, combining)
    yield "conversions", of_all(ranks, conversions())
    yield "iota", list(iota_cases())
    yield "random", list(random_cases())
