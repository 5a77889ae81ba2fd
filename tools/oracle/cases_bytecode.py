"""Programs in bytecode: every array op with its attributes as bytecode has them, every access and tile instruction of a kernel,
loops, branches and Variables in place; and for each rule of the verifier (Spec/bytecode.md) programs that break it."""

import numpy as np

import numerics
from cases_elementwise import random
from graph import Case, ErrorCase, type_text
from numerics import DTYPES


def normal(name, *shape, dtype="f32"):
    return random(f"bytecode {name}").standard_normal(shape).astype(DTYPES[dtype])


class Program(Case):
    """A program given as text; a register for each argument comes first."""

    def __init__(self, name, arguments, lines, results, note=None, variables=(), stored=(), period=None):
        super().__init__(name, period=period, note=note)
        self.arguments, self.lines = [np.asarray(a) for a in arguments], lines
        self.variables = list(variables)
        for value, *tolerance in results:
            self.result(self.constant(value), *tolerance)
        self.stores = [(slot, self.constant(value), "exact") for slot, value in stored]

    def program(self):
        head = ["hillock program 2", f'name "{self.name}"']
        head += [f"argument {i} : {type_text(a)}" for i, a in enumerate(self.arguments)]
        head += [f'variable {i} "{name}" : {type_text(a)}' for i, (name, a) in enumerate(self.variables)]
        return embedded(head + self.lines.strip().split("\n"))


def embedded(lines):
    """The text of a program inside a case, which ends with the first line that is `end`: a kernel's is indented."""
    return "\n".join("  end" if line == "end" else line for line in lines)


def registers(arguments, *others):
    """r0, r1, … for the arguments, then the others."""
    lines = [f"r{i} : {type_text(np.asarray(a))} = argument {i}" for i, a in enumerate(arguments)]
    return lines + [f"r{len(lines) + i} : {other}" for i, other in enumerate(others)]


def of_array_op(name, line, arguments, *results, tolerance="exact", note=None):
    """`line` has {} where the results and the operands stand."""
    results = [np.asarray(r) for r in results]
    first = len(arguments)
    made = ", ".join(f"r{first + i}" for i in range(len(results)))
    op, _, attributes = line.partition(" ")
    uses = ", ".join(f"r{i}" for i in range(first))
    lines = registers(arguments, *[f"{type_text(r)} = fresh" for r in results]) + [
        f"{made} = {op} {uses} {attributes}".rstrip(),
        f"return {made}",
    ]
    return Program(name, arguments, "\n".join(lines), [(r, tolerance) for r in results], note)


def product_cases():
    a, b, v, w = normal("a", 5, 7), normal("b", 7, 3), normal("v", 7), normal("w", 5)
    turned = lambda x: np.ascontiguousarray(np.swapaxes(x, -1, -2))
    plain = numerics.dot(a, b)
    yield of_array_op("matmul of matrices", "matmul rows [5] inner 7 columns [3]", [a, b], plain)
    yield of_array_op("matmul, a transposed", "matmul rows [5] inner 7 columns [3] transposedA", [turned(a), b], plain)
    yield of_array_op("matmul, b transposed", "matmul rows [5] inner 7 columns [3] transposedB", [a, turned(b)], plain)
    yield of_array_op(
        "matmul, both transposed", "matmul rows [5] inner 7 columns [3] transposedA transposedB", [turned(a), turned(b)], plain
    )
    yield of_array_op("matmul of vectors", "matmul inner 7", [v, v], numerics.dot(v, v))
    yield of_array_op("matmul of a matrix and a vector", "matmul rows [5] inner 7", [a, v], numerics.dot(a, v))
    yield of_array_op("matmul of a vector and a matrix", "matmul inner 5 columns [7]", [w, a], numerics.dot(w, a))
    many, right = normal("many", 2, 3, 4, 7), normal("right", 2, 3, 7, 5)
    each = lambda x, y: np.stack([np.stack([numerics.dot(x[i, j], y[i, j]) for j in range(3)]) for i in range(2)])
    batch = "matmul batch [2, 3] rows [4] inner 7 columns [5]"
    yield of_array_op("matmul of a batch", batch, [many, right], each(many, right))
    yield of_array_op(
        "matmul of a batch, both transposed", batch + " transposedA transposedB", [turned(many), turned(right)], each(many, right)
    )
    one = right[0, 0]
    yield of_array_op("matmul of a batch by one", batch + " sharedB", [many, one], each(many, np.broadcast_to(one, right.shape)))
    left = many[0, 0]
    yield of_array_op(
        "matmul of one by a batch", batch + " sharedA", [left, right], each(np.broadcast_to(left, many.shape), right)
    )
    # (Axes of rows and columns are merged where several are given.)
    x, y = normal("x", 2, 3, 4), normal("y", 4, 2, 2)
    yield of_array_op(
        "matmul with two axes of rows and of columns", "matmul rows [2, 3] inner 4 columns [2, 2]", [x, y], numerics.dot(x, y)
    )


def line_cases():
    x = normal("lines", 3, 5, 2)
    for kind in ["sum", "product", "max", "min"]:
        yield of_array_op(
            f"reduce.{kind} of the middle axis", f"reduce.{kind} outer [3] extent 5 inner [2]", [x], numerics.reduce(kind, x, [1])
        )
        yield of_array_op(f"scan.{kind} along the middle axis", f"scan.{kind} axis 1", [x], numerics.scan(kind, x, 1))
        yield of_array_op(
            f"scan.{kind} back, exclusive", f"scan.{kind} axis 1 reversed exclusive", [x], numerics.scan(kind, x, 1, True, True)
        )
    bools = x > 0
    for kind in ["any", "all"]:
        yield of_array_op(
            f"reduce.{kind} of the last axis",
            f"reduce.{kind} outer [3, 5] extent 2 inner []",
            [bools],
            numerics.reduce(kind, bools, [2]),
        )
    for kind in ["max", "min"]:
        yield of_array_op(
            f"argreduce.{kind} of the middle axis", f"argreduce.{kind} axis 1", [x], numerics.arg_reduce(kind, x, 1)
        )
    key, payload = np.round(x * 2), np.arange(30, dtype=np.int64).reshape(3, 5, 2)
    for descending in [False, True]:
        word = " descending" if descending else ""
        yield of_array_op(
            f"sort of keys and places{word}", f"sort axis 1{word}", [key, payload], *numerics.sort([key, payload], 1, descending)
        )
    yield of_array_op("topk along the middle axis", "topk axis 1 count 2", [key], *numerics.top_k(key, 2, 1))
    yield of_array_op("places of lines", "places size 3", [bools], numerics.places(bools, 3))
    line, values = np.sort(normal("line", 9)), normal("values", 4, 3)
    for right in [False, True]:
        yield of_array_op(
            f"search{' right' if right else ''}", f"search{' right' if right else ''}", [line, values], numerics.search(line, values, right)
        )
    real, imaginary = normal("real", 2, 12, dtype="f64"), normal("imaginary", 2, 12, dtype="f64")
    yield of_array_op(
        "fft of two lines", "fft", [real, imaginary], *numerics.fft(real, imaginary), tolerance="within 4 ulp or 1e-14"
    )


def moving_cases():
    at, rows = np.array([3, -1, 9, 0], np.int64), np.array([[0, -1], [5, 1]], np.int64)
    for dtype in ["f64", "u32", "bool", "bf16", "i8"]:
        x = (np.arange(20) % 7).astype(DTYPES[dtype]).reshape(4, 5)
        yield of_array_op(f"gather {dtype} of rows", "gather", [x, at], numerics.gather(x, at))
        yield of_array_op(f"gather {dtype} of columns", "gather axis 1", [x, at], numerics.gather(x, at, 0, 1))
        y = np.flip(x[:, :4]).copy()
        yield of_array_op(f"scatter {dtype} of columns", "scatter axis 1", [x, at, y], numerics.scatter(x, at, y, "set", 0, 1))
        small, start = x[1:3, 1:4].copy(), np.array([3, -2], np.int64)
        yield of_array_op(
            f"dynamicslice {dtype}", "dynamicslice sizes [2, 3]", [x, start], numerics.dynamic_slice(x, start, [2, 3])
        )
        yield of_array_op(f"dynamicupdate {dtype}", "dynamicupdate", [x, small, start], numerics.dynamic_update(x, small, start))
        moved = x.copy()
        moved[3::-2, 0:5:2] = small
        yield of_array_op(f"update {dtype} backwards and in steps", "update starts [3, 0] steps [-2, 2]", [x, small], moved)
        yield of_array_op(f"concatenate {dtype}", "concatenate axis 1", [x, y, x], np.concatenate([x, y, x], 1))
        value = x[2, 3]
        yield of_array_op(
            f"pad {dtype}",
            "pad low [1, -1] high [0, 2] interior [1, 0]",
            [x, value],
            numerics.pad(x, value, [1, -1], [0, 2], [1, 0]),
        )
    batch = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    yield of_array_op("gather with a batch axis", "gather batch 1 axis 1", [batch, rows], numerics.gather(batch, rows, 1, 1))
    x, y = normal("base", 4, 5), normal("updates", 4, 5)
    for kind in ["add", "multiply", "min", "max"]:
        yield of_array_op(f"scatter.{kind}", f"scatter.{kind}", [x, at, y], numerics.scatter(x, at, y, kind))


def drawn_cases():
    key, x = np.array([5, 9], np.uint32), np.array([0.5, 3, 25, 400])
    yield of_array_op(
        "randomcounts.poisson", "randomcounts.poisson first 7", [x, key], numerics.random_counts("poisson", x, key, first=7)
    )
    chances, tries = np.array([0.1, 0.5, 0.9, 1.0]), np.array([3, 100, 1000, 9], np.int64)
    yield of_array_op(
        "randomcounts.binomial",
        "randomcounts.binomial",
        [chances, key, tries],
        numerics.random_counts("binomial", chances, key, tries),
    )
    ring, rows, slot = normal("ring", 3, 5), np.array([True, False, True]), np.int64(1)
    starts, targets, weights = np.array([0, 3, 4, 7], np.int64), np.array([0, 4, 4, 1, 2, 0, 3], np.int32), normal("weights", 7)
    delays = np.array([0, 1, 2, 0, 2, 1, 0], np.int32)
    yield of_array_op(
        "deliver with delays",
        "deliver",
        [ring, rows, slot, starts, targets, weights, delays],
        numerics.deliver(ring, rows, slot, starts, targets, weights, delays),
    )
    yield of_array_op(
        "rowproducts",
        "rowproducts",
        [ring, slot, starts, targets, weights],
        numerics.row_products(ring, slot, starts, targets, weights),
    )
    yield of_array_op(
        "synapseproducts",
        "synapseproducts",
        [ring, rows, slot, starts, targets],
        numerics.synapse_products(ring, rows, slot, starts, targets),
    )
    trace, rule = normal("trace", 5), np.array([0.3, -0.5, 0.6, 1.0], np.float32)
    for kind in ["add", "up", "down"]:
        yield of_array_op(
            f"adapt.{kind}",
            f"adapt.{kind}",
            [weights, rows, trace, starts, targets, rule],
            numerics.adapt(weights, rows, trace, starts, targets, rule, kind=kind),
        )
    weight, chance = np.array([0.25], np.float32), np.float64(0.5)
    yield of_array_op(
        "deliverdrawn",
        "deliverdrawn hollow",
        [ring, rows, slot, key, chance, weight],
        numerics.deliver_drawn(ring, rows, slot, key, chance, weight, True),
    )
    yield of_array_op(
        "drawnproducts",
        "drawnproducts rows 4",
        [ring, slot, key, chance, weight],
        numerics.drawn_products(ring, slot, key, chance, weight, False, 4),
    )


def kernel(shape, tile, *lines):
    return [f'kernel 0 "k" shape {shape} tile {tile}', *lines, "end", "launch 0"]


def kernel_cases():
    for n, tile in [(1, 64), (63, 64), (65, 64), (4095, 256), (4097, 4096), (300, 128)]:
        g = np.resize(normal("positions", 17), n + 3)
        scalar, made = np.float32(1.5), np.resize(normal("positions", 17), n + 3)[3:]
        back = g[:n][::-1]
        lines = (
            registers([g, scalar], f"f32[{n}] = fresh", f"f32[{n}] = fresh", "f32[] = fresh", "f32[] = fresh")
            + kernel(
                f"[{n}]",
                tile,
                "p0 = read r0 contiguous 3",
                "p1 = read r1 scalar 0",
                f"p2 = read r0 strided {n - 1} [-1]",
                "p3 = write r2 contiguous 0",
                "p4 = write r3 contiguous 0",
                "p5 = write r4 reduction 1",
                "p6 = write r5 reduction 1",
                "t0 : f32",
                "t1 : f32",
                "t0 = load p2 : f32",
                "p3 = mul p0, p1 : f32",
                "t1 = sub t0, p3 : f32",
                "p4 = fma t1, p0, t0 : f32",
                "p5 = reduce.max t1 : f32",
                "p6 = dotaccumulate t0, p0 : f32",
            )
            + ["return r2, r3, r4, r5"]
        )
        product = made * scalar
        difference = back - product
        yield Program(
            f"a kernel of {n} positions in tiles of {tile}",
            [g, scalar],
            "\n".join(lines),
            [(product,), (numerics.fma(difference, made, back),), (difference.max(),), (numerics.dot(back, made),)],
            period=17,
            note="Contiguous from an offset on, a scalar, backwards; a reduction and a product beside them.",
        )
    x, v = normal("rows", 70, 3), normal("whole", 3)
    lines = (
        registers([x, v], "f32[70] = fresh", "f32[3] = fresh")
        + kernel(
            "[70]",
            64,
            "p0 = read r0 rows 0 3",
            "p1 = read r1 whole 0 3",
            "p2 = write r2 contiguous 0",
            "p3 = write r3 reduction 3",
            "p2 = rowdot p0, p1 : f32",
            "p3 = outeraccumulate p2, p0 : f32",
        )
        + ["return r2, r3"]
    )
    z = numerics.dot(x, v)
    yield Program("rows, a whole vector, and rows summed", [x, v], "\n".join(lines), [(z,), (numerics.dot(z, x),)])
    key = np.array([1, 2], np.uint32)
    lines = (
        registers([key], "u32[3,30] = fresh", "u64[3,30] = fresh", "i32[3,30] = fresh", "f32[3,30] = fresh", "bool[3,30] = fresh")
        + kernel(
            "[3,30]",
            64,
            "p0 = read r0 whole 0 2",
            *[f"p{i} = write r{i} contiguous 0" for i in range(1, 6)],
            "t0 : i32",
            "p1 = randombits p0 first 5 : u32",
            "p2 = randombits p0 first 4294967290 : u64",
            "t0 = iota axis 0 : i32",
            "p3 = iota axis 1 : i32",
            "p4 = convert t0 from i32 : f32",
            "p5 = lt t0, p3 : i32",
        )
        + ["return r1, r2, r3, r4, r5"]
    )
    i, j = np.indices((3, 30)).astype(np.int32)
    yield Program(
        "random bits, indices and a conversion",
        [key],
        "\n".join(lines),
        [
            (numerics.random_bits(key, "u32", [3, 30], 5),),
            (numerics.random_bits(key, "u64", [3, 30], 2**32 - 6),),
            (j,),
            (i.astype(np.float32),),
            (i < j,),
        ],
    )
    for kind in ["sum", "product", "max", "min", "any", "all"]:
        dtype = "bool" if kind in ("any", "all") else "f32"
        x = normal(f"terms {kind}", 4100) * 0.1 + 1 if dtype == "f32" else np.resize([kind == "all", True, True], 4100)
        x = np.resize(x[:97], 4100)
        lines = (
            registers([x], f"{dtype}[] = fresh")
            + kernel("[4100]", 512, "p0 = read r0 contiguous 0", "p1 = write r1 reduction 1", f"p1 = reduce.{kind} p0 : {dtype}")
            + ["return r1"]
        )
        yield Program(
            f"reduce.{kind} in a kernel of two chunks", [x], "\n".join(lines), [(numerics.reduce(kind, x, [0]),)], period=97
        )
    x = normal("matrix", 3, 7)
    for name, access, value in [
        ("transposed", "strided 0 [1, 7]", x.T),
        ("a row for all", "strided 7 [0, 0]", np.full((7, 3), x[1, 0])),
        ("both reversed", "strided 20 [-1, -7]", x.T[::-1, ::-1]),
    ]:
        lines = (
            registers([x], "f32[7,3] = fresh")
            + kernel("[7,3]", 64, f"p0 = read r0 {access}", "p1 = write r1 contiguous 0", "p1 = load p0 : f32")
            + ["return r1"]
        )
        yield Program(f"a strided operand, {name}", [x], "\n".join(lines), [(value,)])
    empty = np.zeros(0, np.float32)
    lines = (
        registers([empty], "f32[] = fresh", "f32[] = fresh")
        + kernel(
            "[0]",
            64,
            "p0 = read r0 contiguous 0",
            "p1 = write r1 reduction 1",
            "p2 = write r2 reduction 1",
            "p1 = reduce.sum p0 : f32",
            "p2 = reduce.product p0 : f32",
        )
        + ["return r1, r2"]
    )
    yield Program("a kernel of no positions", [empty], "\n".join(lines), [(np.float32(0),), (np.float32(1),)])


# Programs that keep every rule. They are run, and broken below.

STEP_LINES = """
constant 0 : f32[] {2.0}
buffer 0 : 24
buffer 1 : 24
r0 : f32[6,3] = argument 0
r1 : f32[6] = argument 1
r2 : i64[2] = argument 2
r3 : f32[3] = variable 0
r4 : f32[] = constant 0
r5 : f32[6] = buffer 0
r6 : f32[3] = buffer 1
r7 : f32[3] = fresh
r8 : f32[2,3] = fresh
r9 : f32[6] = buffer 0
r10 : f32[] = fresh
kernel 0 "points" shape [6] tile 64
p0 = read r0 rows 0 3
p1 = read r3 whole 0 3
p2 = read r4 scalar 0
p3 = read r1 strided 5 [-1]
p4 = write r5 contiguous 0
p5 = write r6 reduction 3
t0 : f32
t1 : f32
t0 = rowdot p0, p1 : f32
t1 = load p3 : f32
t0 = sub t0, t1 : f32
p4 = mul t0, p2 : f32
p5 = outeraccumulate p4, p0 : f32
end
kernel 1 "update" shape [3] tile 64
p0 = read r3 contiguous 0
p1 = read r6 contiguous 0
p2 = write r7 contiguous 0
p2 = sub p0, p1 : f32
end
kernel 2 "squares" shape [6] tile 64
p0 = read r5 contiguous 0
p1 = write r9 contiguous 0
p2 = write r10 reduction 1
p1 = square p0 : f32
p2 = reduce.sum p1 : f32
end
launch 0
launch 1
launch 2
r8 = gather r0, r2
store 0, r7
return r8, r10
"""

LOOP_LINES = """
buffer 0 : 8
buffer 1 : 8
buffer 2 : 8
buffer 3 : 8
r0 : f32[2] = argument 0
r1 : f32[3,2] = argument 1
r2 : i32[] = argument 2
r3 : i64[] = buffer 2
r4 : f32[2] = buffer 0
r5 : f32[2] = buffer 1
r6 : f32[2] = row r1
r7 : f32[3,2] = fresh
r8 : f32[2] = row r7
r9 : f32[2] = fresh
kernel 0 "step" shape [2] tile 64
p0 = read r4 contiguous 0
p1 = read r6 contiguous 0
p2 = write r5 contiguous 0
p3 = write r8 contiguous 0
p2 = add p0, p1 : f32
p3 = mul p0, p1 : f32
end
kernel 1 "same" shape [2] tile 64
p0 = read r4 contiguous 0
p1 = write r9 contiguous 0
p1 = add p0, p0 : f32
end
kernel 2 "negative" shape [2] tile 64
p0 = read r4 contiguous 0
p1 = write r9 contiguous 0
p1 = neg p0 : f32
end
loop r3 trips 3 rows r6, r8 {
carry r0, r4, r5
launch 0
}
branch r2 blocks 2 results r9 {
launch 1
}
then {
launch 2
}
return r7, r9
"""

IN_PLACE_LINES = """
r0 : f32[6] = argument 0
r1 : f32[6] = variable 0
r2 : f32[6] = over r1
r3 : f32[] = fresh
kernel 0 "sum" shape [6] tile 64
p0 = read r1 contiguous 0
p1 = write r3 reduction 1
p1 = reduce.sum p0 : f32
end
kernel 1 "add" shape [6] tile 64
p0 = read r0 contiguous 0
p1 = read r1 contiguous 0
p2 = write r2 contiguous 0
p2 = add p0, p1 : f32
end
launch 0
launch 1
store 0, r2
return r3
"""

WHILE_LINES = """
buffer 0 : 8
buffer 1 : 8
buffer 2 : 1
constant 0 : i64[] {40}
r0 : i64[] = argument 0
r1 : i64[] = constant 0
r2 : i64[] = fresh
r3 : i64[] = fresh
r4 : bool[] = buffer 2
kernel 0 "small" shape [] tile 64
p0 = read r2 contiguous 0
p1 = read r1 contiguous 0
p2 = write r4 contiguous 0
p2 = lt p0, p1 : i64
end
kernel 1 "double" shape [] tile 64
p0 = read r2 contiguous 0
p1 = write r3 contiguous 0
p1 = add p0, p0 : i64
end
while r4 {
carry r0, r2, r3
launch 0
}
then {
launch 1
}
return r2
"""


def whole_cases():
    x, y, w, at = normal("step x", 6, 3), normal("step y", 6), normal("step w", 3), np.array([1, -1], np.int64)
    z = (numerics.dot(x, w) - y[::-1]) * np.float32(2)
    yield Program(
        "a step with a Variable",
        [x, y, at],
        STEP_LINES,
        [(numerics.gather(x, at),), (numerics.reduce("sum", z * z, [0]),)],
        variables=[("w", w)],
        stored=[(0, w - numerics.dot(z, x))],
        note="The program that is broken in rules.case.",
    )
    start, rows = normal("loop start", 2), normal("loop rows", 3, 2)
    for selector in (0, 1, 7):
        state, stack = start, []
        for row in rows:
            stack.append(state * row)
            state = state + row
        yield Program(
            f"a loop with rows, and branch {selector}",
            [start, rows, np.int32(selector)],
            LOOP_LINES,
            [(np.stack(stack),), (state + state if selector == 0 else -state,)],
        )
    old = normal("in place", 6)
    yield Program(
        "a Variable in place",
        [y],
        IN_PLACE_LINES,
        [(numerics.reduce("sum", old, [0]),)],
        variables=[("v", old)],
        stored=[(0, y + old)],
    )
    yield Program("a while loop", [np.int64(3)], WHILE_LINES, [(np.int64(48),)])


HEADS = {
    "step": ["argument 0 : f32[6,3]", "argument 1 : f32[6]", "argument 2 : i64[2]", 'variable 0 "w" : f32[3]'],
    "loop": ["argument 0 : f32[2]", "argument 1 : f32[3,2]", "argument 2 : i32[]"],
    "in place": ["argument 0 : f32[6]", 'variable 0 "v" : f32[6]'],
    "while": ["argument 0 : i64[]"],
}
BODIES = {"step": STEP_LINES, "loop": LOOP_LINES, "in place": IN_PLACE_LINES, "while": WHILE_LINES}

# rule | program | what stands there => what is written in its place; a line end is \n. Several changes are parted by ;;.
BROKEN = r"""
type-limits | step | argument 1 : f32[6] => argument 1 : f32[-6]
type-limits | step | variable 0 "w" : f32[3] => variable 0 "w" : f32[2199023255552]
type-limits | loop | shape [2] tile => shape [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2] tile
constant-data | step | {2.0} => {hex 0000}
buffer-limits | step | buffer 1 : 24 => buffer 1 : -8
buffer-limits | step | buffer 1 : 24 => buffer 1 : 17592186044416
register-role | step | = argument 2 => = argument 3
register-role | step | = buffer 1 => = buffer 2
register-role | step | = variable 0 => = variable 1
register-role | step | = constant 0 => = constant 1
register-role | loop | row r1 => row r77
register-role | in place | over r1 => over r9
row-type | loop | r6 : f32[2] = row r1 => r6 : f32[3] = row r1
row-type | loop | r6 : f32[2] = row r1 => r6 : i32[2] = row r1
over-type | in place | r2 : f32[6] = over r1 => r2 : f32[5] = over r1
over-type | in place | r2 : f32[6] = over r1 => r2 : f32[6] = over r0
argument-type | step | r1 : f32[6] = argument => r1 : f64[6] = argument
variable-type | step | r3 : f32[3] = variable => r3 : f32[4] = variable
constant-type | step | r4 : f32[] = constant => r4 : f32[1] = constant
buffer-size | step | buffer 0 : 24 => buffer 0 : 20
register-index | step | r8 = gather r0, r2 => r8 = gather r0, r20
register-index | step | p1 = read r6 contiguous => p1 = read r11 contiguous
kernel-index | step | launch 2 => launch 3
kernel-index | loop | launch 1\n => launch 7\n
function-index | step | launch 2 => launch 2\ncall 0 r1
variable-index | step | store 0 => store 1
top-level | loop | launch 0\n => launch 0\nreturn r9\n
return-last | step | return r8, r10 =>
return-last | step | store 0 => return r8, r10\nstore 0
carry-type | loop | r5 : f32[2] = buffer 1 => r5 : f32[1] = buffer 1
carry-type | loop | carry r0, r4, r5 => carry r0, r4, r4
carry-type | while | r3 : i64[] = fresh => r3 : i64[] = buffer 0
carry-owner | loop | carry r0, r4, r5 => carry r0, r4, r5\ncarry r0, r4, r5
loop-registers | loop | trips 3 => trips -1
loop-registers | loop | r3 : i64[] => r3 : i32[]
loop-registers | while | r4 : bool[] => r4 : bool[1]
row-owner | loop | trips 3 => trips 4
row-owner | loop | rows r6, r8 => rows r8
kernel-limits | step | shape [3] tile 64 => shape [3] tile 32
kernel-limits | step | shape [3] tile 64 => shape [3] tile 65
kernel-limits | step | shape [3] tile 64 => shape [3] tile 8192
operand-access | step | p4 = write r5 contiguous 0 => p4 = write r5 strided 0 [1]
operand-access | step | strided 5 [-1] => strided 5 [-1, 1]
tile-overlap | step | p4 = write r5 contiguous 0 => p4 = write r5 contiguous 1
tile-overlap | step | reduction 3 => reduction 2
access-bounds | step | strided 5 [-1] => strided 4 [-1]
access-bounds | step | strided 5 [-1] => strided 0 [2]
access-bounds | step | rows 0 3 => rows 1 3
access-bounds | step | scalar 0 => scalar 1
access-bounds | step | p1 = read r6 contiguous 0 => p1 = read r6 contiguous 1
opcode-type | step | p2 = sub p0, p1 : f32 => p2 = and p0, p1 : f32
opcode-type | step | p2 = reduce.sum p1 : f32 => p2 = reduce.all p1 : f32
slot-index | step | p2 = sub p0, p1 => p2 = sub p0
slot-index | step | t0 = sub t0, t1 => t0 = sub t0, t9
slot-index | step | t1 = load p3 => _ = load p3
slot-kind | step | rowdot p0, p1 => rowdot p1, p0
slot-kind | step | p4 = mul t0, p2 => p2 = mul t0, p2
slot-kind | step | t0 = sub t0, t1 => t0 = sub t0, p3
slot-type | step | p2 = sub p0, p1 : f32 => p2 = sub p0, p1 : f64
slot-type | step | t1 = load p3 : f32 => t1 = load p3 : i32
slot-length | step | whole 0 3 => whole 0 2
form | step | p4 = mul t0, p2 => p4 = mul p2, p2
form | step | t0 = sub t0, t1 => t0 = neg p2
tile-undefined | step | t1 = load p3 : f32\n =>
tile-undefined | step | t0 = sub t0, t1 => t0 = sub t0, p4
operand-written | step | p2 = sub p0, p1 : f32 => p2 = sub p0, p1 : f32\np2 = add p0, p1 : f32
operand-written | loop | p3 = mul p0, p1 : f32\n =>
array-types | step | r8 = gather r0, r2 => r8 = gather r1, r2
array-types | step | r8 = gather r0, r2 => r8 = gather r0, r2 axis 1
array-types | step | r8 = gather r0, r2 => r8 = gather r0, r1
array-types | step | r8 = gather r0, r2 => r8 = concatenate r0 axis 0
write-to-input | step | r8 = gather => r0 = concatenate r0 axis 0\nr8 = gather
write-to-input | step | p2 = write r7 contiguous 0 => p2 = write r3 contiguous 0
write-to-input | loop | p3 = write r8 => p3 = write r6
single-definition | step | launch 1 => launch 1\nlaunch 1
single-definition | loop | launch 2\n => launch 2\nlaunch 2\n
read-before-write | step | launch 0\n =>
read-before-write | loop | p0 = read r4 contiguous 0\np1 = read r6 => p0 = read r5 contiguous 0\np1 = read r6
missing-carry | loop | launch 0\n =>
missing-carry | while | launch 1\n =>
missing-carry | loop | launch 2\n =>
early-reuse | step | p2 = reduce.sum p1 => p2 = reduce.sum p0
early-reuse | loop | r5 : f32[2] = buffer 1 => r5 : f32[2] = buffer 0
early-reuse | step | launch 1\nlaunch 2 => launch 2\nlaunch 1 ;; p1 = read r6 contiguous 0 => p1 = read r5 contiguous 0
fresh-use | step | return r8, r10 => return r8
store-type | step | store 0, r7 => store 0, r8 ;; return r8 => return r7
store-once | step | store 0, r7 => store 0, r7\nstore 0, r7
store-fresh | step | store 0, r7 => store 0, r6 ;; return r8 => return r7, r8
result-aliases | step | return r8, r10 => return r8, r8, r10
result-aliases | step | return r8, r10 => return r8, r7, r10
result-aliases | step | return r8, r10 => return r1, r8, r10
stale-read | step | kernel 0 => r11 : f32[6] = fresh\nkernel 0 ;; return r8 => r11 = concatenate r3, r3 axis 0\nreturn r11, r8
variable-in-place | in place | store 0, r2\n =>
variable-in-place | in place | launch 0\nlaunch 1 => launch 1\nlaunch 0
variable-in-place | in place | read r1 contiguous 0\np2 => read r1 strided 5 [-1]\np2 ;; add p0, p1 => neg p0
kernel-memory | step | buffer 1 : 24 => buffer 1 : 2200000000000 ;; r6 : f32[3 => r6 : f32[550000000000 ;; on 3 => on 550000000000
call-type | step | buffer 0 => function 0 "count" (f32[3]) to (i64[])\nbuffer 0 ;; launch 2 => launch 2\ncall 0 r1
row-write | loop | loop r3 => r7 = concatenate r1 axis 0\nloop r3
carried-in-place | loop | r5 : f32[2] = buffer 1 => r5 : f32[2] = over r4
"""


def broken_cases():
    for line in BROKEN.strip().split("\n"):
        rule, name, changes = line.split(" | ")
        text = "\n".join(["hillock program 2", *HEADS[name]]) + BODIES[name]
        for change in changes.split(" ;; "):
            old, new = (part.replace("\\n", "\n") for part in (change + " ").split(" => "))
            assert old in text, (rule, old)
            text = text.replace(old, new.rstrip(" "), 1)
        shown = changes.replace('"', "'").replace("\\n", ", ")
        yield ErrorCase(f"{rule}: {shown}", embedded(text.split("\n")), "verification", rule=rule)


def groups():
    return [
        ("products", list(product_cases())),
        ("lines", list(line_cases())),
        ("moving", list(moving_cases())),
        ("drawn", list(drawn_cases())),
        ("kernels", list(kernel_cases())),
        ("whole", list(whole_cases())),
        ("rules", list(broken_cases())),
    ]
