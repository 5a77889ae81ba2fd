"""Every elementwise op at every dtype, wide and narrow, wherever its operands lie and whatever stands around it.

A case here has few elements of every kind (special, of every size, moderate); what varies is their place: ranks, views, extents
beside those of a tile and of a chunk, other operations in the same kernel, Variables, and the bodies of loops and branches.
"""

import zlib

import numpy as np

import cases_elementwise
import cases_narrow
from cases_elementwise import OPS, random, tolerance_of
from cases_narrow import NarrowCase
from numerics import DTYPES, NARROW, TRANSCENDENTAL

NARROW_BESIDE = {"f32": ["f16", "bf16"], "i32": ["i8", "i16"], "u32": ["u8", "u16"]}
COUNTS = {"shl", "shr"}


def dtypes_of(name):
    """The dtypes that an op takes: those of the op table, and the narrow ones that are computed in them."""
    wide = OPS[name][1]
    return wide + [n for w in wide for n in NARROW_BESIDE.get(w, []) if name != "nextafter"]


def bound(name, dtype):
    if dtype in NARROW:
        # Computed in f32 and rounded: near a tie a step to either side.
        return "within 1 ulp" if name in TRANSCENDENTAL else "exact"
    return tolerance_of(name, dtype)


def elements(seed, name, dtype, count, place):
    """Special values, values of every size and moderate ones, in no order; `place` is that of the operand."""
    rng, d = random(f"{seed} {name} {dtype} {place}"), DTYPES[dtype]
    if name == "select" and place == 0:
        return rng.integers(0, 2, count).astype(bool)
    if name in COUNTS and place == 1:
        width = np.dtype(d).itemsize * 8
        return rng.choice(np.array([0, 1, 2, 5, width - 1, width, width + 1] + ([-1] if dtype[0] == "i" else [])), count).astype(
            d
        )
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool)
    if name == "ldexp" and place == 1:
        return rng.integers(-20, 20, count).astype(d)
    source = cases_narrow if dtype in NARROW else cases_elementwise
    special = source.specials(dtype)
    parts = [rng.choice(special, count), source.scattered(dtype, count, rng)]
    if dtype in ("f32", "f64", "f16", "bf16"):
        parts.append((rng.standard_normal(count) * 1.5).astype(d))
    kind = rng.integers(0, len(parts), count)
    return np.choose(kind, [p.view(f"u{p.dtype.itemsize}") for p in parts]).astype(f"u{np.dtype(d).itemsize}").view(d)


def some(things, number, count):
    """So many of them, from another one on for each number: the next dtype of an op meets others."""
    things = list(things)
    return [things[(number * count + i) % len(things)] for i in range(min(count, len(things)))]


def numbered(name, dtypes):
    """The dtypes of an op with the numbers that turn what they meet; they depend on the name alone, so a new op changes no other."""
    return enumerate(dtypes, zlib.crc32(name.encode()) % 1000)


class Operands:
    """The operands of an op, as arguments of a case."""

    def __init__(self, g, seed, name, dtype):
        self.g, self.seed, self.name, self.dtype, self.arity = g, seed, name, dtype, OPS[name][0]

    def array(self, place, shape):
        count = int(np.prod(shape, dtype=int))
        return elements(f"{self.seed} {shape}", self.name, self.dtype, count, place).reshape(shape)

    def __call__(self, *shapes):
        """One argument each; the last shape is that of all that follow."""
        shapes = list(shapes) + [shapes[-1]] * self.arity
        return [self.g.argument(self.array(place, shapes[place])) for place in range(self.arity)]


# Ranks: the operands' shapes, which broadcast; for one operand the first is taken.
RANKS = [
    ([], [], []),
    ([7], [1], []),
    ([3], [], [3]),
    ([3, 5], [5], [3, 1]),
    ([3, 1], [1, 5], []),
    ([2, 3, 3], [3, 1], [2, 1, 1]),
    ([1, 3, 1], [2, 1, 3], [3]),
    ([2, 1, 3, 3], [3], [2, 1, 1, 3]),
    ([1, 3, 1, 2], [2, 1, 3, 1], [2]),
    ([0], [0], [0]),
    ([3, 0], [1, 1], [0]),
]


def ranks(name, dtype, number):
    g = NarrowCase(f"{name} {dtype}, ranks 0 to 4", note="Operands that broadcast along every axis, and empty ones.")
    operands = Operands(g, "ranks", name, dtype)
    for shapes in some(RANKS, number, 4):
        g.result(g.op(name, *operands(*shapes)), bound(name, dtype))
    return g


# Views of [4, 6]: name, how the view of [4, 6], or of [6, 4] for `turned`, is taken.
VIEWS = {
    "transposed": lambda g, x: g.transpose(x, [1, 0]),
    "reversed": lambda g, x: g.slice(x, [3, 5], [-1, -1], [4, 6]),
    "stepped": lambda g, x: g.slice(x, [1, 0], [2, 3], [2, 2]),
    "a column": lambda g, x: g.broadcast(g.slice(x, [0, 2], [1, 1], [4, 1]), [4, 6]),
    "a row": lambda g, x: g.broadcast(g.slice(x, [2, 0], [1, 1], [1, 6]), [4, 6]),
    "reshaped": lambda g, x: g.reshape(g.transpose(x, [1, 0]), [3, 8]),
    "an edge": lambda g, x: g.slice(x, [1, 1], [1, 1], [3, 5]),
    "one behind the other": lambda g, x: g.concatenate(
        [g.slice(x, [2, 0], [1, 1], [2, 6]), g.slice(x, [0, 0], [1, 1], [2, 6])], 0
    ),
}


def views(name, dtype, number):
    chosen = some(VIEWS.items(), number, 3)
    g = NarrowCase(
        f"{name} {dtype} of views", note="Of one operand, of another, of all: " + ", ".join(title for title, _ in chosen) + "."
    )
    operands = Operands(g, "views", name, dtype)
    x, line = operands([4, 6]), operands([24])
    for turn, (_, view) in enumerate(chosen, number):
        lies = turn % (operands.arity + 1)
        seen = [view(g, v) if lies in (place, operands.arity) else None for place, v in enumerate(x)]
        shape = next(v for v in seen if v is not None).shape
        count = int(np.prod(shape))
        dense = lambda v: g.reshape(v if count == 24 else g.slice(v, [0], [1], [count]), shape)
        g.result(g.op(name, *[dense(v) if s is None else s for v, s in zip(line, seen)]), bound(name, dtype))
    return g


# Extents beside those of a vector, of a unit of work and of a chunk; the first position of each operand.
EXTENTS = [(1, 3, 0), (63, 0, 1), (64, 1, 0), (65, 0, 0), (4095, 1, 2), (4096, 0, 3), (4097, 2, 0)]
PERIOD = 13


def extents(name, dtype, number):
    chosen = some(EXTENTS, number, 3)
    lengths = ", ".join(str(extent) for extent, *_ in chosen)
    g = NarrowCase(f"{name} {dtype} of {lengths}", period=PERIOD, note="From an offset on, of which each operand has its own.")
    operands = Operands(g, "extents", name, dtype)
    x = [g.argument(np.resize(operands.array(place, [PERIOD]), 4100)) for place in range(operands.arity)]
    for extent, *offsets in chosen:
        own = [g.slice(v, [offsets[i % 2]], [1], [extent]) for i, v in enumerate(x)]
        g.result(g.op(name, *own), bound(name, dtype))
    return g


def among(name, dtype, number):
    """In a kernel with others: read, made and reduced there. Then in a Variable, in the body of a loop, or of a branch."""
    place = ["in a Variable", "in a loop", "in a branch"][number % 3]
    g = NarrowCase(f"{name} {dtype} among others and {place}", note="In a kernel with what it reads and what reads it.")
    operands, tolerance = Operands(g, "among", name, dtype), bound(name, dtype)
    x, y = operands([9]), [g.argument(operands.array(i, [9])[::-1]) for i in range(operands.arity)]
    mask = g.argument(np.arange(9) % 3 != 1)
    first, second = g.op(name, *[g.op("select", mask, a, b) for a, b in zip(x, y)]), g.op(name, *y)
    g.result(g.op("select", mask, first, second), tolerance)
    g.result(g.reduce("any" if first.dtype == "bool" else "max", first, [0]), tolerance)
    if place == "in a Variable":
        v = g.variable("v", first.array[::-1].copy())
        g.result(g.op("select", mask, v, second), tolerance).store(v, g.op("select", mask, first, v), tolerance)
    elif place == "in a branch":
        branches = [lambda c, *a: [c.op(name, *a[::-1] if len(a) == 2 else a)], lambda c, *a: [c.op(name, *a)]]
        g.result(g.branch(g.argument(np.int32(1)), branches, x)[0], tolerance)
    else:
        rows = [g.argument(operands.array(i, [3, 5])) for i in range(operands.arity)]
        g.result(g.loop(lambda c, i, *row: [c.op(name, *row)], 3, [], rows, reverse=True)[0], tolerance)
        # Step after step only where a step is exact: an error would grow.
        if tolerance == "exact" and first.dtype == dtype:
            at = 1 if name == "select" else 0
            step = lambda c, i, state, *rest: [c.op(name, *rest[:at], state, *rest[at:])]
            g.result(g.loop(step, 4, [x[at]], captured=x[:at] + x[at + 1 :])[0])
    return g


def groups():
    for make in (ranks, views, extents, among):
        yield make.__name__, [make(name, dtype, number) for name in OPS for number, dtype in numbered(name, dtypes_of(name))]
