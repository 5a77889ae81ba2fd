"""Programs that must be refused. The expected codes follow from Spec/errors.md."""

import numpy as np

import numerics
from cases_elementwise import OPS
from graph import ErrorCase
from numerics import ALL, DTYPES, NARROW

HEAD = "hillock graph 1\n"


def graph(name, lines, code, containing=None):
    return ErrorCase(name, HEAD + lines, code, containing)


def format_cases():
    yield ErrorCase("nothing", "", "format")
    yield ErrorCase("a line that is none", "hello", "format")
    yield ErrorCase("a version of the future", "hillock graph 2\nreturn", "format", "version")
    yield graph("no return", "%0 = argument 0 : f32[3]", "format", "return")
    yield graph("two returns", "return\nreturn", "format")
    yield graph("an unknown operation", "%0 = argument 0 : f32[3]\n%1 = frobnicate %0\nreturn %1", "format", "frobnicate")
    yield graph("an undefined value", "%0 = argument 0 : f32[3]\nreturn %1", "format", "%1")
    yield graph("a value defined twice", "%0 = argument 0 : f32[3]\n%0 = neg %0\nreturn %0", "format", "twice")
    yield graph("a dtype that is none", "%0 = argument 0 : f8[3]\nreturn %0", "format")
    yield graph("a negative extent", "%0 = argument 0 : f32[-3]\nreturn %0", "format")
    yield graph("too many elements", "%0 = argument 0 : f32[4294967296,4294967296]\nreturn %0", "format", "limits")
    yield graph("too many axes", "%0 = argument 0 : f32[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\nreturn %0", "format", "limits")
    yield graph("too few elements in a constant", "%0 = constant f32[3] {1, 2}\nreturn %0", "format", "3 elements")
    yield graph("a constant of the wrong dtype", "%0 = constant i32[1] {1.5}\nreturn %0", "format")
    yield graph("an integer beyond its dtype", "%0 = constant i32[1] {3000000000}\nreturn %0", "format")
    yield graph("a type that does not follow", "%0 = argument 0 : f32[3]\n%1 = neg %0 : f32[4]\nreturn %1", "format", "f32[4]")
    yield graph("too many operands", "%0 = argument 0 : f32[3]\n%1 = neg %0, %0\nreturn %1", "format")
    key = "%0 = constant u32[2] {1, 2}\n"
    yield graph("a random block that is no number", key + "%1 = randombits %0 first x : u32[4]\nreturn %1", "format")
    yield graph("random blocks as a list", key + "%1 = randombits %0 first [1] : u32[4]\nreturn %1", "format")
    yield graph("a first block of what draws none", "%0 = argument 0 : f32[3]\n%1 = neg %0 first 1\nreturn %1", "format", "first")
    yield graph("a Variable stored twice", '%0 = variable 0 "v" : f32[3]\nstore 0, %0\nstore 0, %0\nreturn', "format", "twice")
    yield graph("a Variable that is not there", '%0 = argument 0 : f32[3]\nstore "v", %0\nreturn', "format", "v")


def shape_cases():
    two = "%0 = argument 0 : f32[3]\n%1 = argument 1 : f32[4]\n"
    yield graph("shapes that do not broadcast", two + "%2 = add %0, %1\nreturn %2", "shape", "add")
    yield graph("a reshape of another count", "%0 = argument 0 : f32[6]\n%1 = reshape %0 : f32[4]\nreturn %1", "shape", "reshaped")
    yield graph("a broadcast to a smaller shape", "%0 = argument 0 : f32[6]\n%1 = broadcast %0 : f32[1]\nreturn %1", "shape")
    yield graph("dot of lengths that differ", two + "%2 = dot %0, %1\nreturn %2", "shape", "dot")
    yield graph("dot of a number", "%0 = argument 0 : f32[]\n%1 = argument 1 : f32[3]\n%2 = dot %0, %1\nreturn %2", "shape", "dot")
    yield graph("dot of batches that differ", "%0 = argument 0 : f32[2,3]\n%1 = argument 1 : f32[3,3]\n%2 = dot %0, %1 batch 1\nreturn %2", "shape", "batch")
    yield graph("dot with more batch axes than there are", "%0 = argument 0 : f32[2]\n%1 = dot %0, %0 batch 1\nreturn %1", "shape", "batch")
    yield graph("dot with -1 batch axes", "%0 = argument 0 : f32[2]\n%1 = dot %0, %0 batch -1\nreturn %1", "argument", "batch")
    yield graph("the largest of nothing", "%0 = argument 0 : f32[0]\n%1 = reduce.max %0\nreturn %1", "shape", "max")
    yield graph("concatenation of shapes that differ",
                "%0 = argument 0 : f32[2,3]\n%1 = argument 1 : f32[2,4]\n%2 = concatenate %0, %1 axis 0\nreturn %2", "shape")
    yield graph("concatenation of ranks that differ",
                "%0 = argument 0 : f32[2,3]\n%1 = argument 1 : f32[2]\n%2 = concatenate %0, %1 axis 0\nreturn %2", "shape", "ranks")
    yield graph("a Variable given another shape",
                '%0 = variable 0 "v" : f32[3]\n%1 = argument 0 : f32[4]\nstore 0, %1\nreturn', "shape", "Variable v")
    yield graph("an update that does not fit",
                "%0 = argument 0 : f32[6]\n%1 = argument 1 : f32[3]\n%2 = update %0, %1 starts [0] sizes [2]\nreturn %2", "shape")


    index = "%0 = argument 0 : f32[4,5]\n%1 = constant i64[2] {0, 0}\n%2 = argument 1 : f32[3,5]\n"
    yield graph("a gather whose batch axes differ", index + "%3 = gather %0, %1 batch 1 axis 1\nreturn %3", "shape", "batch")
    yield graph("updates of a scatter that do not fit", index + "%3 = scatter.add %0, %1, %2\nreturn %3", "shape")
    yield graph("a window larger than the array", index + "%3 = dynamicslice %0, %1 sizes [5, 5]\nreturn %3", "shape", "window")
    yield graph("a window of negative size", index + "%3 = dynamicslice %0, %1 sizes [1, -1]\nreturn %3", "shape", "window")
    yield graph("a window of too few axes", index + "%3 = dynamicslice %0, %1 sizes [1]\nreturn %3", "shape", "window")
    yield graph("too few starts", index + "%3 = slice %1 starts [0] : i64[1]\n%4 = dynamicslice %0, %3 sizes [1, 1]\nreturn %4",
                "shape", "starts")
    yield graph("an update of a window that is too large",
                index + "%3 = argument 2 : f32[1,6]\n%4 = dynamicupdate %0, %3, %1\nreturn %4", "shape", "window")
    yield graph("an update of a window of another rank",
                index + "%3 = argument 2 : f32[5]\n%4 = dynamicupdate %0, %3, %1\nreturn %4", "shape", "dynamicupdate")
    yield graph("pad with more than one value",
                index + "%3 = argument 2 : f32[1]\n%4 = pad %0, %3 low [0, 0] high [0, 0] interior [0, 0]\nreturn %4", "shape", "pad")
    yield graph("pad that cuts more than there is",
                "%0 = argument 0 : f32[4]\n%1 = constant f32[] {0}\n%2 = pad %0, %1 low [-3] high [-2] interior [0]\nreturn %2",
                "shape", "cut")
    yield graph("pad to a size that is too large",
                "%0 = argument 0 : f32[4096]\n%1 = constant f32[] {0}\n"
                "%2 = pad %0, %1 low [0] high [0] interior [1099511627776]\nreturn %2", "shape", "too large")
    yield graph("the place of nothing", "%0 = argument 0 : f32[3,0]\n%1 = argreduce.min %0 axis 1\nreturn %1", "shape", "no elements")
    yield graph("a payload that does not fit its keys",
                "%0 = argument 0 : f32[3]\n%1 = argument 1 : f32[4]\n%2 = sort %0, %1 axis 0\nreturn", "shape", "payload")


def dtype_cases():
    logic = "%0 = argument 0 : bool[3]\n%1 = constant i64[1] {0}\n%2 = constant bool[1] {true}\n"
    yield graph("adding bools by their indices", logic + "%3 = scatter.add %0, %1, %2\nreturn %3", "dtype", "scatter.max")
    yield graph("multiplying bools by their indices", logic + "%3 = scatter.multiply %0, %1, %2\nreturn %3", "dtype", "scatter.min")
    yield graph("starts that are floats",
                "%0 = argument 0 : f32[3]\n%1 = argument 1 : f32[1]\n%2 = dynamicslice %0, %1 sizes [1]\nreturn %2", "dtype", "integers")
    yield graph("arithmetic of bool", "%0 = argument 0 : bool[3]\n%1 = add %0, %0\nreturn %1", "dtype", "bool")
    yield graph("the negative of unsigned", "%0 = argument 0 : u32[3]\n%1 = neg %0\nreturn %1", "dtype", "u32")
    yield graph("bits of floats", "%0 = argument 0 : f32[3]\n%1 = xor %0, %0\nreturn %1", "dtype", "xor")
    yield graph("a condition that is no bool", "%0 = argument 0 : f32[3]\n%1 = select %0, %0, %0\nreturn %1", "dtype", "bool")
    yield graph("indices that are floats", "%0 = argument 0 : f32[3]\n%1 = gather %0, %0\nreturn %1", "dtype", "integers")
    yield graph("a key that is none", "%0 = argument 0 : u32[3]\n%1 = randombits %0 : u32[4]\nreturn %1", "dtype", "key")
    yield graph("the largest bool", "%0 = argument 0 : bool[3]\n%1 = reduce.max %0\nreturn %1", "dtype", "bool")
    yield graph("the largest bool so far", "%0 = argument 0 : bool[3]\n%1 = scan.max %0 axis 0\nreturn %1", "dtype", "bool")
    yield graph("dot of bool", "%0 = argument 0 : bool[3]\n%1 = dot %0, %0\nreturn %1", "dtype", "bool")
    yield graph("a Variable given another dtype",
                '%0 = variable 0 "v" : f32[3]\n%1 = argument 0 : i32[3]\nstore 0, %1\nreturn', "dtype", "Variable v")


def index_cases():
    yield graph("a slice beyond the end", "%0 = argument 0 : f32[6]\n%1 = slice %0 starts [4] : f32[3]\nreturn %1", "index", "axis 0")
    yield graph("a slice before the start",
                "%0 = argument 0 : f32[6]\n%1 = slice %0 starts [1] steps [-1] : f32[3]\nreturn %1", "index", "axis 0")
    yield graph("a step of zero", "%0 = argument 0 : f32[6]\n%1 = slice %0 starts [1] steps [0] : f32[3]\nreturn %1", "index")
    yield graph("a slice of too few axes", "%0 = argument 0 : f32[6,2]\n%1 = slice %0 starts [1] : f32[3]\nreturn %1", "index")
    yield graph("steps that overflow",
                "%0 = argument 0 : f32[6]\n%1 = slice %0 starts [1] steps [9223372036854775807] : f32[3]\nreturn %1", "index")
    yield graph("a permutation that is none",
                "%0 = argument 0 : f32[6,2]\n%1 = transpose %0 permutation [0, 0]\nreturn %1", "index", "permutation")
    yield graph("a reduction over an axis that is not there",
                "%0 = argument 0 : f32[6]\n%1 = reduce.sum %0 axes [1]\nreturn %1", "index", "axes")
    yield graph("a reduction over one axis twice",
                "%0 = argument 0 : f32[6]\n%1 = reduce.sum %0 axes [0, 0]\nreturn %1", "index", "axes")
    yield graph("concatenation along an axis that is not there",
                "%0 = argument 0 : f32[6]\n%1 = concatenate %0, %0 axis 1\nreturn %1", "index", "axis 1")
    for line in ["scan.sum %0 axis 1", "scan.sum %0 axis -1", "argreduce.max %0 axis 1", "sort %0 axis 1", "topk %0 axis 1 count 1"]:
        yield graph(f"no axis for {line.split()[0]} {line.split()[-1]}", f"%0 = argument 0 : f32[6]\n%1 = {line}\nreturn", "index", "axis")
    yield graph("an element of an empty axis",
                "%0 = argument 0 : f32[0]\n%1 = constant i32[1] {0}\n%2 = gather %0, %1\nreturn %2", "index", "empty")


    two = "%0 = argument 0 : f32[4,5]\n%1 = constant i64[4] {0, 0, 0, 0}\n"
    yield graph("a gather along an axis that is not there", two + "%2 = gather %0, %1 axis 2\nreturn %2", "index", "axis 2")
    yield graph("a gather along a batch axis", two + "%2 = gather %0, %1 batch 1\nreturn %2", "index", "batch")
    yield graph("more batch axes than indices have", two + "%2 = gather %0, %1 batch 2 axis 2\nreturn %2", "index", "batch")
    yield graph("negative batch axes", two + "%2 = scatter.add %0, %1, %0 batch -1\nreturn %2", "index", "batch")
    yield graph("a dynamic slice of more batch axes than there are",
                two + "%2 = dynamicslice %0, %1 sizes [] batch 3\nreturn %2", "index", "batch")


def argument_cases():
    yield graph("pad of too few axes",
                "%0 = argument 0 : f32[4,5]\n%1 = constant f32[] {0}\n%2 = pad %0, %1 low [1] high [1, 1] interior [0, 0]\nreturn %2",
                "argument", "each axis")
    yield graph("pad with less than nothing between",
                "%0 = argument 0 : f32[4]\n%1 = constant f32[] {0}\n%2 = pad %0, %1 low [0] high [0] interior [-1]\nreturn %2",
                "argument", "interior")
    yield graph("pad with an edge that is too large",
                "%0 = argument 0 : f32[4]\n%1 = constant f32[] {0}\n"
                "%2 = pad %0, %1 low [9223372036854775807] high [9223372036854775807] interior [0]\nreturn %2", "argument", "low")
    yield graph("iota of bool", "%0 = iota axis 0 : bool[3]\nreturn %0", "argument", "iota")
    yield graph("iota along an axis that is not there", "%0 = iota axis 1 : f32[3]\nreturn %0", "argument", "iota")
    yield graph("random bits of floats", "%0 = constant u32[2] {1, 2}\n%1 = randombits %0 : f32[4]\nreturn %1", "argument")
    key = "%0 = constant u32[2] {1, 2}\n"
    for name, first in [("before the first", -1), ("that is too high", 2**40 - 1)]:
        yield graph(f"a random block {name}", f"{key}%1 = randombits %0 first {first} : u32[4]\nreturn %1", "argument", str(first))


def given(*types):
    return "".join(f"%{i} = argument {i} : {t}\n" for i, t in enumerate(types))


def call_of(op, places):
    return f"{op} " + ", ".join(f"%{i}" for i in places)


# The dtypes that an op refuses. (One of floats alone takes every dtype: integers and bool are converted to f32.)
FLOATS, UNSIGNED, SIGNED = ["f32", "f64", "f16", "bf16"], ["u32", "u64", "u8", "u16"], ["i32", "i64", "i8", "i16"]
REFUSED = {name: ["bool"] for name in ["add", "sub", "mul", "floordiv", "mod", "min", "max", "square"]}
REFUSED |= {name: UNSIGNED + ["bool"] for name in ["neg", "abs", "sign"]}
REFUSED |= {name: FLOATS for name in ["and", "or", "xor", "not"]}
REFUSED |= {name: FLOATS + ["bool"] for name in ["shl", "shr", "ipow"]}
REFUSED |= {"nextafter": ["f16", "bf16"]}


def elementwise_cases():
    for op, (arity, dtypes) in OPS.items():
        own = "bool" if op == "select" else dtypes[0]
        types = [own] + [dtypes[0]] * (arity - 1)
        yield graph(
            f"{op} of {arity - 1}",
            given(*[f"{t}[3]" for t in types]) + f"%z = {call_of(op, range(arity - 1))}\nreturn %z",
            "format",
            op,
        )
        yield graph(
            f"{op} of {arity + 1}",
            given(*[f"{t}[3]" for t in types]) + f"%z = {call_of(op, [0, *range(arity)])}\nreturn %z",
            "format",
            op,
        )
        follows = numerics.name_of(numerics.ELEMENTWISE[op](*[np.ones(1, DTYPES[t]) for t in types]).dtype)
        line = call_of(op, range(arity))
        for wrong in (f"{follows}[3,1]", f"{'f64' if follows != 'f64' else 'f32'}[3]"):
            yield graph(
                f"{op} is no {wrong}",
                given(*[f"{t}[3]" for t in types]) + f"%z = {line} : {wrong}\nreturn %z",
                "format",
                f"{follows}[3]",
            )
        for odd in range(arity) if arity > 1 else []:
            shapes = [f"{t}[{'2,4' if i == odd else '2,3'}]" for i, t in enumerate(types)]
            yield graph(f"{op} whose operand {odd} does not broadcast", given(*shapes) + f"%z = {line}\nreturn %z", "shape", op)
        for dtype in REFUSED.get(op, []):
            yield graph(f"{op} of {dtype}", given(*[f"{dtype}[3]"] * arity) + f"%z = {line}\nreturn %z", "dtype", op)
    for dtype in [d for d in ALL + list(NARROW) if d != "bool"]:
        yield graph(f"select by {dtype}", given(f"{dtype}[3]", "f32[3]") + "%z = select %0, %1, %1\nreturn %z", "dtype", "bool")


# An op as it is right: the operands' types, its attributes, and its results where they are one. Each is broken below.
KEY = "u32[2]"
SYNAPSES = {
    "ring": "f32[2,4]",
    "rows": "bool[3]",
    "slot": "i64[]",
    "starts": "i64[4]",
    "targets": "i32[5]",
    "weights": "f32[5]",
    "delays": "i32[5]",
}
DRAWN = ["f32[2,4]", "bool[3]", "i64[]", KEY, "f64[]", "f32[1]"]
RIGHT = {
    "reduce.sum": (["f32[2,3]"], {"axes": "[0]"}, "f32[3]"),
    "reduce.max": (["i64[2,3]"], {"axes": "[1]"}, "i64[2]"),
    "reduce.any": (["bool[2,3]"], {"axes": "[0, 1]"}, "bool[]"),
    "argreduce.min": (["f32[2,3]"], {"axis": "1"}, "i64[2]"),
    "scan.sum": (["f32[2,3]"], {"axis": "1"}, "f32[2,3]"),
    "dot": (["f32[2,3]", "f32[3,4]"], {"batch": "0"}, "f32[2,4]"),
    "transpose": (["f32[2,3]"], {"permutation": "[1, 0]"}, "f32[3,2]"),
    "slice": (["f32[5]"], {"starts": "[1]", "steps": "[2]", "sizes": "[2]"}, "f32[2]"),
    "update": (["f32[5]", "f32[2]"], {"starts": "[1]", "steps": "[2]"}, "f32[5]"),
    "concatenate": (["f32[2]", "f32[3]"], {"axis": "0"}, "f32[5]"),
    "gather": (["f32[4,5]", "i64[2]"], {"batch": "0", "axis": "1"}, "f32[4,2]"),
    "scatter.add": (["f32[4,5]", "i64[2]", "f32[4,2]"], {"batch": "0", "axis": "1"}, "f32[4,5]"),
    "dynamicslice": (["f32[4,5]", "i64[2]"], {"sizes": "[2, 3]", "batch": "0"}, "f32[2,3]"),
    "dynamicupdate": (["f32[4,5]", "f32[2,3]", "i64[2]"], {"batch": "0"}, "f32[4,5]"),
    "pad": (["f32[4]", "f32[]"], {"low": "[1]", "high": "[1]", "interior": "[0]"}, "f32[6]"),
    "sort": (["f32[3]"], {"axis": "0"}, None),
    "topk": (["f32[3]"], {"axis": "0", "count": "2"}, None),
    "places": (["bool[3]"], {"size": "2"}, "i64[2]"),
    "search": (["f32[2,3]", "f32[2,4]"], {"batch": "1"}, "i64[2,4]"),
    "fft": (["f32[4]", "f32[4]"], {}, None),
    "randombits": ([KEY], {"first": "3"}, None),
    "iota": ([], {"axis": "0"}, None),
    "randomcounts.poisson": (["f32[3]", KEY], {"first": "0"}, "i32[3]"),
    "randomcounts.binomial": (["f32[3]", KEY, "i64[3]"], {"first": "0"}, "i32[3]"),
    "deliver": (list(SYNAPSES.values()), {}, "f32[2,4]"),
    "rowproducts": ([t for name, t in SYNAPSES.items() if name != "rows"], {}, "f32[3]"),
    "synapseproducts": ([t for name, t in SYNAPSES.items() if name != "weights"], {}, "f32[5]"),
    "adapt.add": (["f32[5]", "bool[3]", "f32[4]", "i64[4]", "i32[5]", "f32[4]"], {}, "f32[5]"),
    "deliverdrawn": (DRAWN, {}, "f32[2,4]"),
    "drawnproducts": ([DRAWN[0]] + DRAWN[2:], {"rows": "3"}, "f32[3]"),
}
# What may be left out, and then has its default.
OPTIONAL = {"axes", "batch", "permutation", "steps", "first", "sizes"} | {("gather", "axis"), ("scatter.add", "axis")}
# Ops whose type must be given, as none follows.
TYPED = {"randombits": "u32[4]", "iota": "i32[3]"}
# Operands of another dtype or shape, for each op those that it refuses: {op: [(place, type, code)]}.
WRONG = {
    "reduce.sum": [],
    "reduce.max": [(0, "bool[2,3]", "dtype")],
    "reduce.any": [],
    "scan.sum": [(0, "f32[]", "index")],
    "argreduce.min": [(0, "f32[]", "index"), (0, "f32[2,0]", "shape")],
    "dot": [(0, "f32[2,4]", "shape"), (1, "f32[]", "shape"), (1, "f32[4,3]", "shape")],
    "transpose": [(0, "f32[2,3,4]", "index"), (0, "f32[3]", "index")],
    "slice": [(0, "f32[3]", "index"), (0, "f32[5,1]", "index")],
    "update": [(1, "f32[3]", "index"), (1, "f32[2,1]", "index"), (0, "f32[3]", "index")],
    "concatenate": [(1, "f32[3,1]", "shape"), (0, "f32[]", "index")],
    "gather": [(1, "f32[2]", "dtype"), (1, "bool[2]", "dtype"), (0, "f32[4]", "index"), (0, "f32[4,0]", "index")],
    "scatter.add": [
        (1, "f32[2]", "dtype"),
        (1, "i64[3]", "shape"),
        (2, "f32[5,2]", "shape"),
        (0, "f32[4]", "index"),
        (0, "bool[4,5]", "dtype"),
    ],
    "dynamicslice": [(1, "i64[1]", "shape"), (1, "f32[2]", "dtype"), (0, "f32[1,5]", "shape"), (0, "f32[5]", "shape")],
    "dynamicupdate": [(1, "f32[5,1]", "shape"), (1, "f32[2]", "shape"), (2, "i64[3]", "shape"), (2, "f64[2]", "dtype")],
    "pad": [(1, "f32[1]", "shape"), (0, "f32[4,1]", "argument"), (0, "f32[]", "argument")],
    "sort": [(0, "f32[]", "index"), (0, "f16[3]", "dtype")],
    "topk": [(0, "f32[]", "index"), (0, "f32[1]", "index"), (0, "f16[3]", "dtype")],
    "places": [(0, "bool[]", "index")],
    "search": [(0, "f32[3]", "shape"), (0, "f32[3,3]", "shape"), (1, "f32[]", "index"), (1, "f32[3]", "shape")],
    "randombits": [(0, "u32[3]", "dtype"), (0, "u64[2]", "dtype"), (0, "i32[2]", "dtype")],
    "randomcounts.poisson": [(1, "u32[3]", "dtype")],
    "randomcounts.binomial": [(2, "i64[4]", "shape")],
    "deliver": [
        (0, "i32[2,4]", "shape"),
        (1, "bool[4]", "shape"),
        (3, "i64[5]", "shape"),
        (4, "i64[5]", "dtype"),
        (5, "f32[4]", "shape"),
        (6, "i32[4]", "shape"),
    ],
    "rowproducts": [(0, "f32[]", "shape"), (4, "f32[4]", "shape")],
    "synapseproducts": [(1, "bool[4]", "shape"), (3, "i64[4,1]", "shape")],
    "adapt.add": [(5, "f32[3]", "shape"), (2, "f32[4,1]", "shape"), (1, "bool[2]", "shape")],
    "deliverdrawn": [(3, "u32[3]", "shape"), (4, "f64[1]", "shape"), (5, "f32[2]", "shape"), (1, "bool[3,1]", "shape")],
    "fft": [(1, "f32[5]", "shape")],
    "drawnproducts": [(0, "f32[4]", "shape"), (2, "u64[2]", "dtype")],
}


def array_op_cases():
    for op, (types, attributes, result) in RIGHT.items():

        def broken(name, types, attributes, code, containing=None, places=None, result=TYPED.get(op), op=op):
            words = " ".join(
                [call_of(op, range(len(types)) if places is None else places)] + [f"{k} {v}" for k, v in attributes.items()]
            )
            return graph(
                f"{op} {name}",
                given(*types) + f"%z = {words}" + (f" : {result}" if result else "") + "\nreturn",
                code,
                containing,
            )

        if types:
            # (Delays may be left out.)
            least = types[:-1] if op in ("deliver", "rowproducts", "synapseproducts") else types
            yield broken(
                "of too few", types, attributes, "format", "operand", places=range(0 if op == "concatenate" else len(least) - 1)
            )
        if op not in ("concatenate", "sort"):
            # (The places of adapt may be given.)
            extra = ["i32[5]", "f32[7]"] if op == "adapt.add" else ["f32[7]"]
            yield broken("of too many", types + extra, attributes, "format", "operand")
        for name, value in attributes.items():
            others = {k: v for k, v in attributes.items() if k != name}
            if name not in OPTIONAL and (op, name) not in OPTIONAL:
                yield broken(f"without {name}", types, others, "format", name)
            yield broken(
                f"with {name} as {'a number' if value[0] == '[' else 'a list'}",
                types,
                others | {name: "1" if value[0] == "[" else "[1]"},
                "format",
            )
            yield broken(f"with {name} that is a word", types, others | {name: "x"}, "format")
        yield broken("with an attribute of another", types, attributes | {"trips": "1"}, "format", "trips")
        if result:
            yield broken("given another type", types, attributes, "format", result, result="f64[9]")
        for place, wrong, code in WRONG.get(op, []):
            yield broken(f"whose operand {place} is {wrong}", types[:place] + [wrong] + types[place + 1 :], attributes, code)


REGION = "region 0 {\n  %i = argument 0 : i64[]\n  %x = argument 1 : f32[3]\n  %y = mul %x, 2\n  return %y\n}\n"
SAME = "  %x = argument 0 : f32[3]\n"
TWO = f"region 0 {{\n{SAME}  return %x\n}}\nregion 1 {{\n{SAME}  %y = neg %x\n  return %y\n}}\n"
START = "%0 = argument 0 : f32[3]\n"


def control_cases():
    def looped(name, line, code, containing=None, region=REGION):
        return graph(name, f"{region}{START}%l = {line}\n%r = element %l position 0\nreturn %r", code, containing)

    yield looped("a loop of a region that is not there", "loop %0 region 1 trips 2 carried 1 sliced 0", "format")
    yield looped("a loop of a negative number of steps", "loop %0 region 0 trips -1 carried 1 sliced 0", "argument")
    yield looped(
        "a loop that carries more than it is given", "loop %0 region 0 trips 2 carried 2 sliced 0", "format", "2 carried"
    )
    yield looped(
        "a loop without the values of its region", "loop region 0 trips 2 carried 0 sliced 0", "shape", "takes (i64[], f32[3])"
    )
    yield looped("a loop that slices too few rows", "loop %0 region 0 trips 4 carried 0 sliced 1", "shape")
    yield looped(
        "a loop whose carried value changes its type",
        "loop %0 region 0 trips 2 carried 1 sliced 0",
        "shape",
        region=REGION.replace("return %y", "%z = broadcast %y : f32[2,3]\n  return %z"),
    )
    yield looped(
        "a loop whose carried value changes its dtype",
        "loop %0 region 0 trips 2 carried 1 sliced 0",
        "dtype",
        region=REGION.replace("return %y", "%z = convert %y : f64[3]\n  return %z"),
    )
    yield looped(
        "a region that reads a Variable",
        "loop %0 region 0 trips 2 carried 1 sliced 0",
        "format",
        "Variables",
        region=REGION.replace("%y = mul", '%v = variable 0 "v" : f32[3]\n  %y = mul'),
    )
    yield looped(
        "a result that a loop does not have",
        "loop %0 region 0 trips 2 carried 1 sliced 0\n%q = element %l position 1",
        "index",
        "value 1",
    )
    yield graph("an element of what has none", START + "%1 = element %0 position 0\nreturn %1", "index", "value 0")
    yield graph(
        "a branch by floats",
        TWO + START + "%b = branch %0, %0 regions [0, 1]\n%r = element %b position 0\nreturn %r",
        "dtype",
        "i32[]",
    )
    yield graph(
        "a branch without regions",
        START + "%s = constant i32[] {0}\n%b = branch %s, %0 regions []\n%r = element %b position 0\nreturn %r",
        "argument",
        "region",
    )
    yield graph(
        "a branch whose regions give other shapes",
        TWO.replace("%y = neg %x", "%y = reshape %x : f32[3,1]")
        + START
        + "%s = constant i32[] {0}\n%b = branch %s, %0 regions [0, 1]\n%r = element %b position 0\nreturn %r",
        "shape",
        "branch 1",
    )
    yield graph(
        "a branch whose regions give other dtypes",
        TWO.replace("%y = neg %x", "%y = convert %x : i32[3]")
        + START
        + "%s = constant i32[] {0}\n%b = branch %s, %0 regions [0, 1]\n%r = element %b position 0\nreturn %r",
        "dtype",
        "branch 1",
    )
    yield graph(
        "a branch given another dtype than its regions take",
        TWO
        + START
        + "%s = constant i32[] {0}\n%1 = convert %0 : i32[3]\n%b = branch %s, %1 regions [0, 1]\n%r = element %b position 0\nreturn %r",
        "dtype",
        "branch 0",
    )
    yield graph(
        "a while loop whose condition is no bool",
        TWO + START + "%w = while %0 condition 0 body 1 carried 1\n%r = element %w position 0\nreturn %r",
        "dtype",
        "bool[]",
    )
    yield graph(
        "a region that belongs to two",
        REGION
        + START
        + "%l = loop %0 region 0 trips 2 carried 1 sliced 0\n%m = loop %0 region 0 trips 2 carried 1 sliced 0\nreturn",
        "format",
        "region 0",
    )
    yield graph("a call of a function that is not declared", START + "%c = call %0 function 0\nreturn", "format", "function 0")
    yield graph(
        "a call with another type",
        'function 0 "tap" (f32[4]) to ()\n' + START + "%c = call %0 function 0\nreturn",
        "shape",
        "tap",
    )


def groups():
    return [
        ("elementwise", list(elementwise_cases())), ("arrayops", list(array_op_cases())), ("control", list(control_cases())),
        ("format", list(format_cases())), ("shape", list(shape_cases())), ("dtype", list(dtype_cases())),
        ("index", list(index_cases())), ("argument", list(argument_cases())),
    ]
