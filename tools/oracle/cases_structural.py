"""Shapes, slices, reductions, products, indices, random bits: what moves and combines elements."""

import numpy as np

from cases_elementwise import random, scattered, specials
from graph import Case
from numerics import ALL, DTYPES, FLOATS, INTEGERS, NUMBERS


def ramp(dtype, shape, start=1):
    count = int(np.prod(shape, dtype=int))
    if dtype == "bool":
        return (np.arange(count) % 3 == 0).reshape(shape)
    return (np.arange(count) + start).astype(DTYPES[dtype]).reshape(shape)


def normal(name, dtype, shape, scale=1.0):
    rng = random(name)
    if dtype in FLOATS:
        return (rng.standard_normal(shape) * scale).astype(DTYPES[dtype])
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    low = 0 if dtype[0] == "u" else -1000
    return rng.integers(low, 1000, shape).astype(DTYPES[dtype])


def convert_cases():
    for source in ALL:
        rng = random(f"convert {source}")
        values = np.concatenate([specials(source), scattered(source, 30, rng)])
        if source in FLOATS:
            edges = [2**31, 2**31 - 1, -2**31, -2**31 - 1, 2**32, 2**63, -2**63, 2**64, 2**53 + 1, 0.999, -0.999, 1e300]
            with np.errstate(over="ignore"):
                values = np.concatenate([values, np.array(edges).astype(DTYPES[source])])
        g = Case(f"convert from {source}", period=len(values))
        x = g.argument(np.resize(values, 4400))
        for target in ALL:
            if target != source:
                g.result(g.convert(x, target))
        yield g


def shape_cases():
    for dtype in ALL:
        g = Case(f"broadcast {dtype}")
        row, column, scalar = g.argument(ramp(dtype, [1, 5])), g.argument(ramp(dtype, [3, 1])), g.argument(ramp(dtype, []))
        for x, shape in [(row, [3, 5]), (column, [3, 5]), (scalar, [2, 3]), (row, [2, 4, 5]), (column, [2, 3, 4]), (scalar, [7])]:
            g.result(g.broadcast(x, shape))
        yield g

        g = Case(f"transpose {dtype}")
        x, m = g.argument(ramp(dtype, [2, 3, 4])), g.argument(ramp(dtype, [5, 3]))
        for permutation in [[0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]]:
            g.result(g.transpose(x, permutation))
        g.result(g.transpose(m, [1, 0]))
        yield g

        g = Case(f"slice {dtype}", note="Steps of either sign, single elements and empty ranges.")
        x = g.argument(ramp(dtype, [6, 7]))
        for starts, steps, sizes in [
            ([0, 0], [1, 1], [6, 7]), ([1, 2], [1, 1], [3, 4]), ([5, 6], [-1, -1], [6, 7]), ([0, 6], [2, -3], [3, 3]),
            ([4, 1], [-2, 5], [3, 2]), ([3, 3], [1, 1], [1, 1]), ([2, 2], [1, 1], [0, 3]),
        ]:
            g.result(g.slice(x, starts, steps, sizes))
        yield g

        g = Case(f"update {dtype}", note="The elements a slice would take, replaced.")
        base, patch = g.argument(ramp(dtype, [6, 7])), g.argument(ramp(dtype, [3, 3], start=100))
        for starts, steps in [([0, 0], [1, 1]), ([3, 4], [1, 1]), ([5, 6], [-1, -1]), ([0, 6], [2, -3]), ([4, 0], [-2, 3])]:
            g.result(g.update(base, patch, starts, steps))
        yield g

        g = Case(f"concatenate {dtype}")
        a, b, c = g.argument(ramp(dtype, [2, 3])), g.argument(ramp(dtype, [4, 3], start=50)), g.argument(ramp(dtype, [2, 2], start=70))
        g.result(g.concatenate([a, b], 0))
        g.result(g.concatenate([a, c, a], 1))
        g.result(g.concatenate([c], 1))
        yield g

    g = Case("reshape keeps row-major order", note="Also of transposed, sliced and broadcast values, which are no longer dense.")
    x = g.argument(ramp("f32", [4, 6]))
    g.result(g.reshape(x, [24])).result(g.reshape(x, [2, 3, 4])).result(g.reshape(x, [24, 1]))
    g.result(g.reshape(g.transpose(x, [1, 0]), [4, 6]))
    g.result(g.reshape(g.slice(x, [3, 5], [-1, -2], [4, 3]), [12]))
    g.result(g.reshape(g.broadcast(g.slice(x, [1, 0], [1, 1], [1, 6]), [3, 6]), [9, 2]))
    yield g

    g = Case("views of large arrays", period=61, note="More than a chunk of positions, read through strides and offsets.")
    x = g.argument(np.resize(ramp("f32", [61]), 61 * 90).reshape(90, 61))
    t = g.transpose(x, [1, 0])
    g.result(g.op("add", t, t))
    g.result(g.op("mul", g.slice(x, [89, 0], [-1, 1], [90, 61]), x))
    g.result(g.op("sub", g.slice(x, [1, 0], [1, 1], [89, 61]), g.slice(x, [0, 0], [1, 1], [89, 61])))
    g.result(g.op("add", x, g.slice(x, [7, 0], [1, 1], [1, 61])))
    yield g

    g = Case("one value through many views", note="A transpose of a slice of a broadcast of a reshape.")
    x = g.argument(ramp("i32", [12]))
    y = g.broadcast(g.reshape(x, [3, 1, 4]), [3, 2, 4])
    z = g.slice(y, [2, 1, 3], [-1, -1, -2], [3, 2, 2])
    g.result(g.transpose(z, [2, 0, 1])).result(g.op("neg", g.transpose(z, [1, 2, 0])))
    yield g

    g = Case("sixteen axes")
    x = g.argument(ramp("i64", [2] + [1] * 13 + [3, 2]))
    g.result(g.transpose(x, list(range(15, -1, -1)))).result(g.reduce("sum", x, list(range(15))))
    yield g


def iota_cases():
    for dtype in NUMBERS:
        g = Case(f"iota {dtype}", note="A graph without arguments.")
        g.result(g.iota(dtype, [7], 0)).result(g.iota(dtype, [3, 4], 0)).result(g.iota(dtype, [3, 4], 1))
        g.result(g.iota(dtype, [2, 3, 2], 1)).result(g.reduce("sum", g.iota(dtype, [5000], 0), [0]))
        yield g


def reduce_cases():
    for dtype in NUMBERS:
        kinds = ["sum", "max", "min"]
        for kind in kinds:
            values = normal(f"reduce {kind} {dtype}", dtype, [8, 9])
            g = Case(f"reduce.{kind} {dtype}, every set of axes")
            x = g.argument(values)
            for axes in [[0], [1], [0, 1]]:
                g.result(g.reduce(kind, x, axes))
            y = g.argument(normal(f"reduce {kind} {dtype} 3", dtype, [3, 4, 5]))
            for axes in [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2], []]:
                g.result(g.reduce(kind, y, axes))
            # Axes that are not neighbours: the order of the terms is the row-major order of the reduced axes.
            g.result(g.reduce(kind, y, [0, 2]), "exact" if kind != "sum" or dtype not in FLOATS else "within 4 ulp or 1e-6")
            yield g
        g = Case(f"reduce.product {dtype}")
        small = normal(f"product {dtype}", dtype, [6, 7]) if dtype in FLOATS else ramp(dtype, [6, 7]) % 5 + 1
        x = g.argument(small.astype(DTYPES[dtype]))
        for axes in [[0], [1], [0, 1]]:
            g.result(g.reduce("product", x, axes))
        yield g

    for kind in ["any", "all"]:
        g = Case(f"reduce.{kind} bool")
        rng = random(kind)
        x = g.argument(rng.random([6, 5]) < (0.2 if kind == "any" else 0.8))
        for axes in [[0], [1], [0, 1], []]:
            g.result(g.reduce(kind, x, axes))
        yield g
    g = Case("reduce.sum of bool counts in i32")
    g.result(g.reduce("sum", g.argument(ramp("bool", [3, 7])), [1]))
    yield g

    for dtype in FLOATS:
        g = Case(f"reduce.sum {dtype}, the fixed tree over many chunks",
                 note="13001 terms: three whole chunks and a ragged one; the bits are those of the tree in Spec/numerics.md.")
        values = np.resize(normal(f"tree {dtype}", dtype, [97]), 13001)
        g.period = 97
        x = g.argument(values)
        g.result(g.reduce("sum", x, [0]))
        g.result(g.reduce("sum", g.op("square", x), [0]))
        g.result(g.reduce("max", x, [0])).result(g.reduce("min", x, [0]))
        yield g

        g = Case(f"reduce.sum {dtype}, rows as terms over many chunks", note="9001 rows of 3: four lanes of rows.")
        g.period = 97 * 3
        x = g.argument(np.resize(normal(f"row tree {dtype}", dtype, [97 * 3]), 9001 * 3).reshape(9001, 3))
        g.result(g.reduce("sum", x, [0]))
        g.result(g.reduce("max", x, [0]))
        yield g

        g = Case(f"reduce.sum {dtype}, long rows", note="Three rows of 4999 terms, each its own tree.")
        g.period = 97
        x = g.argument(np.resize(normal(f"long rows {dtype}", dtype, [97]), 3 * 4999).reshape(3, 4999))
        g.result(g.reduce("sum", x, [1])).result(g.reduce("min", x, [1]))
        yield g

        g = Case(f"reductions of special values {dtype}", note="nan wins in max and min; sums meet infinities of both signs.")
        d = DTYPES[dtype]
        rows = [[1, np.nan, 3, -1], [np.inf, 1, -np.inf, 0], [-0.0, -0.0, -0.0, -0.0], [0.0, -0.0, 0.0, -0.0], [np.inf, 1, 2, 3]]
        x = g.argument(np.array(rows, dtype=d))
        g.result(g.reduce("sum", x, [1])).result(g.reduce("max", g.slice(x, [0, 0], [1, 1], [2, 4]), [1]))
        g.result(g.reduce("min", g.slice(x, [0, 0], [1, 1], [2, 4]), [1])).result(g.reduce("product", x, [1]))
        yield g


def dot_cases():
    for dtype in NUMBERS:
        g = Case(f"dot {dtype}, the four kinds")
        n = lambda s, *shape: normal(f"dot {dtype} {s}", dtype, list(shape))
        v, w, m, k = g.argument(n("v", 11)), g.argument(n("w", 7)), g.argument(n("m", 7, 11)), g.argument(n("k", 11, 5))
        g.result(g.dot(v, v)).result(g.dot(m, v)).result(g.dot(w, m)).result(g.dot(m, k))
        yield g
    for dtype in FLOATS:
        g = Case(f"dot {dtype} over many chunks", note="Terms are accumulated by fma in 64 lanes, chunk by chunk.")
        g.period = 97
        a, b = (np.resize(normal(f"dot long {dtype} {s}", dtype, [97]), 9001) for s in "ab")
        x, y = g.argument(a), g.argument(b)
        g.result(g.dot(x, y))
        yield g

        g = Case(f"dot {dtype}, many rows of ten", note="The contractions of a logistic-regression step.")
        g.period = 610
        X = np.resize(normal(f"rows {dtype}", dtype, [610]), 4500 * 10).reshape(4500, 10)
        x, w = g.argument(X), g.argument(normal(f"weights {dtype}", dtype, [10]))
        z = g.dot(x, w)
        g.result(z).result(g.dot(z, x))
        yield g

        g = Case(f"products and reductions {dtype} shared by columns",
                 note="Rows so long that workers take panels of them: a vector by a matrix, two matrices, an axis.")
        g.period = 997
        v = g.argument(np.resize(normal(f"panel vector {dtype}", dtype, [997]), 4500))
        m = g.argument(np.resize(normal(f"panel rows {dtype}", dtype, [997]), 4500 * 300).reshape(4500, 300))
        a = g.argument(np.resize(normal(f"panel block {dtype}", dtype, [997]), 150 * 40).reshape(150, 40))
        b = g.argument(np.resize(normal(f"panel strip {dtype}", dtype, [997]), 40 * 600).reshape(40, 600))
        g.result(g.dot(v, m)).result(g.reduce("sum", m, [0])).result(g.reduce("sum", g.dot(a, b), [0]))
        g.result(g.dot(g.slice(v, [0], [1], [40]), b)).result(g.reduce("max", b, [0]))
        yield g

        g = Case(f"dot {dtype} of matrices that lie transposed", note="The order of the terms is the same however a factor lies.")
        x, y = g.argument(normal(f"X {dtype}", dtype, [70, 41])), g.argument(normal(f"G {dtype}", dtype, [70, 35]))
        w = g.argument(normal(f"W {dtype}", dtype, [41, 35]))
        g.result(g.dot(g.transpose(x, [1, 0]), y)).result(g.dot(y, g.transpose(w, [1, 0])))
        g.result(g.dot(g.transpose(w, [1, 0]), g.transpose(x, [1, 0])))
        yield g

        g = Case(f"dot {dtype} of matrices")
        a, b = g.argument(normal(f"A {dtype}", dtype, [33, 70])), g.argument(normal(f"B {dtype}", dtype, [70, 19]))
        g.result(g.dot(a, b)).result(g.dot(g.transpose(b, [1, 0]), g.transpose(a, [1, 0])))
        yield g


def batch_cases():
    for dtype in NUMBERS:
        g = Case(f"dot {dtype} with a batch", note="Vectors and matrices, several axes of each kind, none of a kind, a factor that all share.")
        n = lambda s, *shape: g.argument(normal(f"batch {dtype} {s}", dtype, list(shape)))
        v, w, m, k, x = n("v", 2, 3, 11), n("w", 2, 3, 11), n("m", 2, 3, 5, 11), n("k", 2, 3, 11, 4), n("x", 3, 2, 11, 4)
        g.result(g.dot(v, w, 2)).result(g.dot(m, w, 2)).result(g.dot(v, k, 2)).result(g.dot(m, k, 2))
        g.result(g.dot(g.transpose(m, [0, 1, 3, 2]), m, 2)).result(g.dot(m, g.transpose(m, [0, 1, 3, 2]), 2))
        g.result(g.dot(m, g.transpose(x, [1, 0, 2, 3]), 2)).result(g.dot(g.reshape(m, [6, 5, 11]), g.reshape(k, [6, 11, 4]), 1))
        g.result(g.dot(g.slice(m, [0, 0, 0, 0], [1, 1, 1, 1], [2, 1, 5, 11]), g.slice(k, [1, 1, 0, 0], [-1, 1, 1, 1], [2, 1, 11, 4]), 2))
        shared = g.slice(n("s", 11, 4), [0, 0], [1, 1], [11, 4])
        g.result(g.dot(m, g.broadcast(shared, [2, 3, 11, 4]), 2)).result(g.dot(m, shared)).result(g.dot(v, shared))
        g.result(g.dot(g.broadcast(n("a", 5, 11), [2, 3, 5, 11]), k, 2))
        yield g
    g = Case("dot over nothing with a batch")
    a, b = g.argument(np.zeros([2, 3, 0], np.float32)), g.argument(np.zeros([2, 0, 4], np.float32))
    c, d = g.argument(np.zeros([0, 3, 5], np.float32)), g.argument(np.zeros([0, 5, 4], np.float32))
    g.result(g.dot(a, b, 1)).result(g.dot(c, d, 1)).result(g.dot(a, g.reshape(b, [0, 2, 4])))
    yield g


def index_cases():
    for dtype in ALL:
        g = Case(f"gather {dtype}", note="Negative indices count from the end; beyond the ends they are clamped.")
        x, m = g.argument(ramp(dtype, [5])), g.argument(ramp(dtype, [4, 3]))
        at = g.argument(np.array([0, 4, -1, -5, 5, 100, -6, -100, 2], dtype=np.int64))
        narrow = g.argument(np.array([[1, -2], [3, 9]], dtype=np.int32))
        g.result(g.gather(x, at)).result(g.gather(m, at)).result(g.gather(m, narrow))
        yield g

        g = Case(f"scatter {dtype}", note="Beyond the ends dropped; of several updates of one place the last wins.")
        x, m = g.argument(ramp(dtype, [6])), g.argument(ramp(dtype, [4, 3]))
        at = g.argument(np.array([0, -1, 2, 6, -7, 2, 100], dtype=np.int64))
        g.result(g.scatter(x, at, g.argument(ramp(dtype, [7], start=40))))
        rows = g.argument(np.array([3, 0, 3, 4], dtype=np.int64))
        g.result(g.scatter(m, rows, g.argument(ramp(dtype, [4, 3], start=60))))
        yield g


# For four axes: what NumPy's take does, take_along_axis, and axes between.
INDEXED = [(0, 0), (0, 2), (1, 1), (1, 3), (2, 2), (3, 3)]


def some_indices(name, extent, shape):
    """Some of them beyond the ends, or counted from them."""
    return random(name).integers(-extent - 2, extent + 2, shape)


def digits(dtype, shape):
    """Numbers of one digit, so that large arrays are short texts."""
    count = int(np.prod(shape, dtype=int))
    return (np.resize(np.arange(997) * 7 % 11 % 10, count) % (2 if dtype == "bool" else 10)).astype(DTYPES[dtype]).reshape(shape)


def axis_cases():
    for dtype in ALL:
        g = Case(f"gather {dtype} along any axis, with batch axes",
                 note="Without batch axes np.take, with all axes before the last np.take_along_axis.")
        x = g.argument(normal(f"gather {dtype} source", dtype, [2, 3, 2, 3]))
        for batch, axis in INDEXED:
            for tail in [[], [3], [2, 2], [0]] if batch < 2 else [[2]]:
                indices = some_indices(f"gather {batch} {axis} {tail}", x.shape[axis], x.shape[:batch] + tail)
                g.result(g.gather(x, g.constant(np.asarray(indices)), batch, axis))
        yield g

        for kind in ["set", "add", "multiply", "min", "max"]:
            if dtype == "bool" and kind in ("add", "multiply"):
                continue
            g = Case(f"scatter {kind} {dtype}",
                     note="Several updates of one place, one after the other. Beyond the ends dropped.")
            base = normal(f"scatter {dtype} base", dtype, [2, 3, 2, 3])
            if dtype in FLOATS:
                base.ravel()[::5] = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1e30, -0.0, 2.0]
            x = g.argument(base)
            for batch, axis in INDEXED:
                for tail in [[5], [2, 2]] if batch < 2 else [[], [4]]:
                    indices = some_indices(f"scatter {batch} {axis} {tail}", x.shape[axis], x.shape[:batch] + tail)
                    updates = normal(f"scatter {dtype} {batch} {axis} {tail}", dtype, x.shape[:axis] + tail + x.shape[axis + 1:], 3.0)
                    if dtype in FLOATS:
                        updates.ravel()[::7] = -0.0
                        updates.ravel()[5::23] = np.nan
                    g.result(g.scatter(x, g.constant(np.asarray(indices)), g.constant(updates), kind, batch, axis))
            single = g.argument(normal(f"scatter {dtype} line", dtype, [9]))
            many = some_indices("scatter line", 9, [60])
            updates = normal(f"scatter {dtype} many", dtype, [60])
            g.result(g.scatter(single, g.argument(many), g.argument(updates), kind))
            yield g

    g = Case("the order of added updates shows in the bits",
             note="1e8 and then ones, in f32: each of the ones is lost where it comes after, none where they come before.")
    x = g.argument(np.zeros(2, np.float32))
    at = g.argument(np.array([0] * 9 + [1] * 9, np.int64))
    updates = g.argument(np.array([1e8] + [1.0] * 8 + [1.0] * 8 + [1e8], np.float32))
    g.result(g.scatter(x, at, updates, "add"))
    yield g

    for dtype in ["f32", "i64", "bool"]:
        g = Case(f"gather and scatter {dtype} of many", note="Elements and rows enough for several workers, and for whole vectors.")
        g.period = 997
        x = g.argument(digits(dtype, [5000]))
        at = g.argument(np.resize(some_indices("many", 5000, [997]), 9001))
        updates = g.argument(digits(dtype, [9001]))
        g.result(g.gather(x, at)).result(g.scatter(x, at, updates))
        g.result(g.scatter(x, at, updates, "max" if dtype == "bool" else "add"))
        rows = g.argument(digits(dtype, [9, 3001]))
        few = g.argument(some_indices("few", 9, [3]))
        g.result(g.gather(rows, few)).result(g.scatter(rows, few, g.gather(rows, few), "min"))
        yield g

    g = Case("gather and scatter along empty axes")
    none, x = g.argument(np.zeros([2, 0], np.int64)), g.argument(normal("empty", "f32", [2, 0, 3]))
    g.result(g.gather(x, none, 1, 1)).result(g.scatter(x, none, g.argument(np.zeros([2, 0, 3], np.float32)), "add", 1, 1))
    thin, at = g.argument(np.zeros([4, 0], np.float32)), g.argument(np.array([1, 9], np.int64))
    g.result(g.gather(thin, at)).result(g.scatter(thin, at, g.argument(np.zeros([2, 0], np.float32)), "max"))
    nobody = g.argument(np.zeros([0, 2], np.int64))
    g.result(g.gather(g.argument(np.zeros([0, 5], np.float32)), nobody, 1, 1))
    lost = g.argument(np.array([0, 1], np.int64))
    g.result(g.scatter(g.argument(np.zeros([0], np.float32)), lost, g.argument(np.ones(2, np.float32)), "add"))
    yield g


def window_cases():
    # Inside, at both ends, beyond them.
    places = np.array([[0, 0, 0], [1, 2, 3], [2, -7, 1], [-1, 5, 9], [2**62, -(2**62), 2]], np.int64)
    for dtype in ALL:
        g = Case(f"dynamic slices and updates {dtype}", note="A window that would leave the array is shifted until it fits.")
        x = g.argument(ramp(dtype, [3, 4, 5]))
        for sizes in [[2, 3, 3], [1, 4, 5], [3, 1, 5], [3, 4, 5], [1, 1, 1], [0, 2, 2], [3, 4, 0]]:
            update = g.constant(normal(f"window {dtype} {sizes}", dtype, sizes))
            for place in places if sizes == [2, 3, 3] else places[1:3]:
                starts = g.constant(place)
                g.result(g.dynamic_slice(x, starts, sizes)).result(g.dynamic_update(x, update, starts))
        for batch, sizes in [(1, [2, 3]), (2, [2]), (3, [])]:
            shape = [3, 4, 5][:batch]
            starts = g.constant(random(f"window starts {batch}").integers(-3, 8, shape + [3 - batch]))
            update = g.constant(normal(f"window batch {dtype} {batch}", dtype, shape + sizes))
            g.result(g.dynamic_slice(x, starts, sizes, batch)).result(g.dynamic_update(x, update, starts, batch))
        g.result(g.dynamic_slice(x, g.constant(np.array([1, 1, 1], np.int32)), [1, 2, 3]))
        yield g
    g = Case("dynamic slices of large rows", note="Few runs, so long that workers share them; and many short ones.")
    g.period = 997
    x = g.argument(digits("i32", [4, 9001]))
    at = g.argument(np.array([1, 3], np.int64))
    g.result(g.dynamic_slice(x, at, [1, 9001])).result(g.dynamic_slice(x, at, [3, 2]))
    g.result(g.dynamic_update(x, g.slice(x, [0, 0], [1, 1], [2, 5000]), at))
    yield g
    g = Case("dynamic slices without axes")
    x, none = g.argument(np.float32(3)), g.argument(np.zeros([0], np.int64))
    g.result(g.dynamic_slice(x, none, [])).result(g.dynamic_update(x, g.argument(np.float32(4)), none))
    yield g


def pad_cases():
    for dtype in ALL:
        g = Case(f"pad {dtype}", note="Around, between, and with negative edges, which cut what lies there: elements, and those between.")
        x, line, value = g.argument(ramp(dtype, [3, 4])), g.argument(ramp(dtype, [5])), g.argument(ramp(dtype, [], start=90))
        for low, high, interior in [
            ([1, 2], [0, 1], [0, 0]), ([0, 0], [0, 0], [0, 0]), ([2, 1], [1, 0], [1, 2]), ([-1, 0], [0, -2], [0, 0]),
            ([-2, 3], [3, -5], [1, 0]), ([-1, -1], [-1, -1], [2, 1]), ([0, -4], [0, 0], [0, 0]), ([0, 5], [0, -7], [3, 0]),
        ]:
            g.result(g.pad(x, value, low, high, interior))
        for low, high, interior in [(3, 2, 0), (-2, -3, 0), (-1, 4, 1), (0, -8, 2), (-13, 1, 2), (100, 0, 0)]:
            g.result(g.pad(line, value, [low], [high], [interior]))
        g.result(g.pad(g.argument(np.zeros([0], DTYPES[dtype])), value, [2], [1], [5]))
        g.result(g.pad(value, value, [], [], [])).result(g.pad(g.argument(np.zeros([2, 0], DTYPES[dtype])), value, [1, 0], [0, 0], [0, 9]))
        yield g
    g = Case("pad of many", note="A row of several panels, and many rows.")
    g.period = 997
    line = g.argument(digits("i64", [9001]))
    rows = g.argument(digits("i64", [900, 7]))
    zero = g.argument(np.int64(-1))
    g.result(g.pad(line, zero, [3000], [-17], [0])).result(g.pad(line, zero, [-5], [1000], [1])).result(g.pad(rows, zero, [3, 1], [1, -2], [1, 0]))
    yield g


def mixed(name, dtype, shape):
    """Few different values, so that there are equal ones; floats with both zeros, infinities and NaN."""
    rng = random(name)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype not in FLOATS:
        limits = np.iinfo(DTYPES[dtype])
        return rng.choice(np.array([limits.min, limits.max, 0, 1, 2, 3, limits.max - 1], DTYPES[dtype]), shape)
    return rng.choice(np.array([0.0, -0.0, 1.5, -1.5, 2, -3, np.inf, -np.inf, np.nan, 1e-40], DTYPES[dtype]), shape)


LINES = [([7], 0), ([3, 4, 5], 0), ([3, 4, 5], 1), ([3, 4, 5], 2), ([2, 1, 3, 2], 1), ([2, 3, 2, 2], 3), ([2, 40], 1), ([40, 2], 0)]


def scan_cases():
    for kind in ["sum", "product", "max", "min"]:
        for dtype in NUMBERS:
            g = Case(f"scan.{kind} {dtype}", note="Every axis of arrays of up to four, in both directions, with and without the element.")
            for shape, axis in LINES:
                name = f"scan {kind} {dtype} {shape}"
                x = g.argument(normal(name, dtype, shape) if dtype in FLOATS or kind != "product" else ramp(dtype, shape) % 5 + 1)
                g.result(g.scan(kind, x, axis))
                flags = [(True, False), (False, True), (True, True)]
                for reverse, exclusive in flags if len(shape) < 4 else flags[:1]:
                    g.result(g.scan(kind, x, axis, reverse, exclusive))
            yield g
    for dtype in FLOATS:
        g = Case(f"scan.logaddexp {dtype}")
        for shape, axis in LINES[:4] + [([2, 40], 1)]:
            x = g.argument(normal(f"scan logaddexp {dtype} {shape}", dtype, shape))
            for reverse, exclusive in [(False, False), (True, False), (False, True)]:
                g.result(g.scan("logaddexp", x, axis, reverse, exclusive), "within 16 ulp or 1e-6" if dtype == "f32" else "within 16 ulp or 1e-14")
        yield g

        g = Case(f"scan.logaddexp {dtype} of special values", note="Infinities and NaN; nothing overflows between.")
        rows = [[-np.inf, -np.inf, np.inf, -np.inf], [np.inf, np.inf, -1, 2], [np.nan, 1, 2, 3], [1, -np.inf, np.nan, 0]]
        x = g.argument(np.array(rows, DTYPES[dtype]))
        g.result(g.scan("logaddexp", x, 1))
        large = g.argument(np.array([80, 1000, 1e30, -1e30], DTYPES[dtype]))
        g.result(g.scan("logaddexp", large, 0))
        yield g

        g = Case(f"scans of special values {dtype}", note="NaN stays; a sum of zeros of either sign is +0.")
        d = DTYPES[dtype]
        rows = [[1, np.nan, 3, -1], [np.inf, 1, -np.inf, 0], [-0.0, -0.0, 0.0, -0.0], [0.0, -0.0, 0.0, -0.0], [-np.inf, np.nan, np.inf, 1]]
        x = g.argument(np.array(rows, dtype=d))
        for kind in ["sum", "product", "max", "min"]:
            g.result(g.scan(kind, x, 1)).result(g.scan(kind, x, 0, True)).result(g.scan(kind, x, 1, False, True))
        yield g

        g = Case(f"scan.sum {dtype} over many chunks", period=97, note="13001 terms in order and 9001 rows of 3; every 37th element.")
        x = g.argument(np.resize(normal(f"long scan {dtype}", dtype, [97]), 13001))
        m = g.argument(np.resize(normal(f"long scan of rows {dtype}", dtype, [97]), 9001 * 3).reshape(9001, 3))
        for reverse, exclusive in [(False, False), (True, False), (False, True), (True, True)]:
            g.result(g.slice(g.scan("sum", x, 0, reverse, exclusive), [4090], [37], [200]))
            g.result(g.slice(g.scan("sum", m, 0, reverse, exclusive), [4090, 0], [37, 1], [100, 3]))
        g.result(g.slice(g.scan("max", x, 0), [0], [997], [13])).result(g.reduce("sum", g.scan("sum", x, 0), [0]))
        yield g
    for dtype in INTEGERS:
        g = Case(f"scan.sum {dtype} wraps", period=97)
        limits = np.iinfo(DTYPES[dtype])
        x = g.argument(np.resize(random(f"wrap {dtype}").integers(limits.min, limits.max, 97, dtype=DTYPES[dtype]), 80_000))
        g.result(g.slice(g.scan("sum", x, 0), [5], [1777], [44])).result(g.slice(g.scan("sum", x, 0, True, True), [5], [1777], [44]))
        yield g
    g = Case("scan.sum and scan.product of bool count in i32")
    x = g.argument(ramp("bool", [3, 7]))
    g.result(g.scan("sum", x, 1)).result(g.scan("product", x, 0))
    yield g
    g = Case("scans of nothing")
    m = g.argument(np.zeros([0, 3], np.float32))
    g.result(g.scan("sum", m, 0)).result(g.scan("max", m, 1, True)).result(g.scan("min", m, 0, False, True))
    yield g


def argreduce_cases():
    for kind in ["max", "min"]:
        for dtype in ALL:
            g = Case(f"argreduce.{kind} {dtype}", note="The first of equals; the first NaN before all others.")
            for shape, axis in LINES + [([30, 10], 1), ([9, 33], 1), ([5, 65], 1), ([65, 3], 0)]:
                x = g.argument(mixed(f"argreduce {kind} {dtype} {shape}", dtype, shape))
                g.result(g.arg_reduce(kind, x, axis))
            y = g.argument(normal(f"argreduce plain {kind} {dtype}", dtype, [6, 50]))
            g.result(g.arg_reduce(kind, y, 1)).result(g.arg_reduce(kind, y, 0))
            yield g
    for dtype in FLOATS + ["i64"]:
        g = Case(f"argreduce {dtype} along long axes", period=997, note="Longer than the parts that workers share.")
        base = np.resize(normal(f"long argreduce {dtype}", dtype, [997]), 80_000)
        x = g.argument(base)
        at = np.array([70_001], np.int64)
        raised = g.scatter(x, g.constant(at), g.constant(np.array([5000], DTYPES[dtype])))
        m = g.reshape(raised, [40_000, 2])
        for kind in ["max", "min"]:
            g.result(g.arg_reduce(kind, x, 0)).result(g.arg_reduce(kind, raised, 0)).result(g.arg_reduce(kind, m, 0))
        yield g
    g = Case("argreduce that gives nothing", note="The axis has elements, another has none.")
    m = g.argument(np.zeros([0, 3], np.float32))
    g.result(g.arg_reduce("max", m, 1))
    yield g


def sort_cases():
    for dtype in ALL:
        for descending in [False, True]:
            g = Case(f"sort {dtype}{' descending' if descending else ''}", note="Keys with equal ones, and the place of each as payload.")
            for shape, axis in (LINES[2:4] if descending else LINES) + [([2, 40], 1), ([270], 0)]:
                x = g.argument(mixed(f"sort {dtype} {shape}", dtype, shape))
                for value in g.sort([x, g.iota("i64", shape, axis)], axis, descending):
                    g.result(value)
            yield g
        if dtype == "bool":
            continue
        g = Case(f"sort {dtype} of scattered keys", note="All bytes of a key count; lines short and long enough for each way to sort.")
        for count in [10, 100, 300, 520]:
            rng = random(f"sort scattered {dtype} {count}")
            values = scattered(dtype, count, rng) if dtype in FLOATS else rng.integers(
                np.iinfo(DTYPES[dtype]).min, np.iinfo(DTYPES[dtype]).max, count, dtype=DTYPES[dtype])
            x = g.argument(values[:count])
            g.result(g.sort([x], 0)[0]).result(g.sort([x], 0, True)[0])
        yield g
    g = Case("sort with payloads of every dtype")
    keys = g.argument(mixed("payload keys", "f32", [4, 9]))
    payloads = [g.argument(ramp(dtype, [4, 9])) for dtype in ALL]
    for axis in [0, 1]:
        for value in g.sort([keys] + payloads, axis):
            g.result(value)
    yield g
    for dtype in ["f32", "f64", "i32", "u64", "bool"]:
        g = Case(f"sort {dtype} of a long line", period=1999, note="Longer than the blocks that workers share; every 997th element.")
        x = g.argument(np.resize(normal(f"long sort {dtype}", dtype, [1999]), 70_001))
        keys, places = g.sort([x, g.iota("i64", [70_001], 0)], 0)
        down, order = g.sort([x, g.iota("i64", [70_001], 0)], 0, True)
        for value in [keys, places, down, order]:
            g.result(g.slice(value, [3], [997], [70]))
        yield g
    g = Case("sort of nothing, and of one")
    m, one = g.argument(np.zeros([0, 3], np.float32)), g.argument(np.array([5], np.int32))
    g.result(g.sort([m], 0)[0]).result(g.sort([m], 1)[0]).result(g.sort([one, one], 0)[1])
    yield g
    g = Case("a sort of constants")
    x, y = g.constant(np.array([3, 1, 2], np.float32)), g.constant(np.array([7, 8, 9], np.int32))
    for value in g.sort([x, y], 0):
        g.result(value)
    yield g
    g = Case("a sort of which only the payload is read")
    x = g.argument(mixed("payload only", "f64", [12]))
    g.result(g.op("neg", g.sort([x, g.op("square", x)], 0)[1]))
    yield g


def topk_cases():
    for dtype in ALL:
        g = Case(f"topk {dtype}", note="As the first elements of a stable descending sort; from none to all.")
        for shape, axis in LINES + [([2, 40], 1), ([270], 0)]:
            x = g.argument(mixed(f"topk {dtype} {shape}", dtype, shape))
            for k in sorted({0, min(1, shape[axis]), shape[axis] // 3, shape[axis]}):
                for value in g.top_k(x, k, axis):
                    g.result(value)
        yield g
    for dtype in ["f32", "f64", "i32", "u64", "bool"]:
        g = Case(f"topk {dtype} of a long line", period=1999, note="Longer than the portions that workers share.")
        x = g.argument(np.resize(normal(f"long topk {dtype}", dtype, [1999]), 70_001))
        for k in [1, 10, 300]:
            for value in g.top_k(x, k, 0):
                g.result(value)
        for value in g.top_k(g.reshape(g.slice(x, [0], [1], [70_000]), [35_000, 2]), 7, 0):
            g.result(value)
        yield g
    g = Case("topk of nothing, of NaN, and of zeros", note="NaN is last, zeros of both signs are equal.")
    nothing = g.argument(np.zeros([0, 3], np.float32))
    odd = g.argument(np.array([np.nan, -0.0, 0.0, -np.inf, np.nan, np.inf, 0.0, -0.0], np.float64))
    for value in g.top_k(nothing, 0, 0) + g.top_k(nothing, 2, 1) + g.top_k(odd, 3, 0) + g.top_k(odd, 7, 0):
        g.result(value)
    yield g


def places_cases():
    g = Case("places", note="Fewer, as many and more than there are.")
    for n in [0, 1, 3, 4, 7, 64, 257]:
        mask = g.argument(random(f"places {n}").random(n) < 0.4)
        for size in sorted({0, 1, n // 3, n, n + 3}):
            g.result(g.places(mask, size))
    yield g
    g = Case("places of lines")
    for shape in [[3, 10], [2, 3, 5], [0, 4], [4, 0]]:
        mask = g.argument(random(f"places {shape}").random(shape) < 0.5)
        g.result(g.places(mask, 4))
    yield g
    g = Case("places of a long line", period=97, note="Longer than the blocks that workers share; every 101st place.")
    mask = g.argument(np.resize(random("places long").random(97) < 0.5, 70_001))
    count = int(mask.array.sum())
    for size in [count - 5000, count, count + 40_000]:
        g.result(g.slice(g.places(mask, size), [0], [101], [size // 101]))
    yield g


def search_cases():
    for dtype in [d for d in ALL if d != "bool"]:
        g = Case(f"search {dtype}", note="On both sides of equals; NaN behind all numbers.")
        for n, shape in [(0, [3]), (1, [5]), (2, [4, 2]), (17, [33]), (64, [0]), (300, [50]), (5, [])]:
            line = g.argument(np.sort(mixed(f"search line {dtype} {n}", dtype, [n])))
            values = g.argument(mixed(f"search values {dtype} {n}", dtype, shape))
            g.result(g.search(line, values)).result(g.search(line, values, True))
        yield g
    g = Case("search of lines")
    lines = g.argument(np.sort(normal("search lines", "f32", [2, 3, 9])))
    values = g.argument(normal("search of lines", "f32", [2, 3, 4, 5]))
    few = g.argument(normal("search one each", "f32", [2, 3]))
    for right in [False, True]:
        g.result(g.search(lines, values, right, 2)).result(g.search(lines, few, right, 2))
    yield g
    g = Case("search for many values", period=499, note="More than workers take at once; every 101st place.")
    values = g.argument(np.resize(normal("search many", "f64", [499]), 70_001))
    line = g.argument(np.sort(normal("search many line", "f64", [1000])))
    g.result(g.slice(g.search(line, values), [0], [101], [690]))
    yield g


# Small factors, primes with a pass of their own, longer lines that are split, larger primes.
FFT_LENGTHS = [*range(1, 18), 20, 25, 31, 32, 36, 49, 60, 61, 64, 67, 100, 121, 128, 134, 144, 210, 256]


def fft_tolerance(dtype, n):
    """A few roundings of the line's norm, √(2n) for normal numbers; more where n has a prime factor above 61, because three longer
    transforms are made then."""
    unit = 6e-8 if dtype == "f32" else 1.1e-16
    passes = 2 + np.log2(n) if all(n % p for p in range(67, n + 1) if all(p % q for q in range(2, p))) else 3 * np.log2(4 * n)
    return f"within 4 ulp or {unit * np.sqrt(2 * n) * passes:.1e}"


def fft_cases():
    for dtype in FLOATS:
        for first in range(0, len(FFT_LENGTHS), 8):
            lengths = FFT_LENGTHS[first:first + 8]
            g = Case(f"fft {dtype} of {lengths[0]} to {lengths[-1]}", note="One line of each length.")
            for n in lengths:
                real, imaginary = (g.argument(normal(f"fft {part} {dtype} {n}", dtype, [n])) for part in ["re", "im"])
                for part in g.fft(real, imaginary):
                    g.result(part, fft_tolerance(dtype, n))
            yield g

        g = Case(f"fft {dtype} of several lines", note="Fewer than stand side by side, as many, and more; lines of lines; none.")
        for shape in [[3, 8], [8, 5], [17, 4], [35, 2], [2, 3, 6], [1, 1, 7], [3, 40], [2, 67], [4, 1], [0, 4], [3, 0], [0]]:
            real, imaginary = (g.argument(normal(f"ffts {part} {dtype} {shape}", dtype, shape)) for part in ["re", "im"])
            for part in g.fft(real, imaginary):
                g.result(part, fft_tolerance(dtype, max(shape[-1], 1)))
        yield g

        g = Case(f"fft {dtype} of long lines", note="Of a few elements that are not zero; every so many of the results.", period=7)
        for n in [1000, 1024, 4098, 10_007, 16_384, 20_000]:
            lines = np.zeros([2, n], DTYPES[dtype])
            places = random(f"long fft {n}").choice(n, 6, replace=False)
            lines[:, places] = normal(f"long fft {dtype} {n}", dtype, [2, 6])
            at = g.argument(places.astype(np.int64))
            zeros = g.broadcast(g.constant(np.array(0, DTYPES[dtype])), [n])
            parts = [g.scatter(zeros, at, g.argument(lines[part][places])) for part in range(2)]
            for part in g.fft(*parts):
                g.result(g.slice(part, [n // 40], [n // 39], [38]), "within 4 ulp or " + ("1e-5" if dtype == "f32" else "2e-14"))
        yield g

        g = Case(f"fft {dtype} there and back", note="With real and imaginary parts exchanged it goes back, times n.")
        for n in [5, 12, 64]:
            real, imaginary = (g.argument(normal(f"back {part} {dtype} {n}", dtype, [n])) for part in ["re", "im"])
            there = g.fft(real, imaginary)
            for part in g.fft(there[1], there[0]):
                g.result(part, "within 4 ulp or " + (f"{2e-6 * n:.1e}" if dtype == "f32" else f"{4e-15 * n:.1e}"))
        yield g


def random_cases():
    key = np.array([0x13198A2E, 0x03707344], dtype=np.uint32)
    for dtype in ["u32", "u64"]:
        g = Case(f"randombits {dtype}", note="Threefry-2x32-20 of each element's linear index.")
        k = g.argument(key)
        g.result(g.random_bits(k, dtype, [9])).result(g.random_bits(k, dtype, [2, 3, 5])).result(g.random_bits(k, dtype, [150]))
        g.result(g.random_bits(g.constant(np.zeros(2, np.uint32)), dtype, [3]))
        yield g
    g = Case("randombits as uniform numbers in [0, 1)", note="The top 24 bits of each word.")
    bits = g.random_bits(g.argument(key), "u32", [200])
    g.result(g.op("mul", g.convert(g.op("shr", bits, g.constant(np.uint32(8))), "f32"), g.constant(np.float32(2.0**-24))))
    yield g
    g = Case("randombits across chunks", note="Positions from 4090 to 4105: the counter goes on over the end of a chunk.")
    bits = g.random_bits(g.argument(key), "u32", [4200])
    g.result(g.slice(bits, [4090], [1], [16]))
    yield g
    for dtype in ["u32", "u64"]:
        g = Case(f"randombits {dtype} from a block on",
                 note="The counter is the linear index plus the first block: its low word carries into the high one between\n"
                      "2^32 - 1 and 2^32, and the last first block is 2^40 - 2.")
        k = g.argument(key)
        for first in [0, 1, 9, 2**31 - 3, 2**32 - 40, 2**32, 2**40 - 2]:
            g.result(g.random_bits(k, dtype, [70] if first == 2**32 - 40 else [2, 3], first=first))
        yield g
    g = Case("randombits: one key, blocks that follow each other",
             note="Twelve blocks at once are seven and the five that follow, in kernels that compute both.")
    k = g.argument(key)
    whole, head = g.random_bits(k, "u64", [12]), g.random_bits(k, "u64", [7])
    tail = g.random_bits(k, "u64", [5], first=7)
    g.result(g.op("xor", whole, g.concatenate([head, tail], 0))).result(g.op("xor", head, g.random_bits(k, "u64", [7], first=7)))
    yield g
    g = Case("randombits from a block on, across chunks", note="Positions from 4090 to 4105, counted from block 2^32 - 4100 on.")
    bits = g.random_bits(g.argument(key), "u32", [4200], first=2**32 - 4100)
    g.result(g.slice(bits, [4090], [1], [16]))
    yield g


def empty_cases():
    for dtype in ["f32", "i64", "bool"]:
        g = Case(f"empty arrays {dtype}")
        x, m = g.argument(ramp(dtype, [0])), g.argument(ramp(dtype, [0, 3]))
        g.result(g.op("eq", x, x)).result(g.reshape(m, [3, 0])).result(g.transpose(m, [1, 0]))
        g.result(g.concatenate([x, g.argument(ramp(dtype, [2])), x], 0)).result(g.convert(m, "f64"))
        g.result(g.slice(g.argument(ramp(dtype, [4])), [0], [1], [0])).result(g.broadcast(g.reshape(x, [0, 1]), [0, 4]))
        yield g
    g = Case("reductions of nothing give the identity", note="Sums +0, products 1, any false, all true.")
    m = g.argument(np.zeros([0, 3], np.float32))
    b = g.argument(np.zeros([0], bool))
    g.result(g.reduce("sum", m, [0])).result(g.reduce("sum", m, [1])).result(g.reduce("product", m, [0, 1]))
    g.result(g.reduce("any", b, [0])).result(g.reduce("all", b, [0])).result(g.reduce("max", m, [1]))
    yield g
    g = Case("dot over nothing")
    a, b, c = g.argument(np.zeros([2, 0], np.float32)), g.argument(np.zeros([0, 3], np.float32)), g.argument(np.zeros([0], np.float32))
    g.result(g.dot(a, b)).result(g.dot(a, c)).result(g.dot(c, b)).result(g.dot(c, c)).result(g.dot(b, g.transpose(b, [1, 0])))
    yield g
    g = Case("gather and scatter of nothing")
    x, none = g.argument(ramp("f32", [3])), g.argument(np.zeros([0], np.int64))
    g.result(g.gather(x, none)).result(g.scatter(x, none, g.argument(np.zeros([0], np.float32))))
    yield g
    g = Case("no axes", note="Arrays of one element without axes go through every kind of operation.")
    x = g.argument(np.float32(3))
    g.result(g.op("add", x, x)).result(g.reduce("sum", x, [])).result(g.reshape(x, [1, 1])).result(g.broadcast(x, [2]))
    g.result(g.transpose(x, [])).result(g.slice(x, [], [], [])).result(g.convert(x, "i32"))
    yield g


def connections(name, pre, post, synapses):
    """Starts of rows and targets: some rows empty, some targets named twice."""
    rng = random(name)
    starts = np.concatenate([[0], np.sort(rng.integers(0, synapses + 1, pre - 1)), [synapses]]).astype(np.int64)
    targets = rng.integers(0, post, synapses).astype(np.int32)
    for first, last in zip(starts, starts[1:]):
        if rng.integers(3):
            targets[first:last].sort()
    return starts, targets


def synapse_cases():
    ops = ["deliver", "rowproducts", "synapseproducts"]

    def all_three(g, ring, rows, slot, starts, targets, weights, delays=(), lanes=None):
        """The op and its transposes on the same operands; lanes by the operands' names."""
        for op in ops:
            operands = [("ring", ring)] + ([] if op == "rowproducts" else [("rows", rows)]) + [("slot", slot), ("starts", starts)]
            operands += [("targets", targets)] + ([] if op == "synapseproducts" else [("weights", weights)])
            operands += [("delays", d) for d in delays]
            g.result(g.synapses(op, [o for _, o in operands], [int(n in lanes) for n, _ in operands] if lanes else []))

    for dtype in FLOATS:
        for spikes in ["bool", dtype]:
            g = Case(f"synapses {dtype} of {spikes}",
                     note="Rows that are silent, empty, and whose targets are named twice; one weight and many; with delays and without.")
            starts, targets = connections(f"synapses {dtype}", 12, 9, 70)
            given = random(f"spikes {spikes}").integers(0, 2, 12)
            rows = g.argument(given.astype(np.bool_) if spikes == "bool" else (given * normal("sent", dtype, [12])).astype(DTYPES[dtype]))
            at, to = g.argument(starts), g.argument(targets)
            one, many = g.argument(normal(f"weight {dtype}", dtype, [1])), g.argument(normal(f"weights {dtype}", dtype, [70]))
            single = g.argument(normal(f"line {dtype}", dtype, [1, 9]))
            ring = g.argument(normal(f"ring {dtype}", dtype, [5, 9]))
            delays = g.argument(random("delays").integers(0, 5, 70).astype(np.int32))
            for slot in [0, 3, -1, 12]:
                place = g.constant(np.int64(slot))
                all_three(g, ring, rows, place, at, to, many, [delays])
                all_three(g, ring, rows, place, at, to, one)
            zero = g.constant(np.int64(0))
            all_three(g, single, rows, zero, at, to, many)
            all_three(g, single, rows, zero, at, to, one)
            without_slots = g.argument(normal(f"array {dtype}", dtype, [9]))
            all_three(g, without_slots, rows, zero, at, to, many)
            all_three(g, without_slots, rows, g.constant(np.int64(3)), at, to, one)
            yield g

    g = Case("synapses that lead nowhere", note="Targets and delays that the ring does not have; starts beyond the synapses are clamped.")
    starts = g.argument(np.array([-3, 2, 5, 900], np.int64))
    targets = g.argument(np.array([0, -1, 4, 3, 2**31 - 1, 2, -2**31, 1], np.int32))
    delays = g.argument(np.array([0, 0, 0, 2, 0, 3, 0, -1], np.int32))
    ring, rows = g.argument(normal("nowhere", "f32", [3, 4])), g.argument(np.array([True, True, True]))
    weights = g.argument(normal("weights nowhere", "f32", [8]))
    all_three(g, ring, rows, g.constant(np.int64(2)), starts, targets, weights, [delays])
    descending = g.argument(np.array([0, 6, 3, 8], np.int64))
    for op in ops[:2]:
        g.result(g.synapses(op, [ring] + ([] if op == "rowproducts" else [rows]) + [g.constant(np.int64(2)), descending, targets, weights]))
    yield g

    g = Case("synapses with delays of one and two bytes", note="Delays of 0 beside the longest; some that the ring does not have.")
    starts, targets = connections("small delays", 12, 3, 70)
    rows = g.argument(normal("small sent", "f32", [12]))
    at, to, weights = g.argument(starts), g.argument(targets), g.argument(normal("small weights", "f32", [70]))
    for dtype, longest in [("u8", 255), ("u16", 299)]:
        given = random(f"small delays {dtype}").choice([0, 1, 49, longest - 1, longest], 70).astype(DTYPES[dtype])
        ring = g.argument(normal(f"small ring {dtype}", "f32", [longest, 3]))
        for slot in [0, longest - 2]:
            all_three(g, ring, rows, g.constant(np.int64(slot)), at, to, weights, [g.argument(given)])
    yield g

    g = Case("synapses of special values", note="What is not zero is sent; NaN and infinity are.")
    starts, targets = connections("special synapses", 6, 5, 20)
    rows = g.argument(np.array([0.0, -0.0, np.nan, np.inf, 1e-45, -1.0], np.float32))
    weights = normal("special weights", "f32", [20])
    weights[::4] = [np.nan, np.inf, -np.inf, 0.0, -0.0]
    ring = g.argument(np.array([[-0.0, 0.0, np.inf, -np.inf, 1.0]], np.float32))
    all_three(g, ring, rows, g.constant(np.int64(0)), g.argument(starts), g.argument(targets), g.argument(weights))
    yield g

    g = Case("synapses with lanes", note="Each lane has spikes of its own; then weights and delays; then all operands.")
    lanes = [connections(f"lanes {i}", 7, 6, 30) for i in range(3)]
    ring, rows = g.argument(normal("lane rings", "f64", [3, 4, 6])), g.argument(random("lane spikes").integers(0, 2, [3, 7]).astype(np.bool_))
    starts, targets = g.argument(lanes[0][0]), g.argument(lanes[0][1])
    slot, weights = g.constant(np.int64(1)), g.argument(normal("lane weights", "f64", [30]))
    all_three(g, ring, rows, slot, starts, targets, weights, lanes=["ring", "rows"])
    all_three(g, g.argument(normal("lane arrays", "f64", [3, 6])), rows, slot, starts, targets, weights, lanes=["ring", "rows"])
    many = g.argument(normal("many lane weights", "f64", [3, 30]))
    delays = g.argument(random("lane delays").integers(0, 4, [3, 30]).astype(np.int32))
    shared = g.argument(np.array([True, False, True, True, False, True, True]))
    all_three(g, ring, shared, slot, starts, targets, many, [delays], lanes=["ring", "weights", "delays"])
    slots, one = g.argument(np.array([0, 3, -2], np.int64)), g.argument(normal("a lane weight", "f64", [3, 1]))
    at, to = g.argument(np.stack([a for a, _ in lanes])), g.argument(np.stack([t for _, t in lanes]))
    all_three(g, ring, rows, slots, at, to, one, [delays], lanes=["ring", "rows", "slot", "starts", "targets", "weights", "delays"])
    yield g

    for dtype in FLOATS:
        g = Case(f"synapses {dtype} of many", note="Targets enough for several workers; half of the rows ascend. The order shows in the bits.")
        g.period = 997
        pre, post, fan = 120, 600, 20
        starts = np.arange(pre + 1, dtype=np.int64) * fan
        targets = (np.resize(np.arange(997) * 421 % 1999, pre * fan)).astype(np.int32).reshape(pre, fan)
        targets[::2].sort(axis=1)
        ring = g.argument(np.zeros([2, post], DTYPES[dtype]))
        rows = g.argument(np.resize(random("many spikes").integers(0, 3, 997) == 0, pre))
        weights = g.argument(np.resize(normal(f"many synapses {dtype}", dtype, [997]), pre * fan))
        delays = g.argument(np.resize(np.array([0, 1, 1], np.int32), pre * fan))
        all_three(g, ring, rows, g.argument(np.int64(1)), g.argument(starts), g.argument(targets.ravel()), weights, [delays])
        yield g

    for dtype in FLOATS:
        g = Case(f"adapt {dtype}", note="Additive and multiplicative changes between bounds, by rows and through places; a float row counts.")
        starts, targets = connections(f"adapt {dtype}", 12, 9, 70)
        at, to = g.argument(starts), g.argument(targets)
        weights, trace = g.argument(normal(f"plastic {dtype}", dtype, [70], 0.4)), g.argument(normal(f"trace {dtype}", dtype, [9]))
        rule = g.constant(np.array([0.3, -0.5, 0.6, 1.0], DTYPES[dtype]))
        spikes = g.argument(random("plastic spikes").integers(0, 2, 12).astype(np.bool_))
        sent = g.argument((random("plastic sent").integers(0, 2, 12) * normal("sent", dtype, [12])).astype(DTYPES[dtype]))
        places = random("places").permutation(70).astype(np.int32)
        places[3], places[40] = -1, 70
        order = g.argument(places)
        for kind in ["add", "up", "down"]:
            g.result(g.adapt(kind, [weights, spikes, trace, at, to, rule]))
            g.result(g.adapt(kind, [weights, sent, trace, at, to, rule, order]))
        root = g.constant(np.array([0.3, -9.0, 9.0, 0.5], DTYPES[dtype]))
        g.result(g.adapt("up", [weights, spikes, trace, at, to, root]), "within 4 ulp or 1e-6")
        several = g.argument(normal(f"lanes of weights {dtype}", dtype, [2, 70]))
        traces = g.argument(normal(f"lanes of traces {dtype}", dtype, [2, 9]))
        g.result(g.adapt("add", [several, spikes, traces, at, to, rule], [1, 0, 1, 0, 0, 0]))
        yield g

        g = Case(f"drawn synapses {dtype}", note="Of one chunk and of several; with a diagonal and without; all and none.")
        rows = g.argument(random("drawn spikes").integers(0, 2, 9).astype(np.bool_))
        sent = g.argument((random("drawn sent").integers(0, 2, 9) * normal("sent", dtype, [9])).astype(DTYPES[dtype]))
        ring = g.argument(normal(f"drawn ring {dtype}", dtype, [3, 9]))
        key, weight = g.argument(np.array([5, 77], np.uint32)), g.argument(np.array([0.3], DTYPES[dtype]))
        for slot, chance, hollow in [(0, 0.3, False), (-1, 0.7, True), (4, 1.0, True), (1, 0.0, False), (2, 1.0, False)]:
            place, probability = g.constant(np.int64(slot)), g.constant(np.float64(chance))
            g.result(g.drawn("deliverdrawn", [ring, rows, place, key, probability, weight], hollow))
            g.result(g.drawn("deliverdrawn", [ring, sent, place, key, probability, weight], hollow))
            g.result(g.drawn("drawnproducts", [ring, place, key, probability, weight], hollow, 7))
        keys = g.argument(np.array([[5, 77], [0, 2**32 - 1]], np.uint32))
        rings, half = g.argument(normal(f"drawn rings {dtype}", dtype, [2, 1, 9])), g.constant(np.float64(0.5))
        zero = g.constant(np.int64(0))
        g.result(g.drawn("deliverdrawn", [rings, rows, zero, keys, half, weight], lanes=[1, 0, 0, 1, 0, 0]))
        g.result(g.drawn("drawnproducts", [rings, zero, keys, half, weight], False, 9, [1, 0, 1, 0, 0]))
        wide = g.reshape(g.iota(dtype, [140_000], 0), [1, 140_000])
        g.result(g.drawn("drawnproducts", [wide, zero, key, g.constant(np.float64(0.001)), weight], False, 3))
        one = g.argument(np.array([False, True, False]))
        total = g.drawn("deliverdrawn", [wide, one, zero, key, g.constant(np.float64(0.0005)), g.constant(np.array([1e9], DTYPES[dtype]))])
        g.result(g.reduce("sum", g.convert(g.op("ge", total, g.broadcast(g.constant(np.array(5e8, DTYPES[dtype])), [1, 140_000])), "i32"), [0, 1]))
        yield g

    g = Case("synapses of nothing")
    empty, none = g.argument(np.zeros(4, np.int64)), g.argument(np.zeros(0, np.int32))
    rows, weights = g.argument(np.array([True, True, False])), g.argument(np.zeros(0, np.float32))
    slot = g.constant(np.int64(0))
    all_three(g, g.argument(np.ones([2, 3], np.float32)), rows, slot, empty, none, weights)
    nowhere = g.argument(np.ones([2, 0], np.float32))
    few, one = g.argument(np.array([0, 1, 1, 2], np.int64)), g.argument(np.array([0, 1], np.int32))
    two = g.argument(np.ones(2, np.float32))
    all_three(g, nowhere, rows, slot, few, one, two)
    nobody = g.argument(np.zeros(0, np.bool_))
    all_three(g, g.argument(np.ones([2, 3], np.float32)), nobody, slot, g.argument(np.zeros(1, np.int64)), none, weights)
    yield g


def count_cases():
    for dtype in FLOATS:
        g = Case(f"poisson {dtype}", note="Means on both sides of 10, where the method changes; none, NaN, and more than i32 holds.")
        key = g.argument(np.array([3, 2**32 - 9], np.uint32))
        means = [0.0, -1.0, np.nan, np.inf, 3e9, 1e-9, 0.5, 3.0, 9.99, 10.0, 10.5, 77.0, 1e4, 1e6]
        x = g.argument(np.resize(np.array(means, DTYPES[dtype]), [14, 9]))
        g.result(g.random_counts("poisson", x, key)).result(g.random_counts("poisson", x, key, first=2**32 - 5))
        yield g
        g = Case(f"binomial {dtype}", note="Few tries and many, chances on both sides of a half; none, all, and no number.")
        chances = np.array([0.0, -1.0, np.nan, 1.0, 7.0, 1e-6, 0.1, 0.3, 0.5, 0.51, 0.9, 1 - 1e-3], DTYPES[dtype])
        tries = np.array([0, -4, 1, 5, 30, 400, 10**6, 10**10], np.int64)
        p, n = g.argument(np.repeat(chances, 8)), g.argument(np.tile(tries, 12))
        g.result(g.random_counts("binomial", p, key_of(g), n)).result(g.random_counts("binomial", p, key_of(g), n, first=7))
        yield g


def key_of(g):
    return g.constant(np.array([9, 1], np.uint32))


def variable_cases():
    g = Case("a stored Variable and a result that reads the old value")
    v = g.variable("v", ramp("f32", [5]))
    new = g.op("mul", v, g.constant(np.float32(2)))
    g.result(g.op("add", v, new)).result(v).store(v, new)
    yield g
    g = Case("two Variables change places")
    a, b = g.variable("a", ramp("i32", [4])), g.variable("b", ramp("i32", [4], start=100))
    g.store(a, b).store(b, a)
    yield g
    g = Case("a Variable that is only read, one that is only written, results of neither")
    a, b = g.variable("a", ramp("f64", [3])), g.variable("b", ramp("f64", [3], start=9))
    x = g.argument(ramp("f64", [3], start=20))
    g.result(x).store(b, g.op("sub", a, x))
    yield g
    g = Case("one value stored, returned twice, and stored again elsewhere")
    a, b = g.variable("a", ramp("f32", [4])), g.variable("b", ramp("f32", [4]))
    y = g.op("neg", a)
    g.result(y).result(y).store(a, y).store(b, y)
    yield g
    g = Case("a constant stored, an argument stored, a view stored")
    a, b, c = g.variable("a", ramp("f32", [2])), g.variable("b", ramp("f32", [3])), g.variable("c", ramp("f32", [3, 2]))
    x = g.argument(ramp("f32", [3], start=7))
    g.store(a, g.constant(np.array([5, 6], np.float32))).store(b, x)
    g.store(c, g.reshape(g.transpose(g.slice(c, [2, 0], [-1, 1], [3, 2]), [1, 0]), [3, 2]))
    yield g
    g = Case("in-place updates, one after the other", note="v[0] = 9; v[1:3] += v[3:5]; v[::-2] = 0, as separate slices.")
    v = g.variable("v", ramp("f32", [6]))
    s = g.update(v, g.constant(np.array([9], np.float32)), [0], [1])
    s = g.update(s, g.op("add", g.slice(s, [1], [1], [2]), g.slice(s, [3], [1], [2])), [1], [1])
    t = g.update(s, g.constant(np.zeros(3, np.float32)), [5], [-2])
    g.result(s).store(v, t)
    yield g
    g = Case("the old value is read after the new one is made", note="An update may not overwrite its base while a reader is left.")
    v = g.variable("v", ramp("i32", [8]))
    doubled = g.op("add", v, v)
    changed = g.update(doubled, g.constant(np.array([0, 0], np.int32)), [2], [3])
    g.result(g.op("sub", changed, doubled)).result(g.reduce("sum", doubled, [0])).store(v, changed)
    yield g


def sharing_cases():
    g = Case("equal expressions and dead ones")
    x = g.argument(ramp("f32", [9]))
    a, b = g.op("square", x), g.op("square", x)
    g.op("sqrt", x)
    g.result(g.op("add", a, b)).result(g.op("sub", a, b))
    yield g
    g = Case("identities that would change bits", note="x + 0 turns -0 into +0, x - x and x · 0 are nan at infinities.")
    x = g.argument(np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 1e-45], dtype=np.float32))
    zero, negative, one = (g.constant(np.float32(v)) for v in (0.0, -0.0, 1.0))
    g.result(g.op("add", x, zero)).result(g.op("add", zero, x)).result(g.op("add", x, negative)).result(g.op("sub", x, zero))
    g.result(g.op("mul", x, zero)).result(g.op("sub", x, x)).result(g.op("div", x, x)).result(g.op("mul", x, one))
    g.result(g.op("div", x, one)).result(g.op("sub", zero, x)).result(g.op("min", x, x)).result(g.op("max", zero, x))
    g.result(g.op("max", x, zero)).result(g.op("min", zero, x)).result(g.op("min", x, zero)).result(g.op("neg", g.op("neg", x)))
    yield g
    g = Case("constants all the way", note="What constant folding makes must be what the kernels make.")
    a = g.constant(np.array([1, 3, 7, 0.1], np.float32))
    b = g.op("div", g.constant(np.float32(1)), a)
    g.result(b).result(g.reduce("sum", b, [0])).result(g.op("sqrt", g.op("add", b, a)))
    yield g
    g = Case("four dtypes meet", note="bool, i32 and u32 with f32 and f64, each converted where the promotion says.")
    p, i, u = g.argument(ramp("bool", [70])), g.argument(ramp("i32", [70], start=-30)), g.argument(ramp("u32", [70]))
    f, d = g.argument(ramp("f32", [70]) / np.float32(7)), g.argument(ramp("f64", [70]) / 3)
    g.result(g.op("add", p, i)).result(g.op("mul", i, u)).result(g.op("add", u, f)).result(g.op("sub", f, d)).result(g.op("mul", d, i))
    g.result(g.op("lt", i, u)).result(g.op("select", p, i, f))
    yield g


def groups():
    return [
        ("convert", list(convert_cases())), ("shapes", list(shape_cases())), ("iota", list(iota_cases())),
        ("reduce", list(reduce_cases())), ("dot", list(dot_cases()) + list(batch_cases())), ("index", list(index_cases())), ("axes", list(axis_cases())),
        ("windows", list(window_cases())), ("pad", list(pad_cases())),
        ("scan", list(scan_cases())), ("argreduce", list(argreduce_cases())), ("fft", list(fft_cases())),
        ("sort", list(sort_cases())), ("topk", list(topk_cases())), ("places", list(places_cases())), ("search", list(search_cases())), ("random", list(random_cases())), ("empty", list(empty_cases())), ("synapses", list(synapse_cases())), ("counts", list(count_cases())), ("variables", list(variable_cases())),
        ("sharing", list(sharing_cases())),
    ]
