"""Programs that must be refused. The expected codes follow from Spec/errors.md."""

from graph import ErrorCase

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
    yield graph("too many operands", "%0 = argument 0 : f32[3]\n%1 = neg %0, %0\nreturn %1", "argument")
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
    for line in ["scan.sum %0 axis 1", "scan.sum %0 axis -1", "argreduce.max %0 axis 1", "sort %0 axis 1"]:
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


def groups():
    return [
        ("format", list(format_cases())), ("shape", list(shape_cases())), ("dtype", list(dtype_cases())),
        ("index", list(index_cases())), ("argument", list(argument_cases())),
    ]
